package render

import (
	"fmt"
	"math"
	"strings"
)

// electrical is the unit of a column of an I-V curve: a prefix of V, A or W, or
// of A/cm² and W/cm² where the current is a density. The zero value is a
// unit that is not known.
type electrical struct {
	symbol string  // V, A, W
	ten    int     // power of ten of the prefix
	area   string  // "/cm²" or "/m²", as it was written
	part   float64 // of the unit with 1/cm² in place of area: 1e-4 for /m²
}

func (u electrical) known() bool { return u.symbol != "" }

// factor makes V, A, W, A/cm² or W/cm² of the unit.
func (u electrical) factor() float64 {
	f := math.Pow10(u.ten)
	if u.area != "" {
		f *= u.part
	}
	return f
}

func (u electrical) String() string {
	if !u.known() {
		return ""
	}
	return prefixOf(u.ten) + u.symbol + u.area
}

// fit is the unit with the prefix that suits a value given in V, A or W: at
// least 1 and below 1000.
func (u electrical) fit(v float64) electrical {
	if u.area != "" {
		v /= u.part
	}
	u.ten = 0
	if v > 0 && v <= math.MaxFloat64 {
		// A little below, so that 0.9996 mA does not become 999.6 µA.
		e := int(math.Floor(math.Log10(v*1.001) / 3))
		u.ten = 3 * min(max(e, -5), 4)
	}
	return u
}

var enginePrefixes = []struct {
	ten  int
	text string
}{
	{-15, "f"}, {-12, "p"}, {-9, "n"}, {-6, "µ"}, {-6, "μ"}, {-6, "u"}, {-3, "m"}, {3, "k"}, {6, "M"}, {9, "G"}, {12, "T"},
}

func prefixOf(ten int) string {
	for _, p := range enginePrefixes {
		if p.ten == ten {
			return p.text
		}
	}
	return ""
}

// electricalOf reads a unit such as mV, µA or mA/cm². What is none is not known.
func electricalOf(unit string) electrical {
	u := electrical{part: 1}
	unit = strings.TrimSpace(unit)
	for _, a := range []struct {
		text, shown string
		part        float64
	}{
		{"/cm²", "/cm²", 1}, {"/cm2", "/cm²", 1}, {"/cm^2", "/cm²", 1}, {" cm⁻²", "/cm²", 1}, {"·cm⁻²", "/cm²", 1}, {"*cm⁻²", "/cm²", 1}, {" cm^-2", "/cm²", 1}, {"*cm^-2", "/cm²", 1},
		{"/m²", "/m²", 1e-4}, {"/m2", "/m²", 1e-4}, {"/m^2", "/m²", 1e-4}, {" m⁻²", "/m²", 1e-4}, {"·m⁻²", "/m²", 1e-4},
	} {
		if base, ok := strings.CutSuffix(unit, a.text); ok {
			unit, u.area, u.part = strings.TrimSpace(base), a.shown, a.part
			break
		}
	}
	for _, symbol := range []string{"V", "A", "W"} {
		prefix, ok := strings.CutSuffix(unit, symbol)
		if !ok {
			continue
		}
		if prefix == "" {
			u.symbol = symbol
			return u
		}
		for _, p := range enginePrefixes {
			if p.text == prefix {
				u.symbol, u.ten = symbol, p.ten
				return u
			}
		}
	}
	return electrical{}
}

// unitIn splits a label such as "V [mV]", "I (mA)" or "I / mA" into name and
// unit.
func unitIn(label string) (name, unit string) {
	label = strings.TrimSpace(label)
	for _, b := range []struct{ open, shut string }{{"[", "]"}, {"(", ")"}} {
		if inner, ok := strings.CutSuffix(label, b.shut); ok {
			if i := strings.LastIndex(inner, b.open); i >= 0 {
				return strings.TrimSpace(inner[:i]), inner[i+1:]
			}
		}
	}
	for _, sep := range []string{" / ", " in "} {
		if name, unit, ok := strings.Cut(label, sep); ok {
			return strings.TrimSpace(name), unit
		}
	}
	return label, ""
}

