package render

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// planBoxes draws a box plot of every column.
func planBoxes(p *planning) error {
	all, err := p.chosen(false, nil, "")
	if err != nil {
		return err
	}
	one := p.panel()
	boxes := &boxPlot{notch: p.spec.notch, means: p.spec.means}
	unit, alike := "", true
	for k, c := range all {
		u := c.unit
		if u == "" {
			_, u = unitIn(c.name)
		}
		if k == 0 {
			unit = u
		}
		alike = alike && u == unit
	}
	var labels []string
	for k, c := range all {
		f, _ := p.spec.formats.of(k, c)
		if !f.paint.set {
			f.paint = paint{set: true, cycle: k}
		}
		if v := c.column.extent(); one.y.logarithmic() && !v.empty() && v.lo <= 0 {
			p.report.warn(fmt.Sprintf("%s has values at or below zero, which ylog does not show", shown(c.name)))
		}
		b := summarize(newRanked(c.column))
		b.color = f.paint.in(p.theme)
		boxes.boxes = append(boxes.boxes, b)
		name := c.label
		if alike && unit != "" {
			if bare, u := unitIn(name); u == unit {
				name = bare // the axis says it once
			}
		}
		labels = append(labels, name)
	}
	one.x.scale = categoryScale{labels: labels}
	one.x.grid = false
	one.marks = append(one.marks, placed{boxes, one.y})
	if len(all) == 1 {
		one.y.label = all[0].axis
	} else if alike && unit != "" {
		one.y.label = "[" + unit + "]"
	}
	return nil
}

// boxPlot is boxes side by side, at 1, 2, 3 …
type boxPlot struct {
	boxes        []*summary
	notch, means bool
	shapes       []boxShape
	theme        *theme
}

// summary is a column in a few numbers, after Tukey, Exploratory Data Analysis, 1977, with
// matplotlib's choices.
type summary struct {
	column                  *column
	n                       int
	median, lower, upper    float64 // quartiles
	whiskerLow, whiskerHigh float64 // the outermost values within 1.5 times the quartiles' distance
	mean                    float64
	color                   color.NRGBA
}

func summarize(r *ranked) *summary {
	q := r.quantiles(0.25, 0.5, 0.75)
	b := &summary{column: r.column, n: r.n, lower: q[0], median: q[1], upper: q[2]}
	if r.n == 0 {
		return b
	}
	far := 3 * (q[2]*0.5 - q[0]*0.5)
	low, high := clampFinite(q[0]-far), clampFinite(q[2]+far)
	b.whiskerLow, b.whiskerHigh = q[0], q[2]
	for chunk := range r.column.Chunks() {
		for _, v := range chunk {
			if !(math.Abs(v) <= math.MaxFloat64) {
				continue
			}
			b.mean += v / float64(r.n)
			if v >= low && v < b.whiskerLow {
				b.whiskerLow = v
			}
			if v <= high && v > b.whiskerHigh {
				b.whiskerHigh = v
			}
		}
	}
	return b
}

// notches is the 95 % confidence interval of the median: 1.57 quartiles' distances
// over √n (McGill, Tukey and Larsen, The American Statistician 32, 1978, 12-16).
func (b *summary) notches() (low, high float64) {
	d := 1.57 * (b.upper*0.5 - b.lower*0.5) * 2 / math.Sqrt(float64(b.n))
	return clampFinite(b.median - d), clampFinite(b.median + d)
}

// boxShape is a box on paper.
type boxShape struct {
	left, right                           vg.Length
	low, lower, median, upper, high, mean vg.Length
	notchLow, notchHigh                   vg.Length
	color                                 color.NRGBA
	outliers                              []point
}

const boxWidth = 0.5

func (m *boxPlot) include(x, y *axis) {
	x.margins = margins{}
	if len(m.boxes) == 0 {
		return
	}
	x.reach(span{0.5, float64(len(m.boxes)) + 0.5})
	for _, b := range m.boxes {
		y.show(b.column)
		if m.notch && b.n > 0 {
			low, high := b.notches()
			y.reach(span{low, high})
		}
	}
}

