package expr

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unit is a product of powers of units times 10^ten times 60^sixty. The
// electrical units and the hour are written in volt, ampere and second, so that
// what belongs together meets whatever it was called; everything else stays the
// unit it is, with its own prefix.
type unit struct {
	ten, sixty int
	v, a, s    int // exponents of volt, ampere and second
	rest       []factor
}

// factor is a power of a unit that is not made of volt, ampere and second.
type factor struct {
	symbol string // without its prefix
	prefix int    // its power of ten
	exp    int
}

// maxExponent bounds exponents; nobody measures in m¹⁰.
const maxExponent = 9

func (u unit) bounded() bool {
	ok := func(n, most int) bool { return -most <= n && n <= most }
	for _, f := range u.rest {
		if !ok(f.exp, maxExponent) {
			return false
		}
	}
	return ok(u.ten, 99) && ok(u.sixty, 99) && ok(u.v, maxExponent) && ok(u.a, maxExponent) && ok(u.s, maxExponent)
}

// plain tells whether the unit is the number 1 or a power of ten of it.
func (u unit) plain() bool {
	return u.v == 0 && u.a == 0 && u.s == 0 && u.sixty == 0 && len(u.rest) == 0
}

// times multiplies u by w to the power exp.
func (u unit) times(w unit, exp int) unit {
	u.ten += w.ten * exp
	u.sixty += w.sixty * exp
	u.v += w.v * exp
	u.a += w.a * exp
	u.s += w.s * exp
	u.rest = slices.Clone(u.rest)
	for _, f := range w.rest {
		f.exp *= exp
		i := slices.IndexFunc(u.rest, func(g factor) bool { return g.symbol == f.symbol })
		if i < 0 {
			u.rest = append(u.rest, f)
			continue
		}
		// The first prefix stays; what the other one differs by joins the rest
		// of the number.
		u.ten += (f.prefix - u.rest[i].prefix) * f.exp
		u.rest[i].exp += f.exp
	}
	u.rest = slices.DeleteFunc(u.rest, func(f factor) bool { return f.exp == 0 })
	return u
}

// root gives the unit whose square u is, if there is one.
func (u unit) root() (unit, bool) {
	all := u.ten | u.sixty | u.v | u.a | u.s
	out := unit{ten: u.ten / 2, sixty: u.sixty / 2, v: u.v / 2, a: u.a / 2, s: u.s / 2, rest: slices.Clone(u.rest)}
	for i, f := range u.rest {
		all |= f.exp
		out.rest[i].exp = f.exp / 2
	}
	return out, all&1 == 0
}

// same tells whether both are the same unit, whatever they are called.
func (u unit) same(w unit) bool {
	ratio := u.times(w, -1)
	return ratio.plain() && ratio.ten == 0
}

// electrical has the units made of volt, ampere and second, and the numbers
// that are written like units.
func electrical(symbol string) (unit, bool) {
	switch symbol {
	case "V":
		return unit{v: 1}, true
	case "A":
		return unit{a: 1}, true
	case "s":
		return unit{s: 1}, true
	case "W":
		return unit{v: 1, a: 1}, true
	case "Ω":
		return unit{v: 1, a: -1}, true
	case "S":
		return unit{v: -1, a: 1}, true
	case "C", "As":
		return unit{a: 1, s: 1}, true
	case "J", "Ws":
		return unit{v: 1, a: 1, s: 1}, true
	case "F":
		return unit{v: -1, a: 1, s: 1}, true
	case "H":
		return unit{v: 1, a: -1, s: 1}, true
	case "Hz":
		return unit{s: -1}, true
	case "Wh":
		return unit{v: 1, a: 1, s: 1, sixty: 2}, true
	case "Ah":
		return unit{a: 1, s: 1, sixty: 2}, true
	}
	return unit{}, false
}

// withoutPrefix has the units that never take a prefix.
func withoutPrefix(symbol string) (unit, bool) {
	switch symbol {
	case "min":
		return unit{s: 1, sixty: 1}, true
	case "h":
		return unit{s: 1, sixty: 2}, true
	case "%":
		return unit{ten: -2}, true
	case "‰":
		return unit{ten: -3}, true
	case "ppm":
		return unit{ten: -6}, true
	case "°C", "°F", "°", "d", "var", "rpm":
		return unit{rest: []factor{{symbol: symbol, exp: 1}}}, true
	}
	return unit{}, false
}

// takesPrefix tells which of the other units take prefixes.
func takesPrefix(symbol string) bool {
	switch symbol {
	case "m", "g", "L", "l", "N", "Pa", "bar", "K", "mol", "cd", "lm", "lx", "T", "Wb", "Bq", "Gy", "Sv", "eV", "rad", "VA", "Nm":
		return true
	}
	return false
}

// Spellings that people use beside the symbol. U+2126 is the ohm sign that
// Unicode has beside the Greek letter.
func alias(symbol string) string {
	switch symbol {
	case "\u2126", "ohm", "Ohm", "ohms", "Ohms":
		return "Ω"
	case "sec":
		return "s"
	case "hr", "hrs":
		return "h"
	case "degC", "℃":
		return "°C"
	case "degF", "℉":
		return "°F"
	case "deg":
		return "°"
	case "volt", "Volt", "volts", "Volts":
		return "V"
	case "watt", "Watt", "watts", "Watts":
		return "W"
	case "amp", "Amp", "amps", "ampere", "Ampere":
		return "A"
	}
	return symbol
}

// prefixes of both kinds; the letter µ is also typed as the Greek μ or as u.
var prefixes = []struct {
	text string
	ten  int
}{
	{"f", -15}, {"p", -12}, {"n", -9}, {"µ", -6}, {"μ", -6}, {"u", -6}, {"m", -3},
	{"c", -2}, {"d", -1}, {"h", 2}, {"k", 3}, {"M", 6}, {"G", 9}, {"T", 12},
}

