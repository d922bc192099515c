package render

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

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
	for _, a := range p.axes()[1:] {
		if a.hasTitle = a.label != ""; !a.hasTitle {
			continue
		}
		room := height - 2*t.edgePad
		if p.hasHeading {
			room -= t.titlePad + p.heading.Ascent + p.heading.Descent
		}
		a.title, short = fit(a.label, t.textSize, max(room, t.textSize), 2, typeset.Centred)
		note("label of the y axis", short, a.title)
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
		p.equalise()
		w, h := max(p.frame.Max.X-p.frame.Min.X, 1), max(p.frame.Max.Y-p.frame.Min.Y, 1)
		p.x.measure(w, t)
		for _, a := range p.axes()[1:] {
			a.measure(h, t)
		}
		if p.vacant() {
			p.y.ticks = tickSet{}
			p.y.set(t)
		}
		left = t.edgePad + p.y.beside(met, t)
		bottom = t.edgePad + t.tickLength + t.tickPad + p.x.tall(met)
		if p.x.hasTitle || p.x.hasCommon {
			bottom += t.labelPad + p.x.titleRow(met)
		}
		if p.x.hasTitle && p.x.hasCommon && p.x.title.Width/2+p.x.common.Width+t.textSize > w/2 {
			bottom += met.LineSkip // the power of ten gets a line of its own
		}
		if p.figures != nil {
			bottom += p.figures.arrange(p.frame, inner, t)
		}
		over := p.x.overhang(w)
		if p.bareX {
			bottom, over = t.tickLength+t.tickPad, lengths{}
		}
		left = max(left, t.edgePad+over.lo, p.leastLeft)
		p.right = t.frameWidth
		if p.y2 != nil {
			p.right = p.y2.beside(met, t)
		}
		p.right += p.bar.room(h, p.right, met, t)
		right = t.edgePad + max(over.hi, p.right)
		if p.legend && p.names == nil {
			// Decided once, in the first round, on a frame without it.
			p.names, complaint = legendFor(p.marks, point{X: w, Y: h}, t)
		}
		if p.names != nil && p.names.outside {
			right = max(right, t.edgePad+p.right+legendMargin*t.textSize+p.names.width)
		}
		right = max(right, p.leastRight)
		top = t.edgePad + t.frameWidth
		for _, a := range p.axes()[1:] {
			top = max(top, t.edgePad+a.overhang(h).hi)
		}
		if p.commonAbove() {
			top = t.edgePad + t.tickPad + met.Ascent
		}
		if p.hasHeading {
			top = t.edgePad + t.titlePad + p.heading.Ascent + p.heading.Descent
			if p.commonAbove() {
				top += met.LineSkip
			}
		}
	}
	p.frame = vg.Rectangle{
		Min: point{X: area.Min.X + left, Y: area.Min.Y + bottom},
		Max: point{X: area.Max.X - right, Y: area.Max.Y - top},
	}
	if p.equal {
		p.equalise()
		p.x.measure(p.frame.Max.X-p.frame.Min.X, t)
		p.y.measure(p.frame.Max.Y-p.frame.Min.Y, t)
	}
	if complaint != "" {
		notes = append(notes, complaint)
	}
	if p.names != nil {
		notes = append(notes, p.names.problems...)
	}
	for _, a := range p.axes() {
		for _, b := range a.boxes {
			notes = append(notes, b.Problems...)
		}
	}
	return notes
}

// commonAbove tells that an upright axis has a power of ten above it.
func (p *panel) commonAbove() bool {
	return p.y.hasCommon || p.y2 != nil && p.y2.hasCommon || p.bar.hasCommon()
}

// beside is the width of an upright axis' ticks, their labels and its own.
func (a *axis) beside(met typeset.Metrics, t *theme) vg.Length {
	w := t.tickLength + t.tickPad + a.breadth()
	if a.hasTitle {
		w += t.labelPad + max(a.title.Ascent, met.Ascent) + max(a.title.Descent, met.Descent)
	}
	return w
}

// tall is the height of the row of tick labels.
func (a *axis) tall(met typeset.Metrics) vg.Length {
	if a.turned {
		return a.breadth()
	}
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
		if a.upright || a.turned {
			half = (b.Ascent + b.Descent) / 2
		}
		o.lo = max(o.lo, half-at)
		o.hi = max(o.hi, at+half-length)
	}
	return o
}
