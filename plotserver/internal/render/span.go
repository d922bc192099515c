package render

import (
	"iter"
	"math"
)

// span is a closed interval of data values. The zero value is not empty;
// emptySpan is.
type span struct{ lo, hi float64 }

func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s span) empty() bool { return !(s.lo <= s.hi) }

func (s span) union(t span) span {
	return span{min(s.lo, t.lo), max(s.hi, t.hi)}
}

// half is half the width, since that of ±1e308 is beyond float64.
func (s span) half() float64 { return s.hi*0.5 - s.lo*0.5 }

// extentOf widens a span to the finite values of a slice.
func (s span) extentOf(vs []float64) span {
	lo, hi := s.lo, s.hi
	for _, v := range vs {
		// NaN compares false with everything; infinities are looked for only
		// where a bound moves, which is rare.
		if v < lo && v >= -math.MaxFloat64 {
			lo = v
		}
		if v > hi && v <= math.MaxFloat64 {
			hi = v
		}
	}
	return span{lo, hi}
}

// positiveOf is the same for the values that have a place on a logarithmic
// axis.
func (s span) positiveOf(vs []float64) span {
	lo, hi := s.lo, s.hi
	for _, v := range vs {
		if v < lo && v >= smallestPositive {
			lo = v
		}
		if v > hi && v >= smallestPositive && v <= math.MaxFloat64 {
			hi = v
		}
	}
	return span{lo, hi}
}

// column is values whose extents are looked for once, since an x column
// serves many curves.
type column struct {
	values
	all, positive           span
	knownAll, knownPositive bool
}

func newColumn(v values) *column { return &column{values: v} }

// extent is the smallest and the largest finite value.
func (c *column) extent() span {
	if !c.knownAll {
		c.all, c.knownAll = emptySpan(), true
		for chunk := range c.Chunks() {
			c.all = c.all.extentOf(chunk)
		}
	}
	return c.all
}

// positives is the smallest and the largest finite value above zero.
func (c *column) positives() span {
	if !c.knownPositive {
		c.knownPositive = true
		if all := c.extent(); all.lo >= smallestPositive || all.empty() {
			c.positive = all
			return all
		}
		c.positive = emptySpan()
		for chunk := range c.Chunks() {
			c.positive = c.positive.positiveOf(chunk)
		}
	}
	return c.positive
}

// values is a column of numbers, however it came about. The slices that
// Chunks yields must not be kept beyond the step that yielded them.
type values interface {
	Len() int
	At(i int) float64
	Chunks() iter.Seq[[]float64]
}

// indices is the column 0, 1, 2 … n-1, made up while it is read.
type indices int

func (n indices) Len() int         { return int(n) }
func (n indices) At(i int) float64 { return float64(i) }

func (n indices) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		var block [1024]float64
		for from := 0; from < int(n); {
			b := block[:min(len(block), int(n)-from)]
			for i := range b {
				b[i] = float64(from + i)
			}
			if !yield(b) {
				return
			}
			from += len(b)
		}
	}
}
