//go:build !tinygo

package ina219sim_test

import (
	"testing"

	"iotplot/firmware/ina219/ina219sim"
)

// BenchmarkConversion is one triggered conversion of 16 samples each, read by the driver's four
// transfers, with what is behind it.
func BenchmarkConversion(b *testing.B) {
	for name, connect := range map[string]func(*ina219sim.Bench){
		"resistor": func(b *ina219sim.Bench) { b.SetResistance(30) },
		"MOSFET":   func(b *ina219sim.Bench) { b.SetGate(40_000) },
		"hand":     func(b *ina219sim.Bench) { b.TurnByHand(1, 0, 1<<40) },
	} {
		b.Run(name, func(b *testing.B) {
			var clock ina219sim.Clock
			bench, err := ina219sim.NewBench(ina219sim.BenchOptions{Now: clock.Now, Chip: ina219sim.Options{ShuntNoise: 10e-6, BusNoise: 2e-3}})
			if err != nil {
				b.Fatal(err)
			}
			connect(bench)
			r := make([]byte, 2)
			for b.Loop() {
				if err := bench.Chip.Tx(0x40, []byte{0, 0x06, 0x63}, nil); err != nil {
					b.Fatal(err)
				}
				clock.Advance(17_100)
				for register := range byte(4) {
					if err := bench.Chip.Tx(0x40, []byte{register}, r); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
