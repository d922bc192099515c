package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// area is what lies between two columns over the same x, or between a column
// and a level. It belongs to a curve, whose entry in the legend shows it.
type area struct {
	x, a  *column
	b     *column // nil where there is a level
	level float64
	steps stepKind
	color color.NRGBA

	polygons [][]point
	slivers  []vg.Rectangle // pieces narrower than a cell
	points   int
	stride   int
	cell     float64
	base     vg.Length
}

func (a *area) include(x, y *axis) {
	x.show(a.x)
	y.show(a.a)
	if a.b != nil {
		y.show(a.b)
		return
	}
	y.reach(span{a.level, a.level})
}

// edge gathers one side of an area.
type edge struct {
	points  []point
	stride  int
	skipped int
}

func (e *edge) line(x, y float64) {
	if e.skipped++; e.stride > 1 && len(e.points) > 0 && e.skipped < e.stride {
		return
	}
	e.skipped = 0
	e.points = append(e.points, point{X: vg.Length(x), Y: vg.Length(y)})
}

func (e *edge) gap() {}

func (a *area) place(w *window, _ *theme) {
	a.cell, a.stride = w.cell, 1
	a.base = footOf(w, a.level)
	var up, down edge
	upper := newReducer(w, &up)
	lower := newReducer(w, &down)
	finish := func() {
		upper.end()
		lower.end()
		a.keep(up.points, down.points)
		up, down = edge{points: up.points[:0], stride: a.stride}, edge{points: down.points[:0], stride: a.stride}
	}
	columns := []values{a.x, a.a}
	if a.b != nil {
		columns = append(columns, a.b)
		if _, ok := w.y.scale.(logScale); ok {
			// A side at or below zero is beyond the frame, not a gap.
			columns[1], columns[2] = abovezero(a.a), abovezero(a.b)
		}
	}
	xok, yok := w.x.scale.domain(), w.y.scale.domain()
	ok := func(s span, v float64) bool { return v >= s.lo && v <= s.hi }
	walk(columns, a.steps, func(in [][]float64) {
		xs, ys, zs := in[0], in[1], in[len(in)-1]
		from := 0
		for i, x := range xs {
			if ok(xok, x) && ok(yok, ys[i]) && ok(yok, zs[i]) {
				continue
			}
			if i > from {
				upper.feed(xs[from:i], ys[from:i])
				if a.b != nil {
					lower.feed(xs[from:i], zs[from:i])
				}
			}
			from = i + 1
			finish()
		}
		if from < len(xs) {
			upper.feed(xs[from:], ys[from:])
			if a.b != nil {
				lower.feed(xs[from:], zs[from:])
			}
		}
		if len(up.points)+len(down.points) > mostPoints {
			up.thin()
			down.thin()
		}
	})
	finish()
}

// abovezero moves values that have no place on a logarithmic axis to its very
// beginning.
func abovezero(c values) values {
	return derived{[]values{c}, func(dst []float64, in [][]float64) {
		for i, v := range in[0] {
			if v < smallestPositive {
				v = smallestPositive
			}
			dst[i] = v
		}
	}}
}

// footOf is the place of a level on paper. One that has none, such as zero on
// a logarithmic axis, is beyond the axis' lower end.
func footOf(w *window, level float64) vg.Length {
	if y := w.y.at(level); y == y {
		return vg.Length(y)
	}
	if w.y.lim.lo > w.y.lim.hi {
		return w.rect.Max.Y + 2
	}
	return w.rect.Min.Y - 2
}

func (e *edge) thin() {
	kept := e.points[:0]
	for i, p := range e.points {
		if i%2 == 0 || i == len(e.points)-1 {
			kept = append(kept, p)
		}
	}
	e.points, e.stride = kept, max(1, e.stride)*2
}

