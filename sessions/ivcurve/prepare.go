package ivcurve

import (
	"math"
	"slices"
)

// point is one measured point, or the mean of count neighbours on the curve, in
// units of scale: v of about Voc, i of about Isc.
type point struct {
	v, i  float64
	count float64
	t     float64 // where on the curve, see along
}

// curve is a measured curve made ready: in the generator's convention, in the
// first quadrant, in order from short to open circuit, at most mostPoints long.
type curve struct {
	points     []point
	vs, is     float64 // V and A of one unit of v and of i, roughly Voc and Isc
	used       int     // measured points
	dropped    int     // points that are NaN, infinite or beyond limit
	convention Convention
	reversed   bool    // the voltage was measured with its sign reversed
	first      float64 // smallest v reached
	last       float64 // smallest i reached
	largest    point   // point of about the largest power
	smooth     []point // running medians, for finding places
	scatter    float64 // roughness of many points, else 0
}

const (
	fewestPoints = 5
	mostPoints   = 4096 // more are averaged in groups; the groups bend the curve by less than 1e-6
	manyPoints   = 512  // more are merged where they are noisy
	sampleSize   = 1024
)

// along says where in order a point stands on a falling curve: -1…0 for
// negative voltages, 0 at short circuit, 1 at open circuit, up to 2 for negative
// currents. Noise in v and in i both move it little, other than noise in v does the order by voltage.
func along(v, i float64) float64 {
	d := math.Abs(v) + math.Abs(i)
	switch {
	case d == 0:
		return 0.5
	case i >= 0:
		return v / d
	case v >= 0:
		return 1 - i/d
	default:
		return -1 + i/d // both negative: beyond either end
	}
}

func usable(v, i float64) bool {
	return math.Abs(v) <= limit && math.Abs(i) <= limit // false for NaN
}

func prepare(voltage, current []float64) (*curve, error) {
	if len(voltage) != len(current) {
		return nil, refuse(ErrArguments, "cannot analyse the curve: %d voltages and %d currents, there must be as many of both", len(voltage), len(current))
	}
	c := &curve{}
	for k := range voltage {
		if usable(voltage[k], current[k]) {
			c.used++
		}
	}
	c.dropped = len(voltage) - c.used
	if c.used < fewestPoints {
		return nil, refuse(ErrFewPoints, "cannot analyse the curve: %d usable points, at least %d are needed", c.used, fewestPoints)
	}
	signV, signI, err := c.orient(sample(voltage, current, c.used))
	if err != nil {
		return nil, err
	}
	if c.used <= mostPoints {
		c.points = make([]point, 0, c.used)
		for k := range voltage {
			if usable(voltage[k], current[k]) {
				v, i := signV*voltage[k]/c.vs, signI*current[k]/c.is
				c.points = append(c.points, point{v, i, 1, along(v, i)})
			}
		}
		slices.SortFunc(c.points, func(a, b point) int {
			switch {
			case a.t < b.t:
				return -1
			case a.t > b.t:
				return 1
			}
			return 0
		})
		c.points = unrepeated(c.points)
	} else {
		c.gather(voltage, current, signV, signI)
	}
	scatter := roughness(c.points)
	if len(c.points) >= 30 { // the bends between fewer points are no scatter
		c.scatter = scatter
	}
	if len(c.points) > manyPoints && scatter > 3e-4 {
		c.points = merge(c.points)
	}
	if err := c.locate(); err != nil {
		return nil, err
	}
	return c, nil
}

// unrepeated counts equal points as one of more weight. A slow sensor repeats its
// last reading, which says nothing new about the scatter.
func unrepeated(points []point) []point {
	kept := points[:1]
	for _, p := range points[1:] {
		if last := &kept[len(kept)-1]; last.v == p.v && last.i == p.i {
			last.count++
		} else {
			kept = append(kept, p)
		}
	}
	return kept
}

// roughness is the scatter across the curve: half the distance, seen from the origin,
// that three points in four at most have from the line between their two neighbours.
func roughness(points []point) float64 {
	d := make([]float64, 0, len(points))
	for k := 1; k < len(points)-1; k++ {
		a, b, p := points[k-1], points[k+1], points[k]
		if b.t > a.t {
			ra, rb := math.Hypot(a.v, a.i), math.Hypot(b.v, b.i)
			d = append(d, math.Abs(math.Hypot(p.v, p.i)-ra-(rb-ra)*(p.t-a.t)/(b.t-a.t)))
		}
	}
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)*3/4] / 2
}

