package canvas

import "math"

// flatten gives a path's pieces as polylines in pixels, within a fifth of a
// pixel. The slice is only valid during the call.
func flatten(p *path, m matrix, buf []point, piece func(pts []point, closed bool)) []point {
	pts := buf[:0]
	flush := func(closed bool) {
		if len(pts) > 1 {
			piece(pts, closed)
		}
		pts = pts[:0]
	}
	var start point
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			flush(false)
			start = m.apply(p.points[i].x, p.points[i].y)
			pts = append(pts, start)
			i++
		case lineTo:
			if len(pts) == 0 {
				pts = append(pts, start)
			}
			pts = append(pts, m.apply(p.points[i].x, p.points[i].y))
			i++
		case cubeTo:
			if len(pts) == 0 {
				pts = append(pts, start)
			}
			a := m.apply(p.points[i].x, p.points[i].y)
			b := m.apply(p.points[i+1].x, p.points[i+1].y)
			c := m.apply(p.points[i+2].x, p.points[i+2].y)
			pts = flattenCube(pts, a, b, c)
			i += 3
		case shut:
			flush(true)
		}
	}
	flush(false)
	return pts
}

// flattenCube adds a cubic from the last point on. The number of pieces follows
// from the second differences, which bound the distance to the chord.
func flattenCube(pts []point, a, b, c point) []point {
	p := pts[len(pts)-1]
	d := math.Max(math.Hypot(p.x-2*a.x+b.x, p.y-2*a.y+b.y), math.Hypot(a.x-2*b.x+c.x, a.y-2*b.y+c.y))
	n := int(math.Ceil(math.Sqrt(d * 0.75 / 0.1)))
	n = max(1, min(n, 256))
	for k := 1; k < n; k++ {
		t := float64(k) / float64(n)
		u := 1 - t
		w0, w1, w2, w3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		pts = append(pts, point{w0*p.x + w1*a.x + w2*b.x + w3*c.x, w0*p.y + w1*a.y + w2*b.y + w3*c.y})
	}
	return append(pts, c)
}

// stroker turns lines into areas: a quadrilateral for each line and, at each
// join, the wedge outside of the bend. All of them turn the same way, so that
// they add up, and the edges they share cancel out.
type stroker struct {
	half    float64 // of the width, in pixels
	corners bool    // sharp corners instead of round joins
	edge    func(p, q point)
	clean   []point
}

// polyline strokes connected lines.
func (s *stroker) polyline(pts []point, closed bool) {
	c := s.clean[:0]
	for _, p := range pts {
		if n := len(c); n > 0 && math.Abs(c[n-1].x-p.x) < 1e-4 && math.Abs(c[n-1].y-p.y) < 1e-4 {
			continue
		}
		c = append(c, p)
	}
	if n := len(c); closed && n > 1 && math.Abs(c[n-1].x-c[0].x) < 1e-4 && math.Abs(c[n-1].y-c[0].y) < 1e-4 {
		c = c[:n-1]
	}
	s.clean = c
	if len(c) < 2 {
		return
	}
	n := len(c) - 1
	if closed && len(c) > 2 {
		n = len(c)
	} else {
		closed = false
	}
	var prev, first point
	for i := range n {
		a, b := c[i], c[(i+1)%len(c)]
		l := math.Hypot(b.x-a.x, b.y-a.y)
		d := point{(b.x - a.x) / l * s.half, (b.y - a.y) / l * s.half}
		s.quad(a, b, d)
		if i > 0 {
			s.join(a, prev, d)
		} else {
			first = d
		}
		prev = d
	}
	if closed {
		s.join(c[0], prev, first)
	}
}

// quad adds the area of the line from a to b; d is its direction, half a width
// long.
func (s *stroker) quad(a, b, d point) {
	p := point{a.x - d.y, a.y + d.x}
	q := point{b.x - d.y, b.y + d.x}
	r := point{b.x + d.y, b.y - d.x}
	t := point{a.x + d.y, a.y - d.x}
	s.edge(p, q)
	s.edge(q, r)
	s.edge(r, t)
	s.edge(t, p)
}

// join adds what is missing outside of the bend at v from direction d to e.
func (s *stroker) join(v, d, e point) {
	cross, dot := d.x*e.y-d.y*e.x, d.x*e.x+d.y*e.y
	r2 := s.half * s.half
	if math.Abs(cross) < 1e-7*r2 && dot > 0 {
		return
	}
	// The normals on the outer side, in the order of the quads' turn.
	from, to := point{-d.y, d.x}, point{-e.y, e.x}
	if cross > 0 {
		from, to = point{e.y, -e.x}, point{d.y, -d.x}
	}
	p := point{v.x + from.x, v.y + from.y}
	end := point{v.x + to.x, v.y + to.y}
	s.edge(v, p)
	if s.corners && dot > -0.5*r2 {
		// the tip of the corner lies where both outer edges meet
		k := 1 / (1 + dot/r2)
		tip := point{v.x + (from.x+to.x)*k, v.y + (from.y+to.y)*k}
		s.edge(p, tip)
		p = tip
	} else {
		angle := -math.Atan2(math.Abs(cross), dot)
		step := 2 * math.Acos(1-math.Min(0.5, 0.1/math.Max(s.half, 0.2)))
		n := int(math.Ceil(-angle / step))
		for k := 1; k < n; k++ {
			sin, cos := math.Sincos(angle * float64(k) / float64(n))
			q := point{v.x + from.x*cos - from.y*sin, v.y + from.x*sin + from.y*cos}
			s.edge(p, q)
			p = q
		}
	}
	s.edge(p, end)
	s.edge(end, v)
}

// dash cuts a polyline into dashes and hands each on. Patterns too fine to be
// seen are the solid line.
func dash(pts []point, closed bool, pattern []float64, offset float64, piece func(pts []point, closed bool)) {
	total := 0.0
	for _, d := range pattern {
		total += d
	}
	if len(pattern)%2 == 1 {
		pattern = append(append([]float64(nil), pattern...), pattern...)
		total *= 2
	}
	if !(total >= 0.25) {
		piece(pts, closed)
		return
	}
	offset = math.Mod(offset, total)
	if offset < 0 {
		offset += total
	}
	k := 0
	for offset >= pattern[k] && offset > 0 {
		offset -= pattern[k]
		k = (k + 1) % len(pattern)
	}
	left := pattern[k] - offset
	var out []point
	n := len(pts) - 1
	if closed {
		n++
	}
	if k%2 == 0 {
		out = append(out, pts[0])
	}
	for i := range n {
		a, b := pts[i], pts[(i+1)%len(pts)]
		l := math.Hypot(b.x-a.x, b.y-a.y)
		at := 0.0
		for l-at > left {
			at += left
			p := point{a.x + (b.x-a.x)*at/l, a.y + (b.y-a.y)*at/l}
			if k%2 == 0 {
				piece(append(out, p), false)
				out = out[:0]
			} else {
				out = append(out[:0], p)
			}
			k = (k + 1) % len(pattern)
			left = pattern[k]
		}
		left -= l - at
		if k%2 == 0 {
			out = append(out, b)
		}
	}
	if k%2 == 0 && len(out) > 1 {
		piece(out, false)
	}
}
