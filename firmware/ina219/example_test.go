package ina219_test

import (
	"errors"
	"fmt"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
)

// The loop of a program, here with a simulated chip and a simulated solar cell. On a board the bus
// is machine.I2C0, and the clock is the board's.
func ExampleDevice() {
	var clock ina219sim.Clock
	bench, err := ina219sim.NewBench(ina219sim.BenchOptions{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := ina219.New(bench.Chip, ina219.Options{
		Settings: ina219.Settings{
			Bus:      ina219.Bus16V,
			Gain:     ina219.Gain40mV, // 400 mA with 0.1 Ω
			BusADC:   ina219.Average16,
			ShuntADC: ina219.Average16,
			Mode:     ina219.Triggered,
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := d.Configure(); err != nil {
		fmt.Println(err)
		return
	}
	for _, ohm := range []float64{0, 10, 30, 100, 1000} {
		bench.SetResistance(ohm)
		clock.Advance(20_000) // it settles
		if err := d.Trigger(); err != nil {
			fmt.Println(err)
			return
		}
		clock.Advance(int64(d.Settings().LongestMicros()))
		r, err := d.Measure()
		switch {
		case errors.Is(err, ina219.ErrNotReady):
			fmt.Println("nothing new")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Printf("%.3f V, %.4f A, %.3f W\n", r.SourceVolts(), r.Amps(), r.SourceWatts())
		}
	}
	// Output:
	// 0.020 V, 0.2000 A, 0.004 W
	// 1.996 V, 0.1976 A, 0.394 W
	// 5.257 V, 0.1747 A, 0.918 W
	// 5.930 V, 0.0592 A, 0.351 W
	// 6.077 V, 0.0061 A, 0.037 W
}