// merge averages the points of a noisy curve in steps along it. A regression takes one
// of voltage and current for exact, and scatter of it, where the curve is bent, shifts
// the fit by an amount that no number of points makes smaller; the mean of
// points next to each other on the curve has less of both scatters.
func merge(points []point) []point {
	const step = 1.0 / (manyPoints / 4)
	var merged []point
	last := math.Inf(-1)
	for _, p := range points {
		if at := math.Floor(p.t / step); at != last {
			merged = append(merged, point{})
			last = at
		}
		g := &merged[len(merged)-1]
		g.v += p.v * p.count
		g.i += p.i * p.count
		g.count += p.count
	}
	for k := range merged {
		g := &merged[k]
		g.v /= g.count
		g.i /= g.count
		g.t = along(g.v, g.i)
	}
	return merged
}

// sample takes at most sampleSize usable points, spread evenly over the slices.
func sample(voltage, current []float64, used int) (v, i []float64) {
	n := min(used, sampleSize)
	v, i = make([]float64, 0, n), make([]float64, 0, n)
	seen, next := 0, 0
	for k := range voltage {
		if !usable(voltage[k], current[k]) {
			continue
		}
		if seen == next {
			v, i = append(v, voltage[k]), append(i, current[k])
			next = len(v) * used / n
		}
		seen++
	}
	return v, i
}

// clip bounds the outermost hundredths of the values, so that a few wild ones
// have no say in what the sign and the scale of the curve are.
func clip(x []float64) []float64 {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	cut := len(x) / 50
	low, high := sorted[cut], sorted[len(x)-1-cut]
	y := make([]float64, len(x))
	for k, xk := range x {
		y[k] = min(max(xk, low), high)
	}
	return y
}

// orient finds the signs that bring the curve to the generator's convention and
// the first quadrant, and the scale. In the generator's convention the current
// of every cell falls with the voltage; in the load's it rises.
func (c *curve) orient(v, i []float64) (signV, signI float64, err error) {
	v, i = clip(v), clip(i)
	n := float64(len(v))
	var meanV, meanI, maxV, maxI float64
	for k := range v {
		meanV += v[k] / n
		meanI += i[k] / n
		maxV = max(maxV, math.Abs(v[k]))
		maxI = max(maxI, math.Abs(i[k]))
	}
	if maxV < 1e-9 || maxI < 1e-15 {
		return 0, 0, refuse(ErrDark, "cannot analyse the curve: the largest voltage is %.3g V and the largest current %.3g A, which gives no power", maxV, maxI)
	}
	var vv, ii, vi, power float64
	for k := range v {
		dv, di := (v[k]-meanV)/maxV, (i[k]-meanI)/maxI
		vv += dv * dv
		ii += di * di
		vi += dv * di
		power += v[k] / maxV * i[k] / maxI
	}
	if vv < n*1e-12 {
		return 0, 0, refuse(ErrFewPoints, "cannot analyse the curve: every point is at about %.4g V; sweep the load from short circuit to open circuit", meanV)
	}
	falling := vi < 0
	if vi*vi < 0.01*vv*ii { // flat within the noise: go by the power instead
		falling = power > 0
	}
	signV, signI = 1, 1
	if !falling {
		signI = -1
	}
	// What is left is whether the power is in the first or the third quadrant.
	var first, third float64
	for k := range v {
		p := v[k] / maxV * signI * i[k] / maxI
		switch {
		case p <= 0:
		case v[k] > 0:
			first += p
		default:
			third += p
		}
	}
	if first == 0 && third == 0 {
		return 0, 0, errDark()
	}
	if third > first {
		signV, signI = -signV, -signI
	}
	c.reversed = signV < 0
	if signI < 0 {
		c.convention = LoadConvention
	}
	var vs, is []float64
	for k := range v {
		if a, b := signV*v[k], signI*i[k]; a > 0 && b > 0 {
			vs, is = append(vs, a), append(is, b)
		}
	}
	slices.Sort(vs)
	slices.Sort(is)
	c.vs, c.is = vs[len(vs)*9/10], is[len(is)*9/10]
	return signV, signI, nil
}

