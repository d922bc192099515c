package render

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"iotplot/sessions"
)

// planning is a plot being decided: what was asked, and the figure so far.
type planning struct {
	spec    *spec
	sources []*source // one a series, with the rows that are drawn
	theme   *theme
	report  *Report
	figure  *figure

	xName    *string // the x axis' name where the option labels gives one
	several  bool    // series there are
	computed int     // values of expressions so far
}

// plan turns checked options and series into a figure.
func plan(s *spec, series []*sessions.Series, t *theme, report *Report) (*figure, error) {
	p := &planning{spec: s, theme: t, report: report, several: len(series) > 1,
		figure: &figure{width: s.width, height: s.height}}
	for _, one := range series {
		src, err := p.source(one)
		if err != nil {
			return nil, err
		}
		p.sources = append(p.sources, src)
	}
	p.warnOfRows()
	if err := kindOfPlot(s).plan(p); err != nil {
		return nil, err
	}
	if err := p.planMarks(); err != nil {
		return nil, err
	}
	for i, one := range p.figure.panels {
		if i == 0 {
			one.title = s.title.text
		}
		if s.xlabel.set && !one.bareX {
			one.x.label = s.xlabel.text
		}
		if s.ylabel.set {
			one.y.label = s.ylabel.text
		}
		if one.y2 != nil {
			one.y2.asked = s.y2lim
			if s.y2log {
				one.y2.scale = logScale{}
			}
			if s.y2label.set {
				one.y2.label = s.y2label.text
			}
		}
	}
	return p.figure, nil
}

// panel adds a panel below the others.
func (p *planning) panel() *panel {
	s := p.spec
	one := &panel{x: newAxis(false), y: newAxis(true)}
	one.x.asked, one.y.asked = s.xlim, s.ylim
	one.x.grid, one.y.grid = s.grid, s.grid
	switch {
	case s.xlog:
		one.x.scale = logScale{}
	case s.xtime:
		one.x.scale = timeScale{zone: time.Local}
	}
	if s.ylog {
		one.y.scale = logScale{}
	}
	p.figure.panels = append(p.figure.panels, one)
	return one
}

// group is what is drawn in one panel.
type group struct {
	name    string
	choices []choice
	number  []int // of the choices among all
}

// groups divides what is drawn among panels, as the option subplots says.
func (p *planning) groups(all []choice) []group {
	of := func(choice) string { return "" }
	switch p.spec.subplots {
	case "columns":
		of = func(c choice) string { return c.name }
	case "series":
		of = func(c choice) string { return c.src.series.Name }
	}
	most := mostPanels
	if p.spec.sized {
		most = max(min(int(p.spec.height/leastPanel), most), 1)
	}
	var out []group
	for i, c := range all {
		name := of(c)
		at := slices.IndexFunc(out, func(g group) bool { return g.name == name })
		if at < 0 {
			if at = len(out); at == most {
				p.report.warn(fmt.Sprintf("there is room for %d panels, the other %s are left out", most, p.spec.subplots))
				break
			}
			out = append(out, group{name: name})
		}
		out[at].choices = append(out[at].choices, c)
		out[at].number = append(out[at].number, i)
	}
	if len(out) == 0 {
		out = []group{{}}
	}
	if !p.spec.sized && len(out) > 1 {
		p.figure.height = min(1+1.5*float64(len(out)), largestInches)
	}
	return out
}

// The largest picture has an inch for each panel; in one of a given size they
// may be smaller.
const (
	mostPanels = 50
	leastPanel = 0.25 // inches
)

