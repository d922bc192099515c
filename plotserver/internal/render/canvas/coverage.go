package canvas

import "math"

// coverage finds how much of each pixel lies inside a shape: every edge adds its
// signed area to the pixels it crosses, and the running sum along a row is the
// coverage (the method of font-rs, Levien 2016). Only the rows and columns that
// edges touched are visited afterwards, so a small shape is cheap on a big page.
//
// A page of many pixels is done in bands of rows, each from the whole list of
// edges, so that the memory stays small.
type coverage struct {
	w, h   int
	rows   int // of a band
	top    int // first row of the band at work
	stride int
	acc    []float32
	lo, hi []int32 // touched columns of each row; lo > hi: none
	y0, y1 int     // touched rows
	edges  [][2]point
}

// bandPixels is the size in pixels from which on there are bands.
const bandPixels = 4 << 20

func (c *coverage) init(w, h int) {
	c.w, c.h, c.stride = w, h, w+2
	c.rows = h
	if w*h > bandPixels {
		c.rows = min(h, max(16, bandPixels/w&^1)) // even, as the colours of a JPG are halved
	}
	c.acc = make([]float32, c.stride*c.rows)
	c.lo, c.hi = make([]int32, c.rows), make([]int32, c.rows)
	for i := range c.lo {
		c.lo[i] = math.MaxInt32
		c.hi[i] = -1
	}
	c.y0, c.y1 = c.rows, -1
}

// banded tells that the page is done in bands.
func (c *coverage) banded() bool { return c.rows < c.h }

// line adds an edge, in pixels, y downwards.
func (c *coverage) line(p, q point) {
	// What lies beyond a side border covers as if it were on it, so an edge is cut
	// where it crosses one.
	if q.x < p.x {
		m, ok := crossing(p, q, float64(c.w))
		if ok {
			c.keep(p, m)
			p = m
		}
		if m, ok = crossing(p, q, 0); ok {
			c.keep(p, m)
			p = m
		}
	} else {
		m, ok := crossing(p, q, 0)
		if ok {
			c.keep(p, m)
			p = m
		}
		if m, ok = crossing(p, q, float64(c.w)); ok {
			c.keep(p, m)
			p = m
		}
	}
	c.keep(p, q)
}

// crossing is where the line from p to q crosses the upright at x.
func crossing(p, q point, x float64) (point, bool) {
	if (p.x < x) == (q.x < x) {
		return p, false
	}
	return point{x, p.y + (q.y-p.y)*(x-p.x)/(q.x-p.x)}, true
}

// keep takes an edge that crosses neither side border.
func (c *coverage) keep(p, q point) {
	right := float64(c.w)
	p.x, q.x = max(0, min(right, p.x)), max(0, min(right, q.x))
	if c.rows < c.h {
		c.edges = append(c.edges, [2]point{p, q})
		return
	}
	c.edge(p, q)
}

// flush hands the coverage of each touched row to span, as a slice beginning at
// column x, and is ready for the next shape.
func (c *coverage) flush(span func(x, y int, cover []float32)) {
	if c.rows == c.h {
		c.band(span)
		return
	}
	for top := 0; top < c.h; top += c.rows {
		up := float64(top)
		for _, e := range c.edges {
			c.edge(point{e[0].x, e[0].y - up}, point{e[1].x, e[1].y - up})
		}
		c.flushBand(top, span)
	}
	c.edges = c.edges[:0]
}

// flushBand hands on what the edges cover of the band that begins at a row.
func (c *coverage) flushBand(top int, span func(x, y int, cover []float32)) {
	c.top = top
	c.band(span)
}

// edge adds an edge to the band; its rows count from the band's top.
func (c *coverage) edge(p, q point) {
	if p.y == q.y {
		return
	}
	dir := float32(1)
	if p.y > q.y {
		p, q, dir = q, p, -1
	}
	if q.y <= 0 || p.y >= float64(c.rows) {
		return
	}
	slope := (q.x - p.x) / (q.y - p.y)
	x := p.x
	if p.y < 0 {
		x -= p.y * slope
		p.y = 0
	}
	bottom := min(q.y, float64(c.rows))
	first, last := int(p.y), min(int(math.Ceil(bottom)), c.rows)
	c.y0, c.y1 = min(c.y0, first), max(c.y1, last-1)
	right := float64(c.w)
	// This loop is where the time of a dense curve goes: no calls, and no builtin
	// min or max, which look for NaN.
	for y := first; y < last; y++ {
		tall := 1.0
		if y == first || y == last-1 {
			tall = min(float64(y+1), bottom) - max(float64(y), p.y)
		}
		next := x + slope*tall
		d := dir * float32(tall)
		a, b := x, next
		x = next
		if a > b {
			a, b = b, a
		}
		if a < 0 {
			a = 0
		}
		if b < a {
			b = a
		}
		if b > right {
			b = right
			if a > b {
				a = b
			}
		}
		i, j := int(a), int(b)
		if float64(j) < b {
			j++
		}
		row := c.acc[y*c.stride : (y+1)*c.stride]
		if j <= i+1 { // within one pixel
			m := float32(0.5*(a+b)) - float32(i)
			row[i] += d - d*m
			row[i+1] += d * m
			j = i + 1
		} else {
			s := float32(1 / (b - a))
			f0 := float32(a - float64(i))
			f1 := float32(b-float64(j)) + 1
			a0 := 0.5 * s * (1 - f0) * (1 - f0)
			am := 0.5 * s * f1 * f1
			row[i] += d * a0
			if j == i+2 {
				row[i+1] += d * (1 - a0 - am)
			} else {
				a1 := s * (1.5 - f0)
				row[i+1] += d * (a1 - a0)
				for k := i + 2; k < j-1; k++ {
					row[k] += d * s
				}
				a2 := a1 + float32(j-i-3)*s
				row[j-1] += d * (1 - a2 - am)
			}
			row[j] += d * am
		}
		if int32(i) < c.lo[y] {
			c.lo[y] = int32(i)
		}
		if int32(j) > c.hi[y] {
			c.hi[y] = int32(j)
		}
	}
}

// band hands the band's rows to span.
func (c *coverage) band(span func(x, y int, cover []float32)) {
	for y := c.y0; y <= c.y1; y++ {
		lo, hi := int(c.lo[y]), int(c.hi[y])
		if lo > hi {
			continue
		}
		row := c.acc[y*c.stride+lo : y*c.stride+hi+1]
		sum := float32(0)
		for i, v := range row {
			sum += v
			a := sum
			if a < 0 {
				a = -a
			}
			row[i] = min(a, 1)
		}
		span(lo, c.top+y, row[:min(hi+1, c.w)-min(lo, c.w)])
		clear(row)
		c.lo[y], c.hi[y] = math.MaxInt32, -1
	}
	c.y0, c.y1 = c.rows, -1
}
