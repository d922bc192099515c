package ivcurve

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestFitFindsTheParametersOfCleanCurves(t *testing.T) {
	for _, c := range []struct {
		name string
		m    SingleDiode
	}{
		{"reference", reference},
		{"small cell", courseCell},
		{"one silicon cell", SingleDiode{3, 1e-9, 0.005, 30, 0.0267}},
		{"module", SingleDiode{9, 1e-9, 0.3, 400, 1.65}},
		{"thin film, leaky and resistive", SingleDiode{1.5, 1e-7, 4, 60, 1.3}},
		{"indoor light", SingleDiode{50e-6, 1e-10, 100, 2e5, 0.4}},
		{"two cells of organic material", SingleDiode{0.01, 1e-12, 8, 900, 0.07}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, i := sweep(c.m, 80, -0.05, 1.03)
			f, err := Fit(v, i)
			if err != nil {
				t.Fatal(err)
			}
			want, got := c.m.list(), f.Model.list()
			for k, name := range []string{"photocurrent", "saturation current", "Rs", "Rsh", "nNsVth"} {
				closeTo(t, name, got[k], want[k], 1e-6)
			}
			if f.Points != 80 || f.AtBound {
				t.Errorf("%d points, at a bound: %v", f.Points, f.AtBound)
			}
		})
	}
}

func TestFitToleratesBothConventionsAndAnyOrder(t *testing.T) {
	v, i := sweep(courseCell, 60, -0.05, 1.03)
	for k := range i {
		i[k] = -i[k]
	}
	v, i = shuffled(rand.New(rand.NewPCG(1, 1)), v, i)
	f, err := Fit(v, i)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "nNsVth", f.Model.NNsVth, courseCell.NNsVth, 1e-6)
}

func TestFitOfACellWithoutResistances(t *testing.T) {
	v, i := sweep(SingleDiode{0.2, 2e-10, 0, math.Inf(1), 0.28}, 80, -0.05, 1.01)
	f, err := Fit(v, i)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "nNsVth", f.Model.NNsVth, 0.28, 1e-4)
	if f.Model.Rs > 1e-4 || f.Model.Rsh < 1e6 {
		t.Errorf("%+v", f.Model)
	}
}

func TestFitTellsTheNoisesApart(t *testing.T) {
	p, _ := courseCell.OperatingPoints()
	// The tolerances are wide where one noise hides behind the other.
	for _, c := range []struct{ ofVoc, ofIsc, toleranceV, toleranceI float64 }{
		{5e-3, 5e-3, 0.2, 0.2}, {5e-3, 5e-4, 0.2, 0.5}, {5e-4, 5e-3, 1, 0.2},
	} {
		v, i := sweep(courseCell, 400, -0.02, 1.02)
		v, i = noisy(rand.New(rand.NewPCG(5, 5)), courseCell, v, i, c.ofVoc, c.ofIsc)
		f, err := Fit(v, i)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "noise of the voltage", f.VoltageNoise, c.ofVoc*p.Voc, c.toleranceV)
		closeTo(t, "noise of the current", f.CurrentNoise, c.ofIsc*p.Isc, c.toleranceI)
	}
}

func TestCovarianceAgreesWithUncertainties(t *testing.T) {
	v, i := sweep(courseCell, 100, -0.02, 1.02)
	v, i = noisy(rand.New(rand.NewPCG(5, 5)), courseCell, v, i, 1e-3, 1e-3)
	f, err := Fit(v, i)
	if err != nil {
		t.Fatal(err)
	}
	for k, u := range f.Uncertainty.list() {
		closeTo(t, "variance", f.Covariance[k][k], u*u, 1e-9)
		for j, w := range f.Uncertainty.list() {
			if c := f.Covariance[k][j]; c != f.Covariance[j][k] && math.Abs(c-f.Covariance[j][k]) > 1e-9*u*w || math.Abs(c) > u*w*(1+1e-9) {
				t.Errorf("covariance of %d and %d is %g beside uncertainties of %g and %g", k, j, c, u, w)
			}
		}
	}
	// A larger saturation current goes with a larger nNsVth.
	if f.Covariance[SaturationCurrent][NNsVth] <= 0 {
		t.Error("the saturation current and nNsVth do not go together")
	}
}
