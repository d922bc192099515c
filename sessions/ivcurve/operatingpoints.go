package ivcurve

import "math"

// OperatingPoints are the values of a curve that data sheets list: V, A, W.
type OperatingPoints struct {
	Isc, Voc, Vmp, Imp, Pmax float64
	FF                       float64 // fill factor, Pmax/(Isc·Voc), 0 to 1
}

// OperatingPoints solves for the values, to about 13 digits. Parameters that
// [SingleDiode.Check] refuses or that give no power are refused.
func (m SingleDiode) OperatingPoints() (OperatingPoints, error) {
	if err := m.Check(); err != nil {
		return OperatingPoints{}, err
	}
	low, high := m.junctionAt(0), m.junctionFor(0)
	p := OperatingPoints{Isc: m.current(low), Voc: high}
	if !(p.Isc > 0 && p.Voc > 0) {
		return OperatingPoints{}, refuse(ErrDark, "cannot find the operating points: a photocurrent of %g A gives no power", m.Photocurrent)
	}
	// The voltage falls with the current and is concave, so the power has one
	// maximum; the root of its slope lies between short and open circuit.
	z := high
	for range 200 {
		slope, bend := m.powerSlope(z)
		if slope > 0 {
			low = z
		} else {
			high = z
		}
		next := z - slope/bend
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		step := next - z
		z = next
		if math.Abs(step) <= 1e-15*math.Abs(z) {
			break
		}
	}
	p.Imp = m.current(z)
	p.Vmp = z - p.Imp*m.Rs
	p.Pmax = p.Vmp * p.Imp
	p.FF = p.Pmax / p.Voc / p.Isc
	return p, nil
}

// powerSlope gives the first and the second derivative of the power by the
// voltage across the junction.
func (m SingleDiode) powerSlope(z float64) (slope, bend float64) {
	current := m.current(z)
	voltage := z - current*m.Rs
	diode := m.SaturationCurrent / m.NNsVth * math.Exp(z/m.NNsVth)
	g := diode + 1/m.Rsh
	dg := diode / m.NNsVth
	slope = current*(1+g*m.Rs) - g*voltage
	bend = dg*(current*m.Rs-voltage) - 2*g*(1+g*m.Rs)
	return slope, bend
}
