package wire_test

import (
	"math"
	"strconv"
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

// What lies halfway between two numbers, or next to that, is where a product that is not exact would be rounded to the
// wrong side.
func TestReadingHalfway(t *testing.T) {
	x := uint64(1)
	five := uint64(1)
	for places := 1; places <= 4; places++ {
		five *= 5
		for range 5_000 {
			x = x*6364136223846793005 + 1442695040888963407
			halfway := (x>>11 | 1<<53 | 1) * five // 54 bits and the last of them set, over 2^places
			for m := halfway - 2; m <= halfway+2; m++ {
				digits := strconv.FormatUint(m, 10)
				point := len(digits) - places
				for _, text := range []string{digits[:point] + "." + digits[point:], digits + "e-" + strconv.Itoa(places)} {
					got, err := wire.ParseValue([]byte(text))
					if want, _ := strconv.ParseFloat(text, 64); err != nil || got != want {
						t.Fatalf("%s: got %v, want %v, %v", text, got, want, err)
					}
				}
			}
		}
	}
}

// Every number of digits before and behind the point, up to more than are read at once.
func TestReadingDigits(t *testing.T) {
	x := uint64(1)
	for whole := 1; whole <= 10; whole++ {
		for part := 1; part <= 20; part++ {
			for range 200 {
				text := []byte{}
				for i := range whole + part {
					x = x*6364136223846793005 + 1442695040888963407
					text = append(text, '1'+byte(x>>33%9))
					if i == whole-1 {
						text = append(text, '.')
					}
				}
				var row wire.Row
				err := wire.ParseData([]byte(`["s",`+string(text)+`,`+string(text)+`]`), &row)
				want, _ := strconv.ParseFloat(string(text), 64)
				if err != nil || len(row.Values) != 2 || row.Values[0] != want || row.Values[1] != want {
					t.Fatalf("%s: got %v, want %v, %v", text, row.Values, want, err)
				}
			}
		}
	}
}
