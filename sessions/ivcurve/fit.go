package ivcurve

import "math"

// Parameter numbers the rows and columns of [Fitted.Covariance].
type Parameter int

// The parameters of [SingleDiode], in its order.
const (
	Photocurrent Parameter = iota
	SaturationCurrent
	SeriesResistance
	ShuntResistance
	NNsVth
)

// Fitted is what [Fit] found.
type Fitted struct {
	Model SingleDiode
	// Uncertainty holds the standard uncertainty of each parameter, in its unit. The
	// saturation current's is often as large as the current itself, because an
	// error of NNsVth moves it by powers of ten; the two always go together.
	Uncertainty SingleDiode
	// Covariance of the parameters in their units. A parameter at a bound
	// (Rs = 0, or Rsh = +Inf) has zeros here and 0 in Uncertainty.
	Covariance [5][5]float64
	// CurrentNoise (A) and VoltageNoise (V) are the standard deviations of one
	// point's scatter, told apart by where the curve is flat and where steep.
	CurrentNoise, VoltageNoise float64
	Points                     int // used; many are averaged before the fit
	// AtBound says that a resistance, or another parameter, is at the end of what it
	// may be: mostly Rs = 0 or Rsh = +Inf, where noise hides them.
	AtBound bool
}

const fewestToFit = 7 // five parameters and at least two points to judge them by

// Fit finds the parameters of the single-diode equation for a measured curve:
// voltages in V and currents in A, in any order and in either sign convention,
// as for [Analyze]. It needs at least 7 usable points that come as near to both
// axes as Analyze asks.
//
// It is a least-squares fit by Levenberg's and Marquardt's method of the
// distances in current, each divided by what the noises of current and of voltage
// make of it there; the ratio of the two is itself found by restricted maximum likelihood.
// During the fit Voc takes the place of the saturation current, which the curve
// shows only together with nNsVth.
//
// The uncertainties are those of the linearised fit, and hold when the scatter is
// independent from point to point. For curves that the equation does not describe,
// of shaded modules say, they are only a measure of the misfit. Hundreds of thousands of
// points with 1 % of noise leave an error of up to 1 % of nNsVth, because of the
// curve's bends, that the uncertainties do not cover. The error is an *[Error], as
// Analyze's.
func Fit(voltage, current []float64) (Fitted, error) {
	c, err := prepare(voltage, current)
	if err != nil {
		return Fitted{}, err
	}
	if c.used < fewestToFit {
		return Fitted{}, refuse(ErrFewPoints, "cannot fit the single-diode equation: %d usable points, at least %d are needed", c.used, fewestToFit)
	}
	if _, _, _, _, err := c.values(); err != nil {
		return Fitted{}, err
	}
	f := newFitting(c, false)
	if !f.run() || f.natural(f.q).Check() != nil {
		return Fitted{}, refuse(ErrScatter, "cannot fit the single-diode equation: the points determine no set of parameters, sweep more points from short circuit to open circuit")
	}
	return f.result(), nil
}

// theta are the parameters as they are fitted, in units of the curve's scale:
// photocurrent, Voc, ln nNsVth, Rs and 1/Rsh. All are of about 1 and the curve shows each
// in a place of its own.
type theta [5]float64

var (
	lowest  = theta{0.05, 0.3, -6.2, 0, 0} // exp(-6.2) = 0.002: exp(Voc/nNsVth) is a float64 still
	highest = theta{50, 5, 3, 10, 20}
)

// model in units of the scale. Written by Voc, the saturation current is what
// the photocurrent leaves at open circuit.
func (q theta) model() SingleDiode {
	n := math.Exp(q[2])
	return SingleDiode{
		Photocurrent:      q[0],
		SaturationCurrent: (q[0] - q[1]*q[4]) / math.Expm1(q[1]/n),
		Rs:                q[3], Rsh: 1 / q[4], NNsVth: n,
	}
}

// bounded keeps the parameters where the equation has a solution.
func (q theta) bounded() theta {
	for k := range q {
		q[k] = min(max(q[k], lowest[k]), highest[k])
	}
	q[4] = min(q[4], 0.98*q[0]/q[1])
	return q
}

// gradient gives the current at v, its derivative by v, and those by theta.
func (q theta) gradient(m *SingleDiode, v float64) (current, slope float64, by theta) {
	n, gsh := m.NNsVth, q[4]
	z := m.junctionAt(v)
	current = m.current(z, v)
	e := math.Exp(z / n)
	diode := m.SaturationCurrent / n * e
	d := 1 / (1 + m.Rs*(diode+gsh))
	slope = -(diode + gsh) * d
	byI0 := -math.Expm1(z/n) * d
	// How the saturation current follows from the other parameters.
	open := math.Expm1(q[1] / n)
	rise := m.SaturationCurrent * (open + 1) / open
	by[0] = d + byI0/open
	by[1] = byI0 * (-gsh/open - rise/n)
	by[2] = diode*z*d + byI0*rise*q[1]/n
	by[3] = -(diode + gsh) * current * d
	by[4] = -z*d - byI0*q[1]/open
	return current, slope, by
}

