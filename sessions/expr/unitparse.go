package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// countsAsLabel tells which texts must never be taken apart: logarithmic scales,
// whose products mean nothing, and pH, which is no picohenry.
func countsAsLabel(text string) bool {
	return strings.Contains(text, "dB") || strings.Contains(text, "pH")
}

// maxUnitText bounds the units that are taken apart.
const maxUnitText = 40

// parseUnit takes apart a unit as people write it: W/m², W/m^2, W m-2, J/(kg·K).
// It is not ok when the text can be read in two ways.
func parseUnit(text string) (u unit, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxUnitText || countsAsLabel(text) {
		return unit{}, false
	}
	p := unitParser{text: text, known: true}
	u, ok = p.product(1, false)
	if !ok || p.pos != len(text) || p.spaces && !p.known || !u.bounded() {
		return unit{}, false
	}
	return u, true
}

type unitParser struct {
	text   string
	pos    int
	known  bool // every symbol so far is a known unit
	spaces bool // some factors have just a space between them
}

// product reads factors up to the end or the closing parenthesis. A product
// behind a slash could be meant to be divided by as a whole, so it is refused.
func (p *unitParser) product(sign int, inside bool) (u unit, ok bool) {
	divided := false
	exp := sign
	for {
		w, ok := p.factor(inside)
		if !ok {
			return u, false
		}
		u = u.times(w, exp)
		if !u.bounded() {
			return u, false
		}
		separator := p.separator()
		switch separator {
		case 0:
			return u, true
		case '/':
			divided, exp = true, -sign
		default:
			if divided {
				return u, false
			}
			p.spaces = p.spaces || separator == ' '
		}
	}
}

// separator reads what stands between two factors: 0 for nothing.
func (p *unitParser) separator() rune {
	rest := p.text[p.pos:]
	trimmed := strings.TrimLeft(rest, " ")
	if trimmed == "" || trimmed[0] == ')' {
		p.pos += len(rest) - len(trimmed)
		return 0
	}
	r, size := utf8.DecodeRuneInString(trimmed)
	switch r {
	case '/', '·', '⋅', '*', '×':
		trimmed = strings.TrimLeft(trimmed[size:], " ")
		p.pos = len(p.text) - len(trimmed)
		return r
	}
	if len(trimmed) < len(rest) {
		p.pos = len(p.text) - len(trimmed)
		return ' '
	}
	return 0
}

func (p *unitParser) factor(inside bool) (u unit, ok bool) {
	rest := p.text[p.pos:]
	switch {
	case strings.HasPrefix(rest, "(") && !inside:
		p.pos++
		u, ok = p.product(1, true)
		if !ok || p.pos >= len(p.text) || p.text[p.pos] != ')' {
			return u, false
		}
		p.pos++
		return u, true
	case strings.HasPrefix(rest, "1"):
		p.pos++
		return unit{}, true
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !(unicode.IsLetter(r) || strings.ContainsRune("°℃℉%‰_'\"", r))
	})
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		return u, false
	}
	u, known := oneSymbol(rest[:end])
	p.pos += end
	exp, ok := p.exponent(known)
	if !ok {
		return u, false
	}
	p.known = p.known && known
	return unit{}.times(u, exp), true
}

// exponent reads ², ⁻¹, ^2, ^-1, **2 and, behind a known unit, 2 and -1.
func (p *unitParser) exponent(known bool) (exp int, ok bool) {
	rest := p.text[p.pos:]
	body, marked := strings.CutPrefix(rest, "^")
	if !marked {
		body, marked = strings.CutPrefix(rest, "**")
	}
	sign, digits, read := 1, 0, len(rest)-len(body)
	superscript := false
	for i, r := range body {
		if i == 0 && (r == '-' || r == '−' || r == '⁻') {
			sign = -1
		} else if d, super := digit(r); d >= 0 && digits == 0 {
			exp, digits = d, 1
			superscript = super
		} else {
			if d >= 0 {
				return 0, false // two digits
			}
			break
		}
		read += utf8.RuneLen(r)
	}
	if digits == 0 {
		return 1, !marked && sign == 1
	}
	p.pos += read
	return sign * exp, exp > 0 && (marked || superscript || known)
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹"

// digit gives the value of a digit or a superscript digit, -1 for others.
func digit(r rune) (value int, superscript bool) {
	if isDigit(r) {
		return int(r - '0'), false
	}
	n := 0
	for _, s := range superscripts {
		if s == r {
			return n, true
		}
		n++
	}
	return -1, false
}
