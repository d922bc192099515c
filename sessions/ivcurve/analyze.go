package ivcurve

import (
	"fmt"
	"math"
)

// Convention is the sign convention a curve was measured in.
type Convention uint8

const (
	// GeneratorConvention counts the current that the cell delivers as positive.
	GeneratorConvention Convention = iota
	// LoadConvention counts it as negative: a load's, or swapped leads of the ammeter.
	LoadConvention
)

func (c Convention) String() string {
	if c == LoadConvention {
		return "load"
	}
	return "generator"
}

// Method says how a value was found.
type Method uint8

const (
	// Polynomial is a polynomial fitted to the points next to the value.
	Polynomial Method = iota
	// Equation is the single-diode equation fitted to all points, for curves with few.
	// Its uncertainty has a part of 0.03 to 0.2 % for what real cells deviate from it.
	Equation
	// Derived values are calculated from others.
	Derived
)

func (m Method) String() string {
	return [...]string{"polynomial", "single-diode equation", "derived"}[min(m, Derived)]
}

// Quantity is a value with its standard uncertainty (one standard deviation), both
// in the same unit.
type Quantity struct {
	Value, Uncertainty float64
	Extrapolated       bool // the points do not reach what the value, or one it is derived from, needs
	Method             Method
}

// Options are what the points themselves do not tell. The zero value is fine:
// the efficiency is then left out.
type Options struct {
	AreaCM2       float64 // area of the cell in cm²; 0: unknown
	IrradianceWM2 float64 // irradiance in W/m²; 0: unknown
}

// Result of [Analyze]. All values are in the generator's convention and
// positive, whatever the convention of the points.
type Result struct {
	Isc  Quantity // short-circuit current in A
	Voc  Quantity // open-circuit voltage in V
	Vmp  Quantity // voltage at the maximum power point in V
	Imp  Quantity // current at the maximum power point in A
	Pmax Quantity // maximum power in W
	FF   Quantity // fill factor, 0 to 1

	// Efficiency is Pmax/(area·irradiance), 0 to 1; the value is NaN where an
	// option is missing. The uncertainty is that of Pmax alone.
	Efficiency Quantity

	// Rs is -dV/dI at open circuit in Ω: the series resistance and, above it, what the
	// junction adds (nNsVth/Isc); [Fit] tells the two apart.
	Rs Quantity
	// Rsh is -dV/dI at short circuit in Ω: the shunt and series resistance. It is +Inf,
	// with an infinite uncertainty, where the curve does not fall within the noise.
	Rsh Quantity

	Convention Convention // of the points
	Reversed   bool       // the voltages' sign was reversed: swapped leads
	Points     int        // points used
	Dropped    int        // points left out: NaN, infinite or beyond 1e9 V or A
	Notes      []string   // sentences for the reader: what was extrapolated, left out or turned round
}

const (
	reached     = 0.005 // an axis counts as reached when the curve comes so near to it, of Voc or Isc
	farFromIsc  = 0.4   // of Voc: farther from short circuit nothing is extrapolated
	farFromVoc  = 0.3   // of Isc
	scatterMost = 0.3   // relative uncertainty above which there is no curve
)

// Analyze finds Isc, Voc, the maximum power point and what follows from them in
// a measured curve: voltages in V and currents in A, of the same length, in any order and in
// either sign convention. Points with a NaN are gaps; points measured twice and sweeps
// that go back and forth are averaged by the fits.
//
// The curve should cross both axes. Where it ends before, Isc and Voc are
// extrapolated and marked, up to 40 % of Voc and 30 % of Isc away; farther
// is refused. So are curves without power and curves that end before the maximum.
// The error is an *[Error] with one of this package's Err values; there is then no result.
//
// The uncertainties come from the scatter about the fits and from how far the
// next order of the polynomial would move the value. They hold for scatter that is independent
// from point to point; the instruments' calibration is not in them.
func Analyze(voltage, current []float64, o Options) (Result, error) {
	for _, x := range []float64{o.AreaCM2, o.IrradianceWM2} {
		if !(x >= 0 && x <= limit) {
			return Result{}, refuse(ErrArguments, "cannot analyse the curve: area and irradiance are %g cm² and %g W/m², both must be above 0, or 0 for unknown", o.AreaCM2, o.IrradianceWM2)
		}
	}
	c, err := prepare(voltage, current)
	if err != nil {
		return Result{}, err
	}
	isc, voc, top, method, err := c.values()
	if err != nil {
		return Result{}, err
	}
	return c.result(isc, voc, top, method, o), nil
}

// values finds both ends and the maximum, or says why the points do not show them.
func (c *curve) values() (isc, voc crossing, top summit, method [3]Method, err error) {
	if err := c.complete(); err != nil {
		return isc, voc, top, method, err
	}
	var unknown scatter
	isc, voc, top = c.shortCircuit(unknown), c.openCircuit(unknown), c.maximum(unknown)
	if isc.weak(c.first) || voc.weak(c.last) || top.weak() || !isc.shown || !voc.shown || !top.shown {
		if m, ok := c.throughModel(); ok {
			// The equation shows the scatter that the few points next to a value do not.
			if !isc.shown {
				isc = c.shortCircuit(m.current)
			}
			if !voc.shown {
				voc = c.openCircuit(m.voltage)
			}
			if !top.shown {
				top = c.maximum(m.power)
			}
			if isc.weak(c.first) && (!isc.ok || m.isc.u < isc.u) {
				isc, method[0] = m.isc, Equation
			}
			if voc.weak(c.last) && (!voc.ok || m.voc.u < voc.u) {
				voc, method[1] = m.voc, Equation
			}
			if top.weak() && (!top.ok || m.top.up/m.top.p < top.up/top.p) {
				top, method[2] = m.top, Equation
			}
		}
	}
	return isc, voc, top, method, c.judge(isc, voc, top)
}

