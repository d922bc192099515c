package ivcurve

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// ruin changes a measured curve in place, or gives another.
type ruin func(r *rand.Rand, v, i []float64) ([]float64, []float64)

func shuffled(r *rand.Rand, v, i []float64) ([]float64, []float64) {
	r.Shuffle(len(v), func(a, b int) { v[a], v[b] = v[b], v[a]; i[a], i[b] = i[b], i[a] })
	return v, i
}

func rounded(x []float64, step float64) []float64 {
	for k := range x {
		x[k] = step * math.Round(x[k]/step)
	}
	return x
}

var curvesToBear = []struct {
	name       string
	ruin       ruin
	tolerance  float64
	convention Convention
	reversed   bool
	dropped    int
}{
	{"as it is", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) { return v, i }, 1e-6, GeneratorConvention, false, 0},
	{"in any order", shuffled, 1e-6, GeneratorConvention, false, 0},
	{"from open to short circuit", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		slices.Reverse(v)
		slices.Reverse(i)
		return v, i
	}, 1e-6, GeneratorConvention, false, 0},
	{"every point three times", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		return slices.Concat(v, v, v), slices.Concat(i, i, i)
	}, 1e-6, GeneratorConvention, false, 0},
	{"gaps", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		for k := 0; k < len(v); k += 4 {
			if k%8 == 0 {
				v[k] = math.NaN()
			} else {
				i[k] = math.NaN()
			}
		}
		i[101], v[102], v[103] = math.Inf(1), 1e308, -1e308
		return v, i
	}, 1e-5, GeneratorConvention, false, 53},
	{"as a load", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		for k := range i {
			i[k] = -i[k]
		}
		return v, i
	}, 1e-6, LoadConvention, false, 0},
	{"leads of the voltage swapped", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		for k := range i {
			v[k] = -v[k]
		}
		return v, i
	}, 1e-6, GeneratorConvention, true, 0},
	{"both signs swapped", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		for k := range i {
			v[k], i[k] = -v[k], -i[k]
		}
		return v, i
	}, 1e-6, LoadConvention, true, 0},
	{"in nanoamperes", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) { return v, i }, 1e-6, GeneratorConvention, false, 0},
	{"turned forth and back by hand", func(r *rand.Rand, v, i []float64) ([]float64, []float64) {
		// There and back twice, with pauses and jumps, and a little noise.
		var a, b []float64
		for pass := range 4 {
			for k := 0; k < len(v); k += 1 + r.IntN(8) {
				at := k
				if pass%2 == 1 {
					at = len(v) - 1 - k
				}
				for range 1 + r.IntN(3) {
					a = append(a, v[at]*(1+1e-3*r.NormFloat64()))
					b = append(b, i[at]*(1+1e-3*r.NormFloat64()))
				}
			}
		}
		return a, b
	}, 3e-3, GeneratorConvention, false, 0},
	{"left at open circuit for most of the time", func(r *rand.Rand, v, i []float64) ([]float64, []float64) {
		voc := v[len(v)-1] / 1.02
		for range 3000 {
			v = append(v, voc*(1+1e-3*r.NormFloat64()))
			i = append(i, 1e-3*i[0]*r.NormFloat64())
		}
		return v, i
	}, 3e-3, GeneratorConvention, false, 0},
	{"a contact that bounces", func(r *rand.Rand, v, i []float64) ([]float64, []float64) {
		for k := range v {
			v[k] *= 1 + 1e-3*r.NormFloat64()
			i[k] += 1e-3 * i[0] * r.NormFloat64()
		}
		for _, k := range []int{5, 60, 150, 165, 190} {
			i[k] *= 0.3
		}
		i[100], i[155], v[30] = 4*i[0], 2*i[0], 3*v[30]
		return v, i
	}, 5e-3, GeneratorConvention, false, 0},
	{"the sensor's steps of 4 mV and 0.1 mA", func(_ *rand.Rand, v, i []float64) ([]float64, []float64) {
		scale := 0.2 / i[0]
		for k := range i {
			i[k] *= scale
		}
		rounded(i, 1e-4)
		for k := range i {
			i[k] /= scale
		}
		return rounded(v, 4e-3), i
	}, 2e-3, GeneratorConvention, false, 0},
}

