package render

import "iter"

// floats is a column of numbers in memory.
type floats []float64

func (f floats) Len() int         { return len(f) }
func (f floats) At(i int) float64 { return f[i] }

func (f floats) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		if len(f) > 0 {
			yield(f)
		}
	}
}
