package render

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
)

// helps tells columns that the options use for errors, bands or colours: they
// are not drawn as curves unless they are asked for. short is the name without
// the unit, where the column may be called so.
func (m *marksSpec) helps(name, short string) bool {
	for _, n := range []string{name, short} {
		if m.yerr.has(n) || m.xerr.has(n) || m.bands.has(n) || m.scatter.has(n) {
			return false // it has something of its own
		}
	}
	is := func(n string) bool { return n != "" && (n == name || n == short) }
	in := func(e *each[amount]) bool {
		uses := func(a amount) bool {
			return slices.ContainsFunc(a.parts, func(p part) bool { return is(p.column) })
		}
		if e.all != nil && uses(*e.all) || slices.ContainsFunc(e.list, uses) {
			return true
		}
		for _, a := range e.by {
			if uses(a) {
				return true
			}
		}
		return false
	}
	if in(&m.yerr) || in(&m.xerr) || in(&m.bands) {
		return true
	}
	for _, c := range m.scatter.by {
		if c.on && is(c.column) {
			return true
		}
	}
	return false
}

// planMarks gives the curves of a figure what the options ask for them, and
// adds reference lines and notes.
func (p *planning) planMarks() error {
	if err := p.checkNames(); err != nil {
		return err
	}
	for i, one := range p.figure.panels {
		p.planScales(one)
		if err := p.planCurveMarks(one); err != nil {
			return err
		}
		p.planLines(one, i)
		if err := p.planNotes(one, i); err != nil {
			return err
		}
	}
	return nil
}

func (p *planning) planScales(one *panel) {
	s := p.spec
	set := func(a *axis, name string) {
		switch name {
		case "linear":
			a.scale = linearScale{}
		case "log":
			a.scale = logScale{}
		case "symlog":
			a.scale = symlogScale{s.linthresh}
		}
	}
	set(one.x, s.xscale)
	set(one.y, s.yscale)
	if one.y2 != nil {
		set(one.y2, s.y2scale)
	}
	one.x.inverted, one.y.inverted = s.xinvert, s.yinvert
	if one.equal = s.equal; one.equal && fmt.Sprintf("%T", one.x.scale) != fmt.Sprintf("%T", one.y.scale) {
		one.equal = false
		p.report.warn("equal is for axes of the same scale")
	}
}

// curves are all of a figure, in order.
func (p *planning) curves() []*curve {
	var all []*curve
	for _, one := range p.figure.panels {
		for _, m := range one.marks {
			if c, ok := m.mark.(*curve); ok {
				all = append(all, c)
			}
		}
	}
	return all
}

// checkNames refuses names for which nothing is drawn.
func (p *planning) checkNames() error {
	s, all := p.spec, p.curves()
	check := func(option string, names []string) error {
		for _, name := range names {
			if slices.ContainsFunc(all, func(c *curve) bool { return c.called(name) }) {
				continue
			}
			if len(all) == 0 && slices.ContainsFunc(p.sources, func(src *source) bool { return src.has(name) }) {
				continue // there are no curves to have it
			}
			return p.noSuchCurve(option, name)
		}
		return nil
	}
	for _, o := range []struct {
		option string
		names  []string
	}{
		{"alpha", s.alpha.names()}, {"band", s.bands.names()}, {"bars", s.bars.names()}, {"fill", s.fill.names()},
		{"linewidth", s.linewidth.names()}, {"markersize", s.marksize.names()}, {"scatter", s.scatter.names()},
		{"steps", s.steps.names()}, {"xerr", s.xerr.names()}, {"yerr", s.yerr.names()},
	} {
		if err := check(o.option, o.names); err != nil {
			return err
		}
	}
	return nil
}

func (p *planning) noSuchCurve(option, name string) error {
	var there []string
	for _, c := range p.curves() {
		if !slices.Contains(there, c.column) {
			there = append(there, c.column)
		}
	}
	if len(there) > 12 {
		there = append(there[:12:12], fmt.Sprintf("and %d more", len(there)-12))
	}
	list := strings.Join(there, ", ")
	if list == "" {
		list = "none"
	}
	return &OptionError{option, fmt.Sprintf("cannot plot with %s for %s: no such column is drawn, there are: %s", option, shown(name), list)}
}