func TestAnalyzeBearsWhatMeasurementsAreLike(t *testing.T) {
	for _, c := range curvesToBear {
		t.Run(c.name, func(t *testing.T) {
			for _, m := range []SingleDiode{courseCell, reference, {9, 1e-9, 0.3, 400, 1.65}} {
				if c.name == "in nanoamperes" {
					m = SingleDiode{m.Photocurrent * 1e-9, m.SaturationCurrent * 1e-9, m.Rs * 1e9, m.Rsh * 1e9, m.NNsVth}
				}
				truth, err := m.OperatingPoints()
				if err != nil {
					t.Fatal(err)
				}
				v, i := sweep(m, 200, -0.02, 1.02)
				v, i = c.ruin(rand.New(rand.NewPCG(7, 7)), v, i)
				got, err := Analyze(v, i, Options{})
				if err != nil {
					t.Fatal(err)
				}
				closeTo(t, "Isc", got.Isc.Value, truth.Isc, c.tolerance)
				closeTo(t, "Voc", got.Voc.Value, truth.Voc, c.tolerance)
				closeTo(t, "Pmax", got.Pmax.Value, truth.Pmax, c.tolerance)
				closeTo(t, "FF", got.FF.Value, truth.FF, 3*c.tolerance)
				closeTo(t, "Vmp", got.Vmp.Value, truth.Vmp, 10*c.tolerance)
				closeTo(t, "Imp", got.Imp.Value, truth.Imp, 10*c.tolerance)
				if got.Convention != c.convention || got.Reversed != c.reversed || got.Dropped != c.dropped {
					t.Errorf("%v convention, reversed %v, %d dropped; want %v, %v, %d", got.Convention, got.Reversed, got.Dropped, c.convention, c.reversed, c.dropped)
				}
				if got.Isc.Extrapolated || got.Voc.Extrapolated || got.FF.Extrapolated {
					t.Error("marked as extrapolated, though the curve crosses both axes")
				}
				if !math.IsNaN(got.Efficiency.Value) {
					t.Errorf("an efficiency of %g without area and irradiance", got.Efficiency.Value)
				}
			}
		})
	}
}

func TestASweepFarBeyondBothAxes(t *testing.T) {
	truth, _ := courseCell.OperatingPoints()
	for _, n := range []int{60, 400, 20000} {
		v, i := sweep(courseCell, n, -1, 1.3)
		got, err := Analyze(v, i, Options{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "Isc", got.Isc.Value, truth.Isc, 1e-4)
		closeTo(t, "Voc", got.Voc.Value, truth.Voc, 3e-4)
		closeTo(t, "Pmax", got.Pmax.Value, truth.Pmax, 1e-3)
	}
}

func TestAShadedModuleHasTwoMaxima(t *testing.T) {
	// Two halves in series, each with an ideal bypass diode, one with less light:
	// up to its current both give voltage, above it only the other.
	for _, shade := range []float64{0.3, 0.85} {
		half := Cell{Standard: SingleDiode{8, 1e-9, 0.15, 400, 0.8}}
		sunny, shaded := half.At(1000, 25), half.At(1000*shade, 25)
		var v, i []float64
		top := 0.0
		for k := range 600 {
			x := 8 * (1.005 - float64(k)/590)
			u := sunny.VoltageAt(x) + max(shaded.VoltageAt(x), 0)
			v, i = append(v, u), append(i, x)
			top = max(top, u*x)
		}
		got, err := Analyze(v, i, Options{})
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "Pmax", got.Pmax.Value, top, 1e-3)
	}
}

