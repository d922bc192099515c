// Package typeset sets the texts of a plot: titles, labels, legend entries,
// numbers at ticks. Text may be any Unicode and may hold mathematics between
// dollar signs, in TeX's notation. Layout never fails and never panics: what it
// cannot set is drawn as typed and listed in Box.Problems.
//
//	b := typeset.Layout(`Decay $e^{-t} \cos(2\pi t)$`, vg.Points(12))
//	b.Draw(c, x, y) // the baseline begins at (x, y)
package typeset

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"iotplot/plotserver/internal/render/fonts"
)

// Box is a text with every glyph in its place. Its origin is the left end of
// the (first) line's baseline. A Box is immutable and may be drawn many times,
// on any canvas.
type Box struct {
	Width   vg.Length
	Ascent  vg.Length // of the ink above the baseline of the first line
	Descent vg.Length // of the ink below that baseline, a positive number

	// Problems tells in one sentence each what could not be set, in the order
	// of the text, at most maxProblems of them.
	Problems []string

	run   fonts.Run
	rules []rule
}

// rule is a filled rectangle: fraction bar, overline, box for a missing glyph.
type rule struct{ x, y, w, h vg.Length }

// Draw draws the box in the canvas's current colour, the baseline beginning at
// (x, y). On a canvas that knows glyphs it stays text, elsewhere it is filled
// outlines.
func (b Box) Draw(c vg.Canvas, x, y vg.Length) {
	c = unwrap(c)
	if d, ok := c.(fonts.Drawer); ok {
		d.DrawRun(&b.run, x, y)
	} else {
		for _, g := range b.run.Glyphs {
			if p := outline(g, x, y); len(p) > 0 {
				c.Fill(p)
			}
		}
	}
	for _, r := range b.rules {
		var p vg.Path
		p.Move(vg.Point{X: x + r.x, Y: y + r.y})
		p.Line(vg.Point{X: x + r.x + r.w, Y: y + r.y})
		p.Line(vg.Point{X: x + r.x + r.w, Y: y + r.y + r.h})
		p.Line(vg.Point{X: x + r.x, Y: y + r.y + r.h})
		p.Close()
		c.Fill(p)
	}
}

// Plain gives the text without markup, as a search finds it.
func (b Box) Plain() string { return b.run.Text }

// unwrap finds the canvas inside gonum's rectangles on a canvas.
func unwrap(c vg.Canvas) vg.Canvas {
	for range 16 {
		switch w := c.(type) {
		case draw.Canvas:
			c = w.Canvas
		case *draw.Canvas:
			c = w.Canvas
		default:
			return c
		}
	}
	return c
}

// outline is the glyph as a path, its run's origin at (x, y).
func outline(g fonts.Glyph, x, y vg.Length) vg.Path {
	o := g.Face.Glyph(g.ID)
	k := g.Size / fonts.Em
	at := func(p fonts.Point) vg.Point {
		return vg.Point{X: x + g.X + vg.Length(p.X)*k, Y: y + g.Y + vg.Length(p.Y)*k}
	}
	p := make(vg.Path, 0, len(o.Segments)+4)
	for i, s := range o.Segments {
		switch s.Op {
		case fonts.MoveTo:
			if i > 0 {
				p.Close()
			}
			p.Move(at(s.P[0]))
		case fonts.LineTo:
			p.Line(at(s.P[0]))
		case fonts.CubeTo:
			p.CubeTo(at(s.P[0]), at(s.P[1]), at(s.P[2]))
		}
	}
	if len(p) > 0 {
		p.Close()
	}
	return p
}
