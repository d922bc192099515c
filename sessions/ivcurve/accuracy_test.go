package ivcurve

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// courseCell is about the size of cell that the course's sensor measures.
var courseCell = SingleDiode{Photocurrent: 0.2, SaturationCurrent: 2e-10, Rs: 1.2, Rsh: 900, NNsVth: 0.28}

// sweep measures n points of a cell, evenly spread in voltage from a to b of Voc.
func sweep(m SingleDiode, n int, a, b float64) (v, i []float64) {
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
func spread(m SingleDiode, n int) (v, i []float64) {
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
func noisy(r *rand.Rand, m SingleDiode, v, i []float64, ofVoc, ofIsc float64) ([]float64, []float64) {
	p, _ := m.OperatingPoints()
	a, b := make([]float64, len(v)), make([]float64, len(i))
	for k := range v {
		a[k] = v[k] + ofVoc*p.Voc*r.NormFloat64()
		b[k] = i[k] + ofIsc*p.Isc*r.NormFloat64()
	}
	return a, b
}

type scenario struct {
	name         string
	points       func(m SingleDiode) (v, i []float64)
	noiseV       float64 // of Voc
	noiseI       float64 // of Isc
	worst        float64 // allowed rms error of Isc, Voc, Pmax
	worstFit     float64 // allowed rms error of NNsVth; 0: not fitted
	extrapolated bool
}

func even(n int, a, b float64) func(SingleDiode) ([]float64, []float64) {
	return func(m SingleDiode) ([]float64, []float64) { return sweep(m, n, a, b) }
}

func along2(n int) func(SingleDiode) ([]float64, []float64) {
	return func(m SingleDiode) ([]float64, []float64) { return spread(m, n) }
}

var scenarios = []scenario{
	{"clean, 1000 points", even(1000, -0.02, 1.02), 0, 0, 1e-5, 1e-6, false},
	{"clean, 200 points", even(200, -0.02, 1.02), 0, 0, 1e-4, 1e-6, false},
	{"clean, 50 points", even(50, -0.02, 1.02), 0, 0, 1e-3, 1e-6, false},
	{"clean, 20 points", even(20, -0.05, 1.02), 0, 0, 3e-3, 1e-6, false},
	{"clean, 12 points along the curve", along2(12), 0, 0, 5e-3, 1e-6, false},
	{"clean, 8 points along the curve", along2(8), 0, 0, 5e-3, 1e-6, false},
	{"clean, 8 points even in voltage", even(8, -0.02, 1.02), 0, 0, 1e-2, 1e-6, false},
	{"clean, 5 points along the curve", along2(5), 0, 0, 2e-2, 0, false},
	{"noise 0.1 %, 200 points", even(200, -0.02, 1.02), 1e-3, 1e-3, 1e-3, 0.05, false},
	{"noise 1 %, 200 points", even(200, -0.02, 1.02), 1e-2, 1e-2, 1e-2, 0.3, false},
	{"noise 1 % of current only, 200 points", even(200, -0.02, 1.02), 0, 1e-2, 1e-2, 0.3, false},
	{"noise 1 %, 5000 points", even(5000, -0.02, 1.02), 1e-2, 1e-2, 3e-3, 0.1, false},
	{"noise 0.5 %, 40 points along the curve", along2(40), 5e-3, 5e-3, 1e-2, 0.3, false},
	{"noise 0.3 %, 12 points along the curve", along2(12), 3e-3, 3e-3, 1e-2, 0.5, false},
	{"noise 0.3 %, 8 points along the curve", along2(8), 3e-3, 3e-3, 1e-2, 0.5, false},
	{"noise 0.3 %, 100 points, from 10 % of Voc to 98 %", even(100, 0.1, 0.98), 3e-3, 3e-3, 1e-2, 0.3, true},
}

// TestAccuracy prints the table of the README.
func TestAccuracy(t *testing.T) {
	var table, coverage strings.Builder
	fmt.Fprintln(&table, "| curve | Isc | Voc | Pmax | Vmp | Imp | FF | nNsVth | Rs |")
	fmt.Fprintln(&coverage, "| curve | Isc | Voc | Pmax | Vmp | Imp | FF | nNsVth | Rs |")
	for _, s := range scenarios {
		runs := 200
		if s.noiseI == 0 {
			runs = 1
		} else if testing.Short() {
			runs = 40
		}
		var squares, inside [8]float64
		count, fits := 0.0, 0.0
		for _, m := range []SingleDiode{courseCell, reference} {
			truth, _ := m.OperatingPoints()
			r := rand.New(rand.NewPCG(1, 2))
			v0, i0 := s.points(m)
			for range runs {
				v, i := noisy(r, m, v0, i0, s.noiseV, s.noiseI)
				got, err := Analyze(v, i, Options{})
				if err != nil {
					t.Fatalf("%s: %v", s.name, err)
				}
				count++
				for k, c := range []struct {
					q Quantity
					x float64
				}{{got.Isc, truth.Isc}, {got.Voc, truth.Voc}, {got.Pmax, truth.Pmax}, {got.Vmp, truth.Vmp}, {got.Imp, truth.Imp}, {got.FF, truth.FF}} {
					e := c.q.Value/c.x - 1
					squares[k] += e * e
					if math.Abs(c.q.Value-c.x) <= c.q.Uncertainty+1e-12*c.x {
						inside[k]++
					}
				}
				if s.worstFit == 0 {
					continue
				}
				f, err := Fit(v, i)
				if err != nil {
					t.Fatalf("%s: %v", s.name, err)
				}
				fits++
				for k, c := range []struct{ x, u, truth float64 }{
					{f.Model.NNsVth, f.Uncertainty.NNsVth, m.NNsVth}, {f.Model.Rs, f.Uncertainty.Rs, m.Rs},
				} {
					e := c.x/c.truth - 1
					squares[6+k] += e * e
					if math.Abs(c.x-c.truth) <= c.u+1e-9*c.truth {
						inside[6+k]++
					}
				}
			}
		}
		fmt.Fprintf(&table, "| %s |", s.name)
		fmt.Fprintf(&coverage, "| %s |", s.name)
		for k := range squares {
			n := count
			if k >= 6 {
				n = fits
			}
			if n == 0 {
				fmt.Fprint(&table, " – |")
				fmt.Fprint(&coverage, " – |")
				continue
			}
			fmt.Fprintf(&table, " %.1e |", math.Sqrt(squares[k]/n))
			fmt.Fprintf(&coverage, " %.0f %% |", 100*inside[k]/n)
		}
		fmt.Fprintln(&table)
		fmt.Fprintln(&coverage)
	}
	t.Logf("rms of the relative errors:\n%s\nwithin one standard uncertainty:\n%s", &table, &coverage)
}
