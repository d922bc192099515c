package solar

// most is how many points a curve has at the most.
const most = 96

// point is one point of a curve, in what the sensor counts: exact and small.
type point struct {
	volts, amps int32 // µV, µA
	at          int32 // ms since the sweep began
	level       int32 // of a driven load
	weight      uint8 // how many readings it is the mean of
	lack        lack
}

// lack is what a point has not.
type lack uint8

const (
	nothing lack = iota
	current      // it is beyond the sensor's range
	all          // the sensor failed
)

// curve is points from open to short circuit.
type curve struct {
	points [most]point
	n      int

	// What the axes are divided by when points are compared, so that a volt and an
	// ampere weigh the same.
	volts, amps int32
	thinned     [2]int32 // the same when thin was called last

	spacing float32 // along the curve; all of it is a little less than 2 long
}

// The least that the axes are divided by, so that a sensor's steps are not taken for
// a curve: in steps.
const leastSteps = 10

// clear makes the curve empty. Field by field, since TinyGo would put a whole new
// curve on the heap.
func (c *curve) clear(points int) {
	c.n, c.volts, c.amps, c.thinned = 0, 0, 0, [2]int32{}
	c.spacing = 1.8 / float32(points)
}

// see widens the axes to what a reading needs and reports whether they became much
// wider since thin was called.
func (c *curve) see(volts, amps, voltStep, ampStep int32) (wider bool) {
	c.volts = max(c.volts, abs(volts), leastSteps*voltStep)
	c.amps = max(c.amps, abs(amps), leastSteps*ampStep)
	return c.volts > c.thinned[0]+c.thinned[0]/8 || c.amps > c.thinned[1]+c.thinned[1]/8
}

// apart is the distance of two points along the curve, squared.
func (c *curve) apart(a, b *point) float32 {
	v := (float32(a.volts) - float32(b.volts)) / float32(c.volts)
	i := (float32(abs(a.amps)) - float32(abs(b.amps))) / float32(c.amps)
	return v*v + i*i
}

// insert puts a point at a place.
func (c *curve) insert(at int, p point) {
	copy(c.points[at+1:c.n+1], c.points[at:c.n])
	c.points[at] = p
	c.n++
}

func (c *curve) remove(at int) {
	copy(c.points[at:c.n-1], c.points[at+1:c.n])
	c.n--
}

// offer keeps a point that was found by hand, if it is far enough from the others,
// or better than the one that it is near to. It reports whether the curve has a
// point more.
func (c *curve) offer(p point) bool {
	for {
		near, distance := 0, float32(-1)
		at := 0 // behind all that are nearer to the open circuit
		for k := range c.n {
			q := &c.points[k]
			if d := c.apart(&p, q); distance < 0 || d < distance {
				near, distance = k, d
			}
			if before(q, &p) {
				at = k + 1
			}
		}
		switch {
		case distance >= 0 && distance < c.spacing*c.spacing:
			if p.weight <= c.points[near].weight {
				return false
			}
			c.remove(near)
			if near < at {
				at--
			}
			c.insert(at, p)
			return false
		case c.n < most:
			c.insert(at, p)
			return true
		}
		c.spacing *= 1.25
		c.thin()
	}
}

// thin drops points that lie too near to each other, after the axes or the spacing
// became wider.
func (c *curve) thin() {
	c.thinned = [2]int32{c.volts, c.amps}
	for k := 1; k < c.n; {
		a, b := &c.points[k-1], &c.points[k]
		if c.apart(a, b) >= c.spacing*c.spacing/2 {
			k++
			continue
		}
		if a.weight > b.weight {
			c.remove(k)
		} else {
			c.remove(k - 1)
		}
	}
}

// before reports whether a is nearer to the open circuit than b: its current is
// smaller in relation to its voltage.
func before(a, b *point) bool {
	return int64(abs(a.amps))*int64(b.volts) < int64(abs(b.amps))*int64(a.volts)
}

// widest is the square of the widest gap between neighbours whose levels have
// another one between them if that is asked for, and the place of the first of the
// two; -1 if there is none.
func (c *curve) widest(between bool) (gap float32, at int) {
	at = -1
	for k := 1; k < c.n; k++ {
		a, b := &c.points[k-1], &c.points[k]
		if between && b.level-a.level < 2 {
			continue
		}
		if d := c.apart(a, b); d > gap {
			gap, at = d, k-1
		}
	}
	return gap, at
}

// pick leaves those points of a scouted curve that are worth to be measured: the
// ends, and others where the curve goes on.
func (c *curve) pick() {
	kept := 0
	for k := 1; k < c.n; k++ {
		last := k == c.n-1
		if !last && c.apart(&c.points[kept], &c.points[k]) < 0.4*c.spacing*c.spacing {
			continue
		}
		kept++
		c.points[kept] = c.points[k]
	}
	c.n = min(kept+1, c.n)
}

func abs(x int32) int32 {
	if x < 0 {
		return -x
	}
	return x
}
