package render

import (
	"errors"
	"fmt"
	"slices"

	"iotplot/sessions"
	"iotplot/sessions/expr"
)

// source is a series with the rows of it that are drawn.
type source struct {
	series *sessions.Series
	rows   rows
	x      datum
	xAt    int // the x column's place, -1 where it is none of the columns
}

// has tells the name of a column, also without its unit.
func (s *source) has(name string) bool {
	for i, c := range s.series.Columns {
		if c == name || name != "" && expr.ShortName(s.series.Columns, i) == name {
			return true
		}
	}
	return false
}

// datum is a column or an expression in the rows that are drawn.
type datum struct {
	*column
	name, unit string
	short      string // the name without its unit, where it has one and no other column is meant
}

// title is the name with the unit.
func (d datum) title() string {
	if _, inName := expr.SplitUnit(d.name); d.unit != "" && d.unit != inName {
		return d.name + " [" + d.unit + "]"
	}
	return d.name
}

// mostComputed bounds the values that the expressions of a plot may take in
// memory, 8 bytes each.
const mostComputed = 20_000_000

// source finds x and the rows of a series.
func (p *planning) source(s *sessions.Series) (*source, error) {
	src := &source{series: s, xAt: -1}
	everything := rows{all: true, every: 1, kept: []sessions.Range{{First: 0, End: s.Len()}}}
	src.rows = everything
	var x values = indices(s.Len())
	switch {
	case p.spec.x.set && p.spec.x.text == "index" && s.Lookup("index") < 0:
		src.x.name = "index"
	case p.spec.x.set:
		d, err := p.value(src, "x", p.spec.x.text)
		if err != nil {
			return nil, err
		}
		src.x, x = d, d.column.values
		src.xAt = s.Lookup(d.name)
	case len(s.Columns) > 1:
		src.x = datum{name: s.Columns[0], unit: s.Unit(0), short: expr.ShortName(s.Columns, 0)}
		x, src.xAt = s.Column(0), 0
	}
	src.rows = rowsOf(&p.spec.dataSpec, x)
	src.x.column = newColumn(src.rows.of(x, 0))
	return src, nil
}

// value is a column of a series, or an expression of its columns, in the rows
// that are drawn. The error, an *OptionError, names the option that gave it.
func (p *planning) value(src *source, option, text string) (datum, error) {
	s := src.series
	e, err := expr.Compile(text, s.Columns)
	if err != nil {
		return datum{}, p.refused(option, text, s, err)
	}
	if i, ok := e.Column(); ok {
		d := p.columnOf(src, i)
		d.name = e.Name()
		return d, nil
	}
	hull := src.rows.hull()
	if p.computed += hull.End - hull.First; p.computed > mostComputed {
		return datum{}, &OptionError{option, fmt.Sprintf(
			"cannot plot with %s %s: the plot's expressions have more than %d values, fewer of them or of the rows (by last, from and to) are allowed",
			option, shown(text), mostComputed)}
	}
	r, err := e.EvalRows(s, hull.First, hull.End)
	if err != nil {
		return datum{}, p.refused(option, text, s, err)
	}
	return datum{column: newColumn(src.rows.of(floats(r.Values), hull.First)), name: r.Name, unit: r.Unit}, nil
}

// columnOf is a column of a series in the rows that are drawn.
func (p *planning) columnOf(src *source, i int) datum {
	s := src.series
	if i == src.xAt && src.x.column != nil {
		return src.x // its extent is known already
	}
	return datum{newColumn(src.rows.of(s.Column(i), 0)), s.Columns[i], s.Unit(i), expr.ShortName(s.Columns, i)}
}

// refused says why an expression cannot be computed.
func (p *planning) refused(option, text string, s *sessions.Series, err error) error {
	why := err.Error()
	var e *expr.Error
	if errors.As(err, &e) {
		why = e.Problem
	}
	of := ""
	if p.several {
		of = " of series " + shown(s.Name)
	}
	return &OptionError{option, fmt.Sprintf("cannot plot with %s %s%s: %s", option, shown(text), of, why)}
}

