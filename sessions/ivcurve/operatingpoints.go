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
	p := OperatingPoints{Isc: m.currentAt(0), Voc: m.junctionFor(0)}
	if !(p.Isc > 0 && p.Voc > 0) {
		return OperatingPoints{}, refuse(ErrDark, "cannot find the operating points: a photocurrent of %g A gives no power", m.Photocurrent)
	}
	// The current falls with the voltage ever more steeply, so the power has one
	// maximum; the root of its slope lies between short and open circuit.
	low, high, v := 0.0, p.Voc, 0.8*p.Voc
	for range 200 {
		current, slope, bend := m.slopes(v)
		slope, bend = current+v*slope, 2*slope+v*bend
		if slope > 0 {
			low = v
		} else {
			high = v
		}
		next := v - slope/bend
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		step := next - v
		v = next
		if math.Abs(step) <= 1e-15*v {
			break
		}
	}
	p.Vmp, p.Imp = v, m.currentAt(v)
	p.Pmax = p.Vmp * p.Imp
	p.FF = p.Pmax / p.Voc / p.Isc
	return p, nil
}

// slopes gives the current and its first and second derivative by the terminal voltage.
func (m *SingleDiode) slopes(voltage float64) (current, first, second float64) {
	z := m.junctionAt(voltage)
	diode := m.SaturationCurrent / m.NNsVth * math.Exp(z/m.NNsVth)
	g := diode + 1/m.Rsh
	d := 1 / (1 + m.Rs*g)
	return m.current(z, voltage), -g * d, -diode / m.NNsVth * d * d * d
}
