package main

import "math"

// straight is a weighted straight line a + b·x with its standard uncertainties.
type straight struct {
	a, b, ua, ub float64
	chi2         float64 // for each degree of freedom; NaN with two points
}

// fitLine fits by least squares; it needs two points, of distinct x. With chi2 above 1 the
// uncertainties are widened by its root.
func fitLine(x, y, u []float64) (l straight, ok bool) {
	var s, sx, sy, sxx, sxy float64
	for k := range x {
		w := 1 / (u[k] * u[k])
		if !(w > 0) || math.IsInf(w, 0) {
			return l, false
		}
		s += w
		sx += w * x[k]
		sy += w * y[k]
	}
	if len(x) < 2 {
		return l, false
	}
	mx, my := sx/s, sy/s // about the middle, so that nothing cancels
	for k := range x {
		w := 1 / (u[k] * u[k])
		sxx += w * (x[k] - mx) * (x[k] - mx)
		sxy += w * (x[k] - mx) * (y[k] - my)
	}
	if !(sxx > 0) {
		return l, false
	}
	l.b = sxy / sxx
	l.a = my - l.b*mx
	l.ub = 1 / math.Sqrt(sxx)
	l.ua = math.Sqrt(1/s + mx*mx/sxx)
	l.chi2 = math.NaN()
	if n := len(x) - 2; n > 0 {
		l.chi2 = 0
		for k := range x {
			d := (y[k] - l.a - l.b*x[k]) / u[k]
			l.chi2 += d * d / float64(n)
		}
		if l.chi2 > 1 {
			l.ua *= math.Sqrt(l.chi2)
			l.ub *= math.Sqrt(l.chi2)
		}
	}
	return l, true
}
