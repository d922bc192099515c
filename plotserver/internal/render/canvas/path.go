package canvas

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// verb is a step of a path.
type verb uint8

const (
	moveTo verb = iota // one point
	lineTo             // one point
	cubeTo             // three points
	shut               // none
)

// path is a vg.Path on the page: transformed, arcs and quadratics turned into
// cubics, points that are no numbers left out.
type path struct {
	verbs  []verb
	points []point
	curved bool
}

func (p *path) reset() {
	p.verbs, p.points, p.curved = p.verbs[:0], p.points[:0], false
}

func (p *path) move(a point) { p.verbs, p.points = append(p.verbs, moveTo), append(p.points, a) }
func (p *path) line(a point) { p.verbs, p.points = append(p.verbs, lineTo), append(p.points, a) }
func (p *path) cube(a, b, c point) {
	p.verbs, p.points, p.curved = append(p.verbs, cubeTo), append(p.points, a, b, c), true
}
func (p *path) close() { p.verbs = append(p.verbs, shut) }

func (p *path) empty() bool { return len(p.points) < 2 }

// set makes the path from a vg.Path. A point that is no number is a gap: the
// line goes on with a new piece at the next one.
func (p *path) set(src vg.Path, m matrix) {
	p.reset()
	var start, at point // of the piece; where the pen is
	down := false
	to := func(a point) bool {
		if !good(a) {
			down = false
			return false
		}
		a = point{max(-reach, min(reach, a.x)), max(-reach, min(reach, a.y))}
		if !down {
			p.move(a)
			start, at, down = a, a, true
			return false
		}
		at = a
		return true
	}
	for _, c := range src {
		switch c.Type {
		case vg.MoveComp:
			down = false
			to(m.apply(float64(c.Pos.X), float64(c.Pos.Y)))
		case vg.LineComp:
			if to(m.apply(float64(c.Pos.X), float64(c.Pos.Y))) {
				p.line(at)
			}
		case vg.ArcComp:
			p.arc(c, m, to)
		case vg.CurveComp:
			p.curve(c, m, at, to)
		case vg.CloseComp:
			if down {
				p.close()
				at = start
			}
		}
	}
}

// reach is where points are held: lines that go on for longer look the same, and
// their ends can still be computed with.
const reach = 1e9

func good(a point) bool { return !math.IsNaN(a.x-a.x) && !math.IsNaN(a.y-a.y) }

func (p *path) curve(c vg.PathComp, m matrix, at point, to func(point) bool) {
	end := m.apply(float64(c.Pos.X), float64(c.Pos.Y))
	var a, b point
	switch len(c.Control) {
	case 1:
		q := m.apply(float64(c.Control[0].X), float64(c.Control[0].Y))
		a = point{at.x + (q.x-at.x)*2/3, at.y + (q.y-at.y)*2/3}
		b = point{end.x + (q.x-end.x)*2/3, end.y + (q.y-end.y)*2/3}
	case 2:
		a = m.apply(float64(c.Control[0].X), float64(c.Control[0].Y))
		b = m.apply(float64(c.Control[1].X), float64(c.Control[1].Y))
	default:
		a, b = at, end
	}
	if to(end) {
		if !good(a) || !good(b) {
			a, b = at, end
		}
		p.cube(a, b, end)
	}
}

// arc adds a circle's arc as cubics of at most an eighth of a turn, which are
// true to 4e-6 of the radius.
func (p *path) arc(c vg.PathComp, m matrix, to func(point) bool) {
	r, cx, cy := float64(c.Radius), float64(c.Pos.X), float64(c.Pos.Y)
	sweep := math.Max(-2*math.Pi, math.Min(2*math.Pi, c.Angle))
	at := func(t float64) (x, y float64) {
		sin, cos := math.Sincos(t)
		return cx + r*cos, cy + r*sin
	}
	x, y := at(c.Start)
	if first := m.apply(x, y); to(first) {
		p.line(first)
	}
	n := int(math.Ceil(math.Abs(sweep)/(math.Pi/4) - 1e-9))
	if !(n > 0) || math.IsNaN(c.Start-c.Start) {
		return
	}
	step := sweep / float64(n)
	k := r * 4 / 3 * math.Tan(step/4)
	for i := range n {
		t0 := c.Start + float64(i)*step
		t1 := t0 + step
		x0, y0 := at(t0)
		x1, y1 := at(t1)
		s0, c0 := math.Sincos(t0)
		s1, c1 := math.Sincos(t1)
		end := m.apply(x1, y1)
		if to(end) {
			p.cube(m.apply(x0-k*s0, y0+k*c0), m.apply(x1+k*s1, y1-k*c1), end)
		}
	}
}

