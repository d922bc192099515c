package render

import (
	"math"
	"strconv"
	"strings"
)

// tick is a mark on an axis. Ticks without a label are minor ones.
type tick struct {
	value float64
	label string // typeset text; "" for minor ticks
	minor bool
}

// tickSet is the ticks of an axis, and what applies to all their labels: a
// power of ten, or a number to be added, written at the end of the axis.
type tickSet struct {
	ticks  []tick
	common string
}

func (t tickSet) labelled() int {
	n := 0
	for _, k := range t.ticks {
		if k.label != "" {
			n++
		}
	}
	return n
}

// The locator follows the idea of matplotlib's MaxNLocator: the largest
// number of steps that is at most want, with steps of 1, 2, 2.5, 5 or 10
// times a power of ten.
//
// A step is kept as mantissa × 10^exponent with an integer mantissa, and ticks
// as integer multiples of it, so that labels are exact decimals and never
// 0.30000000000000004.
type step struct {
	mantissa int64 // 1, 2, 25 or 5
	exponent int
}

func (s step) value() float64 { return decimal(s.mantissa, s.exponent) }

// decimal is n × 10^e, correctly rounded.
func decimal(n int64, e int) float64 {
	v, err := strconv.ParseFloat(strconv.FormatInt(n, 10)+"e"+strconv.Itoa(e), 64)
	if err != nil {
		// Beyond float64: the nearest that is in it.
		return clampFinite(v)
	}
	return v
}

// stepsFor lists the steps to try for an interval, largest last, beginning
// with the smallest that gives at most want intervals.
func stepsFor(half float64, want int) []step {
	raw := half / float64(want) * 2
	if math.IsInf(raw, 0) {
		raw = math.MaxFloat64
	}
	e := int(math.Floor(math.Log10(raw))) - 1
	var out []step
	for ; len(out) < 6; e++ {
		for _, m := range []step{{1, e}, {2, e}, {25, e - 1}, {5, e}} {
			if v := m.value(); v >= raw*(1-1e-10) && v > 0 {
				out = append(out, m)
			}
		}
	}
	return out
}

func (linearScale) ticks(lim span, want int) tickSet {
	lo, hi := min(lim.lo, lim.hi), max(lim.lo, lim.hi)
	want = max(want, 1)
	half := hi*0.5 - lo*0.5
	if !(half > 0) {
		return tickSet{}
	}
	// The smallest step that leaves two labels. From the fitting step down,
	// since a short axis needs a mark and its neighbour to be read at all.
	steps := stepsFor(half, want)
	s := steps[0]
	ks := multiples(s, lo, hi)
	for finer := want + 1; len(ks) < 2 && finer <= 4*want+8; finer++ {
		s = stepsFor(half, finer)[0]
		ks = multiples(s, lo, hi)
	}
	return labelLinear(s, ks)
}

// multiples are the integers k with lo ≤ k×step ≤ hi, give or take the
// rounding of limits that were computed.
func multiples(s step, lo, hi float64) []int64 {
	v := s.value()
	tol := 1e-10 * (hi*0.5 - lo*0.5) * 2
	if math.IsInf(tol, 0) {
		tol = 0
	}
	first, last := math.Ceil((lo-tol)/v), math.Floor((hi+tol)/v)
	const most = 1000
	if math.Abs(first) > 1<<53 || math.Abs(last) > 1<<53 || last-first > most {
		return nil
	}
	var ks []int64
	for k := int64(first); k <= int64(last); k++ {
		ks = append(ks, k)
	}
	return ks
}

// labelLinear writes the labels. Numbers that are all long are written with
// what they have in common at the end of the axis: an offset where the ticks
// agree in their first four digits or more, a power of ten beyond 10⁵ and
// below 10⁻⁴ (matplotlib's limits), in steps of a thousand like units' prefixes.
func labelLinear(s step, ks []int64) tickSet {
	if len(ks) == 0 {
		return tickSet{}
	}
	n := make([]int64, len(ks)) // in units of 10^exponent
	for i, k := range ks {
		n[i] = k * s.mantissa
	}
	e := s.exponent
	offset, saved := commonOffset(n)
	if saved < 4 {
		offset = 0
	}
	var largest int64
	for _, v := range n {
		largest = max(largest, abs(v-offset))
	}
	order := e + digits(largest) - 1 // of the largest number to be written
	power := 0
	if order >= 6 || order < -4 {
		power = int(math.Floor(float64(order)/3)) * 3
	}
	set := tickSet{ticks: make([]tick, len(n))}
	for i, v := range n {
		set.ticks[i] = tick{value: decimal(v, e), label: fixed(v-offset, e-power)}
	}
	var common []string
	if power != 0 {
		common = append(common, "×"+powerOfTen(power))
	}
	if offset != 0 {
		sign := "+"
		if offset < 0 {
			sign = minus
		}
		common = append(common, sign+" "+scientific(abs(offset), e))
	}
	set.common = strings.Join(common, " ")
	return set
}

// commonOffset is a round number all ticks are near to, and how many leading
// digits are saved by subtracting it.
func commonOffset(n []int64) (offset int64, saved int) {
	first, last := n[0], n[len(n)-1]
	if len(n) < 2 || (first <= 0 && last >= 0) {
		return 0, 0
	}
	sign := int64(1)
	if last < 0 {
		sign, first, last = -1, -last, -first
	}
	// The smallest power of ten by which the ticks agree when they are counted
	// in it.
	unit := int64(1)
	for first/unit != last/unit && unit <= math.MaxInt64/10 {
		unit *= 10
	}
	offset = first / unit * unit
	saved = digits(last) - digits(last-offset)
	// Ticks to both sides of a round number agree in nothing, yet they are
	// near to it: count from the roundest number among them.
	round := int64(1)
	for round <= math.MaxInt64/10 && (first-1)/(round*10) != last/(round*10) {
		round *= 10
	}
	near := last / round * round
	if n := digits(near) - digits(max(last-near, near-first)); n >= 4 && n > saved {
		offset, saved = near, n
	}
	return sign * offset, saved
}

const minus = "−" // U+2212

// fixed writes n × 10^e as a plain decimal with a real minus sign.
func fixed(n int64, e int) string {
	sign := ""
	if n < 0 {
		sign = minus
	}
	d := strconv.FormatInt(abs(n), 10)
	switch {
	case n == 0 && e >= 0:
		return "0"
	case e >= 0:
		return sign + d + strings.Repeat("0", e)
	}
	if len(d) <= -e {
		d = strings.Repeat("0", -e-len(d)+1) + d
	}
	return sign + d[:len(d)+e] + "." + d[len(d)+e:]
}

// scientific writes n × 10^e as shortly as it can without losing a digit.
func scientific(n int64, e int) string {
	d := strings.TrimRight(strconv.FormatInt(n, 10), "0")
	if d == "" {
		return "0"
	}
	order := e + digits(n) - 1
	if order >= -4 && order < 7 || len(d) > 5 && order < 12 && order >= 0 {
		for ; n%10 == 0; n /= 10 {
			e++
		}
		return fixed(n, e)
	}
	m := d[:1]
	if len(d) > 1 {
		m += "." + d[1:]
	}
	if m == "1" {
		return powerOfTen(order)
	}
	return m + "×" + powerOfTen(order)
}

// powerOfTen is 10ⁿ for the typesetter.
func powerOfTen(n int) string { return "$10^{" + strconv.Itoa(n) + "}$" }

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func digits(n int64) int {
	c := 1
	for n = abs(n); n >= 10; n /= 10 {
		c++
	}
	return c
}
