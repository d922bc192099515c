package render

import (
	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// settling is a mark with a text that looks for a place among the others, once
// all are on paper.
type settling interface {
	settle(s *surroundings, t *theme)
}

// surroundings are what a text must not hide.
type surroundings struct {
	frame vg.Rectangle
	marks []placed
}

// settle finds places for the texts, in the order of the marks.
func (p *panel) settle(t *theme) {
	s := &surroundings{frame: p.frame, marks: p.marks}
	for _, m := range p.marks {
		if m, ok := m.mark.(settling); ok {
			m.settle(s, t)
		}
	}
}

// hidden is how much of the marks a rectangle would hide.
func (s *surroundings) hidden(r vg.Rectangle, most float64) float64 {
	sum := 0.0
	for _, m := range s.marks {
		if sum += m.covers(r); sum >= most {
			break
		}
	}
	return sum
}

// best is the rectangle that hides the least, of those within the frame. What
// stands later is worse by its penalty, in points of line hidden.
func (s *surroundings) best(candidates []vg.Rectangle, penalty func(i int) float64) (best int, hides float64) {
	best = -1
	least := 0.0
	for i, r := range candidates {
		if !containsAll(s.frame, r) {
			continue
		}
		sum := penalty(i)
		if best >= 0 && sum >= least {
			continue
		}
		h := s.hidden(grown(r, 2.5), 1e9)
		if sum += 3 * h; best < 0 || sum < least {
			best, least, hides = i, sum, h
		}
	}
	return best, hides
}

func containsAll(outer, r vg.Rectangle) bool {
	return contains(outer, r.Min) && contains(outer, r.Max)
}

// inscription is a text with the rectangle it fills.
type inscription struct {
	box    typeset.Box
	turned bool // reading upwards
	at     vg.Rectangle
	shown  bool
	ground bool // something is behind it
}

// size is the room the words take.
func (w *inscription) size() (width, height vg.Length) {
	width, height = w.box.Width, w.box.Ascent+w.box.Descent
	if w.turned {
		return height, width
	}
	return width, height
}

func (w *inscription) paint(p *pen) {
	if !w.shown {
		return
	}
	ink := p.theme.ink
	if w.ground {
		ground := p.theme.background
		ground.A = 0xc0
		p.SetColor(ground)
		p.Fill(rounded(grown(w.at, 1.5), 2))
	}
	if w.turned {
		p.upright(w.box, w.at.Min.X+w.box.Ascent, w.at.Min.Y, ink)
	} else {
		p.text(w.box, w.at.Min.X, w.at.Min.Y+w.box.Descent, ink)
	}
}

// covers is much: words on words can't be read.
func (w *inscription) covers(r vg.Rectangle) float64 {
	if !w.shown {
		return 0
	}
	dx := min(w.at.Max.X, r.Max.X) - max(w.at.Min.X, r.Min.X)
	dy := min(w.at.Max.Y, r.Max.Y) - max(w.at.Min.Y, r.Min.Y)
	if dx <= 0 || dy <= 0 {
		return 0
	}
	return 200 + 10*float64(dx+dy)
}
