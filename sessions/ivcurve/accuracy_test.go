package ivcurve

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

var runs = flag.Int("runs", 25, "measurements of each noisy curve in the table of accuracy; 500 for the README")

// cell is anything whose curve is known.
type cell interface {
	CurrentAt(voltage float64) float64
	OperatingPoints() (OperatingPoints, error)
}

// twoDiodes has a second diode of twice the ideality, for recombination in the junction,
// so that the single-diode equation describes it only nearly.
type twoDiodes struct {
	SingleDiode
	second float64 // its saturation current in A
}

func (c twoDiodes) CurrentAt(voltage float64) float64 {
	current := func(z float64) float64 {
		return c.Photocurrent - c.SaturationCurrent*math.Expm1(z/c.NNsVth) - c.second*math.Expm1(z/c.NNsVth/2) - z/c.Rsh
	}
	low, high := -10.0, 10.0
	for range 80 {
		z := (low + high) / 2
		if z-current(z)*c.Rs < voltage {
			low = z
		} else {
			high = z
		}
	}
	return current(low)
}

func (c twoDiodes) OperatingPoints() (OperatingPoints, error) {
	p := OperatingPoints{Isc: c.CurrentAt(0)}
	low, high := 0.0, 10.0
	for range 80 {
		if v := (low + high) / 2; c.CurrentAt(v) > 0 {
			low = v
		} else {
			high = v
		}
	}
	p.Voc = low
	// The slope of the power by differences, and its root by halving.
	low = 0
	for range 60 {
		const h = 1e-6
		if v := (low + high) / 2; (v+h)*c.CurrentAt(v+h) > (v-h)*c.CurrentAt(v-h) {
			low = v
		} else {
			high = v
		}
	}
	p.Vmp, p.Imp = low, c.CurrentAt(low)
	p.Pmax = p.Vmp * p.Imp
	p.FF = p.Pmax / p.Isc / p.Voc
	return p, nil
}

var recombining = twoDiodes{SingleDiode{0.2, 2e-11, 1.2, 900, 0.26}, 2e-6}

// courseCell is about the size of cell that the course's sensor measures.
var courseCell = SingleDiode{Photocurrent: 0.2, SaturationCurrent: 2e-10, Rs: 1.2, Rsh: 900, NNsVth: 0.28}

// sweep measures n points of a cell, evenly spread in voltage from a to b of Voc.
func sweep(m cell, n int, a, b float64) (v, i []float64) {
	p, err := m.OperatingPoints()
	if err != nil {
		panic(err)
	}
	for k := range n {
		x := p.Voc * (a + (b-a)*float64(k)/float64(n-1))
		v = append(v, x)
		i = append(i, m.CurrentAt(x))
	}
	return v, i
}

// spread measures n points spread evenly along the curve, as a load that is
// turned from short to open circuit gives them.
func spread(m cell, n int) (v, i []float64) {
	p, err := m.OperatingPoints()
	if err != nil {
		panic(err)
	}
	for k := range n {
		angle := math.Pi / 2 * (-0.02 + 1.04*float64(k)/float64(n-1))
		// The point of the curve in this direction, by halving.
		low, high := -0.1*p.Voc, 1.1*p.Voc
		for range 60 {
			x := (low + high) / 2
			if math.Atan2(x/p.Voc, m.CurrentAt(x)/p.Isc) < angle {
				low = x
			} else {
				high = x
			}
		}
		v = append(v, low)
		i = append(i, m.CurrentAt(low))
	}
	return v, i
}

// noisy adds normal noise of so many parts of Voc and of Isc.
func noisy(r *rand.Rand, m cell, v, i []float64, ofVoc, ofIsc float64) ([]float64, []float64) {
	p, _ := m.OperatingPoints()
	a, b := make([]float64, len(v)), make([]float64, len(i))
	for k := range v {
		a[k] = v[k] + ofVoc*p.Voc*r.NormFloat64()
		b[k] = i[k] + ofIsc*p.Isc*r.NormFloat64()
	}
	return a, b
}

type scenario struct {
	name     string
	cells    []cell
	points   func(m cell) (v, i []float64)
	noiseV   float64 // of Voc
	noiseI   float64 // of Isc
	worst    float64 // allowed rms error of Isc, Voc, Pmax
	worstFit float64 // allowed rms error of NNsVth; 0: not fitted
}

func even(n int, a, b float64) func(cell) ([]float64, []float64) {
	return func(m cell) ([]float64, []float64) { return sweep(m, n, a, b) }
}

func evenAlong(n int) func(cell) ([]float64, []float64) {
	return func(m cell) ([]float64, []float64) { return spread(m, n) }
}

var (
	singles = []cell{courseCell, reference}
	doubles = []cell{recombining}
)

