package render

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// panel is one pair of axes with its marks and labels.
type panel struct {
	title  string
	x, y   *axis
	marks  []mark
	legend bool

	heading    typeset.Box
	hasHeading bool
	frame      vg.Rectangle
	names      *legend
}

// ranges lets the marks say what they show and chooses the limits.
func (p *panel) ranges(report *Report) {
	for _, m := range p.marks {
		m.include(p.x, p.y)
	}
	for _, a := range []*axis{p.x, p.y} {
		if complaint := a.choose(); complaint != "" {
			report.warn(complaint)
		}
	}
}

func (p *panel) empty() bool { return p.x.nothing() || p.y.nothing() }

// layout divides an area among frame, tick labels, axis labels and title, such
// that everything is inside of it.
func (p *panel) layout(area vg.Rectangle, base *theme, report *Report) theme {
	for f := vg.Length(1); ; f *= 0.85 {
		t := *base
		if f < 1 {
			t = base.scaled(f)
		}
		notes := p.try(area, &t)
		w, h := area.Max.X-area.Min.X, area.Max.Y-area.Min.Y
		if fw, fh := p.frame.Max.X-p.frame.Min.X, p.frame.Max.Y-p.frame.Min.Y; fw >= p.wanted()*w && fh >= 0.4*h || f < 0.3 {
			if fw < 0.1*w || fh < 0.1*h {
				// Whatever the labels need, there is a frame.
				p.frame = vg.Rectangle{
					Min: point{X: area.Min.X + 0.3*w, Y: area.Min.Y + 0.3*h},
					Max: point{X: area.Max.X - 0.1*w, Y: area.Max.Y - 0.2*h},
				}
			}
			report.warn(notes...)
			return t
		}
	}
}

// wanted is the part of the width that the frame should have at least.
func (p *panel) wanted() vg.Length {
	if p.names != nil && p.names.outside {
		return 0.3
	}
	return 0.45
}

// try lays out with given letters.
func (p *panel) try(area vg.Rectangle, t *theme) (notes []string) {
	met := typeset.MetricsOf(t.textSize)
	width, height := area.Max.X-area.Min.X, area.Max.Y-area.Min.Y
	inner := width - 2*t.edgePad

	note := func(what string, cutShort bool, b typeset.Box) {
		if cutShort {
			notes = append(notes, fmt.Sprintf("the %s is too long and was cut", what))
		}
		notes = append(notes, b.Problems...)
	}
	var short bool
	if p.hasHeading = p.title != ""; p.hasHeading {
		p.heading, short = fit(p.title, t.titleSize, inner, 3, typeset.Centred)
		note("title", short, p.heading)
	}
	if p.x.hasTitle = p.x.label != ""; p.x.hasTitle {
		p.x.title, short = fit(p.x.label, t.textSize, inner, 2, typeset.Centred)
		note("label of the x axis", short, p.x.title)
	}
	if p.y.hasTitle = p.y.label != ""; p.y.hasTitle {
		room := height - 2*t.edgePad
		if p.hasHeading {
			room -= t.titlePad + p.heading.Ascent + p.heading.Descent
		}
		p.y.title, short = fit(p.y.label, t.textSize, max(room, t.textSize), 2, typeset.Centred)
		note("label of the y axis", short, p.y.title)
	}

	p.names = nil
	// Ticks depend on the frame and the frame on the labels of the ticks: two
	// rounds settle it.
	var complaint string
	left, right := 4*t.textSize, t.edgePad
	bottom, top := 3*t.textSize, 2*t.textSize
	for range 2 {
		p.frame = vg.Rectangle{
			Min: point{X: area.Min.X + left, Y: area.Min.Y + bottom},
			Max: point{X: area.Max.X - right, Y: area.Max.Y - top},
		}
		w, h := max(p.frame.Max.X-p.frame.Min.X, 1), max(p.frame.Max.Y-p.frame.Min.Y, 1)
		p.x.measure(w, t)
		p.y.measure(h, t)

		left = t.edgePad + t.tickLength + t.tickPad + p.y.breadth()
		if p.y.hasTitle {
			left += t.labelPad + max(p.y.title.Ascent, met.Ascent) + max(p.y.title.Descent, met.Descent)
		}
		bottom = t.edgePad + t.tickLength + t.tickPad + p.x.tall(met)
		if p.x.hasTitle || p.x.hasCommon {
			bottom += t.labelPad + p.x.titleRow(met)
		}
		if p.x.hasTitle && p.x.hasCommon && p.x.title.Width/2+p.x.common.Width+t.textSize > w/2 {
			bottom += met.LineSkip // the power of ten gets a line of its own
		}
		over := p.x.overhang(w)
		left = max(left, t.edgePad+over.lo)
		right = t.edgePad + max(over.hi, t.frameWidth)
		if p.legend && p.names == nil {
			// Decided once, in the first round, on a frame without it.
			p.names, complaint = legendFor(p.marks, point{X: w, Y: h}, t)
		}
		if p.names != nil && p.names.outside {
			right = max(right, t.edgePad+legendMargin*t.textSize+p.names.width)
		}
		top = t.edgePad + max(p.y.overhang(h).hi, t.frameWidth)
		if p.y.hasCommon {
			top = t.edgePad + t.tickPad + met.Ascent
		}
		if p.hasHeading {
			top = t.edgePad + t.titlePad + p.heading.Ascent + p.heading.Descent
			if p.y.hasCommon {
				top += met.LineSkip
			}
		}
	}
	p.frame = vg.Rectangle{
		Min: point{X: area.Min.X + left, Y: area.Min.Y + bottom},
		Max: point{X: area.Max.X - right, Y: area.Max.Y - top},
	}
	if complaint != "" {
		notes = append(notes, complaint)
	}
	if p.names != nil {
		notes = append(notes, p.names.problems...)
	}
	for _, a := range []*axis{p.x, p.y} {
		for _, b := range a.boxes {
			notes = append(notes, b.Problems...)
		}
	}
	return notes
}

