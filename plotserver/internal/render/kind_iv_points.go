package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// ivPoints marks the points of I-V curves that the figures are about: short and
// open circuit on the axes, maximum power on both curves, and dashed the part of a
// curve that was not measured but extrapolated.
type ivPoints struct {
	figures *ivFigures
	spots   []ivSpots
	frame   vg.Rectangle
}

// ivSpots are the points of a curve on paper.
type ivSpots struct {
	sweep                  *ivSweep
	power                  color.NRGBA
	isc, voc, top, summit  point // summit is of the P-V curve
	hasSummit              bool
	current, powerAtShort  []point // extrapolated parts
	currentOpen, powerOpen []point
}

func (m *ivPoints) include(x, y *axis)          { m.figures.include(x, y) }
func (m *ivPoints) entries() []entry            { return nil }
func (m *ivPoints) covers(vg.Rectangle) float64 { return 0 }

func (m *ivPoints) place(w *window, _ *theme) {
	m.frame = w.rect
	m.spots = m.figures.spots(w.rect)
}

// spots brings the points to paper.
func (f *ivFigures) spots(frame vg.Rectangle) []ivSpots {
	p := f.panel
	x := newMapping(p.x.scale, p.x.lim, float64(frame.Min.X), float64(frame.Max.X))
	y := newMapping(p.y.scale, p.y.lim, float64(frame.Min.Y), float64(frame.Max.Y))
	var y2 mapping
	if p.y2 != nil {
		y2 = newMapping(p.y2.scale, p.y2.lim, float64(frame.Min.Y), float64(frame.Max.Y))
	}
	var out []ivSpots
	for _, w := range f.sweeps {
		if !w.analysed() {
			continue
		}
		r := &w.result
		s := ivSpots{sweep: w, power: w.color, hasSummit: p.y2 != nil}
		if len(f.sweeps) == 1 && p.y2 != nil {
			s.power = p.y2.tint
		}
		at := func(volts, amps float64) point {
			return point{X: vg.Length(x.at(in(f.v, volts))), Y: vg.Length(y.at(in(f.i, amps)))}
		}
		watts := func(volts, amps float64) point {
			return point{X: vg.Length(x.at(in(f.v, volts))), Y: vg.Length(y2.at(in(f.p, volts*amps)))}
		}
		s.isc, s.voc, s.top = at(0, r.Isc.Value), at(r.Voc.Value, 0), at(r.Vmp.Value, r.Imp.Value)
		if s.hasSummit {
			s.summit = watts(r.Vmp.Value, r.Imp.Value)
		}
		short, open := w.missing()
		for _, q := range short {
			s.current = append(s.current, at(q.x, q.y))
			if s.hasSummit {
				s.powerAtShort = append(s.powerAtShort, watts(q.x, q.y))
			}
		}
		for _, q := range open {
			s.currentOpen = append(s.currentOpen, at(q.x, q.y))
			if s.hasSummit {
				s.powerOpen = append(s.powerOpen, watts(q.x, q.y))
			}
		}
		out = append(out, s)
	}
	return out
}

// missing are the parts of the curve that were not measured, as voltage and
// current, from the axes on: parabolas with the slope found at the axis that meet the outermost
// point.
func (w *ivSweep) missing() (short, open []xy) {
	r := &w.result
	const pieces = 16
	first, last := xy{math.Inf(1), 0}, xy{0, math.Inf(1)}
	for k, v := range w.volts {
		i := w.amps[k]
		if i > 0.1*r.Isc.Value && v < first.x {
			first = xy{v, i}
		}
		if v > 0.1*r.Voc.Value && i < last.y {
			last = xy{v, i}
		}
	}
	// parabola runs from y0 at 0 to y at x with a slope at 0.
	parabola := func(y0, slope, x, y float64) func(float64) float64 {
		bend := (y - y0 - slope*x) / (x * x)
		if math.Abs(bend*x*x) > 2*math.Abs(y-y0) || bend*x*x != bend*x*x {
			slope, bend = (y-y0)/x, 0
		}
		return func(at float64) float64 { return y0 + slope*at + bend*at*at }
	}
	if r.Isc.Extrapolated && first.x > 0 && !math.IsInf(first.x, 0) {
		curve := parabola(r.Isc.Value, -1/r.Rsh.Value, first.x, first.y)
		for k := range pieces + 1 {
			v := first.x * float64(k) / pieces
			short = append(short, xy{v, curve(v)})
		}
	}
	if r.Voc.Extrapolated && last.y > 0 && !math.IsInf(last.y, 0) {
		curve := parabola(r.Voc.Value, -r.Rs.Value, last.y, last.x)
		for k := range pieces + 1 {
			i := last.y * float64(k) / pieces
			open = append(open, xy{curve(i), i})
		}
	}
	return short, open
}

