package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// note is a text with an arrow to a point.
type note struct {
	x, y   float64
	text   string
	color  color.NRGBA // of arrow and marker
	bare   bool        // without an arrow
	marker byte        // at the point, 0 for none

	at    point
	seen  bool
	words inscription
	tip   point
	tail  point
	arrow bool
	style *theme
}

func (n *note) include(x, y *axis) {
	x.reach(span{n.x, n.x})
	y.reach(span{n.y, n.y})
}

func (n *note) place(w *window, t *theme) {
	x, y := w.at(n.x, n.y)
	n.at, n.style = point{X: vg.Length(x), Y: vg.Length(y)}, t
	n.seen = contains(grown(w.rect, 0.01), n.at)
}

// settle puts the text where it hides the least, near to the point: to its
// upper right if it can.
func (n *note) settle(s *surroundings, t *theme) {
	if n.words.shown = false; !n.seen || n.text == "" {
		return
	}
	em := t.textSize
	fw := s.frame.Max.X - s.frame.Min.X
	n.words.box, _ = fit(n.text, em, max(fw*0.45, min(fw-em, 4*em)), 3, typeset.Centred)
	w, h := n.words.size()
	inner := vg.Rectangle{
		Min: point{X: s.frame.Min.X + 0.4*em, Y: s.frame.Min.Y + 0.4*em},
		Max: point{X: s.frame.Max.X - 0.4*em, Y: s.frame.Max.Y - 0.4*em},
	}
	away := []vg.Length{1.5, 2.2, 3.2, 4.5, 6.5, 9}
	if n.bare {
		away = []vg.Length{0.5, 0.8, 1.2, 2}
	}
	var candidates []vg.Rectangle
	var costs []float64
	const directions = 16
	for k, d := range away {
		for i := range directions {
			// From the upper right on, to both sides in turn.
			turn := float64((i + 1) / 2)
			if i%2 == 1 {
				turn = -turn
			}
			sin, cos := math.Sincos(math.Pi/4 + 2*math.Pi*turn/directions)
			// The box's middle such that its rim is the distance away.
			rim := min(safeRatio(w/2, cos), safeRatio(h/2, sin))
			mid := point{X: n.at.X + vg.Length(cos)*(d*em+rim), Y: n.at.Y + vg.Length(sin)*(d*em+rim)}
			r := vg.Rectangle{Min: point{X: mid.X - w/2, Y: mid.Y - h/2}, Max: point{X: mid.X + w/2, Y: mid.Y + h/2}}
			if !containsAll(inner, r) {
				continue
			}
			candidates = append(candidates, r)
			costs = append(costs, 2*float64(k)+0.15*math.Abs(turn)+n.crossing(s, r, float64(em)))
		}
	}
	best, hides := s.best(candidates, func(i int) float64 { return costs[i] })
	if best < 0 {
		// No room but on the point itself, or the text is as large as the frame.
		x := max(min(n.at.X-w/2, inner.Max.X-w), inner.Min.X)
		y := max(min(n.at.Y+0.5*em, inner.Max.Y-h), inner.Min.Y)
		candidates, best, hides = []vg.Rectangle{{Min: point{X: x, Y: y}, Max: point{X: x + w, Y: y + h}}}, 0, 1
	}
	n.words.at, n.words.shown, n.words.ground = candidates[best], true, hides > 0.5
	n.aim()
}

// crossing is what an arrow from a text would cross on its way, but for the
// last bit, at which there is the curve it points to.
func (n *note) crossing(s *surroundings, r vg.Rectangle, em float64) float64 {
	if n.bare {
		return 0
	}
	from := nearest(r, n.at)
	sum := 0.0
	const parts = 6
	for i := range parts - 2 {
		f := vg.Length(i) / parts
		p := point{X: from.X + (n.at.X-from.X)*f, Y: from.Y + (n.at.Y-from.Y)*f}
		half := vg.Length(1.5)
		if s.hidden(vg.Rectangle{Min: point{X: p.X - half, Y: p.Y - half}, Max: point{X: p.X + half, Y: p.Y + half}}, 1) > 0.5 {
			sum += 4
		}
	}
	return sum
}

