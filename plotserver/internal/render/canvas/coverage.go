package canvas

import "math"

// coverage finds how much of each pixel lies inside a shape: every edge adds its
// signed area to the pixels it crosses, and the running sum along a row is the
// coverage (the method of font-rs, Levien 2016). Only the rows and columns that
// edges touched are visited afterwards, so a small shape is cheap on a big page.
type coverage struct {
	w, h   int
	stride int
	acc    []float32
	lo, hi []int32 // touched columns of each row; lo > hi: none
	y0, y1 int     // touched rows
}

func (c *coverage) init(w, h int) {
	c.w, c.h, c.stride = w, h, w+2
	c.acc = make([]float32, c.stride*h)
	c.lo, c.hi = make([]int32, h), make([]int32, h)
	for i := range c.lo {
		c.lo[i] = math.MaxInt32
		c.hi[i] = -1
	}
	c.y0, c.y1 = h, -1
}

// line adds an edge, in pixels, y downwards.
func (c *coverage) line(p, q point) {
	if p.y == q.y {
		return
	}
	dir := float32(1)
	if p.y > q.y {
		p, q, dir = q, p, -1
	}
	if q.y <= 0 || p.y >= float64(c.h) {
		return
	}
	slope := (q.x - p.x) / (q.y - p.y)
	x := p.x
	if p.y < 0 {
		x -= p.y * slope
		p.y = 0
	}
	bottom := min(q.y, float64(c.h))
	first, last := int(p.y), min(int(math.Ceil(bottom)), c.h)
	c.y0, c.y1 = min(c.y0, first), max(c.y1, last-1)
	right := float64(c.w)
	for y := first; y < last; y++ {
		top, end := max(float64(y), p.y), min(float64(y+1), bottom)
		next := x + slope*(end-top)
		d := dir * float32(end-top)
		a, b := x, next
		x = next
		if a > b {
			a, b = b, a
		}
		a, b = max(0, min(right, a)), max(0, min(right, b))
		i := int(a)
		j := int(math.Ceil(b))
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
		c.lo[y], c.hi[y] = min(c.lo[y], int32(i)), max(c.hi[y], int32(j))
	}
}

// flush hands the coverage of each touched row to span, as a slice beginning at
// column x, and is ready for the next shape.
func (c *coverage) flush(span func(x, y int, cover []float32)) {
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
		span(lo, y, row[:min(hi+1, c.w)-min(lo, c.w)])
		clear(row)
		c.lo[y], c.hi[y] = math.MaxInt32, -1
	}
	c.y0, c.y1 = c.h, -1
}
