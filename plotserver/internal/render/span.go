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

// mid is the middle, computed so that ±1e308 does not overflow.
func (s span) mid() float64 { return s.lo*0.5 + s.hi*0.5 }

// half is half the width; the width itself can be beyond float64.
func (s span) half() float64 { return s.hi*0.5 - s.lo*0.5 }

// extent finds the smallest and largest finite value of a column and, for
// logarithmic axes, the smallest one above zero (+Inf when there is none).
func extent(c values) (all span, positive span) {
	all, positive = emptySpan(), emptySpan()
	for chunk := range c.Chunks() {
		a, p := extentOf(chunk)
		all, positive = all.union(a), positive.union(p)
	}
	return all, positive
}

func extentOf(vs []float64) (all span, positive span) {
	lo, hi, pos := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, v := range vs {
		// One comparison refuses NaN and both infinities at once.
		if !(v-v == 0) {
			continue
		}
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
		if v < pos && v > 0 {
			pos = v
		}
	}
	return span{lo, hi}, span{pos, hi}
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
