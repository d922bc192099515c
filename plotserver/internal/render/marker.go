package render

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marker draws one of matplotlib's markers at a point: GlyphStyle's Radius is
// half its size, and edge what the outline adds. Its geometry is that of
// matplotlib's markers (lib/matplotlib/markers.py), of which the filled ones
// carry an outline in the same colour; here the shape is grown by it, so that
// each marker is one path.
type marker struct {
	letter byte
	edge   vg.Length
}

var _ draw.GlyphDrawer = marker{}

func (m marker) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetColor(s.Color)
	p := m.path(s.Radius, at)
	if m.stroked() {
		c.SetLineDash(nil, 0)
		c.SetLineWidth(m.edge)
		c.Stroke(p)
	} else {
		c.Fill(p)
	}
}

// stroked tells markers that are lines from those that are areas.
func (m marker) stroked() bool {
	switch m.letter {
	case '1', '2', '3', '4', '+', 'x', '|', '_':
		return true
	}
	return false
}

// reach is how far from its point a marker of half-size r paints.
func (m marker) reach(r vg.Length) vg.Length {
	switch m.letter {
	case '.':
		return r/2 + m.edge/2
	case ',':
		return m.edge / 2
	}
	return r*math.Sqrt2 + m.edge/2
}

// inner is the radius of a disc within a marker of half-size r that is an
// area, 0 for one that is lines.
func (m marker) inner(r vg.Length) vg.Length {
	switch m.letter {
	case 'o', 's', '8', 'p', 'h', 'H', 'D':
		return 0.8*r + m.edge/2
	case '.':
		return r/2 + m.edge/2
	case '^', 'v', '<', '>', 'd', 'P', 'X':
		return 0.5*r + m.edge/2
	case '*':
		return 0.38*r + m.edge/2
	case ',':
		return m.edge / 2
	}
	return 0
}

// path is the marker of half-size r around a point.
func (m marker) path(r vg.Length, at vg.Point) vg.Path {
	e := m.edge / 2
	switch m.letter {
	case 'o':
		return circle(at, r+e)
	case '.':
		return circle(at, r/2+e)
	case ',':
		return polygon(at, e, 0, []point{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}})
	case 'v':
		return polygon(at, r, e, turned(triangle(), 2))
	case '^':
		return polygon(at, r, e, triangle())
	case '<':
		return polygon(at, r, e, turned(triangle(), 1))
	case '>':
		return polygon(at, r, e, turned(triangle(), 3))
	case '1':
		return lines(at, r, turned(tri(), 2))
	case '2':
		return lines(at, r, tri())
	case '3':
		return lines(at, r, turned(tri(), 1))
	case '4':
		return lines(at, r, turned(tri(), 3))
	case '8':
		return polygon(at, r, e, regular(8, math.Pi/8))
	case 's':
		return polygon(at, r, e, []point{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}})
	case 'p':
		return polygon(at, r, e, regular(5, math.Pi/2))
	case '*':
		return polygon(at, r, e, star())
	case 'h':
		return polygon(at, r, e, regular(6, math.Pi/2))
	case 'H':
		return polygon(at, r, e, regular(6, 0))
	case 'D':
		return polygon(at, r, e, regularScaled(4, 0, math.Sqrt2, math.Sqrt2))
	case 'd':
		return polygon(at, r, e, regularScaled(4, 0, math.Sqrt2*0.6, math.Sqrt2))
	case 'P':
		return polygon(at, r, e, thickPlus())
	case 'X':
		return polygon(at, r, e, thickCross())
	case '+':
		return lines(at, r, []point{{X: -1}, {X: 1}, {Y: -1}, {Y: 1}})
	case 'x':
		return lines(at, r, []point{{X: -1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}, {X: 1, Y: -1}})
	case '|':
		return lines(at, r, []point{{Y: -1}, {Y: 1}})
	case '_':
		return lines(at, r, []point{{X: -1}, {X: 1}})
	}
	return nil
}

