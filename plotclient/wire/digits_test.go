package wire_test

import (
	"math"
	"testing"

	"iotplot/plotclient/wire"
)

// Where digits are most easily got wrong: next to powers of two, where the numbers' distance changes, next to short
// decimals, which have other digits already, and at the ends of the range in which wire finds the digits itself.
func TestDigitsNextToRoundNumbers(t *testing.T) {
	check := func(v float64) {
		if got, want := string(wire.AppendData(nil, "s", v)), `["s", `+pythonFloat(v)+"]"; got != want {
			t.Errorf("%b: got %s, want %s", v, got, want)
		}
	}
	around := func(v float64, n int64) {
		for d := -n; d <= n; d++ {
			check(math.Float64frombits(uint64(int64(math.Float64bits(v)) + d)))
		}
	}
	for e := -40; e <= 60; e++ {
		around(math.Ldexp(1, e), 40)
		around(math.Ldexp(3, e), 4)
	}
	for e := -12; e <= 18; e++ {
		for _, digits := range []float64{1, 2, 5, 12, 125, 9007, 99999, 1e9 - 1, 123456789012345, 999999999999999} {
			around(digits*math.Pow10(e-int(math.Log10(digits))), 10)
		}
	}
}

func TestDigitsOfAnyNumbers(t *testing.T) {
	low, high := math.Float64bits(1e-10), math.Float64bits(1e17)
	x := uint64(1)
	for range 50_000 {
		x = x*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
		v := math.Float64frombits(low + (x>>1)%(high-low))
		if got, want := string(wire.AppendData(nil, "s", v)), `["s", `+pythonFloat(v)+"]"; got != want {
			t.Fatalf("%b: got %s, want %s", v, got, want)
		}
	}
}
