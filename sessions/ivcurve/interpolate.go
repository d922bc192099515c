package ivcurve

import "math"

// modelForm are relative uncertainties of readings for the equation being only nearly
// that of a real cell. They are the errors found with cells of two diodes at 8 to 40
// points; few points cannot show by themselves how well the equation fits them.
var modelForm = [7]float64{3e-4, 1e-3, 2e-3, 1.5e-3, 1e-3, 0.1, 0.02}

// modelled is what the equation says of a curve, in units of the scale.
type modelled struct {
	isc, voc crossing
	top      summit
	// scatter of single points: of the current at short circuit, of the voltage at open
	// circuit, of the power around its maximum
	current, voltage, power scatter
}

// throughModel reads the curve off the single-diode equation fitted to it, in
// units of the scale, for curves with too few points for polynomials. It has the values of usual cells standing in
// for what few points do not tell.
func (c *curve) throughModel() (modelled, bool) {
	f := newFitting(c, true)
	f.points = thin(f.points, 128)
	if !f.run() {
		return modelled{}, false
	}
	value, ok := readings(f.q)
	if !ok {
		return modelled{}, false
	}
	var answer [7][5]float64
	for a, k := range f.free {
		h := 1e-5 * max(math.Abs(f.q[k]), 0.1)
		up, down := f.q, f.q
		up[k] += h
		down[k] -= h
		x, okUp := readings(up)
		y, okDown := readings(down)
		for r := range answer {
			switch {
			case okUp && okDown:
				answer[r][a] = (x[r] - y[r]) / (2 * h)
			case okUp:
				answer[r][a] = (x[r] - value[r]) / h
			}
		}
	}
	var u [7]float64
	for r := range u {
		for a := range f.free {
			for b := range f.free {
				u[r] += answer[r][a] * f.inverse[a][b] * answer[r][b]
			}
		}
		u[r] = math.Hypot(math.Sqrt(max(u[r], 0))*f.sigma*f.misfit, modelForm[r]*value[r])
	}
	n := len(f.points)
	is, vs := f.sigma*f.sigma, f.sigma*f.ratio*f.sigma*f.ratio
	freedom := max(n-5, 1)
	return modelled{
		isc:     crossing{value: value[0], u: u[0], slope: value[5], uSlope: u[5], points: n, ok: true},
		voc:     crossing{value: value[1], u: u[1], slope: value[6], uSlope: u[6], points: n, ok: true},
		top:     summit{v: value[2], i: value[3], p: value[4], uv: u[2], ui: u[3], up: u[4], points: n, ok: true},
		current: scatter{is + value[5]*value[5]*vs, freedom},
		voltage: scatter{vs + value[6]*value[6]*is, freedom},
		power:   scatter{value[2]*value[2]*is + value[3]*value[3]*vs, freedom},
	}, true
}

// readings are Isc, Voc, Vmp, Imp, Pmax, dI/dV at short and dV/dI at open circuit.
func readings(q theta) ([7]float64, bool) {
	m := q.model()
	p, err := m.OperatingPoints()
	if err != nil {
		return [7]float64{}, false
	}
	_, atShort, _ := q.gradient(&m, 0)
	_, atOpen, _ := q.gradient(&m, p.Voc)
	return [7]float64{p.Isc, p.Voc, p.Vmp, p.Imp, p.Pmax, atShort, 1 / atOpen}, true
}
