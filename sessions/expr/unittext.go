package expr

import (
	"slices"
	"strings"
)

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
		if f.fixed || !electric && !takesPrefix(f.symbol) || ten%f.exp != 0 {
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
