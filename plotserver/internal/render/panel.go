package render

import (
	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// panel is a frame with its axes, marks and labels.
type panel struct {
	title  string
	x, y   *axis
	y2     *axis     // to the right; nil where there is none
	bar    *colorBar // beyond it; nil where there is none
	equal  bool      // units are as long on x as on y
	marks  []placed
	legend bool
	// figures are those of kind "iv", nil for other kinds.
	figures *ivFigures
	compact bool // as in window
	bareX   bool // another panel below has the labels of the x axis

	heading    typeset.Box
	hasHeading bool
	frame      vg.Rectangle
	right      vg.Length // what the axis to the right takes beside the frame
	names      *legend

	area                  vg.Rectangle // of the picture
	leastLeft, leastRight vg.Length    // beside the frame, so that it stands in line with others
}

// placed is a mark with the upright axis it belongs to.
type placed struct {
	mark
	y *axis
}

// axes are all axes there are.
func (p *panel) axes() []*axis {
	if p.y2 == nil {
		return []*axis{p.x, p.y}
	}
	return []*axis{p.x, p.y, p.y2}
}

// include lets the marks say what they show.
func (p *panel) include() {
	for _, m := range p.marks {
		m.include(p.x, m.y)
	}
}

// empty tells that nothing can be drawn.
func (p *panel) empty() bool {
	return p.x.nothing() || p.y.nothing() && (p.y2 == nil || p.y2.nothing())
}

// vacant tells that the left axis has nothing to measure, since all marks
// belong to the right one.
func (p *panel) vacant() bool {
	return p.y2 != nil && !p.y2.nothing() && p.y.all.empty() && p.y.asked.lo != p.y.asked.lo && p.y.asked.hi != p.y.asked.hi
}

// place brings the marks to paper.
func (p *panel) place(cell float64, t *theme) {
	x := newMapping(p.x.scale, p.x.lim, float64(p.frame.Min.X), float64(p.frame.Max.X))
	for _, m := range p.marks {
		y := newMapping(m.y.scale, m.y.lim, float64(p.frame.Min.Y), float64(p.frame.Max.Y))
		m.place(&window{x: x, y: y, rect: p.frame, cell: cell, compact: p.compact}, t)
	}
	p.settle(t)
}

// paint draws all there is, from back to front.
func (p *panel) paint(pen *pen, area vg.Rectangle) {
	p.paintGrid(pen)
	pen.Clip(p.frame)
	for _, m := range p.marks {
		m.paint(pen)
	}
	pen.Unclip()
	pen.frame(p.frame, pen.theme.frameWidth, pen.theme.ink)
	for _, m := range p.marks {
		if m, ok := m.mark.(overlapping); ok {
			m.over(pen)
		}
	}
	p.paintX(pen)
	p.paintY(pen, p.y, area)
	if p.y2 != nil {
		p.paintY(pen, p.y2, area)
	}
	p.paintBar(pen, area)
	if p.hasHeading {
		p.paintHeading(pen, area)
	}
	if p.empty() {
		p.paintNotice(pen, "no data")
	} else if p.figures != nil {
		p.figures.paint(pen, area)
	} else if p.names != nil {
		p.names.paint(pen, p.names.best(p.frame, p.right, p.marks))
	}
}

func (p *panel) paintGrid(pen *pen) {
	t := pen.theme
	for _, a := range p.axes() {
		if a == p.y2 && p.vacant() {
			a.grid = p.y.grid
		}
		if !a.grid {
			continue
		}
		for _, k := range a.ticks.ticks {
			if k.minor {
				continue
			}
			from, to := p.across(a, k.value)
			pen.rule(from, to, t.gridWidth, t.gridInk)
		}
	}
}

// across is the line through the frame at a value of an axis.
func (p *panel) across(a *axis, v float64) (from, to point) {
	if a.upright {
		m := newMapping(a.scale, a.lim, float64(p.frame.Min.Y), float64(p.frame.Max.Y))
		y := vg.Length(m.at(v))
		return point{X: p.frame.Min.X, Y: y}, point{X: p.frame.Max.X, Y: y}
	}
	m := newMapping(a.scale, a.lim, float64(p.frame.Min.X), float64(p.frame.Max.X))
	x := vg.Length(m.at(v))
	return point{X: x, Y: p.frame.Min.Y}, point{X: x, Y: p.frame.Max.Y}
}

func (p *panel) paintX(pen *pen) {
	t := pen.theme
	met := typeset.MetricsOf(t.textSize)
	foot := p.frame.Min.Y
	up := met.CapHeight
	for _, b := range p.x.boxes {
		up = max(up, b.Ascent)
	}
	base := foot - t.tickLength - t.tickPad - up
	for i, k := range p.x.ticks.ticks {
		at, _ := p.across(p.x, k.value)
		length, width := t.tickLength, t.frameWidth
		if k.minor {
			length, width = t.minorLength, t.minorWidth
		}
		pen.rule(at, point{X: at.X, Y: foot - length}, width, t.ink)
		if b := p.x.boxes[i]; k.label == "" || p.bareX {
			continue
		} else if p.x.turned {
			pen.upright(b, at.X+met.XHeight/2, foot-t.tickLength-t.tickPad-b.Width, t.ink)
		} else {
			pen.text(b, at.X-b.Width/2, base, t.ink)
		}
	}
	if p.bareX {
		return
	}
	low := foot - t.tickLength - t.tickPad - p.x.tall(met) - t.labelPad
	title := low
	if p.x.hasTitle {
		title = low - max(p.x.title.Ascent, met.Ascent)
		mid := (p.frame.Min.X + p.frame.Max.X) / 2
		pen.text(p.x.title, mid-p.x.title.Width/2, title, t.ink)
	} else {
		title = low - met.Ascent
	}
	if p.x.hasCommon {
		if p.x.hasTitle && p.x.title.Width/2+p.x.common.Width+t.textSize > (p.frame.Max.X-p.frame.Min.X)/2 {
			title -= met.LineSkip + p.x.title.Descent - min(p.x.title.Descent, met.Descent)
		}
		pen.text(p.x.common, p.frame.Max.X-p.x.common.Width, title, t.ink)
	}
}

// paintY draws an upright axis on its side of the frame.
func (p *panel) paintY(pen *pen, a *axis, area vg.Rectangle) {
	t := pen.theme
	met := typeset.MetricsOf(t.textSize)
	side, out := p.frame.Min.X, vg.Length(-1)
	if a.right {
		side, out = p.frame.Max.X+a.shift, 1
	}
	ink := t.ink
	if a.tinted {
		ink = between(a.tint, t.ink, 0.3) // letters are thin: a stronger shade
	}
	for i, k := range a.ticks.ticks {
		at, _ := p.across(a, k.value)
		length, width := t.tickLength, t.frameWidth
		if k.minor {
			length, width = t.minorLength, t.minorWidth
		}
		pen.rule(point{X: side, Y: at.Y}, point{X: side + out*length, Y: at.Y}, width, t.ink)
		if k.label != "" {
			b := a.boxes[i]
			x := side + out*(t.tickLength+t.tickPad)
			if !a.right {
				x -= b.Width
			}
			pen.text(b, x, at.Y-met.CapHeight/2, ink)
		}
	}
	if a.hasTitle {
		up, down := max(a.title.Ascent, met.Ascent), max(a.title.Descent, met.Descent)
		x := side + out*(t.tickLength+t.tickPad+a.breadth()+t.labelPad)
		if a.right {
			x += up
		} else {
			x -= down
		}
		// Beside the middle of the frame, or where there is room.
		y := (p.frame.Min.Y+p.frame.Max.Y)/2 - a.title.Width/2
		y = max(min(y, p.frame.Max.Y-a.title.Width), area.Min.Y+t.edgePad)
		pen.upright(a.title, x, y, ink)
	}
	if a.hasCommon {
		x := side
		if a.right {
			x -= a.common.Width
		}
		pen.text(a.common, x, p.frame.Max.Y+t.tickPad, ink)
	}
}

// paintHeading centres the title above the frame, or in the picture where it
// is wider.
func (p *panel) paintHeading(pen *pen, area vg.Rectangle) {
	t := pen.theme
	x := (p.frame.Min.X+p.frame.Max.X)/2 - p.heading.Width/2
	x = min(x, area.Max.X-t.edgePad-p.heading.Width)
	x = max(x, area.Min.X+t.edgePad)
	y := p.frame.Max.Y + t.titlePad + p.heading.Descent
	if p.commonAbove() {
		y += typeset.MetricsOf(t.textSize).LineSkip
	}
	pen.text(p.heading, x, y, t.ink)
}

func (p *panel) paintNotice(pen *pen, words string) {
	b := typeset.Layout(words, pen.theme.titleSize)
	mid := point{X: (p.frame.Min.X + p.frame.Max.X) / 2, Y: (p.frame.Min.Y + p.frame.Max.Y) / 2}
	c := pen.theme.ink
	c.A = 0x90
	pen.text(b, mid.X-b.Width/2, mid.Y-b.Ascent/2, c)
}
