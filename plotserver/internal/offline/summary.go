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

// summary is what a column's values come to. Gaps are no values; infinities are
// counted but stay out of the figures.
type summary struct {
	values, gaps, infinite int
	min, mean, max, std    float64 // NaN where there is no value, std with fewer than two
}

// summaryOf goes through a column once. The mean and the standard deviation of a
// sample are Welford's, which stay exact where the values are large and close to
// each other.
func summaryOf(c sessions.Column) summary {
	s := summary{min: math.NaN(), mean: math.NaN(), max: math.NaN(), std: math.NaN()}
	n, mean, squares := 0.0, 0.0, 0.0
	for piece := range c.Chunks() {
		for _, v := range piece {
			switch {
			case math.IsNaN(v):
				s.gaps++
				continue
			case math.IsInf(v, 0):
				s.infinite++
				continue
			}
			if s.values++; s.values == 1 || v < s.min {
				s.min = v
			}
			if s.values == 1 || v > s.max {
				s.max = v
			}
			n++
			d := v - mean
			mean += d / n
			squares += d * (v - mean)
		}
	}
	if s.values > 0 {
		s.mean = mean
	}
	if s.values > 1 {
		s.std = math.Sqrt(squares / (n - 1))
	}
	return s
}

// summarize writes a table of the columns.
func summarize(b *bytes.Buffer, s *sessions.Series) {
	rows := [][]string{{"column", "unit", "values", "gaps", "min", "mean", "max", "std"}}
	infinite := ""
	for i, name := range s.Columns {
		v := summaryOf(s.Column(i))
		rows = append(rows, []string{
			cut(printable(name), 40), cut(printable(s.Unit(i)), 20), thousands(v.values), thousands(v.gaps),
			figure(v.min), figure(v.mean), figure(v.max), figure(v.std),
		})
		if v.infinite > 0 {
			infinite += fmt.Sprintf("  infinite, and not in the figures of column %s: %s\n", printable(name), count(v.infinite, "value"))
		}
	}
	writeTable(b, rows, 2)
	b.WriteString(infinite)
}

// writeTable writes cells in columns, of which the first few are texts and
// stand left; a column without any text below its heading is left out.
func writeTable(b *bytes.Buffer, rows [][]string, texts int) {
	widths := make([]int, len(rows[0]))
	for k := range widths {
		for i, row := range rows {
			if i > 0 && row[k] != "" {
				widths[k] = max(widths[k], utf8.RuneCountInString(row[k]), utf8.RuneCountInString(rows[0][k]))
			}
		}
	}
	for _, row := range rows {
		line := ""
		for k, cell := range row {
			if widths[k] == 0 {
				continue
			}
			pad := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell))
			if k < texts {
				line += "  " + cell + pad
			} else {
				line += "  " + pad + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
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
