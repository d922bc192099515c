package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"iotplot/sessions"
)

// plan turns checked options and series into a panel.
func plan(s *spec, series []*sessions.Series, t *theme, report *Report) (*panel, error) {
	p := &panel{title: s.title.text, x: newAxis(false), y: newAxis(true)}
	p.x.asked, p.y.asked = s.xlim, s.ylim
	p.x.grid, p.y.grid = s.grid, s.grid
	switch {
	case s.xlog:
		p.x.scale = logScale{}
	case s.xtime:
		p.x.scale = timeScale{zone: time.Local}
	}
	if s.ylog {
		p.y.scale = logScale{}
	}
	if s.hist {
		planHistogram(p, s, series, t)
	} else if err := planCurves(p, s, series, t, report); err != nil {
		return nil, err
	}
	if s.xlabel.set {
		p.x.label = s.xlabel.text
	}
	if s.ylabel.set {
		p.y.label = s.ylabel.text
	}
	if p.y2 != nil {
		p.y2.asked = s.y2lim
		if s.y2log {
			p.y2.scale = logScale{}
		}
		if s.y2label.set {
			p.y2.label = s.y2label.text
		}
	}
	return p, nil
}

// planCurves draws every further column against the first; a column alone
// against its index.
func planCurves(p *panel, s *spec, series []*sessions.Series, t *theme, report *Report) error {
	if err := s.y2.check("y2", series); err != nil {
		return err
	}
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
			c := &curve{x: x, y: newColumn(one.Column(i)), column: one.Columns[i], label: named(one, i)}
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
	var left, right []*curve
	for _, c := range curves {
		if !s.y2.holds(c.column) {
			left = append(left, c)
			p.marks = append(p.marks, placed{c, p.y})
			continue
		}
		if p.y2 == nil {
			p.y2 = newAxis(true)
			p.y2.right = true
		}
		right = append(right, c)
		p.marks = append(p.marks, placed{c, p.y2})
	}
	p.legend = len(curves) > 1
	p.y.nameAfter(left, p.y2 != nil)
	if p.y2 != nil {
		p.y2.nameAfter(right, true)
	}
	return nil
}

// nameAfter labels an axis that serves a single curve; where there is another
// axis its colour tells which is which.
func (a *axis) nameAfter(curves []*curve, tint bool) {
	if len(curves) == 1 {
		a.label = curves[0].label
		a.tinted, a.tint = tint, curves[0].color
	}
}

// nameList is names of columns that an option gives.
type nameList []string

func (l nameList) holds(name string) bool { return slices.Contains(l, name) }

// check refuses names that no series has.
func (l nameList) check(option string, series []*sessions.Series) error {
	for _, name := range l {
		var there []string
		for _, s := range series {
			if s.Lookup(name) >= 0 {
				there = nil
				break
			}
			there = append(there, s.Columns...)
		}
		if there != nil {
			if len(there) > 12 {
				there = append(there[:12:12], fmt.Sprintf("and %d more", len(there)-12))
			}
			return &OptionError{option, fmt.Sprintf("cannot plot with %s %s: there is no such column, there are: %s",
				option, shown(name), strings.Join(there, ", "))}
		}
	}
	return nil
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
	p.marks = append(p.marks, placed{h, p.y})
	if p.legend = len(h.columns) > 1; !p.legend && len(h.labels) == 1 {
		p.x.label = h.labels[0]
	}
}
