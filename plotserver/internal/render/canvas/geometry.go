package canvas

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// matrix maps (x, y) to (a x + c y + e, b x + d y + f), as in PDF.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// mul is the map that does n first and then m.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

func (m matrix) apply(x, y float64) point {
	return point{m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f}
}

// scale is by how much lengths grow, on average of the directions.
func (m matrix) scale() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

// usable tells that the map is finite, not flat and stays near a page.
func (m matrix) usable() bool {
	for _, v := range [...]float64{m.a, m.b, m.c, m.d, m.e, m.f} {
		if !(math.Abs(v) < far) {
			return false
		}
	}
	return m.scale() > 1e-9
}

func (m matrix) bounds(r vg.Rectangle) box {
	p := m.apply(float64(r.Min.X), float64(r.Min.Y))
	b := box{p.x, p.y, p.x, p.y}
	for _, c := range [...]vg.Point{{X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}} {
		p := m.apply(float64(c.X), float64(c.Y))
		b = box{min(b.x0, p.x), min(b.y0, p.y), max(b.x1, p.x), max(b.y1, p.y)}
	}
	return b
}

// far is the distance in points beyond which nothing is drawn.
const far = 1e5

type point struct{ x, y float64 }

// box is a rectangle on the page, empty unless x0 < x1 and y0 < y1.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) and(c box) box {
	r := box{max(b.x0, c.x0), max(b.y0, c.y0), min(b.x1, c.x1), min(b.y1, c.y1)}
	if !(r.x0 < r.x1 && r.y0 < r.y1) {
		return box{c.x0, c.y0, c.x0, c.y0}
	}
	return r
}

func (b box) grow(d float64) box { return box{b.x0 - d, b.y0 - d, b.x1 + d, b.y1 + d} }

func (b box) has(p point) bool { return p.x >= b.x0 && p.x <= b.x1 && p.y >= b.y0 && p.y <= b.y1 }

// cut shortens a line to the part inside; ok is false if there is none (Liang
// and Barsky, ACM Transactions on Graphics 3, 1984).
func (b box) cut(p, q point) (p1, q1 point, ok bool) {
	t0, t1 := 0.0, 1.0
	dx, dy := q.x-p.x, q.y-p.y
	for _, e := range [...][2]float64{{-dx, p.x - b.x0}, {dx, b.x1 - p.x}, {-dy, p.y - b.y0}, {dy, b.y1 - p.y}} {
		switch d, r := e[0], e[1]; {
		case d == 0:
			if r < 0 {
				return p, q, false
			}
		case d < 0:
			t0 = max(t0, r/d)
		default:
			t1 = min(t1, r/d)
		}
	}
	if t0 > t1 {
		return p, q, false
	}
	p1, q1 = p, q
	if t0 > 0 {
		p1 = point{p.x + t0*dx, p.y + t0*dy}
	}
	if t1 < 1 {
		q1 = point{p.x + t1*dx, p.y + t1*dy}
	}
	return p1, q1, true
}