// inside tells whether every point lies in the box.
func (p *path) inside(b box) bool {
	for _, a := range p.points {
		if !b.has(a) {
			return false
		}
	}
	return true
}

// clamp moves points into reach; only curves far off the page need it.
func (p *path) clamp() {
	for i, a := range p.points {
		p.points[i] = point{max(-far, min(far, a.x)), max(-far, min(far, a.y))}
	}
}

// limitLines cuts the lines of a path that leave the box, so that what a viewer
// gets is neither far away nor long for nothing. Curved paths stay as they are.
func (p *path) limitLines(tmp *path, b box) {
	if p.inside(b) {
		return
	}
	if p.curved {
		p.clamp()
		return
	}
	tmp.reset()
	var start, at, end point // of the piece, of the pen, of what was written
	open := false
	seg := func(to point) {
		if a, c, ok := b.cut(at, to); ok {
			if !open || a != end {
				tmp.move(a)
			}
			tmp.line(c)
			end, open = c, true
		}
		at = to
	}
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			start, at, open = p.points[i], p.points[i], false
			i++
		case lineTo:
			seg(p.points[i])
			i++
		case shut:
			seg(start)
		}
	}
	*p, *tmp = *tmp, *p
}

// limitArea cuts the areas of a path to the box (Sutherland and Hodgman,
// Communications of the ACM 17, 1974).
func (p *path) limitArea(tmp *path, b box) {
	if p.inside(b) {
		return
	}
	if p.curved {
		p.clamp()
		return
	}
	tmp.reset()
	var poly []point
	flush := func() {
		for side := range 4 {
			poly = b.half(poly, side)
		}
		for k, a := range poly {
			if k == 0 {
				tmp.move(a)
			} else {
				tmp.line(a)
			}
		}
		if len(poly) > 0 {
			tmp.close()
		}
		poly = poly[:0]
	}
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			flush()
			fallthrough
		case lineTo:
			poly = append(poly, p.points[i])
			i++
		}
	}
	flush()
	*p, *tmp = *tmp, *p
}

// half cuts a polygon at one side of the box.
func (b box) half(poly []point, side int) []point {
	if len(poly) == 0 {
		return nil
	}
	dist := func(a point) float64 {
		switch side {
		case 0:
			return a.x - b.x0
		case 1:
			return b.x1 - a.x
		case 2:
			return a.y - b.y0
		}
		return b.y1 - a.y
	}
	out := make([]point, 0, len(poly)+4)
	prev := poly[len(poly)-1]
	dp := dist(prev)
	for _, a := range poly {
		da := dist(a)
		if (da >= 0) != (dp >= 0) {
			t := dp / (dp - da)
			c := point{prev.x + t*(a.x-prev.x), prev.y + t*(a.y-prev.y)}
			switch side { // exactly on the side, however far the points are
			case 0:
				c.x = b.x0
			case 1:
				c.x = b.x1
			case 2:
				c.y = b.y0
			default:
				c.y = b.y1
			}
			out = append(out, c)
		}
		if da >= 0 {
			out = append(out, a)
		}
		prev, dp = a, da
	}
	return out
}

// rectilinear tells whether all lines are horizontal or vertical: such paths are
// put on the pixel grid and get corners instead of round joins.
func (p *path) rectilinear() bool {
	if p.curved || len(p.points) > 4096 {
		return false
	}
	var start, at point
	i := 0
	for _, v := range p.verbs {
		to := start
		if v != shut {
			to = p.points[i]
			i++
		}
		if v == moveTo {
			start = to
		} else if math.Abs(to.x-at.x) > 1e-6 && math.Abs(to.y-at.y) > 1e-6 {
			return false
		}
		at = to
	}
	return true
}
