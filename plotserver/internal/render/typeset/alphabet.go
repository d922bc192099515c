package typeset

import (
	"sync"

	"iotplot/plotserver/internal/render/fonts"
)

// alphabet is a style of letters within mathematics.
type alphabet uint8

const (
	italic alphabet = iota // letters and small Greek italic, the rest upright
	upright
	bold
	textItalic
	boldItalic
	script
	doubleStruck
	fraktur
	sans
	typewriter
)

// classes gives the symbols by their character.
var classes = sync.OnceValue(func() map[rune]symbol {
	m := make(map[rune]symbol, len(symbols))
	for _, s := range symbols {
		if s.class != ord {
			m[s.r] = s
		}
	}
	return m
})

// ranges of letters in the Unicode block Mathematical Alphanumeric Symbols:
// first capital, first small letter, first digit, first capital and small Greek;
// 0 where there are none.
type ranges struct{ upper, lower, digit, greekUpper, greekLower rune }

var blocks = map[alphabet]ranges{
	italic:       {0x1d434, 0x1d44e, 0, 0, 0x1d6fc},
	bold:         {0, 0, 0, 0x1d6a8, 0x1d6c2},
	boldItalic:   {0x1d468, 0x1d482, 0x1d7ce, 0x1d71c, 0x1d736},
	script:       {0x1d49c, 0x1d4b6, 0, 0, 0},
	doubleStruck: {0x1d538, 0x1d552, 0x1d7d8, 0, 0},
	fraktur:      {0x1d504, 0x1d51e, 0, 0, 0},
	sans:         {0x1d5a0, 0x1d5ba, 0x1d7e2, 0, 0},
	typewriter:   {0x1d670, 0x1d68a, 0x1d7f6, 0, 0},
}

// elsewhere are the letters that Unicode had before that block, whose places in
// it are empty.
var elsewhere = map[rune]rune{
	0x1d455: 'ℎ', 0x1d49d: 'ℬ', 0x1d4a0: 'ℰ', 0x1d4a1: 'ℱ', 0x1d4a3: 'ℋ', 0x1d4a4: 'ℐ', 0x1d4a7: 'ℒ', 0x1d4a8: 'ℳ', 0x1d4ad: 'ℛ',
	0x1d4ba: 'ℯ', 0x1d4bc: 'ℊ', 0x1d4c4: 'ℴ', 0x1d53a: 'ℂ', 0x1d53f: 'ℍ', 0x1d545: 'ℕ', 0x1d547: 'ℙ', 0x1d548: 'ℚ', 0x1d549: 'ℝ', 0x1d551: 'ℤ',
	0x1d506: 'ℭ', 0x1d50b: 'ℌ', 0x1d50c: 'ℑ', 0x1d515: 'ℜ', 0x1d51d: 'ℨ',
}

// greekVariants follow omega in each Greek row of that block.
var greekVariants = map[rune]rune{'∂': 25, 'ϵ': 26, 'ϑ': 27, 'ϰ': 28, 'ϕ': 29, 'ϱ': 30, 'ϖ': 31}

// find gives the face and the glyph for a character in an alphabet.
func (a alphabet) find(r rune) (*fonts.Face, fonts.GlyphIndex, bool) {
	style := fonts.Math
	letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	switch {
	case a == upright && (letter || r >= 0xc0 && r < 0x250), r >= '0' && r <= '9' && blocks[a].digit == 0 && a != bold && a != textItalic, r == '.' || r == ',' || r == '%' || r == '°' || r == 'µ':
		style = fonts.Regular
		if a == bold {
			style = fonts.Bold
		}
	case a == bold && (letter || r >= '0' && r <= '9' || r >= 0xc0 && r < 0x250):
		style = fonts.Bold
	case a == textItalic && (letter || r >= '0' && r <= '9' || r >= 0xc0 && r < 0x250):
		style = fonts.Italic
	case a == italic && r >= 0xc0 && r < 0x250 && r != '×' && r != '÷':
		style = fonts.Italic
		if r == 'ı' || r == 'ȷ' {
			style, r = fonts.Math, 0x1d6a4+r-'ı'
			if r > 0x1d6a5 {
				r = 0x1d6a5
			}
		}
	default:
		r = blocks[a].of(r)
	}
	return fonts.Find(style, r)
}

func (b ranges) of(r rune) rune {
	m := rune(0)
	switch {
	case r >= 'A' && r <= 'Z' && b.upper != 0:
		m = b.upper + r - 'A'
	case r >= 'a' && r <= 'z' && b.lower != 0:
		m = b.lower + r - 'a'
	case r >= '0' && r <= '9' && b.digit != 0:
		m = b.digit + r - '0'
	case r >= 'Α' && r <= 'Ω' && b.greekUpper != 0:
		m = b.greekUpper + r - 'Α'
	case r >= 'α' && r <= 'ω' && b.greekLower != 0:
		m = b.greekLower + r - 'α'
	default:
		if k, ok := greekVariants[r]; ok && b.greekLower != 0 {
			m = b.greekLower + k
		}
	}
	if m == 0 {
		return r
	}
	if e, ok := elsewhere[m]; ok {
		return e
	}
	return m
}
