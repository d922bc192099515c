package render

import (
	"fmt"

	"iotplot/sessions"
)

// plan turns checked options and series into a panel.
func plan(s *spec, series []*sessions.Series, t *theme, report *Report) *panel {
	p := &panel{title: s.title.text, x: newAxis(false), y: newAxis(true)}
	p.x.asked, p.y.asked = s.xlim, s.ylim
	p.x.grid, p.y.grid = s.grid, s.grid
	if s.xlog {
		p.x.scale = logScale{}
	}
	if s.ylog {
		p.y.scale = logScale{}
	}
	if s.hist {
		planHistogram(p, s, series, t)
	} else {
		planCurves(p, s, series, t, report)
	}
	if s.xlabel.set {
		p.x.label = s.xlabel.text
	}
	if s.ylabel.set {
		p.y.label = s.ylabel.text
	}
	return p
}

// planCurves draws every further column against the first; a column alone
// against its index.
func planCurves(p *panel, s *spec, series []*sessions.Series, t *theme, report *Report) {
	var curves []*curve
	formats := 0
	for _, one := range series {
		n := len(one.Columns)
		if n == 0 {
			continue
		}
		x := newColumn(one.Column(0))
		first := 1
		if n == 1 {
			x, first = newColumn(indices(one.Len())), 0
		} else if p.x.label == "" {
			p.x.label = named(one, 0)
		}
		for i := first; i < n; i++ {
			f, given := s.formats.of(len(curves), one.Columns[i])
			if given {
				formats++
			}
			c := &curve{x: x, y: newColumn(one.Column(i)), format: f, label: named(one, i)}
			if len(series) > 1 {
				c.label = one.Name + ": " + c.label
			}
			if !f.paint.set {
				f.paint = paint{set: true, cycle: len(curves)}
				if !given {
					// When the colours begin anew the lines are another kind.
					f.line = [...]lineStyle{solid, dashed, dashDot, dotted}[len(curves)/len(t.cycle)%4]
				}
			}
			c.format, c.color = f, f.paint.in(t)
			curves = append(curves, c)
		}
	}
	if extra := s.formats.count() - formats; extra > 0 {
		report.warn(fmt.Sprintf("%d of the formats have no column", extra))
	}
	for _, c := range curves {
		p.marks = append(p.marks, c)
	}
	switch {
	case len(curves) > 1:
		p.legend = true
	case len(curves) == 1:
		p.y.label = curves[0].label
	}
}

// of is the format of the column that is the i-th to be drawn.
func (f formatList) of(i int, name string) (_ lineFormat, given bool) {
	if g, ok := f.byName[name]; ok {
		return g, true
	}
	if i < len(f.list) {
		return f.list[i], true
	}
	return lineFormat{line: solid}, false
}

func (f formatList) count() int { return len(f.list) + len(f.byName) }

// named is a column's name with its unit.
func named(s *sessions.Series, i int) string {
	if u := s.Unit(i); u != "" {
		return s.Columns[i] + " [" + u + "]"
	}
	return s.Columns[i]
}

func planHistogram(p *panel, s *spec, series []*sessions.Series, t *theme) {
	h := &histogram{bins: 10}
	for _, one := range series {
		for i := range one.Columns {
			label := named(one, i)
			if len(series) > 1 {
				label = one.Name + ": " + label
			}
			f, _ := s.formats.of(len(h.columns), one.Columns[i])
			if !f.paint.set {
				f.paint = paint{set: true, cycle: len(h.columns)}
			}
			h.columns = append(h.columns, newColumn(one.Column(i)))
			h.labels = append(h.labels, label)
			h.colors = append(h.colors, f.paint.in(t))
		}
	}
	p.marks = append(p.marks, h)
	if p.legend = len(h.columns) > 1; !p.legend && len(h.labels) == 1 {
		p.x.label = h.labels[0]
	}
}