// called tells that a curve goes by a name.
func (c *curve) called(name string) bool {
	return c.column == name || c.of.src != nil && (c.of.called(name) || c.of.src.series.Name == name)
}

// pick is what an option has for a curve: by a name of it, or in order.
func pick[T any](e *each[T], c *curve) (v T, ok bool) {
	if !e.set {
		return v, false
	}
	names := []string{c.column}
	if c.of.src != nil {
		names = append(names, c.of.text, c.of.short, c.of.src.series.Name)
	}
	for _, name := range names {
		if v, ok := e.by[name]; ok {
			return v, true
		}
	}
	return e.of(c.number, "")
}

// helper is a column that belongs to a curve's rows.
func (p *planning) helper(c *curve, option, text string) (*column, error) {
	if c.of.src == nil {
		return nil, nil
	}
	d, err := p.value(c.of.src, option, text)
	return d.column, err
}

// planCurveMarks dresses the curves of a panel. What lies behind comes first:
// areas, then bars, curves and their error bars.
func (p *planning) planCurveMarks(one *panel) error {
	s := p.spec
	var back, front []placed
	var barred []*bars
	for _, m := range one.marks {
		c, ok := m.mark.(*curve)
		if !ok {
			front = append(front, m)
			continue
		}
		alpha := 1.0
		if a, ok := pick(&s.alpha, c); ok {
			alpha = a
		}
		solidColor := c.color
		c.color = faded(c.color, alpha)
		c.width, _ = pick(&s.linewidth, c)
		c.size, _ = pick(&s.marksize, c)
		c.steps, _ = pick(&s.steps, c)

		behind, err := p.areasOf(c, solidColor, alpha)
		if err != nil {
			return err
		}
		for _, a := range behind {
			back = append(back, placed{a, m.y})
			c.behind = append(c.behind, a.key)
		}
		errors, err := p.errorsOf(c)
		if err != nil {
			return err
		}
		if len(errors) > 0 && !c.given && c.y.Len() <= mostErrorPoints {
			// Measured points with their errors, and nothing made up between.
			c.format.line, c.format.marker = noLine, 'o'
			if c.size == 0 {
				c.small = true
			}
		}
		var main mark = c
		if b, ok := pick(&s.bars, c); ok && b.on {
			bar := &bars{x: c.x, y: c.y, column: c.column, label: c.label, color: c.color, asked: b.width}
			barred = append(barred, bar)
			main = bar
			for _, e := range errors {
				e.color, e.on = p.theme.ink, bar
			}
		}
		if sc, ok := pick(&s.scatter, c); ok && sc.on {
			if c.format.line = noLine; c.format.marker == 0 {
				c.format.marker = 'o'
			}
			if sc.column != "" && main == mark(c) {
				if main, err = p.pointsOf(one, c, sc.column, alpha); err != nil {
					return err
				}
				m.y.tinted = false // no colour stands for the column
			}
		}
		for _, e := range errors {
			c.behind = append(c.behind, e.key)
		}
		if main != mark(c) {
			front = append(front, placed{main, m.y})
			for _, e := range errors {
				front = append(front, placed{e, m.y})
			}
			continue
		}
		for _, e := range errors {
			front = append(front, placed{e, m.y})
		}
		front = append(front, m)
	}
	for i, b := range barred {
		b.index, b.count = i, len(barred)
	}
	one.marks = append(back, front...)
	return nil
}

// mostErrorPoints is how many rows with errors are drawn as points when no
// format is given; more of them would be a smear.
const mostErrorPoints = 500