// tall is the height of the row of tick labels.
func (a *axis) tall(met typeset.Metrics) vg.Length {
	h := met.CapHeight
	var d vg.Length
	for _, b := range a.boxes {
		h, d = max(h, b.Ascent), max(d, b.Descent)
	}
	return h + d
}

func (a *axis) titleRow(met typeset.Metrics) vg.Length {
	up, down := met.Ascent, met.Descent
	if a.hasTitle {
		up, down = max(up, a.title.Ascent), max(down, a.title.Descent)
	}
	return up + down
}

type lengths struct{ lo, hi vg.Length }

// overhang is how far tick labels reach beyond the ends of an axis.
func (a *axis) overhang(length vg.Length) lengths {
	m := newMapping(a.scale, a.lim, 0, float64(length))
	var o lengths
	for i, b := range a.boxes {
		if a.ticks.ticks[i].label == "" {
			continue
		}
		at := vg.Length(m.at(a.ticks.ticks[i].value))
		half := b.Width / 2
		if a.upright {
			half = (b.Ascent + b.Descent) / 2
		}
		o.lo = max(o.lo, half-at)
		o.hi = max(o.hi, at+half-length)
	}
	return o
}

// place brings the marks to paper.
func (p *panel) place(cell float64, t *theme) {
	w := &window{
		x:    newMapping(p.x.scale, p.x.lim, float64(p.frame.Min.X), float64(p.frame.Max.X)),
		y:    newMapping(p.y.scale, p.y.lim, float64(p.frame.Min.Y), float64(p.frame.Max.Y)),
		rect: p.frame, cell: cell,
	}
	for _, m := range p.marks {
		m.place(w, t)
	}
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
	p.paintX(pen)
	p.paintY(pen, area)
	if p.hasHeading {
		p.paintHeading(pen, area)
	}
	if p.empty() {
		p.paintNotice(pen, "no data")
	} else if p.names != nil {
		p.names.paint(pen, p.names.best(p.frame, p.marks))
	}
}

func (p *panel) paintGrid(pen *pen) {
	t := pen.theme
	for _, a := range []*axis{p.x, p.y} {
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
		if k.label != "" {
			pen.text(p.x.boxes[i], at.X-p.x.boxes[i].Width/2, base, t.ink)
		}
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

func (p *panel) paintY(pen *pen, area vg.Rectangle) {
	t := pen.theme
	met := typeset.MetricsOf(t.textSize)
	side := p.frame.Min.X
	for i, k := range p.y.ticks.ticks {
		at, _ := p.across(p.y, k.value)
		length, width := t.tickLength, t.frameWidth
		if k.minor {
			length, width = t.minorLength, t.minorWidth
		}
		pen.rule(point{X: side - length, Y: at.Y}, at, width, t.ink)
		if k.label != "" {
			b := p.y.boxes[i]
			pen.text(b, side-t.tickLength-t.tickPad-b.Width, at.Y-met.CapHeight/2, t.ink)
		}
	}
	if p.y.hasTitle {
		x := side - t.tickLength - t.tickPad - p.y.breadth() - t.labelPad - max(p.y.title.Descent, met.Descent)
		// Beside the middle of the frame, or where there is room.
		y := (p.frame.Min.Y+p.frame.Max.Y)/2 - p.y.title.Width/2
		y = max(min(y, p.frame.Max.Y-p.y.title.Width), area.Min.Y+t.edgePad)
		pen.upright(p.y.title, x, y, t.ink)
	}
	if p.y.hasCommon {
		pen.text(p.y.common, side, p.frame.Max.Y+t.tickPad, t.ink)
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
	if p.y.hasCommon {
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
