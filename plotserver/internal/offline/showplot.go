package offline

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"iotplot/sessions"
)

// mostCharts is how many columns are plotted if nobody names them.
const mostCharts = 6

// plot writes a chart of each column above the next.
func (s *show) plot(b *bytes.Buffer, series *sessions.Series, t terminal) error {
	x, ys, err := s.chosen(series)
	if err != nil {
		return err
	}
	more := 0
	if len(s.columns) == 0 && len(ys) > mostCharts {
		more = len(ys) - mostCharts
		ys = ys[:mostCharts]
	}
	xs := func(i int) float64 { return float64(i) }
	xName := "index"
	if x >= 0 {
		xs, xName = series.Column(x).At, titled(series, x)
	}
	lines := s.height
	if lines == 0 {
		lines = []int{12, 12, 9, 6}[min(len(ys), 3)]
	}

	// All charts have the same margin, so that they stand above one another.
	xSpan := emptySpan()
	ySpans := make([]span, len(ys))
	for k, y := range ys {
		ySpans[k] = emptySpan()
		for i := range series.Len() {
			if u, v := xs(i), series.Column(y).At(i); u-u == 0 && v-v == 0 {
				xSpan.include(u)
				ySpans[k].include(v)
			}
		}
	}
	if xSpan.empty() {
		b.WriteString("\n  no plot: there are no values\n")
		return nil
	}
	margin := 2
	for _, y := range ySpans {
		if !y.empty() {
			lo, hi := ends(y)
			margin = max(margin, len(lo)+2, len(hi)+2)
		}
	}
	columns := max(t.width-margin-3, 10)
	for k, y := range ys {
		b.WriteString("\n" + strings.Repeat(" ", margin+2) + cut(titled(series, y), columns) + "\n")
		if ySpans[k].empty() {
			b.WriteString(strings.Repeat(" ", margin+2) + "no values\n")
			continue
		}
		c := newChart(columns, lines, t.ascii, xSpan, ySpans[k])
		c.curve(series.Len(), xs, series.Column(y).At)
		c.write(b, t.color, margin)
	}
	lo, hi := ends(xSpan)
	if x >= 0 && unixTime(series, x, xSpan) {
		lo, hi = clock(xSpan.lo), clock(xSpan.hi)
	}
	name := cut(xName, max(columns-len(lo)-len(hi)-4, 1))
	room := max(columns-len(lo)-len(hi)-utf8.RuneCountInString(name), 2)
	b.WriteString(strings.Repeat(" ", margin+2) + lo + strings.Repeat(" ", room/2) + name + strings.Repeat(" ", room-room/2) + hi + "\n")
	if more > 0 {
		fmt.Fprintf(b, "  %s more, --columns chooses which are plotted\n", count(more, "column"))
	}
	return nil
}

// unixTime says whether a column is most likely the time of day in seconds: it is
// called a time or has its unit, and lies between the years 2001 and 2100.
func unixTime(s *sessions.Series, column int, values span) bool {
	p, ok := paceOf(s, "")
	return ok && p.column == column && p.unit == 1 && values.lo >= 1e9 && values.hi < 4.1e9
}

func clock(v float64) string { return time.Unix(int64(v), 0).Format(time.DateTime) }

// chosen are the columns to plot, by number; x is -1 for the number of the row.
func (s *show) chosen(series *sessions.Series) (x int, ys []int, err error) {
	find := func(name string) (int, error) {
		if i := series.Lookup(name); i >= 0 {
			return i, nil
		}
		return 0, fmt.Errorf("cannot plot column %q: there is no such column, there are %s", name, strings.Join(series.Columns, ", "))
	}
	switch {
	case s.x == "index", s.x == "" && len(series.Columns) == 1:
		x = -1
	case s.x != "":
		if x, err = find(s.x); err != nil {
			return 0, nil, err
		}
	}
	for _, name := range s.columns {
		y, err := find(name)
		if err != nil {
			return 0, nil, err
		}
		ys = append(ys, y)
	}
	if len(ys) == 0 {
		for i := range series.Columns {
			if i != x {
				ys = append(ys, i)
			}
		}
	}
	return x, slices.Compact(ys), nil
}

// titled is a column's name with its unit, unless the name has one already.
func titled(s *sessions.Series, i int) string {
	name := s.Columns[i]
	if u := s.Unit(i); u != "" && !strings.HasSuffix(name, "["+u+"]") {
		name += " [" + u + "]"
	}
	return printable(name)
}
