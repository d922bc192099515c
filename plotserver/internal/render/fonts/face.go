// Package fonts holds the embedded typefaces of the plots: outlines, widths,
// kerning and the measures for setting mathematics.
//
// The faces are STIX Two Text and STIX Two Math, a serif family with complete
// mathematics, and DejaVu Sans for what they lack. Find looks a character up
// through this chain; Face.Glyph gives its outline. A face is parsed when it is
// first asked for, so a program that draws nothing pays nothing. Everything here
// may be used from several goroutines at once.
package fonts

import (
	"sync"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/stix/stix2mathregular"
	"codeberg.org/go-fonts/stix/stix2textbold"
	"codeberg.org/go-fonts/stix/stix2textbolditalic"
	"codeberg.org/go-fonts/stix/stix2textitalic"
	"codeberg.org/go-fonts/stix/stix2textregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Em is the number of units to the em in every outline and measure of this
// package, whatever the font file uses.
const Em = 1000

// Style selects a face.
type Style uint8

// The faces.
const (
	Regular Style = iota
	Bold
	Italic
	BoldItalic
	Math
	Sans // the face of last resort
	styles
)

// GlyphIndex numbers a glyph within its face; 0 is the glyph for what is
// missing.
type GlyphIndex uint16

// Face is one typeface.
type Face struct {
	style Style
	name  string
	data  []byte

	parse sync.Once
	font  *sfnt.Font
	scale float64 // from font units to Em

	mu     sync.Mutex
	buf    sfnt.Buffer
	index  map[rune]GlyphIndex
	glyphs map[GlyphIndex]*Outline
	kerns  map[[2]GlyphIndex]float32
}

// bounds of the caches of one face: beyond them they start anew, so that no
// sequence of titles makes the program grow.
const (
	maxGlyphs = 2048
	maxRunes  = 8192
	maxKerns  = 8192
)

var faces = [styles]*Face{
	Regular:    {style: Regular, name: "STIXTwoText-Regular", data: stix2textregular.TTF},
	Bold:       {style: Bold, name: "STIXTwoText-Bold", data: stix2textbold.TTF},
	Italic:     {style: Italic, name: "STIXTwoText-Italic", data: stix2textitalic.TTF},
	BoldItalic: {style: BoldItalic, name: "STIXTwoText-BoldItalic", data: stix2textbolditalic.TTF},
	Math:       {style: Math, name: "STIXTwoMath-Regular", data: stix2mathregular.TTF},
	Sans:       {style: Sans, name: "DejaVuSans", data: dejavusans.TTF},
}

// Get gives the face of a style; a style that does not exist is Regular.
func Get(s Style) *Face {
	if s >= styles {
		s = Regular
	}
	f := faces[s]
	f.parse.Do(f.open)
	return f
}

func (f *Face) open() {
	ft, err := sfnt.Parse(f.data)
	if err != nil {
		// The fonts are part of the program, and a test opens each of them.
		panic("fonts: " + f.name + ": " + err.Error())
	}
	f.font = ft
	f.scale = Em / float64(ft.UnitsPerEm())
	f.index = make(map[rune]GlyphIndex)
	f.glyphs = make(map[GlyphIndex]*Outline)
	f.kerns = make(map[[2]GlyphIndex]float32)
}

// Name is the PostScript name of the face.
func (f *Face) Name() string { return f.name }

// Style is the style the face was made for.
func (f *Face) Style() Style { return f.style }

// Slanted tells whether the face is an italic one.
func (f *Face) Slanted() bool { return f.style == Italic || f.style == BoldItalic }

// Serif tells whether the face has serifs.
func (f *Face) Serif() bool { return f.style != Sans }

// Index gives the glyph of a character, 0 if the face has none.
func (f *Face) Index(r rune) GlyphIndex {
	f.mu.Lock()
	defer f.mu.Unlock()
	if g, ok := f.index[r]; ok {
		return g
	}
	g, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil {
		g = 0
	}
	if len(f.index) >= maxRunes {
		clear(f.index)
	}
	f.index[r] = GlyphIndex(g)
	return GlyphIndex(g)
}

// Kern gives what to add between two neighbouring glyphs, in units of Em.
func (f *Face) Kern(a, b GlyphIndex) float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	pair := [2]GlyphIndex{a, b}
	if k, ok := f.kerns[pair]; ok {
		return float64(k)
	}
	upem := fixed.Int26_6(f.font.UnitsPerEm())
	k, err := f.font.Kern(&f.buf, sfnt.GlyphIndex(a), sfnt.GlyphIndex(b), upem, font.HintingNone)
	if err != nil {
		k = 0
	}
	if len(f.kerns) >= maxKerns {
		clear(f.kerns)
	}
	v := float32(float64(k) * f.scale)
	f.kerns[pair] = v
	return float64(v)
}

// Find gives the face and glyph to draw a character with: the wanted style if
// it has the character, else the first of the others that has. ok is false if
// none has it.
func Find(want Style, r rune) (face *Face, g GlyphIndex, ok bool) {
	f := Get(want)
	if g := f.Index(r); g != 0 {
		return f, g, true
	}
	for _, s := range [...]Style{Regular, Math, Sans} {
		if s == want {
			continue
		}
		f := Get(s)
		if g := f.Index(r); g != 0 {
			return f, g, true
		}
	}
	return nil, 0, false
}
