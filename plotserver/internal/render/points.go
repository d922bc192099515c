package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// points is a column drawn as points whose colours tell the values of another.
type points struct {
	x, y, hue *column
	marker    byte
	size      float64 // 0: the style's
	alpha     float64
	label     string
	column    string
	bar       *colorBar

	style *theme
	spots []coloredPoint
}

type coloredPoint struct {
	at    point
	shade int32
}

func (s *points) include(x, y *axis) {
	x.show(s.x)
	y.show(s.y)
	s.bar.axis.show(s.hue)
}

func (s *points) place(w *window, t *theme) {
	s.style = t
	show := grown(w.rect, marker{letter: s.marker, edge: t.markerEdge}.reach(s.half(t)))
	xok, yok := w.x.scale.domain(), w.y.scale.domain()
	lim := s.bar.axis.lim
	g := thinning[coloredPoint]{cell: w.cell, key: func(c coloredPoint, spot float64) [4]int32 {
		return [4]int32{spotted(float64(c.at.X), spot), spotted(float64(c.at.Y), spot)}
	}}
	if w.compact {
		g.most = mostCompactMarkers
	}
	together([]values{s.x, s.y, s.hue}, func(in [][]float64) {
		for i, x := range in[0] {
			y := in[1][i]
			if !(x >= xok.lo && x <= xok.hi && y >= yok.lo && y <= yok.hi) {
				continue
			}
			c := shade(in[2][i], lim)
			px, py := w.at(x, y)
			at := point{X: vg.Length(px), Y: vg.Length(py)}
			if c >= 0 && contains(show, at) {
				g.add(coloredPoint{at, int32(c)})
			}
		}
	})
	s.spots = g.items
}

func (s *points) half(t *theme) vg.Length {
	if s.size > 0 {
		return vg.Length(s.size) / 2
	}
	return t.markerSize / 2
}

func (s *points) paint(p *pen) {
	for _, c := range s.spots {
		s.stamp(p, c.at, s.bar.shades[c.shade])
	}
}

func (s *points) stamp(p *pen, at point, c color.NRGBA) {
	m := marker{letter: s.marker, edge: p.theme.markerEdge}
	path := m.path(s.half(p.theme), at)
	p.SetColor(faded(c, s.alpha))
	if m.stroked() {
		p.SetLineWidth(m.edge)
		p.SetLineDash(nil, 0)
		p.Stroke(path)
	} else {
		p.Fill(path)
	}
}

func (s *points) entries() []entry {
	if s.label == "" {
		return nil
	}
	return []entry{{s.label, func(p *pen, r vg.Rectangle) {
		// Three of them, dark to light.
		for i := range 3 {
			x := r.Min.X + (r.Max.X-r.Min.X)*(vg.Length(i)*0.36+0.14)
			s.stamp(p, point{X: x, Y: (r.Min.Y + r.Max.Y) / 2}, s.bar.shades[(mapShades-1)*(i+1)/4])
		}
	}}}
}

func (s *points) covers(r vg.Rectangle) float64 {
	reach := marker{letter: s.marker, edge: s.style.markerEdge}.reach(s.half(s.style))
	near := grown(r, reach)
	sum := 0.0
	for _, c := range s.spots {
		if contains(near, c.at) {
			sum += float64(2 * reach)
		}
	}
	return math.Abs(sum)
}
