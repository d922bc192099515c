package fonts

import "gonum.org/v1/plot/vg"

// Glyph is a glyph put in its place within a run.
type Glyph struct {
	Face *Face
	ID   GlyphIndex
	Text string    // the plain characters it stands for, as found by a search; may be empty
	X, Y vg.Length // of its origin, relative to the run's
	Size vg.Length // length of the em
}

// Run is a text set in glyphs, in reading order.
type Run struct {
	Text   string // the whole in plain characters
	Width  vg.Length
	Size   vg.Length // of the main text
	Glyphs []Glyph
}

// Drawer is a canvas that can draw glyphs as text. Its transformation and
// colour apply; (x, y) is the origin of the run.
type Drawer interface {
	DrawRun(r *Run, x, y vg.Length)
}
