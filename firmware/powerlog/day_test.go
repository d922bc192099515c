//go:build !tinygo

package main

import (
	"math"
	"testing"
)

// TestDayDoesNotDependOnWhoAsks: a sensor that reads often finds the same day as one
// that reads seldom.
func TestDayDoesNotDependOnWhoAsks(t *testing.T) {
	often, seldom := newDay(4), newDay(4)
	for s := int64(0); s <= daySeconds; s++ {
		bus, shunt := often.at(s*1e6 + 500_000)
		if s%7200 != 0 {
			continue
		}
		if b, v := seldom.at(s * 1e6); b != bus || v != shunt {
			t.Fatalf("at %d s one has %g V and %g V, the other %g V and %g V", s, bus, shunt, b, v)
		}
	}
}

func TestDay(t *testing.T) {
	for seed := range uint64(20) {
		d := newDay(seed)
		charged, lowest, highest := 0.0, math.Inf(1), math.Inf(-1)
		for s := int64(0); s < daySeconds; s++ {
			bus, shunt := d.at(s * 1e6)
			amps := shunt / 0.1
			lowest, highest = min(lowest, bus), max(highest, bus)
			charged -= min(0, amps) / 3600
			want := board
			if s >= 18*3600+1800 && s < 22*3600+1800 {
				want += lamp
			}
			if night := s < 6*3600 || s > 18*3600; night && math.Abs(amps-want) > 1e-9 {
				t.Fatalf("seed %d: %g A flow at %d s in the night, want %g", seed, amps, s, want)
			}
			if amps > want+1e-9 {
				t.Fatalf("seed %d: %g A flow at %d s, more than the board and the lamp take", seed, amps, s)
			}
		}
		if charged < 0.2 || charged > 1.2 {
			t.Errorf("seed %d: the sun gave %.2f Ah", seed, charged)
		}
		if lowest < 3.4 || highest > 4.15 {
			t.Errorf("seed %d: the battery had %.2f to %.2f V, which is none of lithium", seed, lowest, highest)
		}
	}
}
