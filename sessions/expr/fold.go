package expr

import (
	"math"
	"slices"
)

// stream runs through a column block by block. The blocks are to be read only
// and hold until visit returns.
type stream func(visit func(block []float64))

// present runs through the values that are no gaps.
func (s stream) present(visit func(v float64)) {
	s(func(block []float64) {
		for _, v := range block {
			if v == v {
				visit(v)
			}
		}
	})
}

func foldMin(s stream) float64 {
	least := math.NaN()
	s.present(func(v float64) {
		if !(v >= least) {
			least = v
		}
	})
	return least
}

func foldMax(s stream) float64 {
	most := math.NaN()
	s.present(func(v float64) {
		if !(v <= most) {
			most = v
		}
	})
	return most
}

func foldFirst(s stream) float64 {
	first := math.NaN()
	s(func(block []float64) {
		for i := 0; i < len(block) && first != first; i++ {
			first = block[i]
		}
	})
	return first
}

func foldLast(s stream) float64 {
	last := math.NaN()
	s.present(func(v float64) { last = v })
	return last
}

// compensated is a sum that keeps what rounding drops, after Neumaier,
// Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM
// 54 (1974): the mean of a million time stamps stays right to the last digits.
type compensated struct{ sum, dropped float64 }

func (c *compensated) add(v float64) {
	t := c.sum + v
	if math.Abs(c.sum) >= math.Abs(v) {
		c.dropped += (c.sum - t) + v
	} else {
		c.dropped += (v - t) + c.sum
	}
	c.sum = t
}

func (c *compensated) value() float64 {
	// Infinite values make the compensation NaN, but not the sum.
	if v := c.sum + c.dropped; v == v {
		return v
	}
	return c.sum
}

func total(s stream, of func(v float64) float64) (sum float64, n int) {
	var c compensated
	s.present(func(v float64) {
		c.add(of(v))
		n++
	})
	if n == 0 {
		return math.NaN(), 0
	}
	return c.value(), n
}

func itself(v float64) float64 { return v }

func foldSum(s stream) float64 {
	sum, _ := total(s, itself)
	return sum
}

func foldMean(s stream) float64 {
	sum, n := total(s, itself)
	return sum / float64(n)
}

func foldStd(s stream) float64 {
	mean := foldMean(s)
	squares, n := total(s, func(v float64) float64 { return float64((v - mean) * (v - mean)) })
	if n < 2 {
		return math.NaN()
	}
	return math.Sqrt(squares / float64(n-1))
}

func foldMedian(s stream) float64 {
	var values []float64
	s(func(block []float64) {
		for _, v := range block {
			if v == v {
				values = append(values, v)
			}
		}
	})
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	if n%2 == 1 {
		return values[n/2]
	}
	// Halved first, so that large values don't overflow.
	return values[n/2-1]/2 + values[n/2]/2
}
