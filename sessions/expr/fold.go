package expr

import (
	"math"
	"slices"
)

// stream runs through a column block by block.
type stream struct {
	rows int // of the column
	// each gives the blocks, to be read only and just until visit returns.
	each func(visit func(block []float64))
}

func foldMin(s stream) float64 {
	least := math.NaN()
	s.each(func(block []float64) {
		for _, v := range block {
			if v < least || least != least {
				least = v
			}
		}
	})
	return least
}

func foldMax(s stream) float64 {
	most := math.NaN()
	s.each(func(block []float64) {
		for _, v := range block {
			if v > most || most != most {
				most = v
			}
		}
	})
	return most
}

func foldFirst(s stream) float64 {
	first := math.NaN()
	s.each(func(block []float64) {
		for i := 0; i < len(block) && first != first; i++ {
			first = block[i]
		}
	})
	return first
}

func foldLast(s stream) float64 {
	last := math.NaN()
	s.each(func(block []float64) {
		for i := len(block) - 1; i >= 0; i-- {
			if block[i] == block[i] {
				last = block[i]
				return
			}
		}
	})
	return last
}

// compensated is a sum that keeps what rounding drops (TwoSum in Knuth, The Art
// of Computer Programming, volume 2, section 4.2.2): the mean of a million time
// stamps stays right to the last digits.
type compensated struct {
	sum, dropped float64
	n            int
}

func (c *compensated) add(v float64) {
	t := c.sum + v
	z := t - c.sum
	c.dropped += (c.sum - (t - z)) + (v - z)
	c.sum = t
	c.n++
}

// value gives the sum, NaN when there was nothing to add.
func (c *compensated) value() float64 {
	if c.n == 0 {
		return math.NaN()
	}
	// Infinite values make what was dropped NaN, but not the sum.
	if v := c.sum + c.dropped; v == v {
		return v
	}
	return c.sum
}

func foldSum(s stream) float64 {
	sum, _ := total(s)
	return sum
}

func foldMean(s stream) float64 {
	sum, n := total(s)
	return sum / float64(n)
}

func total(s stream) (sum float64, n int) {
	var all compensated
	s.each(func(block []float64) {
		c := all // a copy, which stays in registers
		for _, v := range block {
			if v == v {
				c.add(v)
			}
		}
		all = c
	})
	return all.value(), all.n
}

func foldStd(s stream) float64 {
	mean := foldMean(s)
	var squares compensated
	s.each(func(block []float64) {
		c := squares
		for _, v := range block {
			if v == v {
				c.add(float64((v - mean) * (v - mean)))
			}
		}
		squares = c
	})
	if squares.n < 2 {
		return math.NaN()
	}
	return math.Sqrt(squares.value() / float64(squares.n-1))
}

func foldMedian(s stream) float64 {
	values := make([]float64, 0, s.rows)
	s.each(func(block []float64) {
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
