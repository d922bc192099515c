package render

import (
	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// categoryScale is an axis of names at 1, 2, 3 …
type categoryScale struct {
	linearScale
	labels []string
}

// ticks names every place.
func (c categoryScale) ticks(lim span, _ int) tickSet { return c.every(lim, 1) }

// every names one place in so many.
func (c categoryScale) every(lim span, stride int) tickSet {
	var set tickSet
	lo, hi := min(lim.lo, lim.hi), max(lim.lo, lim.hi)
	for k, label := range c.labels {
		if at := float64(k + 1); at >= lo && at <= hi && k%stride == 0 {
			set.ticks = append(set.ticks, tick{value: at, label: label})
		}
	}
	return set
}

// measureNames sets the names beside each other where there is room, if need be
// in two lines, else upwards, and then as many of them as there is room for.
func (a *axis) measureNames(c categoryScale, length vg.Length, t *theme) {
	const gap, row, longest, most = 0.5, 1.15, 9, 60 // in letter heights; names that are tried beside each other
	room := length / vg.Length(max(len(c.labels), 1))
	set := func(stride int, width vg.Length, lines int) (whole bool) {
		a.ticks = c.every(a.lim, stride)
		a.boxes = make([]typeset.Box, len(a.ticks.ticks))
		whole = true
		for k, tick := range a.ticks.ticks {
			var cutShort bool
			a.boxes[k], cutShort = fit(tick.label, t.textSize, width, lines, typeset.Centred)
			whole = whole && !cutShort && a.boxes[k].Width <= width
		}
		return whole
	}
	a.hasCommon = false
	a.turned = len(c.labels) > most || !set(1, max(room-gap*t.textSize, 1), 2)
	if a.turned {
		set(int(row*t.textSize/max(room, 1e-3))+1, longest*t.textSize, 1)
	}
}