// areasOf are the shaded areas of a curve.
func (p *planning) areasOf(c *curve, ink color.NRGBA, alpha float64) ([]*area, error) {
	var out []*area
	if f, ok := pick(&p.spec.fill, c); ok && f.on {
		a := &area{x: c.x, a: c.y, level: f.level, steps: c.steps, color: faded(ink, f.alpha*alpha)}
		if f.paint.set {
			a.color = faded(f.paint.in(p.theme), f.alpha*alpha)
		}
		if f.column != "" {
			b, err := p.helper(c, "fill", f.column)
			if err != nil {
				return nil, err
			}
			a.b = b
		}
		out = append(out, a)
	}
	if b, ok := pick(&p.spec.bands, c); ok {
		low, high, err := p.ends(c, c.y, "band", b, true)
		if err != nil {
			return nil, err
		}
		out = append(out, &area{x: c.x, a: low, b: high, steps: c.steps, color: faded(ink, 0.25*alpha)})
	}
	return out, nil
}

// ends are the two columns between which an amount reaches. Two columns of a
// band are the ends themselves; those of errors are how far they are.
func (p *planning) ends(c *curve, of *column, option string, a amount, themselves bool) (low, high *column, err error) {
	var helpers [2]values
	parts := [2]part{a.parts[0], a.parts[len(a.parts)-1]}
	for i, part := range parts {
		if part.column == "" {
			continue
		}
		h, err := p.helper(c, option, part.column)
		if err != nil {
			return nil, nil, err
		}
		if h != nil {
			helpers[i] = h
			if !(themselves && len(a.parts) == 2) && h.extent().lo < 0 {
				p.report.warn(fmt.Sprintf("%s is below zero in some rows, which are without %s", shown(part.column),
					map[bool]string{true: "a band", false: "an error"}[themselves]))
			}
		}
	}
	if themselves && len(a.parts) == 2 {
		return newColumn(helpers[0]), newColumn(helpers[1]), nil
	}
	return newColumn(beside(of, parts[0], helpers[0], -1)), newColumn(beside(of, parts[1], helpers[1], 1)), nil
}

func (p *planning) errorsOf(c *curve) ([]*errorBars, error) {
	var out []*errorBars
	for _, kind := range []struct {
		option  string
		asked   *each[amount]
		of      *column
		upright bool
	}{{"xerr", &p.spec.xerr, c.x, false}, {"yerr", &p.spec.yerr, c.y, true}} {
		a, ok := pick(kind.asked, c)
		if !ok {
			continue
		}
		low, high, err := p.ends(c, kind.of, kind.option, a, false)
		if err != nil {
			return nil, err
		}
		out = append(out, &errorBars{x: c.x, y: c.y, low: low, high: high, upright: kind.upright, color: c.color, width: c.width})
	}
	return out, nil
}

// pointsOf is a curve as points with the colours of a column.
func (p *planning) pointsOf(one *panel, c *curve, column string, alpha float64) (mark, error) {
	hue, err := p.value(c.of.src, "scatter", column)
	if err != nil {
		return nil, err
	}
	if one.bar == nil {
		one.bar = newColorBar(p.spec)
		one.bar.axis.label = hue.title()
		if p.spec.clabel.set {
			one.bar.axis.label = p.spec.clabel.text
		}
		one.bar.of, one.bar.asked = hue.name, column
	} else if one.bar.of != hue.name {
		return nil, &OptionError{"scatter", fmt.Sprintf(
			"cannot plot with scatter coloured by %s and by %s: there is one colour bar, allowed is one column of colours in a plot or, with subplots, in each panel",
			shown(one.bar.asked), shown(column))}
	} else if !p.spec.clabel.set && one.bar.axis.label != hue.title() {
		one.bar.axis.label = ""
	}
	return &points{x: c.x, y: c.y, column: c.column, hue: hue.column, marker: c.format.marker, size: c.size, alpha: alpha, label: c.label, bar: one.bar}, nil
}

