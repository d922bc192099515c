package render

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot/vg"
)

// figure is a picture: panels above one another.
type figure struct {
	width, height float64 // inches
	panels        []*panel
	noRows        string // why nothing is drawn: no row was chosen
}

// axes are all axes there are, those that panels share once.
func (f *figure) axes() []*axis {
	var all []*axis
	for _, p := range f.panels {
		for _, a := range p.axes() {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// ranges lets the marks say what they show and chooses the limits.
func (f *figure) ranges(report *Report) {
	for _, p := range f.panels {
		p.include()
	}
	for _, a := range f.axes() {
		if complaint := a.choose(); complaint != "" {
			report.warn(complaint)
		}
	}
	for _, p := range f.panels {
		p.bar.choose(report)
	}
}

// layout gives every panel its part of an area. The frames of several panels
// are of one size and stand exactly above one another.
func (f *figure) layout(area vg.Rectangle, base *theme, report *Report) theme {
	if len(f.panels) == 1 {
		f.panels[0].area = area
		return f.panels[0].layout(area, base, report)
	}
	n := vg.Length(len(f.panels))
	height := area.Max.Y - area.Min.Y
	for k := vg.Length(1); ; k *= 0.85 {
		t := *base
		if k < 1 {
			t = base.scaled(k)
		}
		for _, p := range f.panels {
			p.leastLeft, p.leastRight, p.y.leastBreadth = 0, 0, 0
			p.area = vg.Rectangle{Min: area.Min, Max: point{X: area.Max.X, Y: area.Min.Y + height/n}}
		}
		var notes []string
		// What stands beside the frames depends on their height and the other
		// way round: three rounds settle it.
		for range 3 {
			notes = notes[:0]
			var left, right, beyond, broad vg.Length
			for _, p := range f.panels {
				notes = append(notes, p.try(p.area, &t)...)
				left = max(left, p.frame.Min.X-p.area.Min.X)
				broad = max(broad, p.y.breadth())
				right = max(right, p.area.Max.X-p.frame.Max.X)
				beyond += p.area.Max.Y - p.frame.Max.Y + p.frame.Min.Y - p.area.Min.Y
			}
			tall := max((height-beyond)/n, 0.1*height/n)
			y := area.Max.Y
			for _, p := range f.panels {
				p.leastLeft, p.leastRight, p.y.leastBreadth = left, right, broad
				up, down := p.area.Max.Y-p.frame.Max.Y, p.frame.Min.Y-p.area.Min.Y
				p.area.Max.Y = y
				p.frame.Max.Y = y - up
				p.frame.Min.Y = p.frame.Max.Y - tall
				y = p.frame.Min.Y - down
				p.area.Min.Y = y
				p.frame.Min.X, p.frame.Max.X = area.Min.X+left, area.Max.X-right
			}
		}
		good := true
		for _, p := range f.panels {
			w, h := area.Max.X-area.Min.X, p.area.Max.Y-p.area.Min.Y
			fw, fh := p.frame.Max.X-p.frame.Min.X, p.frame.Max.Y-p.frame.Min.Y
			if good = good && fw >= p.wanted()*w && fh >= 0.4*h; fw < 0.1*w && k < 0.3 {
				p.frame.Min.X, p.frame.Max.X = area.Min.X+0.3*w, area.Max.X-0.1*w
			}
		}
		if good || k < 0.3 {
			report.warn(notes...)
			return t
		}
	}
}

// place brings the marks to paper.
func (f *figure) place(cell float64, t *theme) {
	for _, p := range f.panels {
		p.place(cell, t)
	}
}

// paint draws all panels.
func (f *figure) paint(pen *pen) {
	for _, p := range f.panels {
		p.paint(pen, p.area)
	}
}

// notes are the warnings that are known once the figure is limited.
func (f *figure) notes(report *Report) {
	empty := 0
	for _, p := range f.panels {
		if p.empty() {
			empty++
		}
	}
	for _, p := range f.panels {
		p.warnOfLimits(report)
	}
	if empty == len(f.panels) && f.noRows != "" {
		report.warn(f.noRows)
	} else if empty == len(f.panels) {
		report.warn(f.panels[0].whyEmpty())
	} else if empty > 0 {
		report.warn(fmt.Sprintf("%d of the panels have nothing to draw", empty))
	}
}
