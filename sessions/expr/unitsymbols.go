package expr

import "strings"

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
	if symbol == "C" || symbol == "F" {
		// Coulomb and farad, or what thermometers show: products hold for both
		// as long as the letter is not taken apart.
		return unit{rest: []factor{{symbol: symbol, fixed: true, exp: 1}}}, true
	}
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