func (m *boxPlot) place(w *window, t *theme) {
	m.theme = t
	m.shapes = nil
	for k, b := range m.boxes {
		if b.n == 0 {
			continue
		}
		at := float64(k + 1)
		s := boxShape{color: b.color}
		s.left, s.right = vg.Length(w.x.at(at-boxWidth/2)), vg.Length(w.x.at(at+boxWidth/2))
		bound := grown(w.rect, 20)
		// What has no place on a logarithmic axis goes on to the frame's end.
		y := func(v float64) vg.Length {
			p := w.y.at(v)
			if p != p {
				p = float64(w.rect.Min.Y) - 20
			}
			return min(max(vg.Length(p), bound.Min.Y), bound.Max.Y)
		}
		s.low, s.lower, s.median, s.upper, s.high, s.mean = y(b.whiskerLow), y(b.lower), y(b.median), y(b.upper), y(b.whiskerHigh), y(b.mean)
		low, high := b.notches()
		s.notchLow, s.notchHigh = y(low), y(high)
		g := newScatter(w, t.markerSize)
		for chunk := range b.column.Chunks() {
			from := 0
			// Stretches of outliers, the usual one being none.
			for from < len(chunk) {
				if v := chunk[from]; !(v < b.whiskerLow || v > b.whiskerHigh) {
					from++
					continue
				}
				g.feed([]float64{at}, chunk[from:from+1])
				from++
			}
		}
		s.outliers = g.points()
		const most = 500 // rings in a column, of which no eye tells more
		if len(s.outliers) > most {
			s.outliers = spread(s.outliers, vg.Length(float64(w.rect.Max.Y-w.rect.Min.Y)/most))
		}
		m.shapes = append(m.shapes, s)
	}
}

// spread keeps points that are apart by some height.
func spread(points []point, apart vg.Length) []point {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b point) int {
		switch {
		case a.Y < b.Y:
			return -1
		case a.Y > b.Y:
			return 1
		}
		return 0
	})
	kept := sorted[:0]
	for _, p := range sorted {
		if len(kept) == 0 || p.Y-kept[len(kept)-1].Y >= apart {
			kept = append(kept, p)
		}
	}
	return kept
}

// outline is the box, with its waist where it has one.
func (m *boxPlot) outline(s *boxShape) vg.Path {
	l, r := s.left, s.right
	p := make(vg.Path, 0, 12)
	p.Move(point{X: l, Y: s.lower})
	p.Line(point{X: r, Y: s.lower})
	if m.notch {
		in := (r - l) / 4
		p.Line(point{X: r, Y: s.notchLow})
		p.Line(point{X: r - in, Y: s.median})
		p.Line(point{X: r, Y: s.notchHigh})
		p.Line(point{X: r, Y: s.upper})
		p.Line(point{X: l, Y: s.upper})
		p.Line(point{X: l, Y: s.notchHigh})
		p.Line(point{X: l + in, Y: s.median})
		p.Line(point{X: l, Y: s.notchLow})
	} else {
		p.Line(point{X: r, Y: s.upper})
		p.Line(point{X: l, Y: s.upper})
	}
	p.Close()
	return p
}

func (m *boxPlot) paint(p *pen) {
	t := p.theme
	for k := range m.shapes {
		s := &m.shapes[k]
		edge := between(s.color, t.ink, 0.25)
		width := max(t.lineWidth*0.7, t.frameWidth)
		mid, cap := (s.left+s.right)/2, (s.right-s.left)/4
		for _, w := range [2][2]vg.Length{{s.lower, s.low}, {s.upper, s.high}} {
			if w[0] != w[1] {
				p.rule(point{X: mid, Y: w[0]}, point{X: mid, Y: w[1]}, width, edge)
			}
			p.rule(point{X: mid - cap, Y: w[1]}, point{X: mid + cap, Y: w[1]}, width, edge)
		}
		path := m.outline(s)
		p.SetColor(between(t.background, s.color, 0.3))
		p.Fill(path)
		p.SetColor(edge)
		p.SetLineWidth(width)
		p.SetLineDash(nil, 0)
		p.Stroke(path)
		from, to := s.left, s.right
		if m.notch {
			from, to = from+(s.right-s.left)/4, to-(s.right-s.left)/4
		}
		p.rule(point{X: from, Y: s.median}, point{X: to, Y: s.median}, 1.3*t.lineWidth, edge)
		if m.means {
			d := marker{letter: 'D', edge: t.markerEdge / 2}
			p.SetColor(edge)
			p.Fill(d.path(t.markerSize*0.3, point{X: mid, Y: s.mean}))
		}
		r := min(t.markerSize*0.4, (s.right-s.left)/4)
		p.SetColor(edge)
		p.SetLineWidth(t.markerEdge * 0.8)
		for _, o := range s.outliers {
			p.Stroke(circle(o, r))
		}
	}
}

func (m *boxPlot) entries() []entry { return nil }

func (m *boxPlot) covers(r vg.Rectangle) float64 {
	sum := 0.0
	for _, s := range m.shapes {
		if s.right >= r.Min.X && s.left <= r.Max.X && s.high >= r.Min.Y && s.low <= r.Max.Y {
			sum += float64(min(s.high, r.Max.Y) - max(s.low, r.Min.Y))
		}
	}
	return sum
}
