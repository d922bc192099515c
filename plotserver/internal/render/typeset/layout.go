package typeset

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// Option changes how a text is set; options may be combined with |.
type Option uint8

const (
	Bold     Option = 1 << iota // bold text
	Italic                      // italic text
	Verbatim                    // no mathematics: dollars are dollars
	Centred                     // lines are centred above each other
	Right                       // lines end at the same place
)

// LineSkip is the distance of baselines in units of the size.
const LineSkip = 1.2

// maxSize bounds what is set: a size beyond it (or one that is no number)
// is taken for it.
const maxSize = vg.Length(10000)

// Metrics are the measures of a size of text that do not depend on what is
// written, to place lines evenly.
type Metrics struct {
	Ascent    vg.Length // of letters with ascenders
	Descent   vg.Length // of letters with descenders, positive
	CapHeight vg.Length // of capitals and figures
	XHeight   vg.Length // of small letters
	LineSkip  vg.Length // from baseline to baseline
}

// MetricsOf gives the measures of text of a size.
func MetricsOf(size vg.Length) Metrics {
	size = bounded(size)
	f := fonts.Get(fonts.Regular)
	high := func(r rune) vg.Length { return vg.Length(f.Glyph(f.Index(r)).YMax) * size / fonts.Em }
	low := func(r rune) vg.Length { return vg.Length(-f.Glyph(f.Index(r)).YMin) * size / fonts.Em }
	return Metrics{Ascent: high('d'), Descent: low('p'), CapHeight: high('H'), XHeight: high('x'), LineSkip: LineSkip * size}
}

// maxText is the length of text in bytes that is set; the rest is left out.
const maxText = 100_000

// Layout sets a text at a size, the length of the em in points. Newlines begin
// new lines. Time and memory are proportional to the length of the text.
func Layout(text string, size vg.Length, opts ...Option) Box {
	var opt Option
	for _, o := range opts {
		opt |= o
	}
	s := &setter{style: styleOf(opt)}
	size = bounded(size)
	if len(text) > maxText {
		cut := maxText
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
		s.problem("cannot set a text of more than %d bytes: the rest is left out", maxText)
	}
	var lines []*piece
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, s.line(line, size, opt))
	}
	b := stack(lines, size, opt)
	b.Problems = s.problems
	return b
}

func styleOf(o Option) fonts.Style {
	switch o & (Bold | Italic) {
	case Bold:
		return fonts.Bold
	case Italic:
		return fonts.Italic
	case Bold | Italic:
		return fonts.BoldItalic
	}
	return fonts.Regular
}

// stack puts lines below each other, farther apart where they are tall.
func stack(lines []*piece, size vg.Length, opt Option) Box {
	width := vg.Length(0)
	for _, l := range lines {
		width = max(width, l.w)
	}
	all := &piece{}
	y, depth := vg.Length(0), vg.Length(0)
	for i, l := range lines {
		if i > 0 {
			y -= max(LineSkip*size, depth+l.height()+0.2*size)
			all.plain.WriteByte('\n')
		}
		depth = l.depth()
		x := vg.Length(0)
		switch {
		case opt&Centred != 0:
			x = (width - l.w) / 2
		case opt&Right != 0:
			x = width - l.w
		}
		all.put(l, x, y)
	}
	b := Box{Width: width, rules: all.rules}
	if all.inked {
		b.Ascent, b.Descent = max(0, all.a), max(0, all.d)
	}
	b.run = fonts.Run{Text: all.plain.String(), Width: width, Size: size, Glyphs: all.glyphs}
	return b
}

// line sets one line: text, and between dollars mathematics.
func (s *setter) line(line string, size vg.Length, opt Option) *piece {
	if opt&Verbatim != 0 {
		return s.text(line, s.style, size)
	}
	p := &piece{}
	for _, part := range split(line) {
		if !part.formula {
			p.add(s.text(part.text, s.style, size))
			continue
		}
		list, err := s.parse(part.text)
		if err != nil {
			s.problem("cannot set the formula %s: %v, it is drawn as typed", shorten(part.text), err)
			p.add(s.text(part.text, s.style, size))
			continue
		}
		p.add(s.env(size).list(list))
	}
	return p
}

// shorten quotes the beginning of a text for a message.
func shorten(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

func bounded(size vg.Length) vg.Length {
	if math.IsNaN(float64(size)) || size < 0 {
		return 0
	}
	return min(size, maxSize)
}
