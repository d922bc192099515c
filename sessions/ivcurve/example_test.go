package ivcurve_test

import (
	"fmt"
	"math/rand/v2"

	"iotplot/sessions/ivcurve"
)

// measured is a sweep of 60 points with a millivolt and a tenth of a milliampere of noise.
func measured() (voltage, current []float64) {
	cell := ivcurve.SingleDiode{Photocurrent: 0.2, SaturationCurrent: 2e-10, Rs: 1.2, Rsh: 900, NNsVth: 0.28}
	r := rand.New(rand.NewPCG(1, 2))
	for k := range 60 {
		v := 0.1 * float64(k)
		voltage = append(voltage, v+1e-3*r.NormFloat64())
		current = append(current, cell.CurrentAt(v)+1e-4*r.NormFloat64())
	}
	return voltage, current
}

func ExampleAnalyze() {
	voltage, current := measured()
	r, err := ivcurve.Analyze(voltage, current, ivcurve.Options{AreaCM2: 60, IrradianceWM2: 1000})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("Isc  %.1f mA\n", 1e3*r.Isc.Value)
	fmt.Printf("Voc  %.2f V\n", r.Voc.Value)
	fmt.Printf("Pmax %.3f W\n", r.Pmax.Value)
	fmt.Printf("FF   %.2f\n", r.FF.Value)
	fmt.Printf("η    %.1f %%\n", 100*r.Efficiency.Value)
	// Output:
	// Isc  199.7 mA
	// Voc  5.79 V
	// Pmax 0.875 W
	// FF   0.76
	// η    14.6 %
}

func ExampleAnalyze_incomplete() {
	voltage, current := measured()
	_, err := ivcurve.Analyze(voltage[:55], current[:55], ivcurve.Options{})
	fmt.Println(err)
	// Output:
	// cannot find Voc: the curve ends at 5.4 V with 58 % of Isc; sweep further towards open circuit
}

func ExampleFit() {
	voltage, current := measured()
	f, err := ivcurve.Fit(voltage, current)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := f.Model.OperatingPoints()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("IL %.1f mA, Voc %.2f V, noise about %.1f mA\n", 1e3*f.Model.Photocurrent, p.Voc, 1e3*f.CurrentNoise)
	// Output:
	// IL 200.0 mA, Voc 5.79 V, noise about 0.1 mA
}
