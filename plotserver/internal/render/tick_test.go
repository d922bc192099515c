package render

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func labels(s tickSet) string {
	var out []string
	for _, k := range s.ticks {
		if k.label != "" {
			out = append(out, k.label)
		}
	}
	if s.common != "" {
		out = append(out, "("+s.common+")")
	}
	return strings.Join(out, " ")
}

func TestLinearTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   int
		labels string
	}{
		{-0.25, 5.25, 9, "0 1 2 3 4 5"},
		{-0.69, 1.08, 8, "−0.50 −0.25 0.00 0.25 0.50 0.75 1.00"},
		{0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{0, 1, 1, "0 1"},
		{0, 0.9, 1, "0.0 0.5"},
		{1, 0, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{-5.5, 116, 7, "0 20 40 60 80 100"},
		{0, 163, 8, "0 25 50 75 100 125 150"},
		{-3e-9, 2e-9, 5, "−3 −2 −1 0 1 2 (×$10^{-9}$)"},
		{0, 4.5e7, 5, "0 10 20 30 40 (×$10^{6}$)"},
		{0, 250000, 5, "0 50000 100000 150000 200000 250000"},
		{1.7e9, 1.7e9 + 39, 8, "0 5 10 15 20 25 30 35 (+ 1.7×$10^{9}$)"},
		{-1.7e9 - 39, -1.7e9, 8, "−35 −30 −25 −20 −15 −10 −5 0 (− 1.7×$10^{9}$)"},
		{1e-3, 1e-3 + 5e-9, 5, "0 1 2 3 4 5 (×$10^{-9}$ + 0.001)"},
		{20, 21, 9, "20.0 20.2 20.4 20.6 20.8 21.0"}, // eighths are no step
		{-1e308, 1e308, 5, "−100 −50 0 50 100 (×$10^{306}$)"},
		{0, 5e-324, 5, ""},
		// To both sides of a round number.
		{1e6 - 1.1e-3, 1e6 + 1.1e-3, 5, "−0.0010 −0.0005 0.0000 0.0005 0.0010 (+ 1000000)"},
		{1e5 - 0.011, 1e5 + 0.011, 5, "−0.010 −0.005 0.000 0.005 0.010 (+ 100000)"},
		{-1e5 - 0.011, -1e5 + 0.011, 5, "−0.010 −0.005 0.000 0.005 0.010 (− 100000)"},
		{999.99945, 1000.00055, 5, "−0.00050 −0.00025 0.00000 0.00025 0.00050 (+ 1000)"},
		{999, 1001, 5, "999.0 999.5 1000.0 1000.5 1001.0"},
	} {
		got := labels(linearScale{}.ticks(span{c.lo, c.hi}, c.want))
		if got != c.labels {
			t.Errorf("%g … %g, %d: got %s, want %s", c.lo, c.hi, c.want, got, c.labels)
		}
	}
}

func TestLogTicks(t *testing.T) {
	p := func(n int) string { return "$10^{" + strconv.Itoa(n) + "}$" }
	for _, c := range []struct {
		lo, hi float64
		want   int
		labels string
		minors bool
	}{
		{0.7, 4700, 9, p(0) + " " + p(1) + " " + p(2) + " " + p(3), true},
		{0.95, 2.4, 9, "1 1.2 1.5 2", true},
		{0.95, 2.4, 3, "1 2", true},
		{0.95, 2.25, 9, "1 1.2 1.5 2", true},
		{1e-9, 1e9, 1, p(-5) + " " + p(0) + " " + p(5), true},
		{2, 9, 9, "2 3 4 5 6 7 8 9", false},
		{2, 9, 4, "2 5", true},
		{0.02, 0.5, 9, "0.02 0.05 0.1 0.2 0.5", true},
		{3, 4, 5, "3.0 3.2 3.4 3.6 3.8 4.0", false},
		{1e-300, 1e300, 6, p(-300) + " " + p(-200) + " " + p(-100) + " " + p(0) + " " + p(100) + " " + p(200) + " " + p(300), false},
		{1e-7, 8e-7, 9, "$10^{-7}$ 2×$10^{-7}$ 3×$10^{-7}$ 4×$10^{-7}$ 5×$10^{-7}$ 6×$10^{-7}$ 7×$10^{-7}$ 8×$10^{-7}$", false},
		{1, 1000, 9, p(0) + " " + p(1) + " " + p(2) + " " + p(3), true},
		{1000, 1, 9, p(0) + " " + p(1) + " " + p(2) + " " + p(3), true},
		{0, 10, 9, "", false},
	} {
		set := logScale{}.ticks(span{c.lo, c.hi}, c.want)
		if got := labels(set); got != c.labels {
			t.Errorf("%g … %g, %d: got %s, want %s", c.lo, c.hi, c.want, got, c.labels)
		}
		if minors := set.labelled() < len(set.ticks); minors != c.minors {
			t.Errorf("%g … %g: minor ticks: %v, want %v", c.lo, c.hi, minors, c.minors)
		}
	}
}

// FuzzTicks holds for any limits: ticks ascend and lie within, labels are
// distinct and say the tick's value.
func FuzzTicks(f *testing.F) {
	for _, c := range [][2]float64{{0, 1}, {-1e308, 1e308}, {1e9, 1e9 + 1}, {-3e-300, 2e-300}, {5e-324, 1}, {1, 1.0000000001}, {99.9, 100.1}, {1e17, 1e17 + 64}} {
		f.Add(c[0], c[1], 5, false)
		f.Add(c[0], c[1], 9, true)
	}
	f.Fuzz(func(t *testing.T, lo, hi float64, want int, log bool) {
		if lo-lo != 0 || hi-hi != 0 || want < 1 || want > 30 {
			return
		}
		var s scale = linearScale{}
		all := span{min(lo, hi), max(lo, hi)}
		positive := all
		if log {
			s = logScale{}
			if all.hi < smallestPositive {
				return
			}
			if all.lo < smallestPositive {
				positive.lo = all.hi
			}
		}
		lim := s.limits(all, positive, margins{fraction: 0.05})
		if !(lim.lo < lim.hi) {
			t.Fatalf("limits of %v are %v", all, lim)
		}
		if log && positive.lo < lim.lo || !log && (all.lo < lim.lo || all.hi > lim.hi) {
			t.Fatalf("limits %v leave out %v", lim, all)
		}
		set := s.ticks(lim, want)
		if n := set.labelled(); n < 1 {
			// Between denormal numbers there are no decimal steps.
			if !(lim.half() < 1e-300) && lim.hi > 1e-300 {
				t.Errorf("%v, %d: no labels", lim, want)
			}
		} else if n > 4*want+40 {
			t.Errorf("%v, %d: %d labels", lim, want, n)
		}
		tol := 1e-9 * lim.half()
		seen := map[string]bool{}
		for i, k := range set.ticks {
			if !(k.value >= lim.lo-tol && k.value <= lim.hi+tol) && !log {
				t.Errorf("%v: tick at %v", lim, k.value)
			}
			if i > 0 && !(k.value > set.ticks[i-1].value) {
				t.Errorf("%v: tick at %v after %v", lim, k.value, set.ticks[i-1].value)
			}
			if k.label == "" {
				continue
			}
			if seen[k.label] {
				t.Errorf("%v: label %s twice", lim, k.label)
			}
			seen[k.label] = true
			if !log && set.common == "" {
				v, err := strconv.ParseFloat(strings.Replace(k.label, minus, "-", 1), 64)
				if err != nil || v != k.value {
					t.Errorf("%v: label %s at %v", lim, k.label, k.value)
				}
			}
			if len(k.label) > 24 {
				t.Errorf("%v: label %s is long", lim, k.label)
			}
		}
	})
}

func TestScaleMapsEnds(t *testing.T) {
	for _, c := range []struct {
		s      scale
		lo, hi float64
	}{
		{linearScale{}, 0, 1}, {linearScale{}, -1e308, 1e308}, {linearScale{}, 5, -5},
		{logScale{}, 1e-300, 1e300}, {logScale{}, 100, 1},
	} {
		m := newMapping(c.s, span{c.lo, c.hi}, 10, 110)
		if a, b := m.at(c.lo), m.at(c.hi); a != 10 || b != 110 {
			t.Errorf("%v: ends at %v and %v", c, a, b)
		}
		for _, p := range []float64{10, 35, 60, 99.5, 110} {
			if back := m.at(m.value(p)); math.Abs(back-p) > 1e-9 {
				t.Errorf("%v: %v comes back as %v", c, p, back)
			}
		}
	}
}

// Minor ticks between 1 and 2 are tenths; just below 1 they would be a band.
func TestMinorTicksWithinADecade(t *testing.T) {
	minors, below := 0, 0
	for _, k := range (logScale{}).ticks(span{0.95, 2.45}, 6).ticks {
		if k.minor {
			minors++
		}
		if k.value < 1 {
			below++
		}
	}
	if minors < 8 || below > 0 {
		t.Errorf("%d minor ticks, %d below 1", minors, below)
	}
}
