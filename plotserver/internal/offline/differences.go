package offline

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"iotplot/sessions"
)

// differences says what a series has lost on its way through a file, in the
// words of a list. There is one NaN, its bits don't count.
func differences(before, after *sessions.Series) []string {
	var lost []string
	note := func(same bool, what string) {
		if !same {
			lost = append(lost, what)
		}
	}
	note(slices.Equal(before.Columns, after.Columns), "the names of the columns")
	note(sameUnits(before, after), "the units")
	note(len(before.Meta) == 0 && len(after.Meta) == 0 || reflect.DeepEqual(before.Meta, after.Meta), "the meta")
	note(before.Run == after.Run, "the run")
	note(before.Started.Equal(after.Started), "when it was started")
	note(slices.Equal(before.MissingRanges(), after.MissingRanges()), "which rows are missing")
	switch n := unequal(before, after); {
	case n < 0:
		lost = append(lost, "the number of rows and columns")
	case n > 0:
		lost = append(lost, fmt.Sprintf("%s exactly", count(n, "value")))
	}
	return lost
}

func sameUnits(a, b *sessions.Series) bool {
	for i := range max(len(a.Columns), len(b.Columns)) {
		if a.Unit(i) != b.Unit(i) {
			return false
		}
	}
	return true
}

// unequal counts the values that differ, -1 where there are not as many.
func unequal(a, b *sessions.Series) int {
	if a.Len() != b.Len() || len(a.Columns) != len(b.Columns) {
		return -1
	}
	n := 0
	for k := range a.Columns {
		x, y := a.Column(k), b.Column(k)
		for i := range a.Len() {
			u, v := x.At(i), y.At(i)
			if math.Float64bits(u) != math.Float64bits(v) && !(math.IsNaN(u) && math.IsNaN(v)) {
				n++
			}
		}
	}
	return n
}