func circle(at vg.Point, r vg.Length) vg.Path {
	// Four cubic arcs; the constant makes their middles exact.
	k := r * 0.5522847498
	p := make(vg.Path, 0, 6)
	p.Move(vg.Point{X: at.X + r, Y: at.Y})
	p.CubeTo(vg.Point{X: at.X + r, Y: at.Y + k}, vg.Point{X: at.X + k, Y: at.Y + r}, vg.Point{X: at.X, Y: at.Y + r})
	p.CubeTo(vg.Point{X: at.X - k, Y: at.Y + r}, vg.Point{X: at.X - r, Y: at.Y + k}, vg.Point{X: at.X - r, Y: at.Y})
	p.CubeTo(vg.Point{X: at.X - r, Y: at.Y - k}, vg.Point{X: at.X - k, Y: at.Y - r}, vg.Point{X: at.X, Y: at.Y - r})
	p.CubeTo(vg.Point{X: at.X + k, Y: at.Y - r}, vg.Point{X: at.X + r, Y: at.Y - k}, vg.Point{X: at.X + r, Y: at.Y})
	p.Close()
	return p
}

// polygon scales a shape, whose corners run counter-clockwise, by r and moves
// its sides outwards by grow.
func polygon(at vg.Point, r, grow vg.Length, shape []point) vg.Path {
	n := len(shape)
	p := make(vg.Path, 0, n+1)
	for i := range shape {
		a, b, c := shape[(i+n-1)%n], shape[i], shape[(i+1)%n]
		// The normals of the sides before and after, outwards.
		n1, n2 := normal(a, b), normal(b, c)
		mx, my := n1.X+n2.X, n1.Y+n2.Y
		q := mx*mx + my*my
		// Where both moved sides meet; sharp tips are kept from running away.
		k := 2 / max(q, 0.6)
		x := at.X + b.X*r + mx*k*grow
		y := at.Y + b.Y*r + my*k*grow
		if i == 0 {
			p.Move(vg.Point{X: x, Y: y})
		} else {
			p.Line(vg.Point{X: x, Y: y})
		}
	}
	p.Close()
	return p
}

func normal(a, b point) point {
	dx, dy := b.X-a.X, b.Y-a.Y
	l := vg.Length(math.Hypot(float64(dx), float64(dy)))
	return point{X: dy / l, Y: -dx / l}
}

// lines are strokes between pairs of points.
func lines(at vg.Point, r vg.Length, ends []point) vg.Path {
	p := make(vg.Path, 0, len(ends))
	for i, e := range ends {
		q := vg.Point{X: at.X + e.X*r, Y: at.Y + e.Y*r}
		if i%2 == 0 {
			p.Move(q)
		} else {
			p.Line(q)
		}
	}
	return p
}

func triangle() []point { return []point{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 0, Y: 1}} }

// tri is three strokes from the centre, one of them up.
func tri() []point {
	return []point{{}, {Y: 1}, {}, {X: 0.8, Y: -0.5}, {}, {X: -0.8, Y: -0.5}}
}

// turned turns a shape by quarters, counter-clockwise.
func turned(shape []point, quarters int) []point {
	out := make([]point, len(shape))
	for i, p := range shape {
		for range quarters {
			p = point{X: -p.Y, Y: p.X}
		}
		out[i] = p
	}
	return out
}

func regular(n int, from float64) []point { return regularScaled(n, from, 1, 1) }

func regularScaled(n int, from, sx, sy float64) []point {
	out := make([]point, n)
	for i := range out {
		a := from + 2*math.Pi*float64(i)/float64(n)
		out[i] = point{X: vg.Length(sx * math.Cos(a)), Y: vg.Length(sy * math.Sin(a))}
	}
	return out
}

func star() []point {
	out := make([]point, 10)
	for i := range out {
		r := 1.0
		if i%2 == 1 {
			r = 0.381966 // of a pentagram
		}
		a := math.Pi/2 + math.Pi*float64(i)/5
		out[i] = point{X: vg.Length(r * math.Cos(a)), Y: vg.Length(r * math.Sin(a))}
	}
	return out
}

func thickPlus() []point {
	const t = 1.0 / 3
	return []point{
		{X: -t, Y: -1}, {X: t, Y: -1}, {X: t, Y: -t}, {X: 1, Y: -t}, {X: 1, Y: t}, {X: t, Y: t},
		{X: t, Y: 1}, {X: -t, Y: 1}, {X: -t, Y: t}, {X: -1, Y: t}, {X: -1, Y: -t}, {X: -t, Y: -t},
	}
}

func thickCross() []point {
	return []point{
		{X: -0.5, Y: -1}, {X: 0, Y: -0.5}, {X: 0.5, Y: -1}, {X: 1, Y: -0.5}, {X: 0.5, Y: 0}, {X: 1, Y: 0.5},
		{X: 0.5, Y: 1}, {X: 0, Y: 0.5}, {X: -0.5, Y: 1}, {X: -1, Y: 0.5}, {X: -0.5, Y: 0}, {X: -1, Y: -0.5},
	}
}