// weak says whether the equation may know better than the polynomials: where
// points are few, or the axis far.
func (x *crossing) weak(distance float64) bool {
	return !x.ok || x.u > 5e-4*x.value && (x.points < 10 || distance > reached)
}

func (s *summit) weak() bool {
	return !s.ok || s.up > 5e-4*s.p && s.points < 12
}

// complete refuses curves that end too far from what is to be found.
func (c *curve) complete() error {
	if c.first > farFromIsc {
		return refuse(ErrIncomplete, "cannot find Isc: the curve begins at %.3g V, %.0f %% of its largest voltage; sweep further towards short circuit", c.first*c.vs, 100*c.first)
	}
	if c.last > farFromVoc {
		return refuse(ErrIncomplete, "cannot find Voc: the curve ends at %.3g V with %.0f %% of Isc; sweep further towards open circuit", c.end()*c.vs, 100*c.last)
	}
	return nil
}

// end is the largest voltage.
func (c *curve) end() float64 {
	v := 0.0
	for _, p := range c.smooth {
		v = max(v, p.v)
	}
	return v
}

// judge refuses what the points do not support.
func (c *curve) judge(isc, voc crossing, top summit) error {
	switch {
	case !isc.ok || !voc.ok:
		return refuse(ErrFewPoints, "cannot find Isc and Voc: the %d usable points are too few or too unevenly spread; sweep more points from short circuit to open circuit", c.used)
	case !(isc.value > 4*isc.u) || !(voc.value > 4*voc.u):
		// Either nothing but noise about the axis, or noise as large as the curve.
		if isc.u < scatterMost*c.most() {
			return errDark()
		}
		fallthrough
	case isc.u > scatterMost*isc.value || voc.u > scatterMost*voc.value || c.scatter > scatterMost/2:
		return refuse(ErrScatter, "cannot find Isc and Voc: the points scatter too much to show a curve; measure more slowly, or average more samples a point")
	case !top.ok:
		return refuse(ErrIncomplete, "cannot find Pmax: the points near %.3g V, where the power is largest, are too few or show no maximum; sweep more points there", c.largest.v*c.vs)
	case top.up > scatterMost*top.p || !(top.p > 0) || !(top.v > 0):
		return refuse(ErrScatter, "cannot find Pmax: the points near %.3g V scatter too much to show a maximum; measure more slowly, or average more samples a point", c.largest.v*c.vs)
	case top.p > isc.value*voc.value*1.02 && top.p > isc.value*voc.value*(1+4*(top.up/top.p+isc.u/isc.value+voc.u/voc.value)):
		return refuse(ErrScatter, "cannot find the fill factor: the largest power, %.3g W, is more than Isc·Voc, so these are not points of one cell's curve", top.p*c.vs*c.is)
	}
	return nil
}

// most is the largest current.
func (c *curve) most() float64 {
	i := 0.0
	for _, p := range c.smooth {
		i = max(i, math.Abs(p.i))
	}
	return i
}

func (c *curve) result(isc, voc crossing, top summit, method [3]Method, o Options) Result {
	v, i := c.vs, c.is
	farI, farV := c.first > reached, c.last > reached
	r := Result{
		Isc:        Quantity{isc.value * i, isc.u * i, farI, method[0]},
		Voc:        Quantity{voc.value * v, voc.u * v, farV, method[1]},
		Vmp:        Quantity{top.v * v, top.uv * v, false, method[2]},
		Imp:        Quantity{top.i * i, top.ui * i, false, method[2]},
		Pmax:       Quantity{top.p * v * i, top.up * v * i, false, method[2]},
		Rs:         Quantity{-voc.slope * v / i, voc.uSlope * v / i, farV, method[1]},
		Rsh:        Quantity{math.Inf(1), math.Inf(1), farI, method[0]},
		Efficiency: Quantity{math.NaN(), math.NaN(), false, Derived},
		Convention: c.convention,
		Reversed:   c.reversed,
		Points:     c.used,
		Dropped:    c.dropped,
	}
	if -isc.slope > isc.uSlope {
		rsh := -1 / isc.slope * v / i
		r.Rsh.Value, r.Rsh.Uncertainty = rsh, rsh*isc.uSlope/-isc.slope
	}
	relative := math.Hypot(top.up/top.p, math.Hypot(isc.u/isc.value, voc.u/voc.value))
	ff := top.p / isc.value / voc.value
	r.FF = Quantity{ff, ff * relative, farI || farV, Derived}
	if o.AreaCM2 > 0 && o.IrradianceWM2 > 0 {
		light := o.AreaCM2 * 1e-4 * o.IrradianceWM2
		r.Efficiency = Quantity{r.Pmax.Value / light, r.Pmax.Uncertainty / light, false, Derived}
	}
	note := func(format string, args ...any) { r.Notes = append(r.Notes, fmt.Sprintf(format, args...)) }
	if farI {
		note("Isc is extrapolated: the curve begins at %.3g V", c.first*v)
	}
	if farV {
		note("Voc is extrapolated: the curve ends at %.3g V with %.2g %% of Isc", c.end()*v, 100*c.last)
	}
	if c.convention == LoadConvention {
		note("the current is counted as a load's, negative where the cell delivers power; the values are given as a generator's")
	}
	if c.reversed {
		note("the voltage's sign is reversed, its leads were swapped")
	}
	if c.dropped > 0 {
		note("%d of %d points are not numbers and were left out", c.dropped, c.dropped+c.used)
	}
	return r
}