func TestSlopesAndEfficiency(t *testing.T) {
	v, i := sweep(reference, 400, -0.02, 1.02)
	got, err := Analyze(v, i, Options{AreaCM2: 243.36, IrradianceWM2: 800})
	if err != nil {
		t.Fatal(err)
	}
	truth, _ := reference.OperatingPoints()
	slope := func(x float64) float64 {
		const h = 1e-4
		return -2 * h / (reference.CurrentAt(x+h) - reference.CurrentAt(x-h))
	}
	closeTo(t, "Rs", got.Rs.Value, slope(truth.Voc), 1e-3)
	closeTo(t, "Rsh", got.Rsh.Value, slope(0), 1e-3)
	closeTo(t, "efficiency", got.Efficiency.Value, truth.Pmax/(243.36e-4*800), 1e-6)
}

func TestACurveThatDoesNotReachTheAxes(t *testing.T) {
	truth, _ := courseCell.OperatingPoints()
	for _, c := range []struct {
		name               string
		n                  int
		from, to           float64
		isc, voc           bool
		errIsc, errVoc, pc float64
	}{
		{"both reached", 100, 0, 1, false, false, 1e-5, 1e-4, 1e-4},
		{"starts at 20 % of Voc", 100, 0.2, 1.01, true, false, 1e-4, 1e-4, 1e-4},
		{"starts at 39 % of Voc", 100, 0.39, 1.01, true, false, 1e-3, 1e-4, 1e-4},
		{"ends at 99 % of Voc", 100, -0.01, 0.99, false, true, 1e-4, 1e-3, 1e-4},
		{"ends at 98 % of Voc", 100, -0.01, 0.98, false, true, 1e-4, 5e-3, 1e-4},
		{"both missing, few points", 12, 0.2, 0.98, true, true, 1e-3, 5e-3, 3e-3},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, i := sweep(courseCell, c.n, c.from, c.to)
			got, err := Analyze(v, i, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Isc.Extrapolated != c.isc || got.Voc.Extrapolated != c.voc || got.FF.Extrapolated != (c.isc || c.voc) {
				t.Errorf("extrapolated: Isc %v, Voc %v, FF %v", got.Isc.Extrapolated, got.Voc.Extrapolated, got.FF.Extrapolated)
			}
			if (c.isc || c.voc) != strings.Contains(strings.Join(got.Notes, "\n"), "extrapolated") {
				t.Errorf("notes: %q", got.Notes)
			}
			closeTo(t, "Isc", got.Isc.Value, truth.Isc, c.errIsc)
			closeTo(t, "Voc", got.Voc.Value, truth.Voc, c.errVoc)
			closeTo(t, "Pmax", got.Pmax.Value, truth.Pmax, c.pc)
			if e := math.Abs(got.Voc.Value - truth.Voc); e > 3*got.Voc.Uncertainty+1e-9 {
				t.Errorf("Voc is off by %g V, its uncertainty is %g V", e, got.Voc.Uncertainty)
			}
			if e := math.Abs(got.Isc.Value - truth.Isc); e > 3*got.Isc.Uncertainty+1e-9 {
				t.Errorf("Isc is off by %g A, its uncertainty is %g A", e, got.Isc.Uncertainty)
			}
		})
	}
}

func repeat(x float64, n int) []float64 { return slices.Repeat([]float64{x}, n) }

func ramp(from, to float64, n int) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = from + (to-from)*float64(k)/float64(n-1)
	}
	return x
}

func normal(n int, mean, sigma float64) []float64 {
	r := rand.New(rand.NewPCG(9, 9))
	x := make([]float64, n)
	for k := range x {
		x[k] = mean + sigma*r.NormFloat64()
	}
	return x
}

