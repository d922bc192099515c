package render

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"sort"

	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// mostIVPoints bounds what a curve is analysed and drawn from; of longer ones every
// second, third … row is taken.
const mostIVPoints = 1 << 19

// ivSweep is the I-V curve of a series.
type ivSweep struct {
	name    string
	source  *source
	columns [2]ivColumn // voltage and current
	// In V and A (or in the columns' own numbers where they have no units), in
	// the generator's convention as far as it is known, in the order of drawing.
	volts, amps []float64
	result      ivcurve.Result
	err         error // why there is no result, or only a part of it
	part        bool  // of the result is there, with NaN for the rest
	ordered     bool  // they had to be sorted
	lines       []*curve
	sun         string
	color       color.NRGBA // of the I-V curve
}

func (w *ivSweep) analysed() bool { return w.err == nil || w.part }

// dark tells that the curve has no power to show.
func (w *ivSweep) dark() bool { return errors.Is(w.err, ivcurve.ErrDark) }

// planIV draws I-V curves with their P-V curves, maximum power points and
// figures.
func planIV(p *planning) error {
	s, report := p.spec, p.report
	f := &ivFigures{planning: p, panel: p.panel()}
	for _, src := range p.sources {
		v, i, note, err := p.ivColumns(src)
		if err != nil {
			return err
		}
		if note != "" {
			report.warn(note)
		}
		w := newSweep(src.series, v, i, s, len(p.sources) > 1, report)
		if to, ok := s.labels.byName[w.name]; ok {
			w.name = to
		} else if k := len(f.sweeps); k < len(s.labels.list) && s.labels.list[k] != nil {
			w.name = *s.labels.list[k]
		}
		w.source = src
		f.sweeps = append(f.sweeps, w)
	}
	alike(f.sweeps)
	f.units(s, report)
	f.draw(s, p.theme)
	light := 0
	for _, w := range f.sweeps {
		if w.analysed() {
			light++
		}
	}
	if light > 0 {
		f.panel.figures = f
	} else if f.panel.legend = len(f.sweeps) > 1; f.panel.legend {
		for _, w := range f.sweeps {
			w.lines[0].label = w.name // no table names them
		}
	}
	return nil
}

// newSweep gathers and analyses a curve.
func newSweep(one *sessions.Series, v, i ivColumn, s *spec, named bool, report *Report) *ivSweep {
	w := &ivSweep{name: one.Name, columns: [2]ivColumn{v, i}}
	warn := func(text string) {
		if named {
			text = one.Name + ": " + text
		}
		report.warn(text)
	}
	fv, fi := 1.0, 1.0
	if v.unit.known() && i.unit.known() {
		fv, fi = v.unit.factor(), i.unit.factor()
	}
	n := min(v.values.Len(), i.values.Len())
	stride := (n + mostIVPoints - 1) / mostIVPoints
	if stride > 1 {
		warn(fmt.Sprintf("the curve is drawn from every %s of its %d rows", ordinal(stride), n))
	}
	w.volts, w.amps = make([]float64, 0, n/max(stride, 1)+1), make([]float64, 0, n/max(stride, 1)+1)
	row, dropped := 0, 0
	pairs(v.values, i.values, func(xs, ys []float64) {
		for k, x := range xs {
			if row++; stride > 1 && (row-1)%stride != 0 {
				continue
			}
			a, b := x*fv, ys[k]*fi
			if !(math.Abs(a) <= math.MaxFloat64 && math.Abs(b) <= math.MaxFloat64) {
				dropped++
				continue
			}
			w.volts, w.amps = append(w.volts, a), append(w.amps, b)
		}
	})
	o, wants := ivOptions(one, s, warn)
	known := v.unit.known() && i.unit.known()
	if i.unit.area != "" {
		o.AreaCM2 = 1 // of a density
	}
	switch {
	case !known && wants:
		warn("the efficiency is left out: it needs voltage and current with their units")
		o = ivcurve.Options{}
	case o.AreaCM2 > 0 && o.IrradianceWM2 > 0 && i.unit.area == "":
		w.sun = fmt.Sprintf("%.4g cm², %.4g W/m²", o.AreaCM2, o.IrradianceWM2)
	case o.IrradianceWM2 > 0:
		w.sun = fmt.Sprintf("%.4g W/m²", o.IrradianceWM2)
	}
	w.result, w.err = ivcurve.Analyze(w.volts, w.amps, o)
	if w.err != nil {
		warn(w.err.Error())
	}
	if errors.Is(w.err, ivcurve.ErrIncomplete) {
		if r, err := ivcurve.AnalyzePart(w.volts, w.amps, o); err == nil {
			w.result, w.part = r, true
		}
	}
	for _, note := range w.result.Notes {
		warn(note)
	}
	if dropped > 0 {
		warn(fmt.Sprintf("%d of %d points are not numbers and were left out", dropped, dropped+len(w.volts)))
	}
	w.orient(w.result.Reversed, w.result.Convention == ivcurve.LoadConvention)
	if !w.analysed() && !w.dark() && w.negative() {
		w.orient(false, true)
	}
	w.sort()
	return w
}