func errDark() error {
	return refuse(ErrDark, "cannot analyse the curve: it gives no power anywhere, as a cell in the dark or a resistor; measure the cell under light")
}

// gather averages neighbours on the curve into groups, in time that grows only
// linearly with the points.
func (c *curve) gather(voltage, current []float64, signV, signI float64) {
	groups := make([]point, mostPoints)
	fv, fi := signV/c.vs, signI/c.is
	for k := range voltage {
		if !usable(voltage[k], current[k]) {
			continue
		}
		v, i := fv*voltage[k], fi*current[k]
		// -2…2 in order; the curve proper, 0…1, gets half of the groups.
		t := along(v, i)
		var place float64
		switch {
		case t < 0:
			place = (t + 2) * mostPoints / 8
		case t <= 1:
			place = mostPoints/4 + t*mostPoints/2
		default:
			place = mostPoints*3/4 + (t-1)*mostPoints/4
		}
		g := &groups[min(int(place), mostPoints-1)]
		g.v += v
		g.i += i
		g.count++
	}
	for _, g := range groups {
		if g.count > 0 {
			v, i := g.v/g.count, g.i/g.count
			c.points = append(c.points, point{v, i, g.count, along(v, i)})
		}
	}
}

// locate finds roughly where both axes and the largest power are, and makes
// Voc and Isc the units.
func (c *curve) locate() error {
	c.smooth = medians(c.points)
	isc, voc := c.rough()
	if !(isc > 1e-6 && voc > 1e-6) {
		return errDark()
	}
	for _, points := range [][]point{c.points, c.smooth} {
		for k := range points {
			p := &points[k]
			p.v /= voc
			p.i /= isc
			p.t = along(p.v, p.i)
		}
	}
	c.vs *= voc
	c.is *= isc
	c.first, c.last = math.Inf(1), math.Inf(1)
	for _, p := range c.smooth {
		if p.i > 0.1 {
			c.first = min(c.first, p.v)
		}
		if p.v > 0.1 {
			c.last = min(c.last, p.i)
		}
		if p.v > 0 && p.i > 0 && p.v*p.i > c.largest.v*c.largest.i {
			c.largest = p
		}
	}
	if c.largest.count == 0 || math.IsInf(c.first, 0) || math.IsInf(c.last, 0) {
		return errDark()
	}
	return nil
}

// medians takes the running median of five points, of v and of i, so that a single
// wild point is not taken for the maximum. On a falling curve without noise the
// median is the point itself. The ends and few points stay as they are.
func medians(points []point) []point {
	smooth := slices.Clone(points)
	if len(points) < 20 {
		return smooth
	}
	for k := 2; k < len(points)-2; k++ {
		var v, i [5]float64
		for j := range 5 {
			v[j], i[j] = points[k-2+j].v, points[k-2+j].i
		}
		slices.Sort(v[:])
		slices.Sort(i[:])
		smooth[k].v, smooth[k].i = v[2], i[2]
	}
	return smooth
}

// rough gives Isc and Voc from the points on both sides of the axis, or from
// the one nearest to it.
func (c *curve) rough() (isc, voc float64) {
	isc = level(c.smooth, func(p point) (float64, float64) { return p.v, p.i })
	voc = level(c.smooth, func(p point) (float64, float64) { return p.i, p.v })
	return isc, voc
}

// level gives y where x is 0, by a straight line between the nearest points on
// both sides whose y is positive.
func level(points []point, xy func(point) (x, y float64)) float64 {
	below, above := math.Inf(-1), math.Inf(1)
	var yBelow, yAbove float64
	for _, p := range points {
		x, y := xy(p)
		switch {
		case y <= 0:
		case x <= 0 && x > below:
			below, yBelow = x, y
		case x > 0 && x < above:
			above, yAbove = x, y
		}
	}
	switch {
	case math.IsInf(below, 0):
		return yAbove
	case math.IsInf(above, 0):
		return yBelow
	}
	return yBelow + (yAbove-yBelow)*(-below)/(above-below)
}
