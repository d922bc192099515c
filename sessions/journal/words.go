package journal

import (
	"fmt"
	"strings"
)

// maxWords bounds how many places of damage, and how many stretches of missing
// rows, are told one by one.
const maxWords = 8

// Words says for people where the journal is damaged and what that took, each
// place on a line of its own; "" if it is not damaged.
func (r *Report) Words() string {
	if len(r.Damage) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the journal is damaged, %d bytes cannot be read; ", r.DamagedBytes)
	if len(r.Missing) == 0 {
		b.WriteString("no row is missing")
	} else {
		b.WriteString("missing and kept as a gap:")
	}
	more := func(i, n int, what string) bool {
		if i == maxWords {
			fmt.Fprintf(&b, "\nand %d more %s", n-i, what)
		}
		return i == maxWords
	}
	for i, m := range r.Missing {
		if more(i, len(r.Missing), "stretches of rows") {
			break
		}
		last := m.First + m.Rows - 1
		switch {
		case m.Series == "":
			fmt.Fprintf(&b, "\nrows %d to %d of a run whose name cannot be read either", m.First, last)
		case m.Rows == 1:
			fmt.Fprintf(&b, "\nrow %d of series %q (run %q)", m.First, m.Series, m.Name)
		default:
			fmt.Fprintf(&b, "\nrows %d to %d of series %q (run %q)", m.First, last, m.Series, m.Name)
		}
	}
	for i, d := range r.Damage {
		if more(i, len(r.Damage), "places") {
			break
		}
		if d.To == 0 {
			fmt.Fprintf(&b, "\nfile %s is missing", d.File)
		} else {
			fmt.Fprintf(&b, "\nfile %s, bytes %d to %d", d.File, d.From, d.To-1)
		}
	}
	return b.String()
}