// keep takes over a piece between gaps.
func (a *area) keep(up, down []point) {
	if len(up) < 2 {
		return
	}
	if a.b == nil {
		down = []point{{X: up[0].X, Y: a.base}, {X: up[len(up)-1].X, Y: a.base}}
	}
	x, y := emptySpan(), emptySpan()
	for _, side := range [][]point{up, down} {
		for _, p := range side {
			x = x.union(span{float64(p.X), float64(p.X)})
			y = y.union(span{float64(p.Y), float64(p.Y)})
		}
	}
	if x.hi-x.lo <= a.cell {
		a.keepSliver(x, y)
		return
	}
	polygon := make([]point, 0, len(up)+len(down))
	polygon = append(polygon, up...)
	for i := range down {
		polygon = append(polygon, down[len(down)-1-i])
	}
	a.polygons = append(a.polygons, polygon)
	if a.points += len(polygon); a.points > mostPoints && len(a.polygons) > 16 {
		// More pieces than can be seen: every second will do.
		kept, n := a.polygons[:0], 0
		for i, p := range a.polygons {
			if i%2 == 0 {
				kept = append(kept, p)
				n += len(p)
			}
		}
		a.polygons, a.points = kept, n
	}
}

// keepSliver notes a piece narrower than what the output can show, together
// with its neighbours in the same cell.
func (a *area) keepSliver(x, y span) {
	if n := len(a.slivers); n > 0 {
		last := &a.slivers[n-1]
		if lo, hi := min(float64(last.Min.X), x.lo), max(float64(last.Max.X), x.hi); hi-lo <= a.cell {
			last.Min = point{X: vg.Length(lo), Y: vg.Length(min(float64(last.Min.Y), y.lo))}
			last.Max = point{X: vg.Length(hi), Y: vg.Length(max(float64(last.Max.Y), y.hi))}
			return
		}
	}
	if len(a.slivers) < mostMarkers {
		a.slivers = append(a.slivers, vg.Rectangle{
			Min: point{X: vg.Length(x.lo), Y: vg.Length(y.lo)}, Max: point{X: vg.Length(x.hi), Y: vg.Length(y.hi)}})
	}
}

func (a *area) paint(p *pen) {
	var path vg.Path
	for _, polygon := range a.polygons {
		path.Move(polygon[0])
		for _, q := range polygon[1:] {
			path.Line(q)
		}
		path.Close()
	}
	for _, r := range a.slivers {
		path = append(path, rectangle(r)...)
	}
	if len(path) > 0 {
		p.SetColor(a.color)
		p.Fill(path)
	}
}

func (a *area) entries() []entry { return nil }

// key is the area as the legend shows it, behind its curve.
func (a *area) key(p *pen, r vg.Rectangle) {
	p.box(r, a.color)
}

// covers weighs an area less than lines: words on it can be read.
func (a *area) covers(r vg.Rectangle) float64 {
	const side = 5
	hit := 0
	for i := range side {
		for j := range side {
			p := point{
				X: r.Min.X + (r.Max.X-r.Min.X)*(vg.Length(i)+0.5)/side,
				Y: r.Min.Y + (r.Max.Y-r.Min.Y)*(vg.Length(j)+0.5)/side,
			}
			for _, polygon := range a.polygons {
				if inside(polygon, p) {
					hit++
					break
				}
			}
		}
	}
	return 0.3 * float64(hit) / (side * side) * float64(r.Max.X-r.Min.X+r.Max.Y-r.Min.Y) * float64(a.color.A) / 255
}

// inside tells by counting crossings to the right of a point.
func inside(polygon []point, p point) bool {
	in := false
	q := polygon[len(polygon)-1]
	for _, r := range polygon {
		if (q.Y > p.Y) != (r.Y > p.Y) && p.X < q.X+(r.X-q.X)*(p.Y-q.Y)/(r.Y-q.Y) {
			in = !in
		}
		q = r
	}
	return in
}

// faded is a colour of which more of the ground shows.
func faded(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(math.Round(float64(c.A) * alpha))
	return c
}