// expected are the values and spreads a usual cell has; with few points they
// stand in for what the points do not tell.
var expected = [...]struct {
	index        int
	mean, spread float64
}{{2, -3.1, 0.35}, {3, 0.05, 0.07}, {4, 0.04, 0.07}}

// usualRatio is the spread of the logarithm of the two noises' ratio, each noise in parts of
// its own range, among usual instruments.
const usualRatio = 1.5

// weighed is a point as the fit sees it, for the noises and the parameters of the last
// weighing. Kept, so that the cost is a sum of squares between two weighings.
type weighed struct {
	v, i, count float64
	weight      float64
	slope       float64 // dI/dV of the model
	shift       float64 // by which scatter of the voltage changes the mean current, the curve being bent
}

// fitting is one fit under way.
type fitting struct {
	scale    *curve
	points   []weighed
	q        theta
	ratio    float64 // of the voltage's noise to the current's, in units of the scale
	sigma    float64 // the current's noise
	misfit   float64 // at least 1, by which the uncertainties grow
	prior    bool    // use expected
	inverse  [mostTerms][mostTerms]float64
	free     []int // parameters that are not at a bound
	measured int   // points before averaging
}

func newFitting(c *curve, prior bool) *fitting {
	f := &fitting{scale: c, ratio: 1, prior: prior, measured: c.used}
	for _, p := range c.points {
		f.points = append(f.points, weighed{v: p.v, i: p.i, count: p.count})
	}
	return f
}

// thin takes at most n points, averaging neighbours on the curve.
func thin(points []weighed, n int) []weighed {
	if len(points) <= n {
		return points
	}
	out := make([]weighed, 0, n)
	for k := range n {
		var sum weighed
		for _, p := range points[k*len(points)/n : (k+1)*len(points)/n] {
			sum.v += p.v * p.count
			sum.i += p.i * p.count
			sum.count += p.count
		}
		sum.v /= sum.count
		sum.i /= sum.count
		out = append(out, sum)
	}
	return out
}

// run fits from several starts on few points, then on all.
func (f *fitting) run() bool {
	all := f.points
	f.points = thin(all, 64)
	best, least := theta{}, math.Inf(1)
	for _, n := range []float64{0.025, 0.045, 0.09} {
		for _, rs := range []float64{0.01, 0.1} {
			f.q, f.sigma = theta{1, 1, math.Log(n), rs, 0.03}, 0.01
			cost := 0.0
			for range 2 {
				m := f.q.model()
				for k := range f.points {
					p := &f.points[k]
					_, slope, _ := f.q.gradient(&m, p.v)
					p.weight = p.count / (1 + slope*slope)
				}
				cost = f.descend(40)
			}
			if cost < least {
				best, least = f.q, cost
			}
		}
	}
	if math.IsInf(least, 0) {
		return false
	}
	f.q = best
	f.weigh()
	f.descend(40)
	f.points = all
	for range 4 {
		f.weigh()
		f.descend(40)
	}
	f.weigh()
	return f.invertNormal()
}

// equations adds up the normal equations of the free parameters and the cost.
func (f *fitting) equations(q theta) (normal [5][5]float64, right theta, cost float64) {
	m := q.model()
	add := func(weight, r float64, by theta) {
		cost += weight * r * r
		for a := range by {
			right[a] += weight * r * by[a]
			for b := range a + 1 {
				normal[a][b] += weight * by[a] * by[b]
			}
		}
	}
	for _, p := range f.points {
		i, _, by := q.gradient(&m, p.v)
		add(p.weight, p.i-p.shift-i, by)
	}
	if f.prior {
		for _, e := range expected {
			var by theta
			by[e.index] = f.sigma / e.spread
			add(1, (e.mean-q[e.index])*f.sigma/e.spread, by)
		}
	}
	return normal, right, cost
}

func (f *fitting) cost(q theta) float64 {
	m := q.model()
	sum := 0.0
	for _, p := range f.points {
		r := p.i - p.shift - m.currentAt(p.v)
		sum += p.weight * r * r
	}
	if f.prior {
		for _, e := range expected {
			r := (e.mean - q[e.index]) * f.sigma / e.spread
			sum += r * r
		}
	}
	return sum
}

