package fonts

import (
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Op says what a segment of an outline does.
type Op uint8

// The segments of an outline. A contour begins with MoveTo and is closed where
// the next begins.
const (
	MoveTo Op = iota // to P[0]
	LineTo           // to P[0]
	CubeTo           // by the controls P[0] and P[1] to P[2]
)

// Point is a place in units of Em, the baseline at Y 0, up is positive.
type Point struct{ X, Y float32 }

// Segment is one step of an outline.
type Segment struct {
	Op Op
	P  [3]Point
}

// Outline is a glyph: its contours, to be filled by the nonzero rule, its
// advance width and the bounds of its ink, in units of Em. It must not be
// changed.
type Outline struct {
	Segments               []Segment
	Advance                float64
	XMin, YMin, XMax, YMax float64
}

// Glyph gives the outline of a glyph; one the face does not have is empty.
func (f *Face) Glyph(g GlyphIndex) *Outline {
	f.mu.Lock()
	defer f.mu.Unlock()
	if o, ok := f.glyphs[g]; ok {
		return o
	}
	o := f.load(g)
	if len(f.glyphs) >= maxGlyphs {
		clear(f.glyphs)
	}
	f.glyphs[g] = o
	return o
}

// load reads a glyph with one pixel to the font unit, so that nothing is
// rounded, and turns its vertical axis up.
func (f *Face) load(g GlyphIndex) *Outline {
	o := &Outline{}
	ppem := fixed.Int26_6(f.font.UnitsPerEm())
	if adv, err := f.font.GlyphAdvance(&f.buf, sfnt.GlyphIndex(g), ppem, font.HintingNone); err == nil {
		o.Advance = float64(adv) * f.scale
	}
	segs, err := f.font.LoadGlyph(&f.buf, sfnt.GlyphIndex(g), ppem, nil)
	if err != nil {
		return o
	}
	at := func(p fixed.Point26_6) Point {
		return Point{float32(float64(p.X) * f.scale), float32(-float64(p.Y) * f.scale)}
	}
	o.Segments = make([]Segment, 0, len(segs))
	var pen Point
	for _, s := range segs {
		var t Segment
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			t = Segment{MoveTo, [3]Point{at(s.Args[0])}}
			pen = t.P[0]
		case sfnt.SegmentOpLineTo:
			t = Segment{LineTo, [3]Point{at(s.Args[0])}}
			pen = t.P[0]
		case sfnt.SegmentOpQuadTo:
			// A quadratic is the cubic whose controls lie two thirds of the way.
			q, end := at(s.Args[0]), at(s.Args[1])
			t = Segment{CubeTo, [3]Point{
				{pen.X + (q.X-pen.X)*2/3, pen.Y + (q.Y-pen.Y)*2/3},
				{end.X + (q.X-end.X)*2/3, end.Y + (q.Y-end.Y)*2/3},
				end,
			}}
			pen = end
		case sfnt.SegmentOpCubeTo:
			t = Segment{CubeTo, [3]Point{at(s.Args[0]), at(s.Args[1]), at(s.Args[2])}}
			pen = t.P[2]
		}
		o.Segments = append(o.Segments, t)
	}
	o.measure()
	return o
}

// measure finds the bounds of the ink. The controls of a well-made glyph have
// points at the extremes, so that the hull of all points is the ink.
func (o *Outline) measure() {
	first := true
	for _, s := range o.Segments {
		n := 1
		if s.Op == CubeTo {
			n = 3
		}
		for _, p := range s.P[:n] {
			x, y := float64(p.X), float64(p.Y)
			if first {
				o.XMin, o.XMax, o.YMin, o.YMax = x, x, y, y
				first = false
				continue
			}
			o.XMin, o.XMax = min(o.XMin, x), max(o.XMax, x)
			o.YMin, o.YMax = min(o.YMin, y), max(o.YMax, y)
		}
	}
}