func TestWhatCannotBeAnalysed(t *testing.T) {
	dark := SingleDiode{0, 2e-10, 1.2, 900, 0.28}
	darkCurve := func(sign float64) []float64 {
		var i []float64
		for _, v := range ramp(-1, 6, 100) {
			i = append(i, sign*dark.CurrentAt(v))
		}
		return i
	}
	cut := func(m SingleDiode, n int, a, b float64) [2][]float64 {
		v, i := sweep(m, n, a, b)
		return [2][]float64{v, i}
	}
	nan := math.NaN()
	for _, c := range []struct {
		name string
		vi   [2][]float64
		err  error
		text string
	}{
		{"nothing", [2][]float64{}, ErrFewPoints, "cannot analyse the curve: 0 usable points, at least 5 are needed"},
		{"two lengths", [2][]float64{{1, 2}, {1}}, ErrArguments, "cannot analyse the curve: 2 voltages and 1 currents, there must be as many of both"},
		{"four points", cut(courseCell, 4, 0, 1), ErrFewPoints, "cannot analyse the curve: 4 usable points, at least 5 are needed"},
		{"only gaps", [2][]float64{repeat(nan, 50), ramp(0, 1, 50)}, ErrFewPoints, "0 usable points"},
		{"only infinities and 1e308", [2][]float64{repeat(math.Inf(-1), 50), repeat(1e308, 50)}, ErrFewPoints, "0 usable points"},
		{"all zero", [2][]float64{repeat(0, 50), repeat(0, 50)}, ErrDark, "which gives no power"},
		{"one place", [2][]float64{repeat(3, 50), repeat(0.1, 50)}, ErrFewPoints, "every point is at about 3 V; sweep the load from short circuit to open circuit"},
		{"one voltage", [2][]float64{repeat(3, 50), ramp(0, 1, 50)}, ErrFewPoints, "every point is at about 3 V"},
		{"no current", [2][]float64{ramp(0, 1, 50), repeat(0, 50)}, ErrDark, "no power"},
		{"dark, as a load", [2][]float64{ramp(-1, 6, 100), darkCurve(-1)}, ErrDark, "measure the cell under light"},
		{"dark, as a generator", [2][]float64{ramp(-1, 6, 100), darkCurve(1)}, ErrDark, "measure the cell under light"},
		{"a resistor", [2][]float64{ramp(0, 5, 100), ramp(0, 1, 100)}, ErrDark, "measure the cell under light"},
		{"a resistor with noise", [2][]float64{ramp(-5, 5, 400), func() []float64 {
			i := normal(400, 0, 0.01)
			for k, x := range ramp(-1, 1, 400) {
				i[k] += x
			}
			return i
		}()}, ErrDark, "measure the cell under light"},
		{"ends before open circuit", cut(courseCell, 100, 0, 0.95), ErrIncomplete, "cannot find Voc: the curve ends at 5.5 V with 46 % of Isc; sweep further towards open circuit"},
		{"ends before the maximum", cut(courseCell, 100, 0, 0.6), ErrIncomplete, "cannot find Voc: the curve ends at 3.48 V with 98 % of Isc; sweep further towards open circuit"},
		{"begins after short circuit", cut(courseCell, 100, 0.6, 1.02), ErrIncomplete, "cannot find Isc: the curve begins at 3.48 V, 60 % of its largest voltage; sweep further towards short circuit"},
		{"a cloud", [2][]float64{normal(1000, 1, 0.5)[:500], normal(1000, 1, 0.5)[500:]}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Analyze(c.vi[0], c.vi[1], Options{})
			if err == nil {
				t.Fatal("it is analysed")
			}
			if c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%v: want %v", err, c.err)
			}
			if !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v\nwant %s", err, c.text)
			}
			if _, err := Fit(c.vi[0], c.vi[1]); err == nil {
				t.Error("Fit takes it")
			}
		})
	}
	v, i := sweep(courseCell, 100, 0, 1)
	for _, o := range []Options{{AreaCM2: -1}, {IrradianceWM2: nan}, {AreaCM2: math.Inf(1)}} {
		if _, err := Analyze(v, i, o); !errors.Is(err, ErrArguments) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// Laws for any points at all: an answer or an error, and an answer has numbers
// that can be printed.
func lawful(t *testing.T, v, i []float64) {
	t.Helper()
	got, err := Analyze(v, i, Options{AreaCM2: 100, IrradianceWM2: 1000})
	if err == nil {
		for _, q := range []Quantity{got.Isc, got.Voc, got.Vmp, got.Imp, got.Pmax, got.FF, got.Efficiency} {
			if !(q.Value > 0 && finite(q.Value) && q.Uncertainty >= 0 && finite(q.Uncertainty)) {
				t.Errorf("%+v\n%v\n%v", got, v, i)
				break
			}
		}
		if math.IsNaN(got.Rs.Value) || math.IsNaN(got.Rsh.Value) || math.IsNaN(got.Rs.Uncertainty) || math.IsNaN(got.Rsh.Uncertainty) {
			t.Errorf("Rs %+v, Rsh %+v", got.Rs, got.Rsh)
		}
	} else if (got.Isc != Quantity{}) {
		t.Error("a result beside an error")
	}
	f, err := Fit(v, i)
	if err == nil {
		if f.Model.Check() != nil {
			t.Errorf("Fit gives %+v", f.Model)
		}
		for _, u := range f.Uncertainty.list() {
			if !(u >= 0) || math.IsInf(u, 0) {
				t.Errorf("Fit gives the uncertainties %+v", f.Uncertainty)
				break
			}
		}
	}
}

func FuzzAnalyze(f *testing.F) {
	f.Add([]byte{0, 200, 40, 199, 80, 198, 120, 190, 160, 150, 180, 60, 190, 0}, uint8(0))
	f.Add([]byte{0, 200, 120, 190, 160, 150, 180, 60, 190, 0}, uint8(3))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 250, 251, 252, 253, 254, 255}, uint8(255))
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e308, -1e308, 5e-324, 1e9, -1e9, 0}
	f.Fuzz(func(t *testing.T, raw []byte, kind uint8) {
		if len(raw) > 600 {
			return
		}
		scale := []float64{0.01, -0.01, 1e-12, 1e6, 1e-300}[kind%5]
		value := func(b byte, s float64) float64 {
			if kind&64 != 0 && int(b) >= 256-len(special) {
				return special[255-b]
			}
			return (float64(b) - float64(kind&32)) * s
		}
		var v, i []float64
		for k := 0; k+1 < len(raw); k += 2 {
			v = append(v, value(raw[k], 0.03))
			i = append(i, value(raw[k+1], scale))
		}
		lawful(t, v, i)
	})
}

