package ivcurve

import "math"

// summit is the maximum power point.
type summit struct {
	v, i, p    float64
	uv, ui, up float64 // standard uncertainties
	doubt      float64 // by which fits are compared
	points     int
	shown      bool // the points around it show their scatter
	ok         bool
}

// reaches are the widths of the window of the fit, as parts of E1036's, which
// goes from 0.75 to 1.15 times the current and the voltage of the largest power.
var reaches = [...]float64{0.05, 0.1, 0.2, 0.35, 0.6, 1}

// weightOfVmp is how much the relative variance of Vmp counts beside that of Pmax: an
// error of Vmp costs little power, the curve being flat there.
const weightOfVmp = 0.03

// maximum fits power over voltage in every window and averages the fits by their doubts.
// known is the power's scatter to go by where no fit shows it well.
func (c *curve) maximum(known scatter) summit {
	var fits []pair
	var widest []datum
	before := 0
	for _, reach := range reaches {
		// The limits of voltage and of current, each as the place on the curve
		// where the other is about that of the largest power: selecting by either
		// alone would select by its noise.
		from := place(c.smooth, func(p point) bool { return p.v >= (1-0.25*reach)*c.largest.v })
		to := place(c.smooth, func(p point) bool {
			return p.v > c.largest.v && (p.i < (1-0.25*reach)*c.largest.i || p.v > (1+0.15*reach)*c.largest.v)
		})
		var data []datum
		for _, p := range c.points {
			if p.t >= from && p.t <= to {
				data = append(data, datum{p.v, p.v * p.i, p.count})
			}
		}
		if len(data) == before {
			continue
		}
		before, widest = len(data), data
		fits = appendFits(fits, data, 2, 4)
	}
	least, shown := pool(fits, widest, known)
	var found []summit
	for k := range fits {
		fits[k].fit.atLeast(least)
		fits[k].next.atLeast(least)
		if s, ok := fits[k].peak(); ok {
			found = append(found, s)
		}
	}
	mean := averagePeak(found)
	mean.shown = shown
	return mean
}

// averagePeak does for peaks what average does for crossings.
func averagePeak(found []summit) summit {
	var mean summit
	least := math.Inf(1)
	for _, x := range found {
		if x.doubt < least {
			least = x.doubt
			mean.points, mean.ok = x.points, true
		}
	}
	if !mean.ok {
		return mean
	}
	sum := 0.0
	for _, x := range found {
		w := confidence(least, x.doubt)
		sum += w
		mean.v += w * x.v
		mean.p += w * x.p
	}
	mean.v /= sum
	mean.p /= sum
	mean.i = mean.p / mean.v
	for _, x := range found {
		w := confidence(least, x.doubt) / sum
		a, b, c := x.v-mean.v, x.i-mean.i, x.p-mean.p
		mean.uv += w * (x.uv*x.uv + a*a)
		mean.ui += w * (x.ui*x.ui + b*b)
		mean.up += w * (x.up*x.up + c*c)
	}
	mean.uv, mean.ui, mean.up = math.Sqrt(mean.uv), math.Sqrt(mean.ui), math.Sqrt(mean.up)
	return mean
}

// place gives where along the curve the first point is of which found holds.
func place(points []point, found func(point) bool) float64 {
	for _, p := range points {
		if found(p) {
			return p.t
		}
	}
	return 2
}

// peak finds the peak of one fit, and asks the next order how far it would move it.
func (f *pair) peak() (summit, bool) {
	fit := &f.fit
	s, ok := fit.peak()
	if !ok {
		return summit{}, false
	}
	t, ok := f.next.peak()
	if !ok {
		return summit{}, false
	}
	s.doubt = doubt(s.up*s.up, t.up*t.up, t.p-s.p, fit.freedom)/(s.p*s.p) +
		weightOfVmp*doubt(s.uv*s.uv, t.uv*t.uv, t.v-s.v, fit.freedom)/(s.v*s.v)
	few := math.Sqrt(fewness(fit.freedom))
	s.up = math.Hypot(s.up*few, t.p-s.p)
	s.uv = math.Hypot(s.uv*few, t.v-s.v)
	s.ui = math.Hypot(s.ui*few, t.i-s.i)
	// Scatter of the voltage lowers the mean power by the curve's own curvature,
	// which no number of points averages out. Half of the scatter is taken to be the voltage's.
	_, second := fit.slopes(s.v)
	bias := (fit.apply(second) + 2*s.i/s.v) * fit.variance / (4 * s.i * s.i)
	s.up = math.Hypot(s.up, bias)
	s.ui = math.Hypot(s.ui, bias/s.v)
	s.points = f.points
	return s, s.p > 0 && s.v > 0
}

// peak finds the polynomial's maximum within its interval: the highest of
// a grid, then Newton's method on the derivative.
func (p *polynomial) peak() (summit, bool) {
	const steps = 64
	v, top := 0.0, math.Inf(-1)
	for k := range steps + 1 {
		x := p.centre + p.half*(2*float64(k)/steps-1)
		if y := p.apply(p.basis(x)); y > top {
			v, top = x, y
		}
	}
	for range 20 {
		first, second := p.slopes(v)
		step := p.apply(first) / p.apply(second)
		if !(math.Abs(step) <= p.half/steps*2) {
			return summit{}, false
		}
		v -= step
		if math.Abs(step) <= 1e-14*math.Abs(v) {
			break
		}
	}
	first, second := p.slopes(v)
	bend := p.apply(second)
	if !(bend < 0) || math.Abs(v-p.centre) > p.half {
		return summit{}, false
	}
	at := p.basis(v)
	power := p.apply(at)
	// At the maximum the power does not feel an error of the voltage; the
	// voltage's own comes from the derivative's.
	varP, varV := p.covariance(at, at), p.covariance(first, first)/(bend*bend)
	covPV := -p.covariance(at, first) / bend
	a, b := 1/v, -power/(v*v)
	varI := a*a*varP + b*b*varV + 2*a*b*covPV
	return summit{
		v: v, i: power / v, p: power,
		uv: math.Sqrt(varV), ui: math.Sqrt(max(varI, 0)), up: math.Sqrt(varP), ok: true,
	}, true
}
