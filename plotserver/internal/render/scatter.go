package render

import "gonum.org/v1/plot/vg"

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
}

const mostMarkers = 20_000

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
	s.found = append(s.found, p)
	for len(s.found) > mostMarkers {
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

func (s *scatter) points() []point { return s.found }
