package render

import "math"

// A scale turns data values into axis units, in which equal distances are
// equal on paper, and chooses limits and ticks. It plays the part of gonum's
// plot.Normalizer and plot.Ticker, which panic outside a logarithm's domain
// and overflow at ±1e308.
type scale interface {
	// forward is NaN for values that have no place on the axis.
	forward(v float64) float64
	inverse(u float64) float64
	// domain is the values that have a place.
	domain() span
	// limits widens the extent of the data to the limits of the axis.
	limits(all, positive span, m margins) span
	// ticks are placed within lim; want is how many labels may fit.
	ticks(lim span, want int) tickSet
}

// margins say how much room is left between data and frame, as a fraction of
// the extent, and at which ends there is none because the marks stand on the
// frame (bars).
type margins struct {
	fraction             float64
	stickyLow, stickHigh bool
}

type linearScale struct{}

func (linearScale) forward(v float64) float64 { return v }
func (linearScale) inverse(u float64) float64 { return u }
func (linearScale) domain() span              { return span{-math.MaxFloat64, math.MaxFloat64} }

func (linearScale) limits(all, _ span, m margins) span {
	s := nonsingular(all)
	return widen(s, m)
}

type logScale struct{}

// smallestPositive is the first place on a logarithmic axis. Below it float64
// loses its digits, and powers of ten no longer come back from their
// logarithm.
const smallestPositive = 0x1p-1022

func (logScale) forward(v float64) float64 {
	if !(v > 0) {
		return math.NaN()
	}
	return math.Log10(v)
}

func (logScale) inverse(u float64) float64 {
	// The ends of the domain would round to 0 and +Inf.
	return min(max(math.Pow(10, u), smallestPositive), math.MaxFloat64)
}

func (logScale) domain() span { return span{smallestPositive, math.MaxFloat64} }

func (s logScale) limits(_, positive span, m margins) span {
	if positive.empty() {
		return span{1, 10}
	}
	u := span{s.forward(positive.lo), s.forward(positive.hi)}
	if u.hi-u.lo < 1e-9*max(1, math.Abs(u.lo)) {
		// A single value: a decade around it.
		u = span{u.lo - 0.5, u.hi + 0.5}
	}
	u = widen(u, m)
	return span{s.inverse(u.lo), s.inverse(u.hi)}
}

// nonsingular widens an interval that is empty or too narrow for its
// magnitude, so that a constant column gets an axis around it: 5 % of the
// value to both sides, as matplotlib has it.
func nonsingular(s span) span {
	const narrow = 1e-13
	if s.empty() {
		return span{0, 1}
	}
	big := max(math.Abs(s.lo), math.Abs(s.hi))
	switch {
	case big < 1e-290:
		return span{-0.05, 0.05}
	case s.half() <= narrow*big:
		return span{clampFinite(s.lo - 0.05*math.Abs(s.lo)), clampFinite(s.hi + 0.05*math.Abs(s.hi))}
	}
	return s
}

func widen(s span, m margins) span {
	d := s.half() * 2 * m.fraction
	if math.IsInf(d, 0) {
		d = math.MaxFloat64 * m.fraction
	}
	out := s
	if !m.stickyLow {
		out.lo = clampFinite(s.lo - d)
	}
	if !m.stickHigh {
		out.hi = clampFinite(s.hi + d)
	}
	return out
}

func clampFinite(v float64) float64 {
	return min(max(v, -math.MaxFloat64), math.MaxFloat64)
}

// mapping places values of one axis on paper: lim.lo at a, lim.hi at b (in
// points). Limits may run backwards.
type mapping struct {
	scale  scale
	lim    span // in data values
	u0, du float64
	a, b   float64
}

func newMapping(s scale, lim span, a, b float64) mapping {
	m := mapping{scale: s, lim: lim, a: a, b: b}
	// Halved, because the difference of ±1e308 is beyond float64.
	m.u0 = s.forward(lim.lo) * 0.5
	m.du = s.forward(lim.hi)*0.5 - m.u0
	return m
}

// at is the place on paper, NaN for a value that has none. It is bounded, so
// that sums of places do not overflow.
func (m mapping) at(v float64) float64 {
	return m.atUnit(m.scale.forward(v))
}

// atUnit is the same for a value in axis units.
func (m mapping) atUnit(u float64) float64 {
	f := (u*0.5 - m.u0) / m.du
	const far = 1e15
	if f > far {
		f = far
	} else if f < -far {
		f = -far
	}
	return m.a + f*(m.b-m.a)
}

// value is the data value at a place on paper.
func (m mapping) value(p float64) float64 {
	f := (p - m.a) / (m.b - m.a)
	return m.scale.inverse(clampFinite(2 * clampFinite(m.u0+f*m.du)))
}

// limit is the infinity that lies beyond the lower (-1) or upper (+1) end on
// paper.
func (m mapping) limit(side int) float64 {
	if (m.b-m.a)*m.du < 0 {
		side = -side
	}
	return math.Inf(side)
}
