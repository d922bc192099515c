package render

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// scatter gathers the places of markers. Markers of one curve are all alike,
// so of those that would fall on the same spot one is enough. The spots are
// fine at first and grow when there are more than an output should carry.
type scatter struct {
	win      *window
	show     vg.Rectangle // where a marker's centre can be and still show
	spot     float64
	found    []point
	taken    map[[2]int32]struct{}
	xok, yok span

	compact bool      // leave out what others hide, once there are enough
	disc    vg.Length // the radius of what a marker paints at least; 0 if it is lines
	ground  *discs
}

const mostMarkers = 20_000

// mostCompactMarkers is the same for formats without pixels.
const mostCompactMarkers = 10_000

func newScatter(w *window, reach vg.Length) *scatter {
	return &scatter{
		win: w, show: grown(w.rect, reach),
		xok: w.x.scale.domain(), yok: w.y.scale.domain(),
	}
}

func (s *scatter) feed(xs, ys []float64) {
	for i, x := range xs {
		y := ys[i]
		if !(x >= s.xok.lo && x <= s.xok.hi && y >= s.yok.lo && y <= s.yok.hi) {
			continue
		}
		px, py := s.win.at(x, y)
		p := point{X: vg.Length(px), Y: vg.Length(py)}
		if contains(s.show, p) {
			s.add(p)
		}
	}
}

func (s *scatter) add(p point) {
	if s.taken != nil {
		if !s.take(p) {
			return
		}
	}
	if s.ground != nil && !s.ground.take(p) {
		return
	}
	s.found = append(s.found, p)
	if s.compact && s.disc > 0 && s.ground == nil && len(s.found) > enough/2 {
		s.ground = newDiscs(s.show, s.disc)
		kept := s.found[:0]
		for _, p := range s.found {
			if s.ground.take(p) {
				kept = append(kept, p)
			}
		}
		s.found = kept
	}
	most := mostMarkers
	if s.compact {
		most = mostCompactMarkers
	}
	for len(s.found) > most {
		s.coarsen()
	}
}

func (s *scatter) take(p point) bool {
	k := [2]int32{int32(float64(p.X) / s.spot), int32(float64(p.Y) / s.spot)}
	if _, ok := s.taken[k]; ok {
		return false
	}
	s.taken[k] = struct{}{}
	return true
}

func (s *scatter) coarsen() {
	if s.spot == 0 {
		s.spot = s.win.cell / 4
	} else {
		s.spot *= 1.5
	}
	s.taken = make(map[[2]int32]struct{}, mostMarkers)
	kept := s.found[:0]
	for _, p := range s.found {
		if s.take(p) {
			kept = append(kept, p)
		}
	}
	s.found = kept
}

// points are the places. Of many of them neighbours follow each other, and
// they stand in tenths of a point, which takes less room in a file.
func (s *scatter) points() []point {
	if !s.compact || len(s.found) <= enough/2 {
		return s.found
	}
	for i, p := range s.found {
		s.found[i] = point{X: vg.Length(math.Round(float64(p.X)*10) / 10), Y: vg.Length(math.Round(float64(p.Y)*10) / 10)}
	}
	const band = 4
	row := func(p point) int { return int(p.Y) / band }
	slices.SortStableFunc(s.found, func(a, b point) int {
		if c := row(a) - row(b); c != 0 {
			return c
		}
		return cmp.Compare(a.X, b.X)
	})
	return s.found
}
