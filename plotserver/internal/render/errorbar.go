package render

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// errorBars show how far the values of a column may be off, along the y axis
// or the x axis. They belong to a curve, whose entry in the legend shows them.
type errorBars struct {
	x, y      *column
	low, high *column
	upright   bool // along the y axis
	color     color.NRGBA
	width     float64 // of the curve, 0: the style's
	on        *bars   // on which they stand, nil for none

	rect vg.Rectangle
	bars []errorBar
}

// errorBar is one of them on paper: across is its place on the other axis.
type errorBar struct {
	across, lo, hi  vg.Length
	capLow, capHigh bool
}

func (e *errorBars) include(x, y *axis) {
	x.show(e.x)
	y.show(e.y)
	a, of := x, e.x
	if e.upright {
		a, of = y, e.y
	}
	a.show(e.high)
	if !a.logarithmic() {
		a.show(e.low)
		return
	}
	// An error that nearly reaches zero does not add decades below the data.
	if low := e.low.positives(); !low.empty() && !of.positives().empty() {
		low.lo = max(low.lo, of.positives().lo/10)
		a.reach(low)
	}
}

func (e *errorBars) place(w *window, _ *theme) {
	e.rect = w.rect
	show := grown(w.rect, 10)
	g := thinning[errorBar]{cell: w.cell, key: func(b errorBar, spot float64) [4]int32 {
		return [4]int32{spotted(float64(b.across), spot), spotted(float64(b.lo), spot), spotted(float64(b.hi), spot)}
	}}
	along, across := w.x, w.y
	first, last := show.Min.X, show.Max.X
	from, to := show.Min.Y, show.Max.Y
	center := 0
	if e.upright {
		along, across = w.y, w.x
		first, last, from, to = from, to, first, last
		center = 1
	}
	acrossOK, alongOK := across.scale.domain(), along.scale.domain()
	add := func(v, lo, hi float64) {
		b := errorBar{across: vg.Length(across.at(v))}
		if e.on != nil {
			from, to := e.on.ends(w, v)
			b.across = vg.Length(from+to) / 2
		}
		if b.across < from || b.across > to {
			return
		}
		b.lo, b.capLow = placeEnd(along, lo, alongOK)
		b.hi, b.capHigh = placeEnd(along, hi, alongOK)
		if max(b.lo, b.hi) < first || min(b.lo, b.hi) > last {
			return
		}
		b.lo, b.capLow = cutEnd(b.lo, first, last, b.capLow)
		b.hi, b.capHigh = cutEnd(b.hi, first, last, b.capHigh)
		g.add(b)
	}
	// Of very many, those in a cell that touch become one.
	var open cellSpans
	merge := e.x.Len() > fewErrors
	together([]values{e.x, e.y, e.low, e.high}, func(in [][]float64) {
		at, mid := in[1-center], in[center]
		for i, v := range at {
			lo, hi := in[2][i], in[3][i]
			if !(v >= acrossOK.lo && v <= acrossOK.hi && mid[i] >= alongOK.lo && mid[i] <= alongOK.hi) || lo != lo || hi != hi {
				continue
			}
			if !merge {
				add(v, lo, hi)
				continue
			}
			if open.n == 0 || !(v >= open.cell.lo && v < open.cell.hi) {
				open.flush(add)
				open = cellSpans{at: v, cell: across.cellOf(v, w.cell)}
			}
			open.union(span{lo, hi})
		}
	})
	open.flush(add)
	e.bars = g.items
}

// fewErrors is how many error bars are drawn one by one.
const fewErrors = 5000

// cellSpans are what error bars cover of a cell.
type cellSpans struct {
	at    float64
	cell  span
	spans [8]span
	n     int
}

func (c *cellSpans) union(s span) {
	for i := range c.n {
		if t := &c.spans[i]; s.lo <= t.hi && s.hi >= t.lo {
			*t = t.union(s)
			return
		}
	}
	if c.n == len(c.spans) {
		c.spans[0] = c.spans[0].union(s)
		return
	}
	c.spans[c.n] = s
	c.n++
}