func safeRatio(a vg.Length, b float64) vg.Length {
	if math.Abs(b) < 1e-9 {
		return vg.Length(math.Inf(1))
	}
	return a / vg.Length(math.Abs(b))
}

// nearest is the point of a rectangle that is nearest to another.
func nearest(r vg.Rectangle, p point) point {
	return point{X: min(max(p.X, r.Min.X), r.Max.X), Y: min(max(p.Y, r.Min.Y), r.Max.Y)}
}

// aim lays the arrow from the text's rim to just before the point.
func (n *note) aim() {
	t := n.style
	r := grown(n.words.at, 2)
	mid := point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}
	from := nearest(r, n.at)
	// Rather from the middle of a side than from its corner.
	if from.X != n.at.X || from.Y != n.at.Y {
		if from.Y == r.Min.Y || from.Y == r.Max.Y {
			from.X = from.X*0.6 + mid.X*0.4
		}
	}
	dx, dy := n.at.X-from.X, n.at.Y-from.Y
	d := vg.Length(math.Hypot(float64(dx), float64(dy)))
	gap := t.lineWidth + 1
	if n.marker != 0 {
		gap = t.markerSize/2 + 1.5
	}
	head := headLength(t)
	if n.arrow = !n.bare && d > gap+1.2*head; n.arrow {
		n.tail = from
		n.tip = point{X: n.at.X - dx/d*gap, Y: n.at.Y - dy/d*gap}
	}
}

func headLength(t *theme) vg.Length { return 0.55 * t.textSize }

func (n *note) paint(p *pen) {
	if !n.seen {
		return
	}
	t := p.theme
	if n.arrow {
		dx, dy := n.tip.X-n.tail.X, n.tip.Y-n.tail.Y
		d := vg.Length(math.Hypot(float64(dx), float64(dy)))
		ux, uy := dx/d, dy/d
		l := headLength(t)
		neck := point{X: n.tip.X - ux*l*0.8, Y: n.tip.Y - uy*l*0.8}
		p.SetColor(n.color)
		p.SetLineWidth(t.frameWidth)
		p.SetLineDash(nil, 0)
		shaft := make(vg.Path, 0, 2)
		shaft.Move(n.tail)
		shaft.Line(neck)
		p.Stroke(shaft)
		half := l * 0.32
		back := point{X: n.tip.X - ux*l, Y: n.tip.Y - uy*l}
		tip := make(vg.Path, 0, 5)
		tip.Move(n.tip)
		tip.Line(point{X: back.X - uy*half, Y: back.Y + ux*half})
		tip.Line(neck)
		tip.Line(point{X: back.X + uy*half, Y: back.Y - ux*half})
		tip.Close()
		p.Fill(tip)
	}
	if n.marker != 0 {
		m := marker{letter: n.marker, edge: t.markerEdge}
		path := m.path(t.markerSize/2, n.at)
		p.SetColor(n.color)
		if m.stroked() {
			p.SetLineWidth(m.edge)
			p.SetLineDash(nil, 0)
			p.Stroke(path)
		} else {
			p.Fill(path)
		}
	}
	n.words.paint(p)
}

func (n *note) entries() []entry { return nil }

func (n *note) covers(r vg.Rectangle) float64 {
	sum := n.words.covers(r)
	if n.arrow {
		if x0, y0, x1, y1, ok := cut(r, float64(n.tail.X), float64(n.tail.Y), float64(n.tip.X), float64(n.tip.Y)); ok {
			sum += 3 * math.Hypot(x1-x0, y1-y0)
		}
	}
	if n.seen && contains(r, n.at) {
		sum += 10
	}
	return sum
}
