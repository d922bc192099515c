package sessions

import "math"

// Stats is what the values of a column come to. A gap, which is NaN, is no
// value; an infinity is counted apart and stays out of the figures.
type Stats struct {
	Count    int // finite values
	Gaps     int // rows without a value, lost ones included
	Infinite int

	// Of the finite values, NaN when there is none. Std is the standard deviation
	// of a sample, NaN with fewer than two values.
	Min, Max, Mean, Std float64
}

// Stats goes through the column twice. Mean and standard deviation are computed
// as Welford (Technometrics 4, 1962) does, which stays exact where the values
// are large and close to each other.
func (c Column) Stats() Stats {
	s := Stats{Min: nan, Max: nan, Mean: nan, Std: nan}
	for piece := range c.Chunks() {
		for _, v := range piece {
			switch {
			case v != v:
				s.Gaps++
			case math.IsInf(v, 0):
				s.Infinite++
			default:
				if s.Count++; s.Count == 1 {
					s.Min, s.Max = v, v
				}
				s.Min, s.Max = min(s.Min, v), max(s.Max, v)
			}
		}
	}
	if s.Count == 0 {
		return s
	}
	// Squares of values beyond this would be infinite.
	scale := 1.0
	if max(s.Max, -s.Min) > 0x1p500 {
		scale = 0x1p-530
	}
	n, mean, squares := 0.0, 0.0, 0.0
	for piece := range c.Chunks() {
		for _, v := range piece {
			if math.IsNaN(v - v) { // a gap or an infinity
				continue
			}
			n++
			d := v*scale - mean
			mean += d / n
			squares += d * (v*scale - mean)
		}
	}
	s.Mean = mean / scale
	if s.Count > 1 {
		s.Std = math.Sqrt(squares/(n-1)) / scale
	}
	return s
}
