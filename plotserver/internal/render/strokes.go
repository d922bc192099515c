package render

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// strokes gathers polylines on paper, cut to a rectangle. Its size is bounded:
// of pieces between gaps that lie in the same cell only those are kept that
// add something to see, and a scribble that reduction can't shorten is thinned,
// every second point at a time.
type strokes struct {
	clip   vg.Rectangle // a little larger than what shows
	cell   float64      // as in window; 0 keeps all pieces
	points []point
	starts []int   // where each polyline begins in points
	dots   []point // polylines of a single point

	px, py  float64
	open    bool // px, py is the point before
	joined  bool // … and it is the last of points
	moved   bool // the polyline has got a second point
	from    int  // len(starts) when the polyline began
	stride  int
	skipped int
	seen    seen

	// compact leaves out what would be painted over what is there, once there
	// is enough.
	compact bool
	ground  *ground
	dot     vg.Length // the radius of dots, 0: all are kept
	covered *discs
}

// seen is what small pieces have painted of one column of cells.
type seen struct {
	left  float64
	spans [16]span // upright
	n     int
}

// adds tells whether a piece within a column shows anything new, and notes it.
func (c *seen) adds(left, right, cell float64, s span) bool {
	if c.n == 0 || left < c.left || right > c.left+cell {
		*c = seen{left: left}
	}
	const hidden = 0.05 // points, less than any line's smoothed edge
	for i := range c.n {
		t := &c.spans[i]
		if s.lo >= t.lo-hidden && s.hi <= t.hi+hidden {
			return false
		}
		if s.lo <= t.hi && s.hi >= t.lo {
			*t = t.union(s)
			return true
		}
	}
	if c.n < len(c.spans) {
		c.spans[c.n] = s
		c.n++
	}
	return true
}

const mostPoints = 150_000

// line goes on to a point, or begins there after a gap.
func (s *strokes) line(x, y float64) {
	if s.stride > 1 && s.open {
		if s.skipped++; s.skipped < s.stride {
			return
		}
		s.skipped = 0
	}
	if !s.open {
		s.px, s.py, s.open, s.joined, s.moved = x, y, true, false, false
		s.from = len(s.starts)
		return
	}
	if x == s.px && y == s.py {
		return
	}
	s.moved = true
	x0, y0, x1, y1, ok := cut(s.clip, s.px, s.py, x, y)
	if ok && s.ground != nil && !s.ground.line(point{X: vg.Length(x0), Y: vg.Length(y0)}, point{X: vg.Length(x1), Y: vg.Length(y1)}) {
		ok = false
	}
	if ok {
		if !s.joined || x0 != s.px || y0 != s.py {
			s.starts = append(s.starts, len(s.points))
			s.points = append(s.points, point{X: vg.Length(x0), Y: vg.Length(y0)})
		}
		s.points = append(s.points, point{X: vg.Length(x1), Y: vg.Length(y1)})
	}
	s.joined = ok && x1 == x && y1 == y
	s.px, s.py = x, y
	if s.compact && s.ground == nil && len(s.points) > enough {
		s.dropCovered()
	}
	if len(s.points) > mostPoints || s.compact && len(s.points) > mostCompact {
		s.thin()
	}
}

// mostCompact is mostPoints for formats without pixels.
const mostCompact = 28_000

// dropCovered begins to look for lines that are hidden by those before.
func (s *strokes) dropCovered() {
	s.ground = newGround(s.clip, 0.36) // two to five within the width of a line
	all, starts := s.points, s.starts
	s.points, s.starts = s.points[:0], nil
	for i, from := range starts {
		to := len(all)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		joined := false
		a := all[from]
		for k := from + 1; k < to; k++ {
			b := all[k]
			if s.ground.line(a, b) {
				if !joined {
					s.starts = append(s.starts, len(s.points))
					s.points = append(s.points, a)
				}
				s.points = append(s.points, b)
				joined = true
			} else {
				joined = false
			}
			a = b
		}
		s.joined = s.joined && joined
	}
	s.from = -1
}

// gap ends the polyline. One that never left its first point becomes a dot,
// so that a single row shows.
func (s *strokes) gap() {
	if s.open {
		if s.moved {
			s.forgetHidden()
		} else if p := (point{X: vg.Length(s.px), Y: vg.Length(s.py)}); contains(s.clip, p) &&
			(s.cell == 0 || s.seen.adds(s.px, s.px, s.cell, span{s.py, s.py})) && len(s.dots) < mostPoints/4 && s.dotShows(p) {
			s.dots = append(s.dots, p)
		}
	}
	s.open = false
	s.skipped = 0
}