// descend is Levenberg's and Marquardt's method, kept within the bounds.
func (f *fitting) descend(steps int) float64 {
	normal, right, cost := f.equations(f.q)
	damping := 1e-3
	for range steps {
		if !finite(cost) {
			return math.Inf(1)
		}
		f.atBounds(f.q, right)
		var damped [mostTerms][mostTerms]float64
		for a, ka := range f.free {
			for b, kb := range f.free[:a+1] {
				damped[a][b] = normal[ka][kb]
			}
			damped[a][a] *= 1 + damping
			damped[a][a] += 1e-300
		}
		next := f.q
		if invert(&damped, &f.inverse, len(f.free)) {
			for a, ka := range f.free {
				for b, kb := range f.free {
					next[ka] += f.inverse[a][b] * right[kb]
				}
			}
		}
		next = next.bounded()
		moved := 0.0
		for k := range next {
			moved = max(moved, math.Abs(next[k]-f.q[k]))
		}
		if better := f.cost(next); better < cost {
			f.q = next
			if better > cost*(1-1e-13) {
				moved = 0
			}
			damping = max(damping/10, 1e-12)
			normal, right, cost = f.equations(f.q)
		} else {
			damping *= 8
		}
		if moved < 1e-13 || damping > 1e12 {
			break
		}
	}
	return cost
}

// atBounds lists the parameters that may move: all but those at a bound that the step
// would push beyond it.
func (f *fitting) atBounds(q theta, right theta) {
	f.free = f.free[:0]
	for k := range q {
		if q[k] <= lowest[k] && right[k] <= 0 || q[k] >= highest[k] && right[k] >= 0 {
			continue
		}
		f.free = append(f.free, k)
	}
}

// weigh finds the ratio of the noises of voltage and current by restricted maximum
// likelihood and the noise itself. Restricted, because few points are steep, where the
// voltage's noise shows, and the parameters follow them: the plain likelihood, which
// counts no parameters, then often finds no such noise at all.
func (f *fitting) weigh() {
	m := f.q.model()
	squares := make([]float64, len(f.points))
	residuals := make([]float64, len(f.points))
	answers := make([]theta, len(f.points))
	for k := range f.points {
		p := &f.points[k]
		current, slope, by := f.q.gradient(&m, p.v)
		p.slope, answers[k] = slope, by
		r := p.i - p.shift - current
		squares[k] = r * r * p.count
		residuals[k] = r * math.Sqrt(p.count)
	}
	n := float64(len(f.points))
	freedom := n - 5
	if len(f.points) >= 20 {
		least := math.Inf(1)
		ratios, likelihood := 0.0, 0.0
		for step := -1; step <= 16; step++ {
			ratio := 0.0
			if step >= 0 {
				ratio = 0.01 * math.Pow(10, float64(step)/4)
			}
			sum, logs := 1e-40, 0.0
			var normal [5][5]float64
			for k, p := range f.points {
				w := 1 / (1 + ratio*ratio*p.slope*p.slope)
				sum += w * squares[k]
				logs -= math.Log(w)
				by := &answers[k]
				for a := range by {
					wa := w * p.count * by[a]
					for b := range a + 1 {
						normal[a][b] += wa * by[b]
					}
				}
			}
			if f.prior {
				for _, e := range expected {
					normal[e.index][e.index] += f.sigma * f.sigma / e.spread / e.spread
				}
			}
			unlikely := freedom*math.Log(sum/n) + logs + logDeterminant(&normal)
			if f.prior {
				unusual := math.Log(max(ratio, 0.01)) / usualRatio
				unlikely += unusual * unusual
			}
			if unlikely < least {
				if finite(least) {
					fade := math.Exp((unlikely - least) / 2)
					ratios, likelihood = ratios*fade, likelihood*fade
				}
				f.ratio, least = ratio, unlikely
			}
			if likely := math.Exp((least - unlikely) / 2); finite(likely) {
				ratios += likely * ratio
				likelihood += likely
			}
		}
		if f.prior && likelihood > 0 { // the mean, because the likeliest is often 0 where points are few
			f.ratio = ratios / likelihood
		}
	}
	sum, products, before := 0.0, 0.0, 0.0
	for k, p := range f.points {
		r := residuals[k] / math.Sqrt(1+f.ratio*f.ratio*p.slope*p.slope)
		sum += r * r
		products += r * before
		before = r
	}
	switch {
	case freedom >= 3 || !f.prior:
		f.sigma = math.Sqrt(sum/max(freedom, 1)) * student(int(max(freedom, 1)))
	default:
		// With hardly more points than parameters the residuals say nothing of
		// the noise; 0.3 % of Isc is what a student's instruments have.
		f.sigma = max(math.Sqrt(sum), 0.003)
	}
	// Residuals that hang together from point to point are not noise but a curve that
	// the equation does not describe; they count as fewer points.
	f.misfit = 1
	if together := products / sum; together > 2/math.Sqrt(n) {
		together = min(together, 0.9)
		f.misfit = math.Sqrt((1 + together) / (1 - together))
	}
	vs, is := f.ratio*f.sigma*f.ratio*f.sigma, f.sigma*f.sigma
	for k := range f.points {
		p := &f.points[k]
		p.weight = p.count / (1 + f.ratio*f.ratio*p.slope*p.slope)
		_, _, bend := m.slopes(p.v)
		// The mean current at a voltage that scatters by vs; and where neighbours
		// were averaged, these were mixed up along the curve by both scatters.
		g := p.slope * p.slope
		mixed := (vs + g*is) / (1 + g) / (1 + g) * (1 - 1/p.count)
		p.shift = bend / 2 * (vs/p.count + mixed)
	}
}

