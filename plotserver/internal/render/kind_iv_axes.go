package render

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
)

// ivFigures is what the I-V curves of a panel share: units, limits, and the
// figures that are written beside them.
type ivFigures struct {
	planning *planning
	panel    *panel
	sweeps   []*ivSweep
	v, i, p  electrical // what is shown, not known where a series does not say
	current  string     // I, or J for a density
	reach    struct {
		v, i, p span // of what the axes must show, in shown units
	}

	box   ivBox   // inside of the frame
	table ivTable // below the plot
}

// units chooses what the axes and the figures are in: the series' own units, or
// those with a better prefix where no label says which.
func (f *ivFigures) units(s *spec, report *Report) {
	first := f.sweeps[0]
	f.v, f.i = first.columns[0].unit, first.columns[1].unit
	f.current = "I"
	if strings.HasPrefix(first.columns[1].name, "J") || f.i.area != "" {
		f.current = "J"
	}
	for _, w := range f.sweeps {
		c := w.columns
		if known := c[0].unit.known() && c[1].unit.known(); known != (f.v.known() && f.i.known()) || c[1].unit.area != f.i.area {
			report.warn(fmt.Sprintf("%s and %s have different units", shown(first.name), shown(w.name)))
		}
	}
	if !f.v.known() || !f.i.known() {
		f.v, f.i, f.p = electrical{}, electrical{}, electrical{}
		return
	}
	var volts, amps, watts float64
	for _, w := range f.sweeps {
		for k, v := range w.volts {
			volts, amps = max(volts, math.Abs(v)), max(amps, math.Abs(w.amps[k]))
			watts = max(watts, v*w.amps[k])
		}
	}
	choose := func(u electrical, most float64, label text) electrical {
		if near := most / u.factor(); label.set || near >= 0.1 && near < 1e4 {
			return u
		}
		return u.fit(most)
	}
	f.v = choose(f.v, volts, s.xlabel)
	f.i = choose(f.i, amps, s.ylabel)
	f.p = electrical{symbol: "W", area: f.i.area, part: f.i.part}.fit(watts)
	if _, unit := unitIn(s.y2label.text); s.y2label.set {
		if u := electricalOf(unit); u.symbol == "W" && u.area == f.p.area {
			f.p = u
		}
	}
}

// in converts from V, A or W to what is shown.
func in(u electrical, v float64) float64 {
	if !u.known() {
		return v
	}
	return v / u.factor()
}

// draw makes the marks.
func (f *ivFigures) draw(s *spec, t *theme) {
	p := f.panel
	p.x.label = axisLabel(f.sweeps[0].columns[0].name, map[string]string{"V": "Voltage", "U": "Voltage"}, f.v)
	p.y.label = axisLabel(f.sweeps[0].columns[1].name, map[string]string{"I": "Current", "J": "Current density"}, f.i)
	powers := false
	for k, w := range f.sweeps {
		format, given := s.formats.of(k, choice{datum: datum{name: w.columns[1].column}, src: w.source})
		if !format.paint.set {
			format.paint = paint{set: true, cycle: k}
		}
		if !given && len(w.volts) <= 40 {
			format.marker = '.'
		}
		w.color = format.paint.in(t)
		volts, amps, watts := f.convert(w.volts, w.amps)
		f.line(p.y, w, volts, amps, format)
		if w.dark() || !(slices.Max(append(watts, 0)) > 0) {
			continue
		}
		if p.y2 == nil {
			p.y2 = newAxis(true)
			p.y2.right = true
			p.y2.label = "Power"
			if f.i.area != "" {
				p.y2.label = "Power density"
			}
			if f.p.known() {
				p.y2.label += " [" + f.p.String() + "]"
			}
		}
		power := lineFormat{paint: format.paint, line: dashed}
		if len(f.sweeps) == 1 {
			power, given = s.formats.of(1, choice{datum: datum{name: "P"}, src: w.source})
			if !power.paint.set {
				power.paint = paint{set: true, cycle: 1}
			}
			p.y.tinted, p.y.tint = true, w.color
			p.y2.tinted, p.y2.tint = true, power.paint.in(t)
			if !given {
				power.marker = format.marker
			}
		}
		f.line(p.y2, w, volts, watts, power)
		powers = true
	}
	if powers && len(f.sweeps) > 1 {
		p.y2.label += ", dashed"
	}
	f.limit()
	p.marks = append(p.marks, placed{&ivPoints{figures: f}, p.y})
	// The P-V curve stays below the I-V curve where both have their maximum
	// power.
	p.x.margins = margins{fraction: 0.08, stickyLow: true}
	p.y.margins = margins{fraction: 0.14, stickyLow: !(f.reach.i.lo < 0)}
	if p.y2 != nil {
		p.y2.margins = margins{stickyLow: true, stickHigh: true}
	}
}

func axisLabel(name string, known map[string]string, u electrical) string {
	if long, ok := known[name]; ok {
		name = long
	}
	if u.known() {
		name += " [" + u.String() + "]"
	}
	return name
}

