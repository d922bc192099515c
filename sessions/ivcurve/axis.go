package ivcurve

import "math"

// crossing is where the curve meets an axis.
type crossing struct {
	value, u      float64 // and its standard uncertainty
	slope, uSlope float64 // of the curve there
	doubt         float64 // by which fits are compared
	points        int
	shown         bool // the points next to the axis show their scatter
	ok            bool
}

// windows are the distances from the axis, in units of Isc or Voc, within which
// points are fitted.
var windows = [...]float64{0.02, 0.04, 0.06, 0.1, 0.16, 0.25, 0.4}

// meet finds y at x = 0 from the points in a window next to the axis.
//
// A narrow window knows little of the noise's mean, a wide one is bent by the
// curve. So every window is fitted by a straight line, a parabola and a cubic, each is
// asked how far the next order would move it, and the answers are averaged by
// their doubts. near is the x that the curve comes nearest to the axis with, if it
// does not cross it; known is the scatter to go by where no fit shows it well.
func meet(near float64, known scatter, within func(from, to float64) []datum) crossing {
	var fits []pair
	var widest []datum
	near = max(near, 0)
	before := 0
	for _, w := range windows {
		data := within(-w, near+w)
		if len(data) < 3 || len(data) == before {
			continue
		}
		before, widest = len(data), data
		fits = appendFits(fits, data, 1, 3)
	}
	least, shown := pool(fits, widest, known)
	found := make([]crossing, 0, len(fits))
	for k := range fits {
		fit, next := &fits[k].fit, &fits[k].next
		fit.atLeast(least)
		next.atLeast(least)
		at, atNext := fit.basis(0), next.basis(0)
		steep, _ := fit.slopes(0)
		steepNext, _ := next.slopes(0)
		value, slope := fit.apply(at), fit.apply(steep)
		bend := next.apply(atNext) - value
		bendSlope := next.apply(steepNext) - slope
		variance := fit.covariance(at, at)
		found = append(found, crossing{
			value: value, u: math.Sqrt(variance*fewness(fit.freedom) + bend*bend),
			slope: slope, uSlope: math.Sqrt(fit.covariance(steep, steep) + bendSlope*bendSlope),
			doubt:  doubt(variance, next.covariance(atNext, atNext), bend, fit.freedom),
			points: fits[k].points, ok: true,
		})
	}
	mean := average(found)
	mean.shown = shown
	return mean
}

// doubt is the variance of a fit's value and the square of the shift that the next
// order would bring. A shift smaller than its own noise is luck, and no reason to prefer
// a fit; neither is a small scatter of three or four points.
func doubt(variance, next, shift float64, freedom int) float64 {
	if !finite(next) { // as many points as terms
		next = variance
	}
	return variance*(1+3/float64(freedom)) + max(shift*shift, next-variance)
}

// fewness raises the variance of fits to few points: among several such fits those
// whose points happen to lie well in line are preferred, and their scatter is less than the noise.
func fewness(freedom int) float64 { return 1 + 1.5/float64(freedom) }

// average weighs fits by their doubts. Taking the best alone would be taken in
// by the one whose shift is small by chance; their spread is part of the uncertainty.
func average(found []crossing) crossing {
	var mean crossing
	least := math.Inf(1)
	for _, x := range found {
		if x.doubt < least {
			least = x.doubt
			mean.points, mean.ok = x.points, true
		}
	}
	if !mean.ok {
		return mean
	}
	weights := make([]float64, len(found))
	sum := 0.0
	for k, x := range found {
		weights[k] = confidence(least, x.doubt)
		sum += weights[k]
	}
	for k, x := range found {
		weights[k] /= sum
		mean.value += weights[k] * x.value
		mean.slope += weights[k] * x.slope
	}
	for k, x := range found {
		a, b := x.value-mean.value, x.slope-mean.slope
		mean.u += weights[k] * (x.u*x.u + a*a)
		mean.uSlope += weights[k] * (x.uSlope*x.uSlope + b*b)
	}
	mean.u, mean.uSlope = math.Sqrt(mean.u), math.Sqrt(mean.uSlope)
	return mean
}

// confidence is the weight of a fit beside the best.
func confidence(least, doubt float64) float64 {
	if !(doubt > least) {
		if doubt == least {
			return 1
		}
		return 0 // NaN
	}
	return (least / doubt) * (least / doubt)
}

// shortCircuit fits the current over the voltage.
func (c *curve) shortCircuit(known scatter) crossing {
	return meet(c.first, known, func(from, to float64) []datum {
		from, to = from/(1-from), to/(1+to) // as places along the curve, where i is about 1
		var data []datum
		for _, p := range c.points {
			if p.t >= from && p.t <= to {
				data = append(data, datum{p.v, p.i, p.count})
			}
		}
		return data
	})
}

// openCircuit fits the voltage over the current, because there the current
// changes much and the voltage little.
func (c *curve) openCircuit(known scatter) crossing {
	return meet(c.last, known, func(from, to float64) []datum {
		from, to = 1-from/(1-from), 1/(1+to)
		var data []datum
		for _, p := range c.points {
			if p.t <= from && p.t >= to {
				data = append(data, datum{p.i, p.v, p.count})
			}
		}
		return data
	})
}
