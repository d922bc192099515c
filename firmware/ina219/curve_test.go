package ina219_test

import (
	"math"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/sessions/ivcurve"
)

// TestMeasuredCurveIsTheCells measures a cell's curve in different light, with noise, and
// analyses it: the chip's 10 µV and 4 mV are what it is off.
func TestMeasuredCurveIsTheCells(t *testing.T) {
	for _, irradiance := range []float64{1000, 300, 50} {
		var clock ina219sim.Clock
		bench, err := ina219sim.NewBench(ina219sim.BenchOptions{
			Now:  clock.Now,
			Chip: ina219sim.Options{ShuntNoise: 10e-6, BusNoise: 2e-3, Seed: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := bench.SetLight(irradiance, 25); err != nil {
			t.Fatal(err)
		}
		d, err := ina219.New(bench.Chip, ina219.Options{Settings: ina219.Settings{
			Bus: ina219.Bus16V, Gain: ina219.Gain40mV, BusADC: ina219.Average16, ShuntADC: ina219.Average16, Mode: ina219.Triggered,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Configure(); err != nil {
			t.Fatal(err)
		}
		var voltage, current []float64
		for x := 0.0; x <= 1; x += 0.01 { // along the curve
			bench.SetResistance(30 * 1000 / irradiance * math.Tan(x*math.Pi/2))
			clock.Advance(50_000)
			if err := d.Trigger(); err != nil {
				t.Fatal(err)
			}
			clock.Advance(int64(d.Settings().LongestMicros()))
			r, err := d.Measure()
			if err != nil {
				t.Fatal(err)
			}
			voltage = append(voltage, float64(r.SourceMicroVolts())/1e6)
			current = append(current, float64(r.CurrentMicroAmps)/1e6)
		}
		truth, err := bench.Truth()
		if err != nil {
			t.Fatal(err)
		}
		got, err := ivcurve.Analyze(voltage, current, ivcurve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ got, want, step float64 }{
			"Isc":  {got.Isc.Value, truth.Isc, 100e-6},
			"Voc":  {got.Voc.Value, truth.Voc, 4e-3},
			"Pmax": {got.Pmax.Value, truth.Pmax, 100e-6*truth.Vmp + 4e-3*truth.Imp},
			"FF":   {got.FF.Value, truth.FF, truth.FF * (2*100e-6/truth.Isc + 2*4e-3/truth.Voc)},
		} {
			if math.Abs(c.got-c.want) > c.step {
				t.Errorf("%g W/m²: %s = %.6g, the cell has %.6g, a step is %.2g", irradiance, name, c.got, c.want, c.step)
			}
		}
	}
}