func (c *cellSpans) flush(add func(v, lo, hi float64)) {
	for _, s := range c.spans[:c.n] {
		add(c.at, s.lo, s.hi)
	}
}

// placeEnd is an end on paper; one without a place is beyond the axis' end and
// has no cap.
func placeEnd(m mapping, v float64, ok span) (vg.Length, bool) {
	if v < ok.lo || v > ok.hi {
		end := m.lim.lo
		if (v < ok.lo) != (m.lim.lo < m.lim.hi) {
			end = m.lim.hi
		}
		at := m.at(end)
		if at > (m.a+m.b)/2 {
			return vg.Length(at) + 20, false
		}
		return vg.Length(at) - 20, false
	}
	return vg.Length(m.at(v)), true
}

func cutEnd(v, first, last vg.Length, capped bool) (vg.Length, bool) {
	if v < first {
		return first, false
	}
	if v > last {
		return last, false
	}
	return v, capped
}

func (e *errorBars) paint(p *pen) {
	// Caps as wide as there is room for.
	length := e.rect.Max.X - e.rect.Min.X
	if !e.upright {
		length = e.rect.Max.Y - e.rect.Min.Y
	}
	reach := min(p.theme.markerSize/2, 0.4*length/vg.Length(max(len(e.bars), 1)))
	if reach < 0.8 {
		reach = 0
	}
	path := make(vg.Path, 0, 6*len(e.bars))
	for _, b := range e.bars {
		path = e.bar(p, path, b, reach)
	}
	e.stroke(p, path)
}

func (e *errorBars) stroke(p *pen, path vg.Path) {
	width := 0.67 * p.theme.lineWidth
	if e.width > 0 {
		width = 0.67 * vg.Length(e.width)
	}
	if len(path) == 0 {
		return
	}
	p.SetColor(e.color)
	p.SetLineWidth(width)
	p.SetLineDash(nil, 0)
	p.Stroke(path)
}

func (e *errorBars) bar(p *pen, path vg.Path, b errorBar, reach vg.Length) vg.Path {
	at := func(along, across vg.Length) point {
		if e.upright {
			return point{X: across, Y: along}
		}
		return point{X: along, Y: across}
	}
	path.Move(at(b.lo, b.across))
	path.Line(at(b.hi, b.across))
	if reach > 0 && b.capLow {
		path.Move(at(b.lo, b.across-reach))
		path.Line(at(b.lo, b.across+reach))
	}
	if reach > 0 && b.capHigh {
		path.Move(at(b.hi, b.across-reach))
		path.Line(at(b.hi, b.across+reach))
	}
	return path
}

func (e *errorBars) entries() []entry { return nil }

// key is an error bar as the legend shows it, behind its curve.
func (e *errorBars) key(p *pen, r vg.Rectangle) {
	mid := point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}
	b := errorBar{across: mid.X, lo: r.Min.Y, hi: r.Max.Y, capLow: true, capHigh: true}
	if !e.upright {
		half := (r.Max.X - r.Min.X) * 0.35
		b = errorBar{across: mid.Y, lo: mid.X - half, hi: mid.X + half, capLow: true, capHigh: true}
	}
	e.stroke(p, e.bar(p, nil, b, p.theme.markerSize*0.4))
}

func (e *errorBars) covers(r vg.Rectangle) float64 {
	sum := 0.0
	for _, b := range e.bars {
		lo, hi, first, last := r.Min.X, r.Max.X, r.Min.Y, r.Max.Y
		if e.upright {
			lo, hi, first, last = first, last, lo, hi
		}
		if b.across >= first && b.across <= last {
			if l := min(max(b.lo, b.hi), hi) - max(min(b.lo, b.hi), lo); l > 0 {
				sum += float64(l)
			}
		}
	}
	return sum
}