// choice is a column or an expression that is drawn.
type choice struct {
	datum
	src   *source
	text  string // as it was asked for, else the name
	axis  string // how an axis names it
	label string // how the legend names it, among those of all series
}

// chosen is what the options choose to draw, series by series: columns, and
// what extra names besides. Without the option columns it is all but x and the
// first column; with whole, every column.
func (p *planning) chosen(whole bool, extra nameList, option string) ([]choice, error) {
	var all []choice
	least := 0
	for _, src := range p.sources {
		before := len(all)
		add := func(d datum, text string) {
			all = append(all, choice{datum: d, src: src, text: text})
		}
		switch {
		case p.spec.columns != nil:
			for _, text := range *p.spec.columns {
				d, err := p.offered(src, "columns", text)
				if err != nil {
					return nil, err
				}
				if d.column != nil {
					add(d, text)
				}
			}
		default:
			for i, name := range src.series.Columns {
				if whole || i > 0 && i != src.xAt && !p.spec.helps(name, expr.ShortName(src.series.Columns, i)) {
					add(p.columnOf(src, i), name)
				}
			}
			if len(all) == before { // nothing but x or the first
				for i, name := range src.series.Columns {
					if i != src.xAt || len(src.series.Columns) == 1 {
						add(p.columnOf(src, i), name)
					}
				}
			}
		}
		for _, text := range extra {
			if slices.ContainsFunc(all[before:], func(c choice) bool { return c.called(text) }) {
				continue
			}
			d, err := p.offered(src, option, text)
			if err != nil {
				return nil, err
			}
			if d.column != nil {
				add(d, text)
			}
		}
		least = max(least, len(all)-before)
	}
	p.label(all, least <= 1)
	return all, nil
}

// called tells that a choice goes by a name.
func (c choice) called(name string) bool {
	return c.name == name || c.text == name || c.short == name && name != ""
}

// offered is a value of a series; where there are several series it is enough
// that one of them has it.
func (p *planning) offered(src *source, option, text string) (datum, error) {
	d, err := p.value(src, option, text)
	if err == nil || len(p.sources) == 1 {
		return d, err
	}
	for _, other := range p.sources {
		if other == src {
			continue
		}
		if _, e := expr.Compile(text, other.series.Columns); e == nil {
			p.report.warn(fmt.Sprintf("series %s has no %s", shown(src.series.Name), shown(text)))
			return datum{}, nil
		}
	}
	return datum{}, err
}

// label names what is drawn: by its column, among several series by the series
// as well, and by the series alone where each has one.
func (p *planning) label(all []choice, single bool) {
	l := p.spec.labels
	used := map[string]bool{}
	renamed := func(names ...string) (string, bool) {
		for _, n := range names {
			if to, ok := l.byName[n]; ok {
				used[n] = true
				return to, true
			}
		}
		return "", false
	}
	for i := range all {
		c := &all[i]
		c.axis = c.title()
		if to, ok := renamed(c.text, c.name, c.axis, c.short); ok {
			c.axis = to
		}
		c.label = c.axis
		if len(p.sources) > 1 {
			name := c.src.series.Name
			if to, ok := renamed(name); ok {
				name = to
			}
			if c.label = name; !single {
				c.label += ": " + c.axis
			}
		}
		if i < len(l.list) && l.list[i] != nil {
			c.label = *l.list[i]
			if len(p.sources) == 1 {
				c.axis = c.label
			}
		}
	}
	if to, ok := renamed(p.sources[0].x.name, p.sources[0].x.title(), p.sources[0].x.short); ok {
		p.xName = &to
	}
	for _, name := range sortedNames(l.byName) {
		if !used[name] {
			p.report.warn(fmt.Sprintf("labels names %s, which is not drawn", shown(name)))
		}
	}
	if n := len(l.list) - len(all); n == 1 {
		p.report.warn("one of the labels has no column")
	} else if n > 1 {
		p.report.warn(fmt.Sprintf("%d of the labels have no column", n))
	}
}
