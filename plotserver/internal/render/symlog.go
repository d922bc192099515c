package render

import (
	"math"
	"slices"
)

// symlogScale is logarithmic to both sides of zero and linear between ±linear,
// in such a way that curves have no kink where one part goes over into the
// other. With linear 0 the data decide, by settled.
type symlogScale struct{ linear float64 }

// slopeOfLog is the slope of the decimal logarithm at 1, in decades: how long
// the linear part is to each side of zero.
const slopeOfLog = 1 / math.Ln10

func (s symlogScale) forward(v float64) float64 {
	a := math.Abs(v)
	if a <= s.linear {
		return v / s.linear * slopeOfLog
	}
	return math.Copysign(slopeOfLog+math.Log10(a)-math.Log10(s.linear), v)
}

func (s symlogScale) inverse(u float64) float64 {
	a := math.Abs(u)
	if a <= slopeOfLog {
		return u / slopeOfLog * s.linear
	}
	return clampFinite(math.Copysign(math.Pow(10, a-slopeOfLog+math.Log10(s.linear)), u))
}

func (symlogScale) domain() span { return span{-math.MaxFloat64, math.MaxFloat64} }

func (s symlogScale) limits(all, _ span, m margins) span {
	all = nonsingular(all)
	u := widen(span{s.forward(all.lo), s.forward(all.hi)}, m)
	return span{s.inverse(u.lo), s.inverse(u.hi)}
}

// settled chooses the linear part of a scale that has none yet: to a
// thousandth of the largest value, so that three decades show to each side.
func (s symlogScale) settled(all span) symlogScale {
	if s.linear == 0 {
		s.linear = 1e-3
		if big := max(math.Abs(all.lo), math.Abs(all.hi)); !all.empty() && big > 0 {
			s.linear = decimal(1, int(math.Ceil(math.Log10(big)-1e-9))-3)
		}
	}
	// Ratios stay within float64.
	s.linear = min(max(s.linear, 1e-290), 1e290)
	return s
}

// ticks are zero and powers of ten to both sides, as many as fit; what shows
// only the linear part or only one side of zero gets the ticks of these.
func (s symlogScale) ticks(lim span, want int) tickSet {
	lo, hi := min(lim.lo, lim.hi), max(lim.lo, lim.hi)
	switch {
	case max(math.Abs(lo), math.Abs(hi)) <= s.linear*3:
		return linearScale{}.ticks(lim, want)
	case lo > s.linear:
		return logScale{}.ticks(lim, want)
	case hi < -s.linear:
		return negated(logScale{}.ticks(span{-hi, -lo}, want))
	}
	const eps = 1e-10
	first := int(math.Ceil(math.Log10(s.linear) - eps))
	last := int(math.Floor(math.Log10(max(math.Abs(lo), math.Abs(hi))) + eps))
	if last-first <= 1 {
		for _, labels := range [][]int64{{1, 2, 5}, {1, 5}} {
			if set := s.digits(lo, hi, first, last, labels); set.labelled() <= want+1 && set.labelled() > 3 {
				return set
			}
		}
	}
	var set tickSet
	for _, stride := range []int{1, 2, 3, 5, 10, 20, 50, 100, 200} {
		set = tickSet{}
		if lo <= 0 && hi >= 0 {
			set.ticks = append(set.ticks, tick{value: 0, label: "0"})
		}
		for e := first; e <= last; e++ {
			for _, sign := range []int64{-1, 1} {
				add := func(d int64, label string) {
					if v := decimal(sign*d, e); v >= lo && v <= hi && math.Abs(v) < math.MaxFloat64 {
						set.ticks = append(set.ticks, tick{value: v, label: label, minor: label == ""})
					}
				}
				if mod(e-last, stride) == 0 && (stride == 1 || e > first) {
					label := powerOfTen(e)
					if sign < 0 {
						label = minus + label
					}
					add(1, label)
				} else if last-first < 40 {
					add(1, "")
				}
				for d := int64(2); d <= 9 && stride == 1 && last-first <= 8; d++ {
					add(d, "")
				}
			}
		}
		if set.labelled() <= want+1 {
			break
		}
	}
	if set.labelled() < 2 {
		return linearScale{}.ticks(lim, want)
	}
	return set
}

// digits label an axis of a decade or two to each side between the powers,
// too, so that a side which ends before its first power can be read.
func (s symlogScale) digits(lo, hi float64, first, last int, labels []int64) tickSet {
	var set tickSet
	if lo <= 0 && hi >= 0 {
		set.ticks = append(set.ticks, tick{value: 0, label: "0"})
	}
	for e := first; e <= last; e++ {
		for d := int64(1); d <= 9; d++ {
			for _, sign := range []int64{-1, 1} {
				v := decimal(sign*d, e)
				if v < lo || v > hi || math.Abs(v) >= math.MaxFloat64 {
					continue
				}
				k := tick{value: v, minor: true}
				if slices.Contains(labels, d) {
					k.label, k.minor = plainOrPower(d, e), false
					if sign < 0 {
						k.label = minus + k.label
					}
				}
				set.ticks = append(set.ticks, k)
			}
		}
	}
	return set
}

func negated(set tickSet) tickSet {
	for i := range set.ticks {
		k := &set.ticks[i]
		k.value = -k.value
		if k.label != "" {
			k.label = minus + k.label
		}
	}
	return set
}
