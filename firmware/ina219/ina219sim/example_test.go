package ina219sim_test

import (
	"fmt"
	"math"

	"iotplot/firmware/ina219/ina219sim"
)

// A cell in half the light of the sun, loaded in different ways: what is at the chip's pins, and
// what a measurement should find.
func ExampleNewBench() {
	var clock ina219sim.Clock
	bench, err := ina219sim.NewBench(ina219sim.BenchOptions{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := bench.SetLight(500, 40); err != nil { // W/m², °C
		fmt.Println(err)
		return
	}
	look := func(load string) {
		clock.Advance(100_000) // µs, for the load to settle
		bus, shunt := bench.At(clock.Now())
		fmt.Printf("%-12s bus %.3f V, shunt %.2f mV\n", load, bus, shunt*1e3)
	}
	bench.SetResistance(math.Inf(1))
	look("open")
	bench.SetResistance(50)
	look("50 Ω")
	bench.SetGate(math.MaxUint16)
	look("MOSFET on")

	p, err := bench.Truth()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("Isc %.1f mA, Voc %.3f V, Pmax %.1f mW, FF %.3f\n", p.Isc*1e3, p.Voc, p.Pmax*1e3, p.FF)
	// Output:
	// open         bus 5.482 V, shunt 0.00 mV
	// 50 Ω         bus 4.576 V, shunt 9.15 mV
	// MOSFET on    bus 0.030 V, shunt 10.08 mV
	// Isc 100.8 mA, Voc 5.482 V, Pmax 419.7 mW, FF 0.759
}