// ivColumn is the voltage or the current of a series.
type ivColumn struct {
	name   string // without its unit
	column string // as the series has it
	unit   electrical
	values values
}

// ivColumns finds voltage and current: the columns that options name, else
// those with the names that voltages and currents have, else those with the units,
// else the first two that are no time. notes tells of the last.
func (p *planning) ivColumns(src *source) (v, i ivColumn, note string, err error) {
	series := src.series
	n := len(series.Columns)
	at := [2]int{-1, -1}
	var made [2]*ivColumn
	for k, o := range []struct {
		option string
		asked  text
	}{{"v", p.spec.v}, {"i", p.spec.i}} {
		if !o.asked.set {
			continue
		}
		d, err := p.value(src, o.option, o.asked.text)
		if err != nil {
			return v, i, "", err
		}
		name, unit := unitIn(d.name)
		if d.unit != "" {
			name, unit = d.name, d.unit
		}
		made[k] = &ivColumn{name, d.name, electricalOf(unit), d.column}
		at[k] = series.Lookup(d.name)
	}
	names, units := make([]string, n), make([]electrical, n)
	for c := range n {
		name, unit := unitIn(series.Columns[c])
		if series.Unit(c) != "" {
			name, unit = series.Columns[c], series.Unit(c)
		}
		names[c], units[c] = name, electricalOf(unit)
	}
	free := func(c int) bool { return c != at[0] && c != at[1] }
	find := func(k int, ok func(c int) bool) {
		for c := 0; c < n && at[k] < 0 && made[k] == nil; c++ {
			if free(c) && ok(c) {
				at[k] = c
			}
		}
	}
	for k, called := range [2][]string{{"V", "U", "Voltage", "Spannung"}, {"I", "J", "Current", "Strom"}} {
		for _, name := range called {
			find(k, func(c int) bool { return names[c] == name || len(name) > 1 && strings.EqualFold(names[c], name) })
		}
	}
	for k, symbol := range [2]string{"V", "A"} {
		find(k, func(c int) bool { return units[c].symbol == symbol })
	}
	guessed := false
	for k := range 2 {
		if at[k] >= 0 || made[k] != nil {
			continue
		}
		guessed = true
		usable := func(c int) bool { return !isTime(names[c], series.Unit(c)) }
		left := 0
		for c := range n {
			if free(c) && usable(c) {
				left++
			}
		}
		if left < 2-k {
			usable = func(int) bool { return true }
		}
		find(k, usable)
		if at[k] < 0 {
			return v, i, "", &OptionError{"kind", fmt.Sprintf(
				"cannot plot with kind \"iv\": series %s has %d columns, a voltage and a current are needed", shown(series.Name), n)}
		}
	}
	take := func(k int) ivColumn {
		if made[k] != nil {
			return *made[k]
		}
		return ivColumn{names[at[k]], series.Columns[at[k]], units[at[k]], p.columnOf(src, at[k]).column}
	}
	v, i = take(0), take(1)
	if guessed {
		note = fmt.Sprintf("took the columns %s and %s of %s for voltage and current, the options v and i name others", shown(v.name), shown(i.name), shown(series.Name))
	}
	// A unit that is none of a voltage is no unit of the voltage.
	if v.unit.symbol != "V" || v.unit.area != "" {
		v.unit = electrical{}
	}
	if i.unit.symbol != "A" {
		i.unit = electrical{}
	}
	return v, i, note, nil
}

// isTime tells columns that say when a row was measured.
func isTime(name, unit string) bool {
	switch unit {
	case "s", "ms", "µs", "min", "h":
		return true
	}
	return name == "t" || strings.EqualFold(name, "time") || strings.EqualFold(name, "zeit")
}
