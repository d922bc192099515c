package render

import (
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
	"iotplot/sessions/ivcurve"
)

// ivFigure is a value as it is written.
type ivFigure struct {
	symbol       string
	value, error string // error is empty where it is not known or has no say in the digits
	power        string // of ten, in front of the unit; usually empty
	unit         string
	star         bool // extrapolated
}

func (g ivFigure) text(errors bool) string {
	s := g.value
	if errors && g.error != "" {
		s += " ± " + g.error
		if g.power != "" {
			s = "(" + s + ")"
		}
	}
	s += g.power
	if g.unit != "" {
		s += " " + g.unit
	}
	if g.star {
		s += " *"
	}
	return s
}

// list is the figures of a curve.
func (f *ivFigures) list(w *ivSweep) []ivFigure {
	r := &w.result
	out := []ivFigure{
		f.write("sc", r.Isc, f.i), f.write("oc", r.Voc, f.v),
		f.write("vmp", r.Vmp, f.v), f.write("mp", r.Imp, f.i),
		f.write("max", r.Pmax, f.p), percent(f.write, "FF", r.FF),
	}
	if r.Efficiency.Value == r.Efficiency.Value {
		out = append(out, percent(f.write, "eta", r.Efficiency))
	}
	if w.part { // what was not found is left out
		out = slices.DeleteFunc(out, func(g ivFigure) bool { return g.value == noFigure })
	}
	return out
}

func percent(write func(string, ivcurve.Quantity, electrical) ivFigure, name string, q ivcurve.Quantity) ivFigure {
	q.Value *= 100
	q.Uncertainty *= 100
	g := write(name, q, electrical{})
	g.unit = "%"
	return g
}

// write gives a value at least four digits, and as many as its uncertainty
// says anything about, six at most.
func (f *ivFigures) write(name string, q ivcurve.Quantity, u electrical) ivFigure {
	v, e := in(u, q.Value), in(u, q.Uncertainty)
	g := ivFigure{symbol: f.symbol(name), unit: u.String(), star: q.Extrapolated}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		g.value = noFigure
		return g
	}
	order := 0
	if v != 0 {
		order = int(math.Floor(math.Log10(math.Abs(v) * (1 + 5e-5)))) // 9.99996 is written 10.00
	}
	if order < -3 || order > 5 {
		v, e = v/math.Pow10(order), e/math.Pow10(order)
		g.power, order = "×"+powerOfTen(order), 0
	}
	const least, most = 4, 6
	digits := least - 1 - order
	if e > 0 && !math.IsInf(e, 0) {
		// Two digits of the uncertainty where the first is 1 or 2, else one.
		first := int(math.Floor(math.Log10(e)))
		d := -first
		if e/math.Pow10(first) < 2.95 {
			d++
		}
		switch {
		case d <= digits:
			g.error = "known"
		case d <= most-1-order:
			digits, g.error = d, "known"
		}
	}
	digits = max(digits, 0)
	g.value = decimalText(v, digits)
	if g.error != "" {
		g.error = decimalText(e, digits)
	}
	return g
}

// noFigure stands for a value that is not there.
const noFigure = "–"

func decimalText(v float64, digits int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	if v < 0 {
		return minus + s
	}
	return s
}

// ivBox is the figures of a single curve in a frame of their own inside of the
// plot, where they hide nothing.
type ivBox struct {
	shown         bool
	size          vg.Length
	names, values []typeset.Box
	notes         []typeset.Box
	column        vg.Length // where the values begin
	width, height vg.Length
	line          vg.Length
}

const (
	boxBorder = 0.5  // around the text, in letter heights
	boxGap    = 0.7  // between the columns
	boxLine   = 1.32 // from line to line
	noteSize  = 0.85
)

func (f *ivFigures) makeBox(w *ivSweep, size vg.Length, errors bool) ivBox {
	b := ivBox{shown: true, size: size, line: boxLine * size}
	star := false
	var wide vg.Length
	for _, g := range f.list(w) {
		name, value := typeset.Layout(g.symbol, size), typeset.Layout(g.text(errors), size)
		b.names, b.values = append(b.names, name), append(b.values, value)
		b.column, wide = max(b.column, name.Width), max(wide, value.Width)
		star = star || g.star
	}
	b.column += boxGap * size
	b.width = b.column + wide
	var notes []string
	if w.sun != "" {
		notes = append(notes, w.sun)
	}
	if star {
		notes = append(notes, "* extrapolated")
	}
	for _, n := range notes {
		l := typeset.Layout(n, noteSize*size)
		b.notes = append(b.notes, l)
		b.width = max(b.width, l.Width)
	}
	b.width += 2 * boxBorder * size
	b.height = vg.Length(len(b.names))*b.line + vg.Length(len(b.notes))*b.line*noteSize + (2*boxBorder-(boxLine-1))*size
	return b
}