// logDeterminant of a symmetric matrix, of which it reads the lower half and which it
// overwrites; what is not positive within rounding counts as the least positive.
func logDeterminant(m *[5][5]float64) float64 {
	sum := 0.0
	for k := range m {
		pivot := max(m[k][k], 1e-300)
		sum += math.Log(pivot)
		for r := k + 1; r < len(m); r++ {
			for c := k + 1; c <= r; c++ {
				m[r][c] -= m[r][k] * m[c][k] / pivot
			}
		}
	}
	return sum
}

// invertNormal leaves the inverse of the normal equations of the free
// parameters in f.inverse.
func (f *fitting) invertNormal() bool {
	normal, right, cost := f.equations(f.q)
	if !finite(cost) {
		return false
	}
	// At the optimum the gradient is rounding noise, so a parameter at its bound stays fixed.
	for k := range right {
		if f.q[k] <= lowest[k] {
			right[k] = -1
		} else if f.q[k] >= highest[k] {
			right[k] = 1
		}
	}
	f.atBounds(f.q, right)
	// Scaled to ones in the diagonal, so that singular means just that.
	var m, inverse [mostTerms][mostTerms]float64
	var d [5]float64
	for a, ka := range f.free {
		d[a] = math.Sqrt(normal[ka][ka])
		if !(d[a] > 0) {
			return false
		}
		for b, kb := range f.free[:a+1] {
			m[a][b] = normal[ka][kb] / d[a] / d[b]
		}
	}
	if !invert(&m, &inverse, len(f.free)) {
		return false
	}
	for a := range f.free {
		for b := range f.free {
			f.inverse[a][b] = inverse[a][b] / d[a] / d[b]
		}
	}
	return true
}

// natural gives the parameters in A, V and Ω.
func (f *fitting) natural(q theta) SingleDiode {
	m := q.model()
	vs, is := f.scale.vs, f.scale.is
	m.Photocurrent *= is
	m.SaturationCurrent *= is
	m.Rs *= vs / is
	m.Rsh *= vs / is
	m.NNsVth *= vs
	return m
}

func (f *fitting) result() Fitted {
	out := Fitted{
		Model:        f.natural(f.q),
		CurrentNoise: f.sigma * f.scale.is,
		VoltageNoise: f.ratio * f.sigma * f.scale.vs,
		Points:       f.measured,
		AtBound:      len(f.free) < len(f.q),
	}
	// How each parameter answers to each fitted one, by differences.
	var answer [5][5]float64
	for a, k := range f.free {
		h := 1e-3 * math.Sqrt(f.inverse[a][a]) * f.sigma
		h = max(min(h, 1e-3*max(math.Abs(f.q[k]), 1e-3)), 1e-9*max(math.Abs(f.q[k]), 1e-3))
		up, down := f.q, f.q
		up[k] += h
		down[k] -= h
		x, y := f.natural(up).list(), f.natural(down).list()
		for p := range answer {
			if d := (x[p] - y[p]) / (2 * h); finite(d) {
				answer[p][a] = d
			}
		}
	}
	for p := range out.Covariance {
		for r := range out.Covariance {
			sum := 0.0
			for a := range f.free {
				for b := range f.free {
					sum += answer[p][a] * f.inverse[a][b] * answer[r][b]
				}
			}
			out.Covariance[p][r] = sum * f.sigma * f.sigma * f.misfit * f.misfit
		}
	}
	out.Uncertainty = SingleDiode{
		Photocurrent:      math.Sqrt(max(out.Covariance[Photocurrent][Photocurrent], 0)),
		SaturationCurrent: math.Sqrt(max(out.Covariance[SaturationCurrent][SaturationCurrent], 0)),
		Rs:                math.Sqrt(max(out.Covariance[SeriesResistance][SeriesResistance], 0)),
		Rsh:               math.Sqrt(max(out.Covariance[ShuntResistance][ShuntResistance], 0)),
		NNsVth:            math.Sqrt(max(out.Covariance[NNsVth][NNsVth], 0)),
	}
	return out
}

func (m SingleDiode) list() [5]float64 {
	return [5]float64{m.Photocurrent, m.SaturationCurrent, m.Rs, m.Rsh, m.NNsVth}
}
