package typeset

import (
	"fmt"
	"unicode"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// setter sets one text and gathers what could not be set.
type setter struct {
	style    fonts.Style
	problems []string
	told     map[rune]bool // characters already reported

	toldOrder bool // that right-to-left text is not set as such
}

// maxProblems bounds the list of problems of one text.
const maxProblems = 8

func (s *setter) problem(format string, args ...any) {
	if len(s.problems) < maxProblems {
		s.problems = append(s.problems, fmt.Sprintf(format, args...))
	}
}

// unseen tells that a character has no shape of its own: controls, joiners,
// variation selectors, soft hyphens.
func unseen(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xad || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// shown is the beginning of a text for a message.
func shown(text string) string {
	const most = 20
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

const minus = '\u2212'

// text sets characters as they are, with kerning. A hyphen that begins a number
// is a minus sign.
func (s *setter) text(str string, style fonts.Style, size vg.Length) *piece {
	p := &piece{}
	k := size / fonts.Em
	var lastFace *fonts.Face
	var last fonts.GlyphIndex
	runes := []rune(str)
	for i, r := range runes {
		if r == '-' && signs(runes, i) {
			r = minus
		}
		if r == '\t' {
			r = ' '
		}
		if unseen(r) {
			continue
		}
		if !s.toldOrder && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			s.toldOrder = true
			s.problem("cannot set %q in its order: right-to-left text is drawn from left to right", shown(str))
		}
		f, g, ok := fonts.Find(style, r)
		if !ok {
			s.missing(p, r, size)
			lastFace = nil
			continue
		}
		if f == lastFace {
			p.w += vg.Length(f.Kern(last, g)) * k
		}
		p.glyph(f, g, size, p.w, 0, string(r))
		p.w += vg.Length(f.Glyph(g).Advance) * k
		lastFace, last = f, g
	}
	return p
}

// signs tells whether the hyphen at i is the sign of a number: a digit follows
// and no word or number ends before it, other than the e of an exponent.
func signs(r []rune, i int) bool {
	next := i + 1
	if next < len(r) && (r[next] == '.' || r[next] == ',') {
		next++
	}
	if next >= len(r) || !unicode.IsDigit(r[next]) {
		return false
	}
	if i == 0 {
		return true
	}
	switch c := r[i-1]; {
	case c == 'e' || c == 'E':
		return i >= 2 && (unicode.IsDigit(r[i-2]) || r[i-2] == '.')
	case unicode.IsLetter(c), unicode.IsDigit(c), c == ')', c == ']', c == '-', c == '.', c == '_', c == '/', c == '\'', c == '}':
		return false
	}
	return true
}

// missing draws an empty box for a character no font has. The text keeps the
// character.
func (s *setter) missing(p *piece, r rune, size vg.Length) {
	if !s.told[r] {
		if s.told == nil {
			s.told = make(map[rune]bool)
		}
		s.told[r] = true
		s.problem("cannot draw %q (U+%04X): no font has it, a box stands for it", r, r)
	}
	line, w, h := 0.045*size, 0.5*size, 0.66*size
	x := p.w + 0.05*size
	f := fonts.Get(fonts.Regular)
	p.glyphs = append(p.glyphs, fonts.Glyph{Face: f, ID: f.Index(' '), Text: string(r), X: x, Size: size})
	p.plain.WriteRune(r)
	p.rule(x, 0, w, line)
	p.rule(x, h-line, w, line)
	p.rule(x, line, line, h-2*line)
	p.rule(x+w-line, line, line, h-2*line)
	p.w += w + 0.1*size
}