func (b *ivBox) paint(p *pen, r vg.Rectangle) {
	t := p.theme
	path := rounded(r, 0.2*b.size)
	face := t.legendFace
	face.A = 0xff // nothing shines through between the figures
	p.SetColor(face)
	p.Fill(path)
	p.SetColor(t.legendEdge)
	p.SetLineWidth(t.frameWidth)
	p.SetLineDash(nil, 0)
	p.Stroke(path)
	met := typeset.MetricsOf(b.size)
	x := r.Min.X + boxBorder*b.size
	y := r.Max.Y - boxBorder*b.size - (b.size+met.CapHeight)/2 + 0.04*b.size
	for k, name := range b.names {
		p.text(name, x, y, t.ink)
		p.text(b.values[k], x+b.column, y, t.ink)
		y -= b.line
	}
	y += b.line * (1 - noteSize) / 2
	for _, n := range b.notes {
		p.text(n, x, y, between(t.background, t.ink, 0.8))
		y -= b.line * noteSize
	}
}

// occupied is what the curves, their points and the names of these take of a
// frame.
func (f *ivFigures) occupied(frame vg.Rectangle, t *theme) *occupancy {
	o := newOccupancy(frame)
	p := f.panel
	x := newMapping(p.x.scale, p.x.lim, float64(frame.Min.X), float64(frame.Max.X))
	for _, m := range p.marks {
		l, ok := m.mark.(ivLine)
		if !ok {
			continue
		}
		y := newMapping(m.y.scale, m.y.lim, float64(frame.Min.Y), float64(frame.Max.Y))
		const most = 20_000
		stride := max(1, l.x.Len()/most)
		var before point
		for k := 0; k < l.x.Len(); k += stride {
			at := point{X: vg.Length(x.at(l.x.At(k))), Y: vg.Length(y.at(l.y.At(k)))}
			if at.X != at.X || at.Y != at.Y {
				continue
			}
			if k > 0 {
				o.line(before, at)
			}
			before = at
		}
	}
	for _, s := range f.spots(frame) {
		for _, part := range [][]point{s.current, s.currentOpen, s.powerAtShort, s.powerOpen} {
			for k := 1; k < len(part); k++ {
				o.line(part[k-1], part[k])
			}
		}
		ring := t.markerSize/2 + 1
		for _, at := range []point{s.isc, s.voc, s.top, s.summit} {
			if at.X == at.X && at.Y == at.Y { // it was found
				o.fill(grown(vg.Rectangle{Min: at, Max: at}, ring))
			}
		}
	}
	return o
}

// ivLabel is words beside a point.
type ivLabel struct {
	lines []typeset.Box
	rect  vg.Rectangle
}

