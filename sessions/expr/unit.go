package expr

import "slices"

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
	fixed  bool   // it never gets another prefix
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