// prefixText gives the prefix for a power of ten.
func prefixText(ten int) (string, bool) {
	if ten == 0 {
		return "", true
	}
	for _, p := range prefixes {
		if p.ten == ten {
			return p.text, true
		}
	}
	return "", false
}

// oneSymbol gives the unit of a symbol with its prefix. What is not known is a
// unit of its own.
func oneSymbol(symbol string) (u unit, known bool) {
	symbol = alias(symbol)
	if u, ok := electrical(symbol); ok {
		return u, true
	}
	if u, ok := withoutPrefix(symbol); ok {
		return u, true
	}
	if takesPrefix(symbol) {
		return unit{rest: []factor{{symbol: symbol, exp: 1}}}, true
	}
	for _, p := range prefixes {
		base, ok := strings.CutPrefix(symbol, p.text)
		if !ok {
			continue
		}
		base = alias(base)
		if takesPrefix(base) {
			return unit{rest: []factor{{symbol: base, prefix: p.ten, exp: 1}}}, true
		}
		// Gs and MS/s are gauss and samples, not long times.
		if base == "s" && p.ten > 0 {
			continue
		}
		if u, ok := electrical(base); ok && p.ten%3 == 0 {
			u.ten = p.ten
			return u, true
		}
	}
	return unit{rest: []factor{{symbol: symbol, exp: 1}}}, false
}

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

// text writes the unit, "" for the number 1. It is not ok when there is no way to
// write it without another number in it.
func (u unit) text() (text string, ok bool) {
	if u.plain() {
		switch u.ten {
		case 0:
			return "", true
		case -2:
			return "%", true
		case -3:
			return "‰", true
		case -6:
			return "ppm", true
		}
		return "", false
	}
	factors, ok := u.factors()
	if !ok || !carry(factors, u.ten) {
		return "", false
	}
	text, ok = join(factors)
	return text, ok && !countsAsLabel(text)
}

// join writes factors as a fraction.
func join(factors []factor) (text string, ok bool) {
	var over, under []string
	for _, f := range factors {
		prefix, ok := prefixText(f.prefix)
		if !ok {
			return "", false
		}
		symbol := prefix + f.symbol
		exp := max(f.exp, -f.exp)
		if exp > maxExponent {
			return "", false
		}
		if exp > 1 {
			symbol += string([]rune(superscripts)[exp])
		}
		if f.exp > 0 {
			over = append(over, symbol)
		} else {
			under = append(under, symbol)
		}
	}
	text = strings.Join(over, "·")
	// Watt hours and ampere hours are written as one word.
	if len(over) >= 2 && over[1] == "h" && (factors[0].symbol == "W" || factors[0].symbol == "A") && factors[0].exp == 1 {
		text = strings.Join(slices.Concat([]string{over[0] + "h"}, over[2:]), "·")
	}
	switch {
	case len(under) == 0:
		return text, true
	case text == "":
		text = "1"
	}
	if len(under) == 1 {
		return text + "/" + under[0], true
	}
	return text + "/(" + strings.Join(under, "·") + ")", true
}

// named lists the units that stand for several of volt, ampere and second.
var named = []struct {
	symbol  string
	v, a, s int
}{
	{"C", 0, 1, 1}, {"J", 1, 1, 1}, {"F", -1, 1, 1}, {"H", 1, -1, 1}, {"Hz", 0, 0, -1},
}

// factors puts volt, ampere and second together to the units people know, the
// unit of time last among them, and the other units behind.
func (u unit) factors() (out []factor, ok bool) {
	time, s := "s", u.s
	switch {
	case u.sixty == 0:
		if u.v != 0 || u.a != 0 || len(u.rest) == 0 {
			for _, n := range named {
				if n.v == u.v && n.a == u.a && n.s == u.s {
					return append([]factor{{symbol: n.symbol, exp: 1}}, u.rest...), true
				}
			}
		}
	case u.sixty == u.s:
		time = "min"
	case u.sixty == 2*u.s:
		time = "h"
	default:
		return nil, false
	}
	add := func(symbol string, exp int) {
		if exp != 0 {
			out = append(out, factor{symbol: symbol, exp: exp})
		}
	}
	switch {
	case u.v == u.a:
		add("W", u.v)
	case u.v == -u.a && u.v > 0:
		add("Ω", u.v)
	case u.v == -u.a:
		add("S", u.a)
	default:
		add("V", u.v)
		add("A", u.a)
	}
	if u.v == 0 && u.a == 0 {
		out = append(out, u.rest...)
		add(time, s)
		return out, true
	}
	add(time, s)
	return append(out, u.rest...), true
}

// carry gives a power of ten to the first factor that can take it as its
// prefix.
func carry(factors []factor, ten int) bool {
	if ten == 0 {
		return true
	}
	for i, f := range factors {
		_, electric := electrical(f.symbol)
		if !electric && !takesPrefix(f.symbol) || ten%f.exp != 0 {
			continue
		}
		prefix := f.prefix + ten/f.exp
		if f.symbol == "s" && prefix > 0 {
			continue // nobody writes ks
		}
		if _, ok := prefixText(prefix); !ok || prefix%3 != 0 && !usual(f.symbol, prefix) {
			continue
		}
		factors[i].prefix = prefix
		return true
	}
	return false
}

// usual tells where people use prefixes other than powers of 1000: cm, dL, hPa.
func usual(symbol string, prefix int) bool {
	switch symbol {
	case "m", "L", "l":
		return prefix < 0
	case "Pa":
		return prefix == 2
	}
	return false
}
