package expr

import "math"

// rewrite computes rows of a function that makes a column of columns.
type rewrite struct {
	// need gives which rows [lo, hi) of the arguments the rows [from, to) of
	// the result follow from, in a series of rows rows.
	need func(from, to, rows, n int) (lo, hi int)
	// compute fills out with the result's rows from w.from on.
	compute func(out []float64, w window)
}

// window is what a rewrite works on.
type window struct {
	from int       // the row of out[0]
	lo   int       // the row of y[0] and x[0]
	y, x []float64 // the arguments, x only where there are two columns
	rows int       // of the series
	n    int       // the number of rows that the call names, if it does
}

var diff = rewrite{
	need: func(from, to, rows, n int) (int, int) { return max(from-1, 0), to },
	compute: func(out []float64, w window) {
		before := math.NaN()
		if w.from > w.lo {
			before = w.y[0]
		}
		for i, v := range w.y[w.from-w.lo:] {
			out[i] = v - before
			before = v
		}
	},
}

// deriv uses the formula for unequal steps of second order, as in Quarteroni,
// Sacco, Saleri, Numerical Mathematics, section 10.10: the slopes on both sides,
// each weighted with the other side's step.
var deriv = rewrite{
	need: func(from, to, rows, n int) (int, int) { return max(from-1, 0), min(to+1, rows) },
	compute: func(out []float64, w window) {
		// The step from the row before is the step behind that row. Beyond the
		// ends there are gaps.
		step := func(at int) (dy, dx float64) {
			if at < 0 || at+1 >= len(w.y) {
				return math.NaN(), math.NaN()
			}
			return w.y[at+1] - w.y[at], w.x[at+1] - w.x[at]
		}
		dyl, dxl := step(w.from - w.lo - 1)
		for i := range out {
			dyr, dxr := step(w.from + i - w.lo)
			left, right := dyl == dyl && dxl == dxl, dyr == dyr && dxr == dxr
			switch {
			case left && right && (dxl > 0 && dxr > 0 || dxl < 0 && dxr < 0):
				k := dxl / (dxl + dxr)
				out[i] = float64(k*(dyr/dxr)) + float64((1-k)*(dyl/dxl))
			case left && !right && dxl != 0:
				out[i] = dyl / dxl
			case right && !left && dxr != 0:
				out[i] = dyr / dxr
			default:
				out[i] = math.NaN()
			}
			dyl, dxl = dyr, dxr
		}
	},
}

var cumsum = rewrite{
	need: func(from, to, rows, n int) (int, int) { return 0, to },
	compute: func(out []float64, w window) {
		sum := 0.0
		for i, v := range w.y {
			if v == v {
				sum += v
			}
			if i >= w.from {
				out[i-w.from] = sum
				if v != v {
					out[i-w.from] = v
				}
			}
		}
	},
}

// cumtrapz goes on from the last row that is no gap, as if the gaps were not
// there: the trapezoid spans them.
var cumtrapz = rewrite{
	need: func(from, to, rows, n int) (int, int) { return 0, to },
	compute: func(out []float64, w window) {
		sum, last := 0.0, -1
		for i := range w.y {
			here := math.NaN()
			if w.y[i] == w.y[i] && w.x[i] == w.x[i] {
				if last >= 0 {
					sum += float64((w.x[i] - w.x[last]) * (w.y[i]/2 + w.y[last]/2))
				}
				here, last = sum, i
			}
			if i >= w.from {
				out[i-w.from] = here
			}
		}
	},
}

// movavg makes every window's sum of two running sums that meet at a multiple
// of n: one backwards from there, one forwards. Nothing is subtracted, so one
// large or infinite value leaves no trace in the windows it is not in, and the
// time does not depend on n. The parts are the same whichever rows are asked
// for, so the result is too.
var movavg = rewrite{
	need: func(from, to, rows, n int) (int, int) {
		n = usefulRows(n, rows)
		before := n / 2
		return max(from/n*n-before, 0), max(min(to-1-before+n, rows), 0)
	},
	compute: func(out []float64, w window) {
		n := usefulRows(w.n, w.rows)
		before := n / 2
		// at gives the value that the window of row i begins with, a gap
		// outside of the series.
		at := func(i int) float64 {
			if i -= before + w.lo; i >= 0 && i < len(w.y) {
				return w.y[i]
			}
			return math.NaN()
		}
		sums, counts := make([]float64, n), make([]int, n)
		for start := w.from / n * n; start < w.from+len(out); start += n {
			sum, count := 0.0, 0
			for k := n - 1; k >= 0; k-- {
				if v := at(start + k); v == v {
					sum += v
					count++
				}
				sums[k], counts[k] = sum, count
			}
			sum, count = 0, 0
			for k := 0; k < n && start+k < w.from+len(out); k++ {
				if i := start + k - w.from; i >= 0 {
					out[i] = math.NaN()
					if v := at(start + k + before); v == v {
						out[i] = (sums[k] + sum) / float64(counts[k]+count)
					}
				}
				if v := at(start + k + n); v == v {
					sum += v
					count++
				}
			}
		}
	},
}

// usefulRows bounds a window's length by the first that covers the whole series
// from each of its rows.
func usefulRows(n, rows int) int { return min(n, 2*rows+1) }

var shift = rewrite{
	need: func(from, to, rows, n int) (int, int) {
		lo := min(max(from-n, 0), rows)
		return lo, max(min(to-n, rows), lo)
	},
	compute: func(out []float64, w window) {
		for i := range out {
			at := w.from + i - w.n - w.lo
			if at < 0 || at >= len(w.y) {
				out[i] = math.NaN()
				continue
			}
			out[i] = w.y[at]
		}
	},
}

var norm = rewrite{
	need: func(from, to, rows, n int) (int, int) { return 0, rows },
	compute: func(out []float64, w window) {
		most := 0.0
		for _, v := range w.y {
			if v = math.Abs(v); v > most {
				most = v
			}
		}
		for i := range out {
			out[i] = w.y[w.from+i] / most
		}
	},
}