// planCurves draws columns against x; a column alone against its index.
func planCurves(p *planning) error {
	s := p.spec
	all, err := p.chosen(false, s.y2, "y2")
	if err != nil {
		return err
	}
	p.warnOfFormats(all)
	groups := p.groups(all)
	if len(s.y2) > 0 && s.subplots == "columns" {
		p.report.warn("every column has a panel of its own, there is no second y axis")
	}
	var x *axis
	for gi, g := range groups {
		one := p.panel()
		if gi > 0 {
			one.x = x
		}
		x = one.x
		one.bareX = gi < len(groups)-1
		var left, right []*curve
		for i, c := range g.choices {
			paint := g.number[i]
			if s.subplots != "" && len(p.sources) > 1 {
				paint = i // the same in every panel
			}
			v := p.curve(c, g.number[i], paint)
			if s.subplots == "columns" || !slices.ContainsFunc(s.y2, c.called) {
				left = append(left, v)
				one.marks = append(one.marks, placed{v, one.y})
				continue
			}
			if one.y2 == nil {
				one.y2 = newAxis(true)
				one.y2.right = true
			}
			right = append(right, v)
			one.marks = append(one.marks, placed{v, one.y2})
		}
		one.legend = len(g.choices) > 1 || s.subplots == "series" && len(p.sources) > 1 || s.subplots != "" && s.ylabel.set
		one.y.nameAfter(left, one.y2 != nil)
		if one.y2 != nil {
			one.y2.nameAfter(right, true)
		}
	}
	p.nameX(x)
	return nil
}

// curve is a column against x. number counts all that are drawn, for the
// options that are lists; paint is the place in the cycle of colours.
func (p *planning) curve(c choice, number, paintAt int) *curve {
	f, given := p.spec.formats.of(number, c)
	v := &curve{x: c.src.x.column, y: c.column, column: c.name, axis: c.axis, label: c.label, of: c, number: number, given: given}
	if !f.paint.set {
		f.paint = paint{set: true, cycle: paintAt}
		if !given {
			// When the colours begin anew the lines are another kind.
			f.line = [...]lineStyle{solid, dashed, dashDot, dotted}[paintAt/len(p.theme.cycle)%4]
		}
	}
	v.format, v.color = f, f.paint.in(p.theme)
	return v
}

// nameX labels an axis with the x that all series have.
func (p *planning) nameX(x *axis) {
	if p.xName != nil {
		x.label = *p.xName
		return
	}
	for _, src := range p.sources {
		if src.x.name != "" {
			x.label = src.x.title()
			return
		}
	}
}

// nameAfter labels an axis whose curves all show the same; where there is
// another axis the colour of a single curve tells which is which.
func (a *axis) nameAfter(curves []*curve, tint bool) {
	for i, c := range curves {
		if c.axis != curves[0].axis {
			return
		}
		if i == len(curves)-1 {
			a.label = c.axis
		}
	}
	if len(curves) == 1 {
		a.tinted, a.tint = tint, curves[0].color
	}
}

// nameList is names of columns that an option gives.
type nameList []string

// of is the format of what is drawn as the i-th: by name of column or series,
// or in order.
func (f formatList) of(i int, c choice) (_ lineFormat, given bool) {
	for _, name := range []string{c.text, c.name, c.short, c.src.series.Name} {
		if g, ok := f.byName[name]; ok {
			return g, true
		}
	}
	if i < len(f.list) {
		return f.list[i], true
	}
	return lineFormat{line: solid}, false
}

// warnOfFormats tells of formats that nothing is drawn with.
func (p *planning) warnOfFormats(all []choice) {
	f := p.spec.formats
	for _, name := range sortedNames(f.byName) {
		if !slices.ContainsFunc(all, func(c choice) bool { return c.called(name) || c.src.series.Name == name }) {
			p.report.warn(fmt.Sprintf("format names %s, which is not drawn", shown(name)))
		}
	}
	if n := len(f.list) - len(all); n == 1 {
		p.report.warn("one of the formats has no column")
	} else if n > 1 {
		p.report.warn(fmt.Sprintf("%d of the formats have no column", n))
	}
}

func sortedNames[T any](m map[string]T) []string {
	return slices.Sorted(maps.Keys(m))
}
