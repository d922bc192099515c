package offline

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"iotplot/sessions"
)

// summarize writes a table of the columns.
func summarize(b *bytes.Buffer, s *sessions.Series) {
	rows := [][]string{{"column", "unit", "values", "gaps", "min", "mean", "max", "std"}}
	infinite := ""
	for i, name := range s.Columns {
		v := s.Column(i).Stats()
		rows = append(rows, []string{
			cut(printable(name), 40), cut(printable(s.Unit(i)), 20), thousands(v.Count), thousands(v.Gaps),
			figure(v.Min), figure(v.Mean), figure(v.Max), figure(v.Std),
		})
		if v.Infinite > 0 {
			infinite += fmt.Sprintf("  infinite, and not in the figures of column %s: %s\n", printable(name), count(v.Infinite, "value"))
		}
	}
	writeTable(b, rows, "  ", "<<>>>>>>")
	b.WriteString(infinite)
}

// writeTable writes cells in columns, each line behind indent: texts to the left
// where sides has <, numbers to the right where it has >. A column without any
// text below its heading is left out.
func writeTable(b *bytes.Buffer, rows [][]string, indent, sides string) {
	widths := make([]int, len(rows[0]))
	for k := range widths {
		for i, row := range rows {
			if i > 0 && row[k] != "" {
				widths[k] = max(widths[k], utf8.RuneCountInString(row[k]), utf8.RuneCountInString(rows[0][k]))
			}
		}
	}
	for _, row := range rows {
		var cells []string
		for k, cell := range row {
			if widths[k] == 0 {
				continue
			}
			pad := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell))
			if sides[k] == '<' {
				cells = append(cells, cell+pad)
			} else {
				cells = append(cells, pad+cell)
			}
		}
		b.WriteString(strings.TrimRight(indent+strings.Join(cells, "  "), " ") + "\n")
	}
}

// figure is a number in six digits, - where there is none.
func figure(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return digits(v, 6)
}

// digits is a number in at most n digits; there is one zero.
func digits(v float64, n int) string {
	return strconv.FormatFloat(v+0, 'g', n, 64)
}