// ordinal is "2nd", "3rd" …
func ordinal(n int) string {
	ending := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		ending = "st"
	case n%10 == 2:
		ending = "nd"
	case n%10 == 3:
		ending = "rd"
	}
	return fmt.Sprint(n) + ending
}

// ivOptions takes area and irradiance from the options, or else from what the
// series says of itself.
func ivOptions(one *sessions.Series, s *spec, warn func(string)) (o ivcurve.Options, wants bool) {
	get := func(asked float64, names ...string) float64 {
		if asked > 0 {
			return asked
		}
		for _, name := range names {
			x, ok := one.Meta[name].(float64)
			if ok && x > 0 && x <= largestLight {
				return x
			}
			if ok {
				warn(fmt.Sprintf("the series' %s of %g is passed over, it is not above 0", name, x))
			}
		}
		return 0
	}
	o.AreaCM2 = get(s.area, "area", "area_cm2")
	o.IrradianceWM2 = get(s.irradiance, "irradiance", "irradiance_wm2")
	return o, o.AreaCM2 > 0 && o.IrradianceWM2 > 0 || s.area > 0 || s.irradiance > 0
}

const largestLight = 1e9 // cm² or W/m²

// orient turns the signs round.
func (w *ivSweep) orient(volts, amps bool) {
	turn := func(x []float64) {
		for k := range x {
			x[k] = -x[k]
		}
	}
	if volts {
		turn(w.volts)
	}
	if amps {
		turn(w.amps)
	}
}

// negative tells that the curve takes more power than it gives.
func (w *ivSweep) negative() bool {
	sum := 0.0
	for k, v := range w.volts {
		sum += math.Max(math.Min(v*w.amps[k], 1e300), -1e300) / float64(len(w.volts))
	}
	return sum < 0
}

// alike gives curves without light the signs of those with it, since one set-up
// measured both.
func alike(sweeps []*ivSweep) {
	i := slices.IndexFunc(sweeps, (*ivSweep).analysed)
	if i < 0 {
		return
	}
	for _, w := range sweeps {
		if w.dark() {
			w.orient(sweeps[i].result.Reversed, sweeps[i].result.Convention == ivcurve.LoadConvention)
		}
	}
}

// sort brings the points into an order that a line can follow. One sweep, or one
// there and back, stays as it was measured, so that a hysteresis shows and
// noise does not make the line jump. A sweep that goes to and fro is ordered: by the
// angle seen from the origin, which between the axes is the order of voltage
// but holds also where the curve is steep and noise of the voltage would mix it up.
func (w *ivSweep) sort() {
	if n := len(w.volts); n < 3 {
		return
	}
	all := emptySpan().extentOf(w.volts)
	current := emptySpan().extentOf(w.amps)
	wide := all.half() * 2
	way := 0.0
	for k := 1; k < len(w.volts); k++ {
		way += math.Abs(w.volts[k]*0.5-w.volts[k-1]*0.5) * 2
	}
	if way <= 2.2*wide {
		return
	}
	vs, is := wide, current.half()*2
	if w.analysed() {
		if v := w.result.Voc.Value; v == v {
			vs = v
		}
		if i := w.result.Isc.Value; i == i {
			is = i
		}
	}
	order := make([]int, len(w.volts))
	key := make([]float64, len(w.volts))
	for k, v := range w.volts {
		order[k] = k
		if key[k] = v; w.analysed() {
			key[k] = math.Atan2(v/vs, w.amps[k]/is)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return key[order[a]] < key[order[b]] })
	volts, amps := make([]float64, len(order)), make([]float64, len(order))
	for k, from := range order {
		volts[k], amps[k] = w.volts[from], w.amps[from]
	}
	w.volts, w.amps, w.ordered = volts, amps, true
}
