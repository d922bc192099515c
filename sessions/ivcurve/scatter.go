package ivcurve

import "math"

// scatter is what is known of the scatter of single points about the curve.
type scatter struct {
	variance float64
	freedom  int // degrees of freedom it was found with
}

// enough degrees of freedom to know a scatter by.
const enough = 8

// pair is a fit and that of the next order to the same points.
type pair struct {
	fit, next polynomial
	points    int
}

// appendFits appends the fits of data by polynomials of degrees lowest to highest,
// as far as the points are enough for each and for the next.
func appendFits(fits []pair, data []datum, lowest, highest int) []pair {
	next, ok := fitPolynomial(data, lowest)
	for degree := lowest; degree <= highest && ok; degree++ {
		fit := next
		next, ok = fitPolynomial(data, degree+1)
		if !ok || fit.freedom < 1 {
			break
		}
		fits = append(fits, pair{fit, next, len(data)})
	}
	return fits
}

// pool gives the scatter that no fit may fall below, from those of the fits that have
// enough degrees of freedom; shown is false, and the answer known, where none has.
//
// Among many fits there is always one to three or four points that lie in line by chance. Its
// residuals would make it the best of all and its uncertainty nothing.
//
// A fit of too low an order has residuals that are not scatter, so the least variance
// counts; by its upper bound, so that one found with few degrees of freedom does
// not win by luck. Where neighbours among the data, those of the widest fit, differ by much
// less, all of the orders are too low, as on a curve without noise, and the neighbours count.
func pool(fits []pair, data []datum, known scatter) (least scatter, shown bool) {
	least = known
	best := math.Inf(1)
	for k := range fits {
		for _, p := range []*polynomial{&fits[k].fit, &fits[k].next} {
			if p.freedom < enough {
				continue
			}
			if bound := p.variance * (1 + 2*math.Sqrt(2/float64(p.freedom))); bound < best {
				best = bound
				least, shown = scatter{p.variance, p.freedom}, true
			}
		}
	}
	if shown {
		least.variance = min(least.variance, clearly*betweenNeighbours(data))
	}
	return least, shown
}

// clearly is by how much neighbours, of which there may be few, must scatter less to be believed.
const clearly = 16

// neighbours are so many that no smooth curve with points near enough for a fit departs by
// much from the polynomial through all but one of them.
const neighbours = 7

// betweenNeighbours is the variance of single points that sixth differences of the
// data show, those by which every seven neighbours depart from a polynomial of the fifth order.
func betweenNeighbours(data []datum) float64 {
	sum, n := 0.0, 0.0
	for k := neighbours; k <= len(data); k++ {
		group := data[k-neighbours : k]
		difference, norm := 0.0, 0.0
		for a, d := range group {
			w := 1.0
			for b, e := range group {
				if a != b {
					w *= d.x - e.x
				}
			}
			difference += d.y / w
			norm += 1 / (w * w * d.weight)
		}
		// Two points at the same x have no differences.
		if square := difference * difference / norm; finite(square) {
			sum += square
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / n
}

// atLeast raises the variance of a fit to the scatter that is known otherwise.
func (p *polynomial) atLeast(s scatter) {
	if p.freedom > 0 && p.variance < s.variance {
		p.variance, p.freedom = s.variance, max(s.freedom, p.freedom)
	}
}
