package render

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// refLine is a line across the frame at a value of an axis, with a text along
// it.
type refLine struct {
	value   float64
	upright bool // at a value of the x axis
	look    lineStyle
	color   color.NRGBA
	width   float64 // 0: the style's for such lines
	label   string

	from, to point
	seen     bool
	words    inscription
}

func (l *refLine) include(x, y *axis) {
	if l.upright {
		x.reach(span{l.value, l.value})
	} else {
		y.reach(span{l.value, l.value})
	}
}

func (l *refLine) place(w *window, _ *theme) {
	r := w.rect
	if l.upright {
		at := vg.Length(w.x.at(l.value))
		l.from, l.to = point{X: at, Y: r.Min.Y}, point{X: at, Y: r.Max.Y}
	} else {
		at := vg.Length(w.y.at(l.value))
		l.from, l.to = point{X: r.Min.X, Y: at}, point{X: r.Max.X, Y: at}
	}
	// A value without a place is nowhere in the frame.
	l.seen = contains(grown(r, 0.01), l.from) && contains(grown(r, 0.01), l.to)
}

func (l *refLine) settle(s *surroundings, t *theme) {
	if l.words.shown = false; !l.seen || l.label == "" {
		return
	}
	em := t.textSize * 0.9
	along := s.frame.Max.X - s.frame.Min.X
	if l.upright {
		along = s.frame.Max.Y - s.frame.Min.Y
	}
	pad := 0.35 * em
	l.words.turned = l.upright
	l.words.box, _ = fit(l.label, em, along-2*pad, 1)
	w, h := l.words.size()
	var candidates []vg.Rectangle
	add := func(x, y vg.Length) {
		candidates = append(candidates, vg.Rectangle{Min: point{X: x, Y: y}, Max: point{X: x + w, Y: y + h}})
	}
	if l.upright {
		for _, x := range []vg.Length{l.from.X + 1.3*pad, l.from.X - 1.3*pad - w} {
			for _, f := range []vg.Length{1, 0, 0.5, 0.75, 0.25} {
				add(x, s.frame.Min.Y+pad+f*(along-2*pad-h))
			}
		}
	} else {
		for _, y := range []vg.Length{l.from.Y + pad, l.from.Y - pad - h} {
			for _, f := range []vg.Length{1, 0, 0.5, 0.75, 0.25} {
				add(s.frame.Min.X+pad+f*(along-2*pad-w), y)
			}
		}
	}
	best, hides := s.best(candidates, func(i int) float64 { return 0.8 * float64(i) })
	if best >= 0 {
		l.words.at, l.words.shown, l.words.ground = candidates[best], true, hides > 0.5
	}
}

func (l *refLine) paint(p *pen) {
	if !l.seen {
		return
	}
	width := p.theme.lineWidth * 0.67
	if l.width > 0 {
		width = vg.Length(l.width)
	}
	if l.look == solid {
		p.rule(l.from, l.to, width, l.color)
	} else if l.look != noLine {
		sharp, x, _ := p.sharp(width, l.from.X, l.to.X, l.upright)
		_, y, _ := p.sharp(width, l.from.Y, l.to.Y, !l.upright)
		from, to := l.from, l.to
		if l.upright {
			from.X, to.X = x, x
		} else {
			from.Y, to.Y = y, y
		}
		p.SetColor(l.color)
		p.SetLineWidth(sharp)
		p.SetLineDash(dashes(l.look, width), 0)
		path := make(vg.Path, 0, 2)
		path.Move(from)
		path.Line(to)
		p.Stroke(path)
		p.SetLineDash(nil, 0)
	}
	l.words.paint(p)
}

func (l *refLine) entries() []entry { return nil }

func (l *refLine) covers(r vg.Rectangle) float64 {
	sum := l.words.covers(r)
	if !l.seen {
		return sum
	}
	if x0, y0, x1, y1, ok := cut(r, float64(l.from.X), float64(l.from.Y), float64(l.to.X), float64(l.to.Y)); ok {
		sum += x1 - x0 + y1 - y0
	}
	return sum
}

// strip is a shaded part of the frame between two values of an axis.
type strip struct {
	lo, hi  float64 // NaN: to the end of the axis
	upright bool    // between values of the x axis
	color   color.NRGBA
	label   string

	rect  vg.Rectangle
	words inscription
}

func (s *strip) include(x, y *axis) {
	a := y
	if s.upright {
		a = x
	}
	for _, v := range []float64{s.lo, s.hi} {
		if v == v {
			a.reach(span{v, v})
		}
	}
}

func (s *strip) place(w *window, _ *theme) {
	end := func(m mapping, v float64, lower bool) vg.Length {
		if v == v {
			if at := m.at(v); at == at {
				return vg.Length(at)
			}
			lower = true // zero on a logarithmic axis
		}
		if lower != (m.lim.lo > m.lim.hi) {
			return vg.Length(m.a)
		}
		return vg.Length(m.b)
	}
	r := w.rect
	if s.upright {
		a, b := end(w.x, s.lo, true), end(w.x, s.hi, false)
		r.Min.X, r.Max.X = min(a, b), max(a, b)
	} else {
		a, b := end(w.y, s.lo, true), end(w.y, s.hi, false)
		r.Min.Y, r.Max.Y = min(a, b), max(a, b)
	}
	s.rect = within(r, w.rect)
}

func (s *strip) settle(around *surroundings, t *theme) {
	width, height := s.rect.Max.X-s.rect.Min.X, s.rect.Max.Y-s.rect.Min.Y
	if s.words.shown = false; s.label == "" || width <= 0 || height <= 0 {
		return
	}
	em := t.textSize * 0.9
	pad := 0.35 * em
	var short bool
	s.words.box, short = fit(s.label, em, width-2*pad, 1)
	if short && s.upright {
		s.words.turned = true
		s.words.box, _ = fit(s.label, em, height-2*pad, 1)
	}
	w, h := s.words.size()
	var candidates []vg.Rectangle
	for _, fy := range []vg.Length{1, 0, 0.5} {
		for _, fx := range []vg.Length{0.5, 1, 0} {
			if !s.upright {
				fx = []vg.Length{1, 0, 0.5}[int(fx*2+0.5)%3]
			}
			x := s.rect.Min.X + pad + fx*(width-2*pad-w)
			y := s.rect.Min.Y + pad + fy*(height-2*pad-h)
			candidates = append(candidates, vg.Rectangle{Min: point{X: x, Y: y}, Max: point{X: x + w, Y: y + h}})
		}
	}
	best, hides := around.best(candidates, func(i int) float64 { return 0.8 * float64(i) })
	if best >= 0 {
		s.words.at, s.words.shown, s.words.ground = candidates[best], true, hides > 0.5
	}
}

func (s *strip) paint(p *pen) { p.box(s.rect, s.color) }

func (s *strip) entries() []entry { return nil }

func (s *strip) covers(r vg.Rectangle) float64 { return s.words.covers(r) }

// caption paints the words of a strip, in front of everything.
type caption struct{ *strip }

func (c caption) include(x, y *axis)               {}
func (c caption) place(*window, *theme)            {}
func (c caption) paint(p *pen)                     { c.strip.words.paint(p) }
func (c caption) covers(vg.Rectangle) float64      { return 0 }
func (c caption) settle(s *surroundings, t *theme) { c.strip.settle(s, t) }
