package render

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// letters are matplotlib's single-letter colours with matplotlib's values;
// "g", "c", "m" and "y" are darker than the CSS colours of these names.
var letters = map[byte]color.NRGBA{
	'b': {0x00, 0x00, 0xff, 0xff},
	'g': {0x00, 0x80, 0x00, 0xff},
	'r': {0xff, 0x00, 0x00, 0xff},
	'c': {0x00, 0xbf, 0xbf, 0xff},
	'm': {0xbf, 0x00, 0xbf, 0xff},
	'y': {0xbf, 0xbf, 0x00, 0xff},
	'k': {0x00, 0x00, 0x00, 0xff},
	'w': {0xff, 0xff, 0xff, 0xff},
}

// tableau are matplotlib's "tab:" colours.
var tableau = map[string]color.NRGBA{
	"tab:blue":   {0x1f, 0x77, 0xb4, 0xff},
	"tab:orange": {0xff, 0x7f, 0x0e, 0xff},
	"tab:green":  {0x2c, 0xa0, 0x2c, 0xff},
	"tab:red":    {0xd6, 0x27, 0x28, 0xff},
	"tab:purple": {0x94, 0x67, 0xbd, 0xff},
	"tab:brown":  {0x8c, 0x56, 0x4b, 0xff},
	"tab:pink":   {0xe3, 0x77, 0xc2, 0xff},
	"tab:gray":   {0x7f, 0x7f, 0x7f, 0xff},
	"tab:grey":   {0x7f, 0x7f, 0x7f, 0xff},
	"tab:olive":  {0xbc, 0xbd, 0x22, 0xff},
	"tab:cyan":   {0x17, 0xbe, 0xcf, 0xff},
}

// paint is a colour as it is asked for: a fixed one, or a place in the
// style's cycle of colours.
type paint struct {
	set   bool
	fixed color.NRGBA
	cycle int // place in the cycle, -1 for a fixed colour
}

func fixedPaint(c color.NRGBA) paint { return paint{set: true, fixed: c, cycle: -1} }

// in is the colour in a style.
func (p paint) in(t *theme) color.NRGBA {
	if p.cycle >= 0 {
		return t.cycle[p.cycle%len(t.cycle)]
	}
	return p.fixed
}

// parsePaint reads a whole text as a colour: a letter, a CSS name, "tab:…",
// "C0" …, "#rgb", "#rrggbb", "#rrggbbaa", or a grey between "0" and "1".
func parsePaint(s string) (paint, bool) {
	if p, n := leadingPaint(s); n == len(s) && n > 0 {
		return p, true
	}
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return paint{}, false
	}
	g, err := strconv.ParseFloat(s, 64)
	if err != nil || !(g >= 0 && g <= 1) {
		return paint{}, false
	}
	v := uint8(math.Round(g * 255))
	return fixedPaint(color.NRGBA{v, v, v, 0xff}), true
}

// leadingPaint reads the longest colour that s begins with and says how many
// bytes it took; 0 when it begins with none.
func leadingPaint(s string) (paint, int) {
	if s == "" {
		return paint{}, 0
	}
	if s[0] == '#' {
		return leadingHex(s)
	}
	if s[0] == 'C' {
		n := 1
		for n < len(s) && n < 6 && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n > 1 {
			i, _ := strconv.Atoi(s[1:n])
			return paint{set: true, cycle: i}, n
		}
	}
	// Names are longer than two letters, so that "bo" or "rx" cannot be one.
	if strings.HasPrefix(s, "tab:") {
		word := letterRun(s[4:])
		for n := len(word); n >= 3; n-- {
			if c, ok := tableau["tab:"+word[:n]]; ok {
				return fixedPaint(c), 4 + n
			}
		}
	}
	word := strings.ToLower(letterRun(s))
	for n := len(word); n >= 3; n-- {
		if word[:n] == "rebeccapurple" {
			return fixedPaint(color.NRGBA{0x66, 0x33, 0x99, 0xff}), n
		}
		if c, ok := colornames.Map[word[:n]]; ok {
			return fixedPaint(color.NRGBA{c.R, c.G, c.B, 0xff}), n
		}
	}
	if c, ok := letters[s[0]]; ok {
		return fixedPaint(c), 1
	}
	return paint{}, 0
}

// letterRun is the run of ASCII letters that s begins with, cut at the length
// of the longest colour name.
func letterRun(s string) string {
	n := 0
	for n < len(s) && n < 24 && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	return s[:n]
}

func leadingHex(s string) (paint, int) {
	n := 1
	for n < len(s) && n < 9 && isHex(s[n]) {
		n++
	}
	// "#1f77b4" may be followed by a marker that reads as hexadecimal, as in
	// "#1f77b4d": the longest well-formed length wins.
	for _, digits := range []int{8, 6, 4, 3} {
		if n-1 < digits {
			continue
		}
		v, err := strconv.ParseUint(s[1:1+digits], 16, 32)
		if err != nil {
			return paint{}, 0
		}
		c := color.NRGBA{A: 0xff}
		switch digits {
		case 8:
			c = color.NRGBA{uint8(v >> 24), uint8(v >> 16), uint8(v >> 8), uint8(v)}
		case 6:
			c.R, c.G, c.B = uint8(v>>16), uint8(v>>8), uint8(v)
		case 4:
			c = color.NRGBA{uint8(v>>12&15) * 17, uint8(v>>8&15) * 17, uint8(v>>4&15) * 17, uint8(v&15) * 17}
		case 3:
			c.R, c.G, c.B = uint8(v>>8&15)*17, uint8(v>>4&15)*17, uint8(v&15)*17
		}
		return fixedPaint(c), 1 + digits
	}
	return paint{}, 0
}

func isHex(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'f'
}

// between mixes two colours: a for 0, b for 1.
func between(a, b color.NRGBA, f float64) color.NRGBA {
	mix := func(p, q uint8) uint8 { return uint8(math.Round(float64(p)*(1-f) + float64(q)*f)) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), mix(a.A, b.A)}
}