// planLines adds strips behind everything and reference lines in front. Of
// panels above one another only the first has the words of upright ones.
func (p *planning) planLines(one *panel, number int) {
	s := p.spec
	at := func(right bool) *axis {
		if right && one.y2 != nil {
			return one.y2
		}
		return one.y
	}
	words := func(label string, upright bool) string {
		if upright && number > 0 {
			return ""
		}
		return label
	}
	ink := func(c paint, other color.NRGBA) color.NRGBA {
		if c.set {
			return c.in(p.theme)
		}
		return other
	}
	var back, captions []placed
	strips := func(asked []spanAsked, upright bool) {
		for _, a := range asked {
			m := &strip{lo: a.lo, hi: a.hi, upright: upright, label: words(a.label, upright), color: faded(ink(a.paint, p.theme.ink), a.alpha)}
			back = append(back, placed{m, at(a.right)})
			captions = append(captions, placed{caption{m}, at(a.right)})
		}
	}
	strips(s.hspans, false)
	strips(s.vspans, true)
	one.marks = append(back, one.marks...)
	lines := func(asked []lineAsked, upright bool) {
		for _, a := range asked {
			m := &refLine{value: a.value, upright: upright, look: a.look.line, width: a.width, label: words(a.label, upright),
				color: ink(a.look.paint, between(p.theme.background, p.theme.ink, 0.7))}
			one.marks = append(one.marks, placed{m, at(a.right)})
		}
	}
	lines(s.hlines, false)
	lines(s.vlines, true)
	one.marks = append(one.marks, captions...)
}

// planNotes adds the notes: to the panel of the column they name, else to the
// first.
func (p *planning) planNotes(one *panel, number int) error {
	for _, a := range p.spec.notes {
		n := &note{x: a.x, y: a.y, text: a.text, bare: a.bare, marker: a.marker, color: p.theme.ink}
		axis := one.y
		if a.right && one.y2 != nil {
			axis = one.y2
		}
		if a.column != "" || math.IsNaN(a.y) {
			c, on, here := p.noted(one, a.column)
			if c == nil {
				if a.column != "" && !slices.ContainsFunc(p.curves(), func(c *curve) bool { return c.called(a.column) }) && !p.plain(a.column) {
					return p.noSuchCurve("annotate", a.column)
				}
				if a.column == "" && number == 0 {
					return &OptionError{"annotate", fmt.Sprintf("cannot plot with annotate at x %v: it has no y and there is no curve, allowed is an object with x, y and text", a.x)}
				}
				continue
			}
			if !here && number > 0 {
				continue
			}
			axis = on
			if math.IsNaN(n.y) {
				if n.y = heightAt(c.x, c.y, n.x); math.IsNaN(n.y) {
					p.report.warn(fmt.Sprintf("there is no value at x %v to annotate", a.x))
					continue
				}
			}
			n.color = c.color
			n.color.A = 0xff
		} else if number > 0 {
			continue
		}
		if a.paint.set {
			n.color = a.paint.in(p.theme)
		}
		one.marks = append(one.marks, placed{n, axis})
	}
	return nil
}

// plain tells the name of a column in a series.
func (p *planning) plain(name string) bool {
	return slices.ContainsFunc(p.sources, func(src *source) bool { return src.has(name) })
}

// noted is the curve of a panel that a note means, and its axis; here tells
// that it was named.
func (p *planning) noted(one *panel, name string) (_ *curve, on *axis, here bool) {
	for _, m := range one.marks {
		c, ok := m.mark.(*curve)
		if b, barred := m.mark.(*bars); barred {
			c, ok = &curve{x: b.x, y: b.y, column: b.column, color: b.color}, true
		}
		if s, dotted := m.mark.(*points); dotted {
			c, ok = &curve{x: s.x, y: s.y, column: s.column, color: p.theme.ink}, true
		}
		if ok && (name == "" || c.called(name)) {
			return c, m.y, name != ""
		}
	}
	return nil, nil, false
}

// heightAt is the value of y at an x, between two neighbouring rows on the
// straight line through both; NaN beyond all rows.
func heightAt(xs, ys values, x float64) float64 {
	at := math.NaN()
	x0, y0 := math.NaN(), math.NaN()
	pairs(xs, ys, func(xs, ys []float64) {
		for i, x1 := range xs {
			y1 := ys[i]
			if at == at {
				return
			}
			switch {
			case x1 == x && y1 == y1:
				at = y1
			case x0 < x && x < x1 || x1 < x && x < x0:
				f := (x*0.5 - x0*0.5) / (x1*0.5 - x0*0.5)
				at = y0*(1-f) + y1*f
			}
			x0, y0 = x1, y1
		}
	})
	if math.IsInf(at, 0) {
		return math.NaN()
	}
	return at
}