var scenarios = []scenario{
	{"clean, 1000 points", singles, even(1000, -0.02, 1.02), 0, 0, 1e-8, 1e-9},
	{"clean, 200 points", singles, even(200, -0.02, 1.02), 0, 0, 1e-6, 1e-9},
	{"clean, 50 points", singles, even(50, -0.02, 1.02), 0, 0, 2e-4, 1e-9},
	{"clean, 20 points", singles, even(20, -0.05, 1.02), 0, 0, 1e-4, 1e-9},
	{"clean, 8 points along the curve", singles, evenAlong(8), 0, 0, 1e-5, 1e-9},
	{"clean, 5 points along the curve", singles, evenAlong(5), 0, 0, 5e-3, 0},
	{"clean, two diodes, 200 points", doubles, even(200, -0.02, 1.02), 0, 0, 1e-5, 0},
	{"clean, two diodes, 20 points", doubles, even(20, -0.05, 1.02), 0, 0, 3e-3, 0},
	{"clean, two diodes, 8 points along the curve", doubles, evenAlong(8), 0, 0, 5e-3, 0},
	{"noise 0.1 %, 200 points", singles, even(200, -0.02, 1.02), 1e-3, 1e-3, 1e-3, 0.015},
	{"noise 1 %, 200 points", singles, even(200, -0.02, 1.02), 1e-2, 1e-2, 1e-2, 0.15},
	{"noise 1 % of the current only, 200 points", singles, even(200, -0.02, 1.02), 0, 1e-2, 6e-3, 0.07},
	{"noise 1 %, 5000 points", singles, even(5000, -0.02, 1.02), 1e-2, 1e-2, 2e-3, 0.03},
	{"noise 0.5 %, 40 points along the curve", singles, evenAlong(40), 5e-3, 5e-3, 8e-3, 0.2},
	{"noise 0.3 %, 12 points along the curve", singles, evenAlong(12), 3e-3, 3e-3, 6e-3, 0.2},
	{"noise 0.3 %, 8 points along the curve", singles, evenAlong(8), 3e-3, 3e-3, 1.2e-2, 0.3},
	{"noise 0.3 %, two diodes, 8 points along the curve", doubles, evenAlong(8), 3e-3, 3e-3, 1.2e-2, 0},
	{"noise 0.3 %, 100 points, from 10 % of Voc to 98 %", singles, even(100, 0.1, 0.98), 3e-3, 3e-3, 5e-3, 0.1},
}

// tally adds up the errors of one quantity.
type tally struct {
	squares float64
	inside  int
	count   int
}

func (y *tally) add(value, u, truth float64) {
	e := value/truth - 1
	y.squares += e * e
	y.count++
	if math.Abs(value-truth) <= u+1e-9*truth {
		y.inside++
	}
}

func (y *tally) rms() float64     { return math.Sqrt(y.squares / float64(y.count)) }
func (y *tally) covered() float64 { return 100 * float64(y.inside) / float64(y.count) }

// TestAccuracy prints the tables of the README with -v.
func TestAccuracy(t *testing.T) {
	const head = "| curve | Isc | Voc | Pmax | Vmp | Imp | FF | nNsVth | Rs |\n|---|---|---|---|---|---|---|---|---|\n"
	var table, coverage strings.Builder
	for _, s := range scenarios {
		var errors [8]tally
		for _, m := range s.cells {
			n := 1
			if s.noiseI > 0 {
				n = *runs
			}
			s.measure(t, m, n, &errors)
		}
		fmt.Fprintf(&table, "| %s |", s.name)
		fmt.Fprintf(&coverage, "| %s |", s.name)
		for k := range errors {
			y := &errors[k]
			if y.count == 0 {
				fmt.Fprint(&table, " – |")
				fmt.Fprint(&coverage, " – |")
				continue
			}
			fmt.Fprintf(&table, " %.1e |", max(y.rms(), 1e-14))
			fmt.Fprintf(&coverage, " %.0f %% |", y.covered())
			worst := s.worst
			switch {
			case k == 6:
				worst = s.worstFit
			case k > 2:
				continue
			}
			if s.noiseI > 0 && y.count < 20 {
				continue // too few to judge
			}
			if y.rms() > worst {
				t.Errorf("%s: quantity %d is off by %.2g rms, allowed is %.2g", s.name, k, y.rms(), worst)
			}
			// One standard uncertainty holds the truth in 68 % of the cases.
			if y.count >= 20 && y.covered() < 35 {
				t.Errorf("%s: the uncertainty of quantity %d holds the truth in %.0f %%", s.name, k, y.covered())
			}
		}
		fmt.Fprintln(&table)
		fmt.Fprintln(&coverage)
	}
	t.Logf("rms of the relative errors:\n%s%s\nwithin one standard uncertainty:\n%s%s", head, &table, head, &coverage)
}

// measure measures one cell n times.
func (s scenario) measure(t *testing.T, m cell, n int, errors *[8]tally) {
	t.Helper()
	truth, err := m.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	v0, i0 := s.points(m)
	for range n {
		v, i := noisy(r, m, v0, i0, s.noiseV, s.noiseI)
		got, err := Analyze(v, i, Options{})
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		for k, c := range []struct {
			q Quantity
			x float64
		}{{got.Isc, truth.Isc}, {got.Voc, truth.Voc}, {got.Pmax, truth.Pmax}, {got.Vmp, truth.Vmp}, {got.Imp, truth.Imp}, {got.FF, truth.FF}} {
			errors[k].add(c.q.Value, c.q.Uncertainty, c.x)
		}
		single, ok := m.(SingleDiode)
		if !ok || s.worstFit == 0 {
			continue
		}
		f, err := Fit(v, i)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		errors[6].add(f.Model.NNsVth, f.Uncertainty.NNsVth, single.NNsVth)
		errors[7].add(f.Model.Rs, f.Uncertainty.Rs, single.Rs)
	}
}