func (m *ivPoints) paint(p *pen) {
	t := p.theme
	single := len(m.figures.sweeps) == 1
	for _, s := range m.spots {
		found := s.top.X == s.top.X // the maximum power point
		if single && found {
			// The rectangle of Vmp and Imp, whose share of that of Voc and Isc is
			// the fill factor.
			ink := between(t.background, t.ink, 0.55)
			m.dotted(p, ink, point{X: s.top.X, Y: m.frame.Min.Y - 10}, point{X: s.top.X, Y: max(s.top.Y, s.summit.Y)})
			m.dotted(p, ink, point{X: m.frame.Min.X - 10, Y: s.top.Y}, s.top)
		}
		for _, part := range [][]point{s.current, s.currentOpen} {
			m.dashed(p, s.sweep.color, part)
		}
		for _, part := range [][]point{s.powerAtShort, s.powerOpen} {
			m.dashed(p, s.power, part)
		}
		size := vg.Length(1)
		if !single {
			size = 0.75
		}
		if !found {
			continue
		}
		m.spot(p, s.top, s.sweep.color, size)
		if s.hasSummit {
			m.spot(p, s.summit, s.power, size)
		}
	}
}

func (m *ivPoints) dotted(p *pen, c color.NRGBA, a, b point) {
	w := p.theme.frameWidth
	p.SetColor(c)
	p.SetLineWidth(w)
	p.SetLineDash([]vg.Length{w, 2.2 * w}, 0)
	path := make(vg.Path, 0, 2)
	path.Move(a)
	path.Line(b)
	p.Stroke(path)
	p.SetLineDash(nil, 0)
}

func (m *ivPoints) dashed(p *pen, c color.NRGBA, points []point) {
	if len(points) < 2 {
		return
	}
	w := p.theme.lineWidth
	p.SetColor(c)
	p.SetLineWidth(w)
	p.SetLineDash([]vg.Length{2 * w, 1.6 * w}, 0)
	path := make(vg.Path, 0, len(points))
	path.Move(points[0])
	for _, q := range points[1:] {
		path.Line(q)
	}
	p.Stroke(path)
	p.SetLineDash(nil, 0)
}

// spot is a ring with the ground's colour inside, to be seen on a line.
func (m *ivPoints) spot(p *pen, at point, c color.NRGBA, size vg.Length) {
	r := size * p.theme.markerSize / 2
	p.SetColor(c)
	p.Fill(circle(at, r+0.4*p.theme.lineWidth))
	p.SetColor(p.theme.background)
	p.Fill(circle(at, r-0.5*p.theme.lineWidth))
}

// overlapping is a mark that paints over the frame as well.
type overlapping interface{ over(p *pen) }

// over paints the points on the axes.
func (m *ivPoints) over(p *pen) {
	shows := grown(m.frame, 1)
	spotSize := vg.Length(1)
	if len(m.figures.sweeps) > 1 {
		spotSize = 0.75
	}
	for _, s := range m.spots {
		for _, at := range []point{s.isc, s.voc} {
			if contains(shows, at) {
				m.spot(p, at, s.sweep.color, spotSize)
			}
		}
	}
}

// symbol is the sign of a quantity in the typesetter's terms.
func (f *ivFigures) symbol(name string) string {
	switch name {
	case "sc":
		return `$` + f.current + `_\mathrm{sc}$`
	case "mp":
		return `$` + f.current + `_\mathrm{mp}$`
	case "oc":
		return `$V_\mathrm{oc}$`
	case "vmp":
		return `$V_\mathrm{mp}$`
	case "max":
		return `$P_\mathrm{max}$`
	case "eta":
		return `$\eta$`
	}
	return name
}
