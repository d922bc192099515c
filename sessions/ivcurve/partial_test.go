package ivcurve

import (
	"errors"
	"math"
	"testing"
)

// TestPartsOfCurves holds what is found of sweeps that end early to the truth.
func TestPartsOfCurves(t *testing.T) {
	m := SingleDiode{Photocurrent: 7, SaturationCurrent: 6e-7, Rs: 0.1, Rsh: 20, NNsVth: 0.5}
	truth, err := m.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		from, to      float64
		isc, voc, top bool
	}{
		{"no open circuit", 0.3, 0.9 * truth.Voc, true, false, true},
		{"no short circuit", 0.5 * truth.Voc, 1.01 * truth.Voc, false, true, true},
		{"neither", 0.5 * truth.Voc, 0.87 * truth.Voc, false, false, true},
		{"only short circuit", 0, 0.4 * truth.Voc, true, false, false},
	} {
		var v, i []float64
		for k := range 100 {
			x := c.from + (c.to-c.from)*float64(k)/99
			v, i = append(v, x), append(i, m.CurrentAt(x))
		}
		if _, err := Analyze(v, i, Options{}); !errors.Is(err, ErrIncomplete) {
			t.Fatalf("%s: Analyze says %v, want that the curve is incomplete", c.name, err)
		}
		r, err := AnalyzePart(v, i, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, q := range []struct {
			name  string
			got   Quantity
			want  float64
			found bool
		}{
			{"Isc", r.Isc, truth.Isc, c.isc}, {"Voc", r.Voc, truth.Voc, c.voc}, {"Vmp", r.Vmp, truth.Vmp, c.top},
			{"Imp", r.Imp, truth.Imp, c.top}, {"Pmax", r.Pmax, truth.Pmax, c.top}, {"FF", r.FF, math.NaN(), false},
		} {
			switch {
			case !q.found && (q.got.Value == q.got.Value || q.got.Extrapolated):
				t.Errorf("%s: %s is %+v, want none", c.name, q.name, q.got)
			case q.found && !(math.Abs(q.got.Value/q.want-1) < 2e-3):
				t.Errorf("%s: %s is %v, want %v", c.name, q.name, q.got.Value, q.want)
			}
		}
	}
	var v, i []float64
	for k := range 100 {
		x := truth.Voc * float64(k) / 98
		v, i = append(v, x), append(i, m.CurrentAt(x))
	}
	if _, err := AnalyzePart(v, i, Options{}); !errors.Is(err, ErrArguments) {
		t.Errorf("a complete curve: error %v", err)
	}
}