func TestAMillionHostilePoints(t *testing.T) {
	const n = 1_000_000
	r := rand.New(rand.NewPCG(11, 12))
	random := func(f func() float64) []float64 {
		x := make([]float64, n)
		for k := range x {
			x[k] = f()
		}
		return x
	}
	wildest := func() float64 { return math.Float64frombits(r.Uint64()) }
	for _, c := range [][2][]float64{
		{random(wildest), random(wildest)},
		{random(r.Float64), random(r.Float64)},
		{random(r.NormFloat64), random(r.NormFloat64)},
		{random(func() float64 { return float64(r.IntN(2)) }), random(func() float64 { return float64(r.IntN(2)) })},
		{random(func() float64 { return 1 }), random(r.Float64)},
		{random(func() float64 { return limit * r.NormFloat64() }), random(func() float64 { return 1e-9 * r.Float64() })},
	} {
		lawful(t, c[0], c[1])
	}
}

func BenchmarkAnalyze(b *testing.B) {
	for _, c := range []struct {
		name  string
		n     int
		noise float64
	}{{"8", 8, 0}, {"200", 200, 0}, {"200noisy", 200, 3e-3}, {"1000000", 1_000_000, 0}, {"1000000noisy", 1_000_000, 3e-3}} {
		v, i := sweep(courseCell, c.n, -0.02, 1.02)
		v, i = noisy(rand.New(rand.NewPCG(1, 1)), courseCell, v, i, c.noise, c.noise)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Analyze(v, i, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFit(b *testing.B) {
	for _, c := range []struct {
		name  string
		n     int
		noise float64
	}{{"8", 8, 0}, {"200", 200, 0}, {"200noisy", 200, 3e-3}, {"1000000", 1_000_000, 0}, {"1000000noisy", 1_000_000, 3e-3}} {
		v, i := sweep(courseCell, c.n, -0.02, 1.02)
		v, i = noisy(rand.New(rand.NewPCG(1, 1)), courseCell, v, i, c.noise, c.noise)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Fit(v, i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCurrentAt(b *testing.B) {
	for b.Loop() {
		reference.CurrentAt(6.2)
	}
}