// labels names the points: the maximum power point with its coordinates, and
// short and open circuit. What has no free place beside its point is left out.
func (f *ivFigures) labels(s *ivSpots, frame vg.Rectangle, t *theme) []ivLabel {
	r := &s.sweep.result
	v := f.write("vmp", ivcurve.Quantity{Value: r.Vmp.Value}, f.v)
	i := f.write("mp", ivcurve.Quantity{Value: r.Imp.Value}, f.i)
	var out []ivLabel
	add := func(at point, texts []string, size vg.Length, places ...func(at point, w, h vg.Length) point) bool {
		taken := f.occupied(frame, t)
		for _, l := range out {
			taken.fill(l.rect)
		}
		taken.settle()
		l := ivLabel{}
		var w vg.Length
		for _, text := range texts {
			b := typeset.Layout(text, size)
			l.lines = append(l.lines, b)
			w = max(w, b.Width)
		}
		h := (vg.Length(len(texts))*1.15 - 0.15) * size
		for _, place := range places {
			p := place(at, w, h)
			l.rect = vg.Rectangle{Min: p, Max: point{X: p.X + w, Y: p.Y + h}}
			if contains(frame, point{X: p.X - 1, Y: p.Y - 1}) && contains(frame, point{X: l.rect.Max.X + 1, Y: l.rect.Max.Y + 1}) && taken.count(l.rect) == 0 {
				out = append(out, l)
				return true
			}
		}
		return false
	}
	off := t.markerSize/2 + 3.5
	right := func(dx, dy vg.Length) func(point, vg.Length, vg.Length) point {
		return func(at point, _, _ vg.Length) point { return point{X: at.X + dx, Y: at.Y + dy} }
	}
	above := func(part, dy vg.Length) func(point, vg.Length, vg.Length) point {
		return func(at point, w, _ vg.Length) point { return point{X: at.X - part*w, Y: at.Y + dy} }
	}
	below := func(dx, dy vg.Length) func(point, vg.Length, vg.Length) point {
		return func(at point, w, h vg.Length) point { return point{X: at.X - w - dx, Y: at.Y - h - dy} }
	}
	places := []func(point, vg.Length, vg.Length) point{
		right(off, 0), right(off, 3), right(off+3, 3), right(off+6, 6), above(0.1, off), above(0.5, off), above(0.9, off),
		below(off, off), below(off, 2*off), below(2*off, 3*off),
	}
	small := 0.8 * t.textSize
	if r.Vmp.Value != r.Vmp.Value {
		// There is no maximum power point.
	} else if !add(s.top, []string{"MPP", v.text(false), i.text(false)}, small, places...) {
		add(s.top, []string{"MPP (" + v.text(false) + ", " + i.text(false) + ")"}, small, places...)
	}
	em := t.textSize
	add(s.isc, []string{f.symbol("sc")}, 0.85*em, right(0.8*em, 0.5*em), right(0.8*em, em), right(0.8*em, 1.5*em), right(0.8*em, -2*em))
	add(s.voc, []string{f.symbol("oc")}, 0.85*em, right(0.6*em, 0.4*em), right(0.8*em, 0.8*em), above(0, 0.8*em), below(em, -1.6*em))
	return out
}

func (l *ivLabel) paint(p *pen) {
	n := vg.Length(len(l.lines))
	size := (l.rect.Max.Y - l.rect.Min.Y) / (n*1.15 - 0.15)
	y := l.rect.Max.Y - 0.8*size
	for _, b := range l.lines {
		p.text(b, l.rect.Min.X, y, p.theme.ink)
		y -= 1.15 * size
	}
}

// arrange decides how the figures are shown around a frame of about this size
// and gives the height they need below the plot. It is asked again when the frame
// has changed.
func (f *ivFigures) arrange(frame vg.Rectangle, width vg.Length, t *theme) (below vg.Length) {
	f.box, f.table = ivBox{}, ivTable{}
	var analysed []*ivSweep
	for _, w := range f.sweeps {
		if w.analysed() {
			analysed = append(analysed, w)
		}
	}
	if len(f.sweeps) == 1 && len(analysed) == 1 {
		if b, _, _, ok := f.inside(frame, t); ok {
			f.box = b
			return 0
		}
	}
	f.table = f.makeTable(width, t)
	return f.table.height
}

// inside finds the largest form of the box that hides nothing, and the names of
// the points.
func (f *ivFigures) inside(frame vg.Rectangle, t *theme) (b ivBox, at vg.Rectangle, l []ivLabel, ok bool) {
	spots := f.spots(frame)
	if len(spots) != 1 {
		return b, at, l, false
	}
	l = f.labels(&spots[0], frame, t)
	o := f.occupied(frame, t)
	for k := range l {
		o.fill(l[k].rect)
	}
	o.settle()
	for _, form := range []struct {
		size   vg.Length
		errors bool
	}{{0.85, true}, {0.78, true}, {0.85, false}, {0.75, false}} {
		b = f.makeBox(spots[0].sweep, form.size*t.textSize, form.errors)
		if at, ok = o.room(b.width, b.height); ok {
			return b, at, l, true
		}
	}
	return b, at, l, false
}

// paint draws what arrange decided.
func (f *ivFigures) paint(p *pen, area vg.Rectangle) {
	t := p.theme
	if len(f.sweeps) == 1 && f.sweeps[0].analysed() {
		b, at, l, ok := f.inside(f.panel.frame, t)
		for k := range l {
			l[k].paint(p)
		}
		if f.box.shown {
			if !ok {
				// The final frame is a little smaller than the one that was
				// arranged for.
				b = f.box
				at.Max = point{X: f.panel.frame.Max.X - 4, Y: f.panel.frame.Min.Y + 4 + b.height}
				at.Min = point{X: at.Max.X - b.width, Y: at.Max.Y - b.height}
			}
			b.paint(p, at)
		}
	}
	f.table.paint(p, area, f.panel.frame)
}
