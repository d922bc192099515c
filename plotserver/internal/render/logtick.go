package render

import (
	"math"
	"slices"
	"strconv"
)

// ticks of a logarithmic axis: powers of ten, labelled 10ⁿ, with minor ticks
// at 2 … 9 between them; when many decades do not fit, every second, third …
// power. An axis of about one decade or less gets labels between the powers,
// and one of a small part of a decade the ticks of a linear axis.
func (s logScale) ticks(lim span, want int) tickSet {
	lo, hi := min(lim.lo, lim.hi), max(lim.lo, lim.hi)
	if !(lo > 0) || !(hi > lo) {
		return tickSet{}
	}
	want = max(want, 2)
	const eps = 1e-10
	ulo, uhi := math.Log10(lo), math.Log10(hi)
	first, last := int(math.Ceil(ulo-eps)), int(math.Floor(uhi+eps))
	powers := last - first + 1
	switch {
	case powers >= 3 || powers == 2 && uhi-ulo > 1.5:
		return decadeTicks(first, last, ulo, uhi, want)
	case uhi-ulo > 0.35:
		set := digitTicks(ulo, uhi, want)
		if set.labelled() < 4 {
			if finer := tenthTicks(ulo, uhi); finer.labelled() > set.labelled() && finer.labelled() <= want {
				return finer
			}
		}
		return withTenths(set, ulo, uhi)
	}
	set := linearScale{}.ticks(span{lo, hi}, want)
	return set
}

func decadeTicks(first, last int, ulo, uhi float64, want int) tickSet {
	stride := 1
	for _, wider := range []int{1, 2, 3, 5, 10, 20, 50, 100, 200, 500} {
		if first+mod(-first, wider)+wider > last {
			break // an axis needs two labels to be read
		}
		if stride = wider; (last-first)/stride+1 <= want+1 {
			break
		}
	}
	var set tickSet
	for e := first - 1; e <= last; e++ {
		if e >= first && (mod(e, stride) == 0 || last-first <= 60) {
			k := tick{value: decimal(1, e), minor: true}
			if mod(e, stride) == 0 {
				k.label, k.minor = powerOfTen(e), false
			}
			set.ticks = append(set.ticks, k)
		}
		if stride > 1 || last-first > 12 {
			continue // the ticks 2 … 9 would be a grey band
		}
		for d := int64(2); d <= 9; d++ {
			v := decimal(d, e)
			if u := math.Log10(v); u >= ulo && u <= uhi && v < math.MaxFloat64 {
				set.ticks = append(set.ticks, tick{value: v, minor: true})
			}
		}
	}
	return set
}

// digitTicks label an axis of half a decade to one and a half: at 1, 2, 5 or
// at every digit, as far as the labels fit.
func digitTicks(ulo, uhi float64, want int) tickSet {
	const eps = 1e-10
	labels := [][]int64{{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 5}, {1, 3}, {1}}
	var set tickSet
	for _, wanted := range labels {
		set = tickSet{}
		for e := int(math.Floor(ulo)); e <= int(math.Ceil(uhi)); e++ {
			for d := int64(1); d <= 9; d++ {
				v := decimal(d, e)
				if u := math.Log10(v); u < ulo-eps || u > uhi+eps || v >= math.MaxFloat64 {
					continue
				}
				k := tick{value: v, minor: true}
				for _, w := range wanted {
					if w == d {
						k.label, k.minor = plainOrPower(d, e), false
					}
				}
				set.ticks = append(set.ticks, k)
			}
		}
		if n := set.labelled(); n <= want || n <= 2 {
			break
		}
	}
	return set
}

// tenthTicks label an axis of about half a decade at 1, 1.2, 1.5, 2 and so on,
// and mark the tenths, the higher the fewer.
func tenthTicks(ulo, uhi float64) tickSet {
	const eps = 1e-10
	labels := []int64{10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90}
	var set tickSet
	for e := int(math.Floor(ulo)); e <= int(math.Ceil(uhi)); e++ {
		for d := int64(10); d < 100; d++ {
			v := decimal(d, e-1)
			if u := math.Log10(v); u < ulo-eps || u > uhi+eps || v >= math.MaxFloat64 {
				continue
			}
			if d > 50 && d%10 != 0 || d > 30 && d%2 != 0 {
				continue // too close
			}
			k := tick{value: v, minor: true}
			switch {
			case !slices.Contains(labels, d):
			case d%10 == 0:
				k.label, k.minor = plainOrPower(d/10, e), false
			case e >= -3 && e <= 4:
				k.label, k.minor = fixed(d, e-1), false
			default:
				k.label, k.minor = fixed(d, -1)+"×"+powerOfTen(e), false
			}
			set.ticks = append(set.ticks, k)
		}
	}
	return set
}

// withTenths adds minor ticks where there are few ticks.
func withTenths(set tickSet, ulo, uhi float64) tickSet {
	if len(set.ticks) > 3 {
		return set
	}
	all := tenthTicks(ulo, uhi)
	for i := range all.ticks {
		k := &all.ticks[i]
		k.label, k.minor = "", true
		for _, had := range set.ticks {
			if had.value == k.value {
				*k = had
			}
		}
	}
	return all
}

// plainOrPower writes d × 10^e as 0.02, 5 or 300 where that is short.
func plainOrPower(d int64, e int) string {
	if e >= -3 && e <= 4 {
		return fixed(d, e)
	}
	if d == 1 {
		return powerOfTen(e)
	}
	return strconv.FormatInt(d, 10) + "×" + powerOfTen(e)
}

func mod(a, b int) int { return ((a % b) + b) % b }
