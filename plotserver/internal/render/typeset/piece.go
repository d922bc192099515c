package typeset

import (
	"strings"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// piece is a part of a line under construction: glyphs and rules relative to the
// left end of its baseline, its extents, and the text it stands for.
type piece struct {
	glyphs  []fonts.Glyph
	rules   []rule
	w, a, d vg.Length // a and d are of the ink; negative where there is none near the baseline
	inked   bool
	lean    vg.Length // italic correction: by how much the last glyph leans out of w
	plain   strings.Builder
}

// ink widens the extents by ink from bottom to top.
func (p *piece) ink(bottom, top vg.Length) {
	if !p.inked {
		p.a, p.d, p.inked = top, -bottom, true
		return
	}
	p.a, p.d = max(p.a, top), max(p.d, -bottom)
}

// height and depth are the extents as a box has them, at least 0.
func (p *piece) height() vg.Length { return max(0, p.a) }
func (p *piece) depth() vg.Length  { return max(0, p.d) }

// put draws q in p, its origin at (x, y), without moving on.
func (p *piece) put(q *piece, x, y vg.Length) {
	for _, g := range q.glyphs {
		g.X += x
		g.Y += y
		p.glyphs = append(p.glyphs, g)
	}
	for _, r := range q.rules {
		r.x += x
		r.y += y
		p.rules = append(p.rules, r)
	}
	if q.inked {
		p.ink(y-q.d, y+q.a)
	}
	p.plain.WriteString(q.plain.String())
}

// add draws q at the end of p and moves on.
func (p *piece) add(q *piece) {
	if len(p.glyphs) == 0 && len(p.rules) == 0 && p.w == 0 && p.plain.Len() == 0 {
		*p = piece{glyphs: q.glyphs, rules: q.rules, w: q.w, a: q.a, d: q.d, inked: q.inked, lean: q.lean}
		p.plain.WriteString(q.plain.String())
		return
	}
	p.put(q, p.w, 0)
	p.w += q.w
	p.lean = q.lean
}

// glyph draws a glyph at (x, y) without moving on; text is what it stands for.
func (p *piece) glyph(f *fonts.Face, g fonts.GlyphIndex, size, x, y vg.Length, text string) {
	o := f.Glyph(g)
	p.glyphs = append(p.glyphs, fonts.Glyph{Face: f, ID: g, Text: text, X: x, Y: y, Size: size})
	if len(o.Segments) > 0 {
		k := size / fonts.Em
		p.ink(y+vg.Length(o.YMin)*k, y+vg.Length(o.YMax)*k)
	}
	p.plain.WriteString(text)
}

// rule draws a filled rectangle.
func (p *piece) rule(x, y, w, h vg.Length) {
	if w > 0 && h > 0 {
		p.rules = append(p.rules, rule{x, y, w, h})
		p.ink(y, y+h)
	}
}

// space moves on by a width that is a blank in the text, too, where it is wide
// enough to be seen as one.
func (p *piece) space(size, w vg.Length, blank bool) {
	if blank {
		f := fonts.Get(fonts.Regular)
		p.glyphs = append(p.glyphs, fonts.Glyph{Face: f, ID: f.Index(' '), Text: " ", X: p.w, Size: size})
		p.plain.WriteByte(' ')
	}
	p.w += w
}
