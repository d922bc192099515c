package render

import (
	"fmt"
	"math"
	"slices"
)

// dataSpec is what a plot command asks to be drawn, and of histograms.
type dataSpec struct {
	kind     string // "" where left out
	columns  *nameList
	x        text
	labels   labelList
	from, to float64 // NaN where left out
	last     int     // 0: all rows
	every    int
	subplots string
	sized    bool // figsize was given
	bins     binsOption
	stacked  bool
	density  bool
	summed   bool // cumulative
}

// labelList is the option labels: one for each column that is drawn, in order,
// or by name.
type labelList struct {
	list   []*string // nil where there is null
	byName map[string]string
}

const (
	mostColumns = 1000 // names and expressions of an option
	mostRows    = 1e15
)

func newDataSpec() dataSpec {
	return dataSpec{from: math.NaN(), to: math.NaN(), every: 1}
}

// dataOptions are the options of what to draw.
func dataOptions() []descriptor {
	return []descriptor{
		{"kind", "one of the texts " + kindNames(), `"line"`, `"hist"`, kindDocs(), setKind},
		{"series", "a list of names of series", "the series of the command", `["dark", "light"]`,
			"series to draw into one plot; with one column each they are labelled by their names",
			checkSeries},
		{"columns", "a list of columns or expressions", "all but x and the first", `["V", "P [mW] = V*I*1e3"]`,
			"what is drawn: names of columns, or expressions of them with an optional name in front; a column V [mV] may be called V",
			func(s *spec, v any) *refusal {
				var names nameList
				if r := namesOption(func(*spec) *nameList { return &names })(s, v); r != nil {
					return r
				}
				if len(names) == 0 || len(names) > mostColumns {
					return &refusal{fmt.Sprintf("it has %d entries", len(names)), fmt.Sprintf("1 to %d", mostColumns)}
				}
				s.columns = &names
				return nil
			}},
		{"x", "a column or an expression", "the first column", `"V"`,
			`what the x axis shows; "index" is the number of the row`,
			textOption(func(s *spec) *text { return &s.x })},
		{"labels", "a list of texts", "names and units", `["dark current", "photocurrent"]`,
			"names in the legend and on axes, one for each column that is drawn, or an object of them by the name of column or series",
			setLabels},
		{"from", "a number", "the first row", "2.5",
			"rows whose x is below are left out",
			boundOption(func(s *spec) *float64 { return &s.from })},
		{"to", "a number", "the last row", "10",
			"rows whose x is above are left out; from and to may stand either way round",
			boundOption(func(s *spec) *float64 { return &s.to })},
		{"last", "a whole number from 1", "all rows", "1000",
			"only the last rows, of those between from and to",
			countOption(mostRows, func(s *spec) *int { return &s.last })},
		{"every", "a whole number from 1", "1", "10",
			"one row in so many",
			countOption(mostRows, func(s *spec) *int { return &s.every })},
		{"subplots", `"columns" or "series"`, "none", `"columns"`,
			"a panel for each column, or for each series, above one another with the same x axis; without figsize the picture grows with them",
			choiceOption([]string{"columns", "series"}, func(s *spec) *string { return &s.subplots })},
		{"bins", "a number, a list of edges or a text", "10", `"auto"`,
			"bins of histograms: how many, their edges, or a rule for their width, " + ruleNames(),
			setBins},
		{"stacked", "true or false", "false", "true",
			"histograms on top of each other, not side by side",
			flagOption(func(s *spec) *bool { return &s.stacked })},
		{"density", "true or false", "false", "true",
			"histograms of area 1",
			flagOption(func(s *spec) *bool { return &s.density })},
		{"cumulative", "true or false", "false", "true",
			"each bin of a histogram holds those below it as well",
			flagOption(func(s *spec) *bool { return &s.summed })},
	}
}

// checkSeries looks at the type only: which series are drawn is decided before
// a plot is.
func checkSeries(_ *spec, v any) *refusal {
	list, ok := v.([]any)
	if !ok {
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	if len(list) == 0 {
		return &refusal{wrong: "it is empty"}
	}
	for _, e := range list {
		if _, ok := e.(string); !ok {
			return &refusal{wrong: "it holds " + kindOf(e)}
		}
	}
	return nil
}

func boundOption(at func(*spec) *float64) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		x, ok := v.(float64)
		if !ok {
			return &refusal{wrong: "it is " + kindOf(v)}
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return &refusal{wrong: "it is not finite"}
		}
		*at(s) = x
		return nil
	}
}

// countOption takes a whole number from 1 to most.
func countOption(most float64, at func(*spec) *int) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		x, ok := v.(float64)
		switch {
		case !ok:
			return &refusal{wrong: "it is " + kindOf(v)}
		case x != math.Trunc(x):
			return &refusal{wrong: "it is no whole number"}
		case !(x >= 1):
			return &refusal{wrong: "it is below 1"}
		}
		*at(s) = int(min(x, most))
		return nil
	}
}

func choiceOption(allowed []string, at func(*spec) *string) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		name, ok := v.(string)
		switch {
		case !ok:
			return &refusal{wrong: "it is " + kindOf(v)}
		case !slices.Contains(allowed, name):
			return &refusal{wrong: "there is no such choice"}
		}
		*at(s) = name
		return nil
	}
}

func setLabels(s *spec, v any) *refusal {
	var l labelList
	switch v := v.(type) {
	case []any:
		if len(v) > mostColumns {
			return &refusal{wrong: fmt.Sprintf("it has %d entries", len(v))}
		}
		for _, e := range v {
			switch e := e.(type) {
			case nil:
				l.list = append(l.list, nil)
			case string:
				l.list = append(l.list, &e)
			default:
				return &refusal{wrong: "it holds " + kindOf(e)}
			}
		}
	case map[string]any:
		l.byName = map[string]string{}
		for name, e := range v {
			label, ok := e.(string)
			if !ok {
				return &refusal{wrong: "it holds " + kindOf(e)}
			}
			l.byName[name] = label
		}
	default:
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	s.labels = l
	return nil
}