// convert gives voltage, current and power as they are shown.
func (f *ivFigures) convert(volts, amps []float64) (v, i, p floats) {
	v, i, p = make(floats, len(volts)), make(floats, len(volts)), make(floats, len(volts))
	for k, x := range volts {
		v[k], i[k], p[k] = in(f.v, x), in(f.i, amps[k]), in(f.p, clampFinite(x*amps[k]))
	}
	return v, i, p
}

// line adds a curve. One of many points that had to be ordered is drawn as its
// points, lightly, with a line through the means of neighbours.
func (f *ivFigures) line(y *axis, w *ivSweep, xs, ys floats, format lineFormat) {
	ink := format.paint.in(f.planning.theme)
	add := func(xs, ys floats, format lineFormat, c color.NRGBA) {
		v := &curve{x: newColumn(xs), y: newColumn(ys), format: format, color: c}
		w.lines = append(w.lines, v)
		f.panel.marks = append(f.panel.marks, placed{ivLine{v}, y})
	}
	const many, dots, means = 200, 4000, 150
	if !w.ordered || len(xs) < many || format.marker != 0 || format.line == noLine {
		add(xs, ys, format, ink)
		return
	}
	var px, py, mx, my floats
	stride, group := (len(xs)+dots-1)/dots, (len(xs)+means-1)/means
	for k := range xs {
		if k%stride == 0 {
			px, py = append(px, xs[k]), append(py, ys[k])
		}
	}
	for k := 0; k < len(xs); k += group {
		n := float64(min(group, len(xs)-k))
		var sx, sy float64
		for j := k; j < k+int(n); j++ {
			sx, sy = sx+xs[j]/n, sy+ys[j]/n
		}
		mx, my = append(mx, sx), append(my, sy)
	}
	add(px, py, lineFormat{paint: format.paint, marker: ','}, between(f.planning.theme.background, ink, 0.5))
	add(mx, my, format, ink)
}

// ivLine is a curve that the axes may cut: the first quadrant is what counts.
type ivLine struct{ *curve }

func (l ivLine) include(x, y *axis) {
	if x.logarithmic() {
		x.show(l.x)
	}
	if y.logarithmic() {
		y.show(l.y)
	}
}

// limit finds what the axes show: the first quadrant of curves with light, and
// of those in the dark as much as leaves the others readable.
func (f *ivFigures) limit() {
	r := &f.reach
	r.v, r.i, r.p = emptySpan(), emptySpan(), emptySpan()
	light := false
	for _, w := range f.sweeps {
		if len(w.volts) == 0 || w.dark() {
			continue
		}
		light = true
		var v, i, p float64
		if w.analysed() {
			v, i, p = w.result.Voc.Value, w.result.Isc.Value, w.result.Pmax.Value
		}
		if v+i+p != v+i+p || !w.analysed() { // something was not found
			v, i, p = 0, 0, 0
			if r := w.result; w.analysed() && r.Isc.Value == r.Isc.Value {
				i = r.Isc.Value
			}
			for k, x := range w.volts {
				y := w.amps[k]
				if v, i = max(v, x), max(i, y); x > 0 && y > 0 {
					p = max(p, clampFinite(x*y))
				}
			}
		}
		r.v = r.v.union(span{0, in(f.v, v)})
		r.i = r.i.union(span{0, in(f.i, i)})
		r.p = r.p.union(span{0, in(f.p, p)})
	}
	for _, w := range f.sweeps {
		if len(w.volts) == 0 || !w.dark() {
			continue
		}
		v, i := emptySpan().extentOf(w.volts), emptySpan().extentOf(w.amps)
		v = span{in(f.v, v.lo), in(f.v, v.hi)}.union(span{0, 0})
		i = span{in(f.i, i.lo), in(f.i, i.hi)}.union(span{0, 0})
		if light {
			v = span{0, min(v.hi, 1.15*r.v.hi)}
			i = span{max(i.lo, -0.6*r.i.hi), min(i.hi, r.i.hi)}
		}
		r.v, r.i = r.v.union(v), r.i.union(i)
	}
	for _, s := range []*span{&r.v, &r.i, &r.p} {
		if !s.empty() {
			*s = span{clampFinite(s.lo), clampFinite(s.hi)}
		}
	}
}

// include widens the axes; the zeros of current and power are at the same
// height.
func (f *ivFigures) include(x, y *axis) {
	r := f.reach
	if !r.v.empty() {
		x.reach(r.v)
		y.reach(r.i)
	}
	y2 := f.panel.y2
	if y2 == nil || r.p.empty() {
		return
	}
	top := clampFinite(1.4 * r.p.hi)
	low := 0.0
	if !y.logarithmic() && !y2.logarithmic() {
		lim := linearScale{}.limits(r.i, r.i, y.margins)
		if y.asked.lo == y.asked.lo {
			lim.lo = y.asked.lo
		}
		if y.asked.hi == y.asked.hi {
			lim.hi = y.asked.hi
		}
		if lim.lo < 0 && lim.hi > 0 {
			low = max(lim.lo/lim.hi, -10) * top
		}
	}
	y2.reach(span{clampFinite(low), top})
}