// dotShows tells whether a dot is not hidden by others.
func (s *strokes) dotShows(p point) bool {
	if !s.compact || s.dot == 0 {
		return true
	}
	if s.covered == nil {
		s.covered = newDiscs(s.clip, s.dot)
	}
	return s.covered.take(p)
}

// forgetHidden drops the polyline that just ended if it is small and others
// have painted its place.
func (s *strokes) forgetHidden() {
	if s.cell == 0 || s.from < 0 || len(s.starts) != s.from+1 {
		return
	}
	piece := s.points[s.starts[s.from]:]
	if len(piece) > 16 {
		return
	}
	x, y := emptySpan(), emptySpan()
	for _, p := range piece {
		x = x.union(span{float64(p.X), float64(p.X)})
		y = y.union(span{float64(p.Y), float64(p.Y)})
	}
	if x.hi-x.lo <= s.cell && !s.seen.adds(x.lo, x.hi, s.cell, y) {
		s.points = s.points[:s.starts[s.from]]
		s.starts = s.starts[:s.from]
	}
}

// thin drops every second inner point of every polyline, and from now on as
// many before they are kept.
func (s *strokes) thin() {
	kept := s.points[:0]
	for i, from := range s.starts {
		to := len(s.points)
		if i+1 < len(s.starts) {
			to = s.starts[i+1]
		}
		s.starts[i] = len(kept)
		for k := from; k < to; k++ {
			if (k-from)%2 == 0 || k == to-1 {
				kept = append(kept, s.points[k])
			}
		}
	}
	s.points = kept
	s.stride = max(1, s.stride) * 2
	if len(kept) > mostPoints*3/4 {
		s.thinPieces()
	}
	s.from = -1 // the numbers of polylines have changed
}

// thinPieces drops every second polyline, where all are short.
func (s *strokes) thinPieces() {
	kept, starts := s.points[:0], s.starts[:0]
	n := len(s.starts)
	for i, from := range s.starts {
		to := len(s.points)
		if i+1 < n {
			to = s.starts[i+1]
		}
		if i%2 == 0 || i == n-1 {
			starts = append(starts, len(kept))
			kept = append(kept, s.points[from:to]...)
		}
	}
	s.points, s.starts = kept, starts
}

func (s *strokes) thinned() bool { return s.stride > 1 }

// each visits the polylines.
func (s *strokes) each(visit func(line []point)) {
	for i, from := range s.starts {
		to := len(s.points)
		if i+1 < len(s.starts) {
			to = s.starts[i+1]
		}
		visit(s.points[from:to])
	}
}

// path is all polylines as one path.
func (s *strokes) path() vg.Path {
	p := make(vg.Path, 0, len(s.points))
	s.each(func(line []point) {
		p.Move(line[0])
		for _, q := range line[1:] {
			p.Line(q)
		}
	})
	return p
}

// cut shortens a line to the part inside a rectangle (Liang and Barsky, ACM
// Transactions on Graphics 3, 1984). Ends that are inside come back unchanged
// to the bit.
func cut(r vg.Rectangle, x0, y0, x1, y1 float64) (a, b, c, d float64, ok bool) {
	dx, dy := x1-x0, y1-y0
	t0, t1 := 0.0, 1.0
	for _, e := range [4][2]float64{
		{-dx, x0 - float64(r.Min.X)}, {dx, float64(r.Max.X) - x0},
		{-dy, y0 - float64(r.Min.Y)}, {dy, float64(r.Max.Y) - y0},
	} {
		switch p, q := e[0], e[1]; {
		case p == 0:
			if q < 0 {
				return 0, 0, 0, 0, false
			}
		case p < 0:
			t0 = math.Max(t0, q/p)
		default:
			t1 = math.Min(t1, q/p)
		}
	}
	if !(t0 <= t1) {
		return 0, 0, 0, 0, false
	}
	a, b, c, d = x0, y0, x1, y1
	if t0 > 0 {
		a, b = x0+t0*dx, y0+t0*dy
	}
	if t1 < 1 {
		c, d = x0+t1*dx, y0+t1*dy
	}
	return a, b, c, d, true
}

// within is how much length of the polylines lies in a rectangle.
func (s *strokes) within(r vg.Rectangle) float64 {
	sum := 0.0
	s.each(func(line []point) {
		for i := 1; i < len(line); i++ {
			p, q := line[i-1], line[i]
			if max(p.X, q.X) < r.Min.X || min(p.X, q.X) > r.Max.X || max(p.Y, q.Y) < r.Min.Y || min(p.Y, q.Y) > r.Max.Y {
				continue
			}
			if x0, y0, x1, y1, ok := cut(r, float64(p.X), float64(p.Y), float64(q.X), float64(q.Y)); ok {
				sum += math.Hypot(x1-x0, y1-y0)
			}
		}
	})
	return sum
}
