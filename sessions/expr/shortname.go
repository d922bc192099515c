package expr

import (
	"slices"
	"strings"
)

// SplitUnit takes the unit off a column's name that ends with it, as in
// "V [mV]" or "I (A)"; what stands in the brackets may be anything. The name is
// the whole text, and the unit empty, where there are no brackets with something
// in front.
func SplitUnit(column string) (name, unit string) {
	for _, b := range [...]struct{ open, shut string }{{"[", "]"}, {"(", ")"}} {
		inner, ok := strings.CutSuffix(column, b.shut)
		if !ok {
			continue
		}
		if i := strings.LastIndex(inner, b.open); i > 0 {
			if short := strings.TrimSpace(inner[:i]); short != "" {
				return short, strings.TrimSpace(inner[i+len(b.open):])
			}
		}
	}
	return column, ""
}

// ShortName gives the name without its unit that column i may be called by as
// well, "" when there is none or when it could mean another column.
func ShortName(columns []string, i int) string {
	short, _ := SplitUnit(columns[i])
	if short == columns[i] || findColumn(short, columns) >= 0 || len(namesakes(short, columns)) != 1 {
		return ""
	}
	return short
}

// namesakes are the places of the columns that have this name without their
// units.
func namesakes(short string, columns []string) []int {
	short = oneLetter(strings.TrimSpace(short))
	var at []int
	for i, c := range columns {
		if s, _ := SplitUnit(c); s != c && oneLetter(s) == short {
			at = append(at, i)
		}
	}
	return at
}

// unitOf is a column's unit: the series', or else that in the name. Round
// brackets may hold other words, only known units are taken from them.
func unitOf(unit, column string) string {
	if unit != "" {
		return unit
	}
	_, inName := SplitUnit(column)
	if inName == "" || strings.HasSuffix(column, "]") {
		return inName
	}
	u, ok := parseUnit(inName)
	if !ok || slices.ContainsFunc(u.rest, func(f factor) bool {
		_, known := oneSymbol(f.symbol)
		return !known
	}) {
		return ""
	}
	return inName
}

// short finds the column that a name means without its unit. The error says
// which ones there are where it is not one alone; i is -1 where there is none.
func (p *parser) short(t token) (i int, err error) {
	at := namesakes(t.text, p.columns)
	switch len(at) {
	case 0:
		return -1, nil
	case 1:
		return at[0], nil
	}
	var names []string
	for _, i := range at {
		names = append(names, p.columns[i])
	}
	return -1, p.fail(t.pos, "%s could be %s, write one of them with its unit and the quotes",
		shorten(nameText(t.text)), strings.Replace(listNames(names), ", ", " or ", len(names)))
}

// shortText is the column that a whole text means, without the column's unit,
// where the text can't be read as an expression: -1 for none.
func shortText(text string, columns []string) int {
	if at := namesakes(text, columns); len(at) == 1 {
		return at[0]
	}
	return -1
}
