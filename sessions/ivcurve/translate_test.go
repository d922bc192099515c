package ivcurve

import (
	"errors"
	"math"
	"testing"
)

func TestTranslateByHand(t *testing.T) {
	// Worked by hand: shift = 5·(1000/800-1) + 0.003·(25-45) = 1.19 A.
	v, i, err := Translate([]float64{0, 20, math.NaN()}, []float64{5, 4, 1},
		Conditions{Irradiance: 800, Temperature: 45}, StandardConditions(),
		Correction{Isc: 5, Alpha: 0.003, Beta: -0.08, Rs: 0.4, Kappa: 0.001})
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "I2", i[0], 6.19, 1e-12)
	closeTo(t, "I2", i[1], 5.19, 1e-12)
	// 0 - 0.4·1.19 - 0.001·6.19·(-20) - 0.08·(-20)
	closeTo(t, "V2", v[0], 1.2478, 1e-12)
	closeTo(t, "V2", v[1], 20-0.476+0.1038+1.6, 1e-12)
	if !math.IsNaN(v[2]) {
		t.Errorf("a gap became %g V", v[2])
	}
}

func TestTranslatedCurveAgreesWithTheCell(t *testing.T) {
	// A cell whose every parameter is known, measured at 900 W/m² and 35 °C.
	c := Cell{Standard: SingleDiode{9, 1e-9, 0.3, 400, 1.65}, AlphaIsc: 0.0045}
	at := c.At(900, 35)
	v, i := sweep(at, 200, -0.05, 1.02)
	measured, err := Analyze(v, i, Options{})
	if err != nil {
		t.Fatal(err)
	}
	voc := func(temperature float64) float64 {
		p, _ := c.At(1000, temperature).OperatingPoints()
		return p.Voc
	}
	v2, i2, err := Translate(v, i, Conditions{900, 35}, StandardConditions(), Correction{
		Isc: measured.Isc.Value, Alpha: c.AlphaIsc, Beta: (voc(35) - voc(25)) / 10, Rs: c.Standard.Rs,
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Analyze(v2, i2, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := c.Standard.OperatingPoints()
	// The procedure itself is good to about half a percent over such a step.
	closeTo(t, "Isc", got.Isc.Value, want.Isc, 2e-3)
	closeTo(t, "Voc", got.Voc.Value, want.Voc, 8e-3)
	closeTo(t, "Pmax", got.Pmax.Value, want.Pmax, 1e-2)
}

func TestTranslateToTheSameConditionsChangesNothing(t *testing.T) {
	v, i := sweep(courseCell, 20, 0, 1)
	v2, i2, err := Translate(v, i, StandardConditions(), StandardConditions(), Correction{Alpha: 1, Beta: 1, Rs: 1, Kappa: 1})
	if err != nil {
		t.Fatal(err)
	}
	for k := range v {
		if v2[k] != v[k] || i2[k] != i[k] {
			t.Fatalf("(%g, %g) became (%g, %g)", v[k], i[k], v2[k], i2[k])
		}
	}
}

func TestTranslateRefuses(t *testing.T) {
	v, i := []float64{1}, []float64{1}
	good := Conditions{900, 30}
	for name, try := range map[string]func() error{
		"two lengths":   func() error { _, _, err := Translate(v, nil, good, good, Correction{}); return err },
		"no irradiance": func() error { _, _, err := Translate(v, i, Conditions{0, 25}, good, Correction{Isc: 1}); return err },
		"NaN temperature": func() error {
			_, _, err := Translate(v, i, good, Conditions{900, math.NaN()}, Correction{})
			return err
		},
		"below absolute zero": func() error {
			_, _, err := Translate(v, i, good, Conditions{900, -300}, Correction{})
			return err
		},
		"no Isc":      func() error { _, _, err := Translate(v, i, good, StandardConditions(), Correction{}); return err },
		"infinite Rs": func() error { _, _, err := Translate(v, i, good, good, Correction{Rs: math.Inf(1)}); return err },
		"infinite sun": func() error {
			_, _, err := Translate(v, i, good, Conditions{math.Inf(1), 25}, Correction{Isc: 1})
			return err
		},
	} {
		if err := try(); !errors.Is(err, ErrArguments) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
