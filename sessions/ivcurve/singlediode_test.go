package ivcurve

import (
	"errors"
	"math"
	"math/big"
	"testing"
)

// reference is the cell whose operating points are published with pvlib's
// singlediode.
var reference = SingleDiode{Photocurrent: 7, SaturationCurrent: 6e-7, Rs: 0.1, Rsh: 20, NNsVth: 0.5}

func closeTo(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s is %.12g, want %.12g within %g", name, got, want, tolerance)
	}
}

func TestOperatingPointsOfThePublishedReference(t *testing.T) {
	p, err := reference.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Voc", p.Voc, 8.106300147}, {"Isc", p.Isc, 6.965172322},
		{"Vmp", p.Vmp, 6.224339375}, {"Imp", p.Imp, 6.136267360}, {"Pmax", p.Pmax, 38.19421055},
	} {
		closeTo(t, c.name, c.got, c.want, 1e-9)
	}
	closeTo(t, "FF", p.FF, 38.19421055/(8.106300147*6.965172322), 1e-9)
}

// bigExp is the exponential to 200 bits.
func bigExp(x *big.Float) *big.Float {
	const halvings = 40
	y := new(big.Float).SetMantExp(x, -halvings)
	sum, term := big.NewFloat(1).SetPrec(300), big.NewFloat(1).SetPrec(300)
	for k := 1; k < 30; k++ {
		term.Mul(term, y)
		term.Quo(term, big.NewFloat(float64(k)).SetPrec(300))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// residual puts V and I into the equation with 300 bits, so that the solver is
// judged by the equation and not by its own rounding; it is given in units of
// the change that one part in 1e10 of V and of I would make.
func residual(m SingleDiode, v, i float64) float64 {
	f := func(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }
	bin := func(op func(z, x, y *big.Float) *big.Float, x, y *big.Float) *big.Float {
		return op(new(big.Float).SetPrec(300), x, y)
	}
	z := bin((*big.Float).Add, f(v), bin((*big.Float).Mul, f(i), f(m.Rs)))
	e := bigExp(bin((*big.Float).Quo, z, f(m.NNsVth)))
	diode := bin((*big.Float).Mul, f(m.SaturationCurrent), bin((*big.Float).Sub, e, f(1)))
	rest := bin((*big.Float).Sub, f(m.Photocurrent), diode)
	if !math.IsInf(m.Rsh, 0) {
		rest = bin((*big.Float).Sub, rest, bin((*big.Float).Quo, z, f(m.Rsh)))
	}
	rest = bin((*big.Float).Sub, rest, f(i))
	r, _ := rest.Float64()
	ef, _ := e.Float64()
	g := m.SaturationCurrent/m.NNsVth*ef + 1/m.Rsh
	return r / (1e-10 * (math.Abs(i)*(1+g*m.Rs) + math.Abs(v)*g + 1e-5*m.Photocurrent + 1e-300))
}

var manyCells = []struct {
	name string
	m    SingleDiode
}{
	{"reference", reference},
	{"small cell", SingleDiode{0.2, 2e-10, 0.5, 900, 0.28}},
	{"one silicon cell", SingleDiode{3, 1e-9, 0.01, 30, 0.027}},
	{"no series resistance", SingleDiode{3, 1e-9, 0, 30, 0.027}},
	{"no shunt", SingleDiode{3, 1e-9, 0.01, math.Inf(1), 0.027}},
	{"ideal", SingleDiode{3, 1e-9, 0, math.Inf(1), 0.027}},
	{"nearly a resistor", SingleDiode{3, 1e-9, 0.01, 0.02, 0.027}},
	{"huge series resistance", SingleDiode{3, 1e-9, 50, 30, 0.027}},
	{"moonlight", SingleDiode{3e-9, 1e-13, 0.01, 1e9, 0.027}},
	{"saturation current of 1e-200 A", SingleDiode{3, 1e-200, 0.01, 30, 0.0027}},
	{"leaky diode", SingleDiode{3, 2, 0.001, 30, 0.5}},
}

func TestCurrentAndVoltageSolveTheEquation(t *testing.T) {
	for _, c := range manyCells {
		t.Run(c.name, func(t *testing.T) {
			p, err := c.m.OperatingPoints()
			if err != nil {
				t.Fatal(err)
			}
			for k := -20; k <= 30; k++ {
				v := p.Voc * float64(k) / 20
				i := c.m.CurrentAt(v)
				if r := residual(c.m, v, i); !(math.Abs(r) < 1) {
					t.Errorf("CurrentAt(%g) = %.17g leaves a residual of %g", v, i, r)
				}
			}
			for k := -20; k < 20; k++ {
				i := p.Isc * float64(k) / 20
				v := c.m.VoltageAt(i)
				if r := residual(c.m, v, i); !(math.Abs(r) < 1) {
					t.Errorf("VoltageAt(%g) = %.17g leaves a residual of %g", i, v, r)
				}
			}
			// No neighbour gives more power than the maximum power point.
			for _, f := range []float64{1 - 1e-4, 1 + 1e-4, 0.9, 1.05} {
				v := p.Vmp * f
				if power := v * c.m.CurrentAt(v); power > p.Pmax*(1+1e-13) {
					t.Errorf("%g V gives %.15g W, more than Pmax %.15g", v, power, p.Pmax)
				}
			}
			closeTo(t, "current at Voc, of Isc", c.m.CurrentAt(p.Voc)/p.Isc+1, 1, 1e-10)
			closeTo(t, "current at 0 V", c.m.CurrentAt(0), p.Isc, 1e-12)
			closeTo(t, "current at Vmp", c.m.CurrentAt(p.Vmp), p.Imp, 1e-11)
		})
	}
}

func TestFarFromTheCurveNothingOverflows(t *testing.T) {
	for _, c := range manyCells {
		for _, x := range []float64{-1e9, -1e4, 1e4, 1e9} {
			if i := c.m.CurrentAt(x); math.IsNaN(i) || c.m.Rs > 0 && math.IsInf(i, 0) {
				t.Errorf("%s: CurrentAt(%g) is %g", c.name, x, i)
			}
			if v := c.m.VoltageAt(x); math.IsNaN(v) || !math.IsInf(c.m.Rsh, 1) && math.IsInf(v, 0) {
				t.Errorf("%s: VoltageAt(%g) is %g", c.name, x, v)
			}
		}
	}
}

func TestParametersThatAreRefused(t *testing.T) {
	nan := math.NaN()
	for _, m := range []SingleDiode{
		{}, {nan, 1e-9, 0, 1, 1}, {1, nan, 0, 1, 1}, {1, 1e-9, nan, 1, 1}, {1, 1e-9, 0, nan, 1}, {1, 1e-9, 0, 1, nan},
		{-1, 1e-9, 0, 1, 1}, {1, 0, 0, 1, 1}, {1, 1e-9, -1, 1, 1}, {1, 1e-9, 0, 0, 1}, {1, 1e-9, 0, 1, 0}, {math.Inf(1), 1e-9, 0, 1, 1},
	} {
		if _, err := m.OperatingPoints(); !errors.Is(err, ErrArguments) {
			t.Errorf("%+v is not refused: %v", m, err)
		}
		if !math.IsNaN(m.CurrentAt(0)) || !math.IsNaN(m.VoltageAt(0)) {
			t.Errorf("%+v gives numbers", m)
		}
	}
	if _, err := (SingleDiode{0, 1e-9, 0, 1, 1}).OperatingPoints(); !errors.Is(err, ErrDark) {
		t.Errorf("no photocurrent: %v", err)
	}
}

func TestCellFollowsDeSoto(t *testing.T) {
	c := Cell{Standard: SingleDiode{8, 1e-9, 0.3, 300, 1.6}, AlphaIsc: 0.004}
	if got := c.At(1000, 25); got != c.Standard {
		t.Errorf("at standard conditions %+v, want %+v", got, c.Standard)
	}
	half := c.At(500, 25)
	closeTo(t, "photocurrent at half the irradiance", half.Photocurrent, 4, 1e-12)
	closeTo(t, "shunt at half the irradiance", half.Rsh, 600, 1e-12)
	hot := c.At(1000, 65)
	closeTo(t, "photocurrent at 65 °C", hot.Photocurrent, 8.16, 1e-12)
	closeTo(t, "nNsVth at 65 °C", hot.NNsVth, 1.6*338.15/298.15, 1e-12)
	a, _ := c.At(1000, 25).OperatingPoints()
	b, _ := hot.OperatingPoints()
	// Silicon loses 0.3 to 0.4 % of its Voc a kelvin.
	if loss := (a.Voc - b.Voc) / a.Voc / 40 * 100; loss < 0.2 || loss > 0.5 {
		t.Errorf("Voc loses %.3f %%/K", loss)
	}
	if err := c.At(-1, 25).Check(); err == nil {
		t.Error("a negative irradiance is not refused")
	}
	if err := c.At(1000, -300).Check(); err == nil {
		t.Error("a temperature below absolute zero is not refused")
	}
	if _, err := c.At(0, 25).OperatingPoints(); !errors.Is(err, ErrDark) {
		t.Errorf("in the dark: %v", err)
	}
}

func FuzzSingleDiode(f *testing.F) {
	f.Add(7.0, 6e-7, 0.1, 20.0, 0.5, 3.0)
	f.Add(1e9, 1e-300, 1e9, 1e-9, 1e-9, -1e308)
	f.Fuzz(func(t *testing.T, il, i0, rs, rsh, n, x float64) {
		m := SingleDiode{il, i0, rs, rsh, n}
		p, err := m.OperatingPoints()
		m.CurrentAt(x)
		m.VoltageAt(x)
		if err == nil && !(p.Pmax >= 0 && p.Vmp <= p.Voc*(1+1e-9) && p.Imp <= p.Isc*(1+1e-9)) {
			t.Errorf("%+v gives %+v", m, p)
		}
	})
}
