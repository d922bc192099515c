package ivcurve

import "math"

// SingleDiode is the single-diode equation of a cell, or of a module taken as
// one cell, in the generator's sign convention (the current it delivers counts
// as positive):
//
//	I = IL - I0·(exp((V + I·Rs)/nNsVth) - 1) - (V + I·Rs)/Rsh
//
// Methods give NaN for parameters that [SingleDiode.Check] refuses and for
// arguments that are not finite.
type SingleDiode struct {
	Photocurrent      float64 // IL in A, at least 0
	SaturationCurrent float64 // I0 in A, above 0
	Rs                float64 // series resistance in Ω, at least 0
	Rsh               float64 // shunt resistance in Ω, above 0; +Inf for none
	NNsVth            float64 // ideality × cells in series × thermal voltage in V, above 0
}

// Check says whether the equation can be solved with these parameters. The
// error is an *[Error] with [ErrArguments].
func (m SingleDiode) Check() error {
	bad := func(name string, value float64, allowed string) error {
		return refuse(ErrArguments, "cannot solve the single-diode equation: %s is %g, allowed is %s", name, value, allowed)
	}
	switch {
	case !(m.Photocurrent >= 0 && m.Photocurrent <= limit):
		return bad("the photocurrent", m.Photocurrent, "0 A to 1e9 A")
	case !(m.SaturationCurrent >= minNormal && m.SaturationCurrent <= limit):
		return bad("the saturation current", m.SaturationCurrent, "above 0 A, at most 1e9 A")
	case !(m.Rs >= 0 && m.Rs <= ohms):
		return bad("the series resistance", m.Rs, "0 Ω to 1e18 Ω")
	case !(m.Rsh >= 1/ohms):
		return bad("the shunt resistance", m.Rsh, "1e-18 Ω and more, or +Inf for none")
	case !(m.NNsVth >= 1/limit && m.NNsVth <= limit):
		return bad("nNsVth", m.NNsVth, "1e-9 V to 1e9 V")
	}
	return nil
}

const (
	limit     = 1e9                     // V and A: no cell and no module is near it
	ohms      = 1e18                    // Ω: nor near this
	minNormal = 2.2250738585072014e-308 // below, a float64 has fewer digits
)

// CurrentAt gives the current in A at the terminal voltage in V.
func (m SingleDiode) CurrentAt(voltage float64) float64 {
	if m.Check() != nil || !finite(voltage) {
		return math.NaN()
	}
	return m.currentAt(voltage)
}

// VoltageAt gives the terminal voltage in V at the current in A. Without a
// shunt (Rsh = +Inf) no voltage gives more than the photocurrent and the
// saturation current; the answer is then -Inf.
func (m SingleDiode) VoltageAt(current float64) float64 {
	if m.Check() != nil || !finite(current) {
		return math.NaN()
	}
	return m.junctionFor(current) - current*m.Rs
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// junctionAt gives the voltage across the junction at a terminal voltage.
func (m *SingleDiode) junctionAt(voltage float64) float64 {
	y := solveJunction((1+m.Rs/m.Rsh)*m.NNsVth, m.Rs*m.SaturationCurrent, voltage+m.Rs*m.Photocurrent)
	return y * m.NNsVth
}

// junctionFor gives the voltage across the junction at a current.
func (m *SingleDiode) junctionFor(current float64) float64 {
	y := solveJunction(m.NNsVth/m.Rsh, m.SaturationCurrent, m.Photocurrent-current)
	return y * m.NNsVth
}

// currentAt is CurrentAt without its checks.
func (m *SingleDiode) currentAt(voltage float64) float64 {
	return m.current(m.junctionAt(voltage), voltage)
}

// current is what the junction leaves of the photocurrent, and also what the series
// resistance carries; of the two, the one that loses fewer digits to cancellation.
func (m *SingleDiode) current(junction, voltage float64) float64 {
	diode, shunt := m.SaturationCurrent*math.Expm1(junction/m.NNsVth), junction/m.Rsh
	if math.Abs(junction)+math.Abs(voltage) < m.Rs*(m.Photocurrent+math.Abs(diode)+math.Abs(shunt)) {
		return (junction - voltage) / m.Rs
	}
	return m.Photocurrent - diode - shunt
}

// solveJunction solves a·y + b·(exp(y) - 1) = c for y, with a, b ≥ 0 and not both 0.
//
// The left side rises and is convex, so Newton's method started to the right of
// the root comes down to it without ever passing it. The starts below are upper bounds
// that each leave out one of the two terms; from them every step is shorter
// than 1, so exp never overflows and a few steps are enough.
func solveJunction(a, b, c float64) float64 {
	if b == 0 {
		return c / a
	}
	var y float64
	switch {
	case c > 0:
		y = math.Log1p(c / b)
		if math.IsInf(y, 0) {
			y = math.Log(c) - math.Log(b)
		}
		y = min(y, c/a)
	case c > -b:
		y = c / (a + b)
	case a == 0:
		return math.Inf(-1)
	default:
		y = (c + b) / a
	}
	if math.IsInf(y, 0) {
		return y
	}
	for range 1000 {
		e := math.Expm1(y)
		step := (a*y + b*e - c) / (a + b + b*e)
		if !finite(step) { // exp(y) alone is out of range, b·exp(y) is not
			e := math.Exp(y + math.Log(b))
			step = (a*y + (e - b) - c) / (a + e)
		}
		y -= step
		if !(math.Abs(step) > 1e-15*math.Abs(y)) {
			break
		}
	}
	return y
}
