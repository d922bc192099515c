package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
	"iotplot/plotserver/internal/render/typeset"
)

// pen paints on a canvas. On pixels it puts upright lines and edges where they
// come out sharp.
type pen struct {
	canvas.Canvas
	theme *theme
	pixel vg.Length // size of a pixel in points, 0 where there are none
}

// rule strokes an upright line between two points.
func (p *pen) rule(a, b point, width vg.Length, c color.NRGBA) {
	width, a.X, b.X = p.sharp(width, a.X, b.X, a.X == b.X)
	width, a.Y, b.Y = p.sharp(width, a.Y, b.Y, a.Y == b.Y)
	p.SetColor(c)
	p.SetLineWidth(width)
	p.SetLineDash(nil, 0)
	path := make(vg.Path, 0, 2)
	path.Move(a)
	path.Line(b)
	p.Stroke(path)
}

// sharp rounds a line's width to whole pixels and, across the line, its place
// to where both edges meet pixel borders.
func (p *pen) sharp(width, a, b vg.Length, across bool) (vg.Length, vg.Length, vg.Length) {
	if p.pixel == 0 {
		return width, a, b
	}
	n := math.Max(1, math.Round(float64(width/p.pixel)))
	if across {
		a = p.centred(a, n)
		b = a
	}
	return vg.Length(n) * p.pixel, a, b
}

// centred moves a line of n pixels onto the pixels.
func (p *pen) centred(a vg.Length, n float64) vg.Length {
	if math.Mod(n, 2) == 1 {
		return (vg.Length(math.Floor(float64(a/p.pixel))) + 0.5) * p.pixel
	}
	return vg.Length(math.Round(float64(a/p.pixel))) * p.pixel
}

func (p *pen) snap(a vg.Length) vg.Length {
	if p.pixel == 0 {
		return a
	}
	return vg.Length(math.Round(float64(a/p.pixel))) * p.pixel
}

// frame strokes a rectangle.
func (p *pen) frame(r vg.Rectangle, width vg.Length, c color.NRGBA) {
	if p.pixel > 0 {
		n := math.Max(1, math.Round(float64(width/p.pixel)))
		width = vg.Length(n) * p.pixel
		r.Min = point{X: p.centred(r.Min.X, n), Y: p.centred(r.Min.Y, n)}
		r.Max = point{X: p.centred(r.Max.X, n), Y: p.centred(r.Max.Y, n)}
	}
	p.SetColor(c)
	p.SetLineWidth(width)
	p.SetLineDash(nil, 0)
	p.Stroke(rectangle(r))
}

// box fills a rectangle.
func (p *pen) box(r vg.Rectangle, c color.NRGBA) {
	r.Min = point{X: p.snap(r.Min.X), Y: p.snap(r.Min.Y)}
	r.Max = point{X: p.snap(r.Max.X), Y: p.snap(r.Max.Y)}
	p.SetColor(c)
	p.Fill(rectangle(r))
}

func rectangle(r vg.Rectangle) vg.Path {
	p := make(vg.Path, 0, 5)
	p.Move(r.Min)
	p.Line(point{X: r.Max.X, Y: r.Min.Y})
	p.Line(r.Max)
	p.Line(point{X: r.Min.X, Y: r.Max.Y})
	p.Close()
	return p
}

// rounded is a rectangle with round corners.
func rounded(r vg.Rectangle, radius vg.Length) vg.Path {
	k := radius * (1 - 0.5522847498)
	x0, y0, x1, y1 := r.Min.X, r.Min.Y, r.Max.X, r.Max.Y
	p := make(vg.Path, 0, 10)
	p.Move(point{X: x0 + radius, Y: y0})
	p.Line(point{X: x1 - radius, Y: y0})
	p.CubeTo(point{X: x1 - k, Y: y0}, point{X: x1, Y: y0 + k}, point{X: x1, Y: y0 + radius})
	p.Line(point{X: x1, Y: y1 - radius})
	p.CubeTo(point{X: x1, Y: y1 - k}, point{X: x1 - k, Y: y1}, point{X: x1 - radius, Y: y1})
	p.Line(point{X: x0 + radius, Y: y1})
	p.CubeTo(point{X: x0 + k, Y: y1}, point{X: x0, Y: y1 - k}, point{X: x0, Y: y1 - radius})
	p.Line(point{X: x0, Y: y0 + radius})
	p.CubeTo(point{X: x0, Y: y0 + k}, point{X: x0 + k, Y: y0}, point{X: x0 + radius, Y: y0})
	p.Close()
	return p
}

// text draws a box with its left end and baseline at a point.
func (p *pen) text(b typeset.Box, x, y vg.Length, c color.NRGBA) {
	p.SetColor(c)
	b.Draw(p.Canvas, x, y)
}

// upright draws a box turned by a quarter, reading upwards, its baseline
// beginning at a point.
func (p *pen) upright(b typeset.Box, x, y vg.Length, c color.NRGBA) {
	p.Push()
	p.Translate(point{X: x, Y: y})
	p.Rotate(math.Pi / 2)
	p.text(b, 0, 0, c)
	p.Pop()
}

// dashes are matplotlib's patterns, in widths of the line.
func dashes(s lineStyle, width vg.Length) []vg.Length {
	var pattern []vg.Length
	switch s {
	case dashed:
		pattern = []vg.Length{3.7, 1.6}
	case dashDot:
		pattern = []vg.Length{6.4, 1.6, 1, 1.6}
	case dotted:
		pattern = []vg.Length{1, 1.65}
	}
	for i := range pattern {
		pattern[i] *= width
	}
	return pattern
}
