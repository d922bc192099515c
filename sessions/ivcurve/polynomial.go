package ivcurve

import (
	"math"
	"slices"
)

const (
	mostTerms = 6 // a polynomial of the fifth order
	wild      = 6 // residuals beyond so many standard deviations are left out
)

// polynomial is a weighted least-squares fit in Chebyshev polynomials over the
// points' own interval, with what its uncertainty needs.
type polynomial struct {
	terms        int
	centre, half float64
	coefficient  [mostTerms]float64
	inverse      [mostTerms][mostTerms]float64 // of the normal equations
	variance     float64                       // of one measured point, from the residuals
	freedom      int                           // points minus terms
	points       int
}

// sample is one point to fit.
type datum struct{ x, y, weight float64 }

// fitPolynomial fits a polynomial of a degree up to 5. It says false where the
// points do not determine it.
func fitPolynomial(data []datum, degree int) (polynomial, bool) {
	p, residuals, ok := solvePolynomial(data, degree, nil)
	if !ok || p.freedom < 4 {
		return p, ok
	}
	// One wild point, a contact that bounced, must not tilt the line.
	spread := make([]float64, len(residuals))
	for k, r := range residuals {
		spread[k] = math.Abs(r) * math.Sqrt(data[k].weight)
	}
	slices.Sort(spread)
	bound := wild * 1.4826 * spread[len(spread)/2]
	if bound == 0 || spread[len(spread)-1] <= bound || spread[len(spread)*9/10] > bound {
		return p, true
	}
	for k, r := range residuals {
		residuals[k] = bound - math.Abs(r)*math.Sqrt(data[k].weight)
	}
	if q, _, ok := solvePolynomial(data, degree, residuals); ok {
		return q, true
	}
	return p, true
}

// solvePolynomial fits the points whose keep is not negative (nil keeps all) and gives
// every point's residual.
func solvePolynomial(data []datum, degree int, keep []float64) (p polynomial, residuals []float64, ok bool) {
	low, high := math.Inf(1), math.Inf(-1)
	for k, d := range data {
		if keep == nil || keep[k] >= 0 {
			low, high = min(low, d.x), max(high, d.x)
			p.points++
		}
	}
	p.terms = degree + 1
	p.freedom = p.points - p.terms
	if p.freedom < 0 || !(high > low) {
		return p, nil, false
	}
	p.centre, p.half = (low+high)/2, (high-low)/2
	var normal [mostTerms][mostTerms]float64
	var right [mostTerms]float64
	for k, d := range data {
		if keep != nil && keep[k] < 0 {
			continue
		}
		b := p.basis(d.x)
		for r := range p.terms {
			wb := d.weight * b[r]
			right[r] += wb * d.y
			for s := range r + 1 {
				normal[r][s] += wb * b[s]
			}
		}
	}
	if !invert(&normal, &p.inverse, p.terms) {
		return p, nil, false
	}
	for r := range p.terms {
		for s := range p.terms {
			p.coefficient[r] += p.inverse[r][s] * right[s]
		}
	}
	residuals = make([]float64, len(data))
	sum := 0.0
	for k, d := range data {
		b := p.basis(d.x)
		r := d.y
		for s := range p.terms {
			r -= p.coefficient[s] * b[s]
		}
		residuals[k] = r
		if keep == nil || keep[k] >= 0 {
			sum += d.weight * r * r
		}
	}
	if p.freedom > 0 {
		p.variance = sum / float64(p.freedom)
	}
	return p, residuals, true
}

// basis gives the Chebyshev polynomials at x.
func (p *polynomial) basis(x float64) (b [mostTerms]float64) {
	u := (x - p.centre) / p.half
	b[0], b[1] = 1, u
	for k := 2; k < p.terms; k++ {
		b[k] = 2*u*b[k-1] - b[k-2]
	}
	return b
}

// slopes gives their first and second derivatives by x.
func (p *polynomial) slopes(x float64) (first, second [mostTerms]float64) {
	u := (x - p.centre) / p.half
	b := p.basis(x)
	first[1] = 1
	for k := 2; k < p.terms; k++ {
		first[k] = 2*b[k-1] + 2*u*first[k-1] - first[k-2]
		second[k] = 4*first[k-1] + 2*u*second[k-1] - second[k-2]
	}
	for k := range p.terms {
		first[k] /= p.half
		second[k] /= p.half * p.half
	}
	return first, second
}

// apply gives the combination of the coefficients, its derivative say.
func (p *polynomial) apply(b [mostTerms]float64) float64 {
	sum := 0.0
	for k := range p.terms {
		sum += p.coefficient[k] * b[k]
	}
	return sum
}

// covariance of two combinations of the coefficients. Few points know their own
// scatter badly: the factor is that of Student's distribution at 68.3 %.
func (p *polynomial) covariance(a, b [mostTerms]float64) float64 {
	sum := 0.0
	for r := range p.terms {
		for s := range p.terms {
			sum += a[r] * p.inverse[r][s] * b[s]
		}
	}
	f := student(p.freedom)
	return sum * p.variance * f * f
}

// student gives the half width of the interval of 68.27 % of Student's distribution
// with so many degrees of freedom, in units of the standard deviation, within 1 %.
func student(freedom int) float64 {
	if freedom < 1 {
		return math.Inf(1)
	}
	n := float64(freedom)
	return 1 + 0.5/n + 0.337/(n*n)
}

// invert inverts a symmetric positive matrix, of which it reads the lower half,
// by Cholesky's factors; false where it is singular.
func invert(m, inverse *[mostTerms][mostTerms]float64, n int) bool {
	var l [mostTerms][mostTerms]float64
	for r := range n {
		for s := range r + 1 {
			sum := m[r][s]
			for k := range s {
				sum -= l[r][k] * l[s][k]
			}
			if r != s {
				l[r][s] = sum / l[s][s]
				continue
			}
			if !(sum > 1e-13*m[r][r]) {
				return false
			}
			l[r][r] = math.Sqrt(sum)
		}
	}
	for column := range n {
		var y [mostTerms]float64
		for r := range n {
			if r == column {
				y[r] = 1
			}
			for k := range r {
				y[r] -= l[r][k] * y[k]
			}
			y[r] /= l[r][r]
		}
		for r := n - 1; r >= 0; r-- {
			for k := r + 1; k < n; k++ {
				y[r] -= l[k][r] * inverse[k][column]
			}
			inverse[r][column] = y[r] / l[r][r]
		}
	}
	return true
}
