package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// axis is one axis of a panel: what it shows, and once laid out, where.
type axis struct {
	upright bool
	right   bool // it stands to the right of the frame
	scale   scale
	asked   limits
	grid    bool
	label   string

	// What the marks need, gathered before the limits are chosen.
	all, positive span
	margins       margins
	footing       bool // no margin at zero if all data are on one side of it
	inverted      bool
	turned        bool // tick labels read upwards

	// An axis that serves a single curve beside another axis has its colour.
	tinted bool
	tint   color.NRGBA

	lim        span
	ticks      tickSet
	chosen     span // lim before it was changed for equal units
	keptChosen bool
	shift      vg.Length // of an axis beside the frame

	// Measured labels.
	boxes     []typeset.Box // one a tick, empty for minor ticks
	common    typeset.Box
	hasCommon bool
	title     typeset.Box
	hasTitle  bool

	leastBreadth vg.Length // of the tick labels, so that labels of axes stand in line
}

func newAxis(upright bool) *axis {
	return &axis{
		upright: upright, scale: linearScale{},
		asked: limits{math.NaN(), math.NaN()},
		all:   emptySpan(), positive: emptySpan(),
		margins: margins{fraction: 0.05},
	}
}

// show widens the axis to a column of data.
func (a *axis) show(c *column) {
	a.all = a.all.union(c.extent())
	if a.logarithmic() {
		a.positive = a.positive.union(c.positives())
	}
}

// reach widens the axis to an interval.
func (a *axis) reach(s span) {
	a.all = a.all.union(s)
	if s.hi > 0 {
		if s.lo <= 0 {
			s.lo = s.hi
		}
		a.positive = a.positive.union(s)
	}
}

func (a *axis) logarithmic() bool {
	_, ok := a.scale.(logScale)
	return ok
}

// nothing tells that no value has a place on the axis.
func (a *axis) nothing() bool {
	if a.logarithmic() {
		return a.positive.empty()
	}
	return a.all.empty()
}

// choose decides the limits. Ends that were asked for hold; an end without a
// place on the axis (zero on a logarithmic one) follows the data, and choose
// says so.
func (a *axis) choose() (complaint string) {
	a.settle()
	lo, hi := a.asked.lo, a.asked.hi
	dom := a.scale.domain()
	if lo < dom.lo || hi < dom.lo {
		complaint = "limits of a logarithmic axis are above zero"
		if lo < dom.lo {
			lo = math.NaN()
		}
		if hi < dom.lo {
			hi = math.NaN()
		}
	}
	auto := a.scale.limits(a.all, a.positive, a.margins)
	a.lim = auto
	if lo == lo {
		a.lim.lo = lo
	}
	if hi == hi {
		a.lim.hi = hi
	}
	if (lo == lo) != (hi == hi) && !(a.lim.lo < a.lim.hi) {
		// One end is beyond all data: leave room on its other side.
		if lo == lo {
			a.lim.hi = a.scale.limits(span{lo, lo}, span{lo, lo}, margins{}).hi
		} else {
			a.lim.lo = a.scale.limits(span{hi, hi}, span{hi, hi}, margins{}).lo
		}
	}
	a.lim = separate(a.lim)
	if _, ok := a.scale.(timeScale); ok && (a.lim.lo < firstSecond || a.lim.hi > lastSecond) {
		complaint = "the x axis has values beyond the years 1 to 9999, it is labelled in seconds since 1970"
	}
	if a.inverted {
		a.lim = span{a.lim.hi, a.lim.lo}
	}
	return complaint
}

// settle is what the data decide about scale and margins.
func (a *axis) settle() {
	if s, ok := a.scale.(symlogScale); ok {
		a.scale = s.settled(a.all)
	}
	if a.logarithmic() {
		return // zero is beyond its end anyway
	}
	if a.footing && a.all.lo == 0 {
		a.margins.stickyLow = true
	}
	if a.footing && a.all.hi == 0 {
		a.margins.stickHigh = true
	}
}

// separate keeps limits far enough apart for float64 to hold places between
// them.
func separate(s span) span {
	if s.lo <= s.hi {
		return nonsingular(s)
	}
	r := nonsingular(span{s.hi, s.lo})
	return span{r.hi, r.lo}
}

// measure chooses the ticks that fit on a length of paper and sets their
// labels.
func (a *axis) measure(length vg.Length, t *theme) {
	if c, ok := a.scale.(categoryScale); ok {
		a.measureNames(c, length, t)
		return
	}
	want := a.fitting(length, t)
	for {
		a.ticks = a.scale.ticks(a.lim, want)
		a.set(t)
		if want <= 1 || !a.crowded(length, t) {
			return
		}
		want--
	}
}

// fitting is how many intervals there is room for, as matplotlib counts: one
// in three letter heights along, one in two upwards, nine at most.
func (a *axis) fitting(length vg.Length, t *theme) int {
	each := 3 * t.textSize
	if a.upright {
		each = 2 * t.textSize
	}
	return min(max(int(length/each), 1), 9)
}

func (a *axis) set(t *theme) {
	a.boxes = make([]typeset.Box, len(a.ticks.ticks))
	for i, k := range a.ticks.ticks {
		if k.label != "" {
			a.boxes[i] = typeset.Layout(k.label, t.textSize)
		}
	}
	a.hasCommon = a.ticks.common != ""
	if a.hasCommon {
		a.common = typeset.Layout(a.ticks.common, t.textSize)
	}
}

// crowded tells that labels touch, or nearly.
func (a *axis) crowded(length vg.Length, t *theme) bool {
	m := newMapping(a.scale, a.lim, 0, float64(length))
	gap := t.textSize * 0.6
	if a.upright {
		gap = t.textSize * 0.15
	}
	type extent struct{ lo, hi vg.Length }
	var seen []extent
	for i, k := range a.ticks.ticks {
		if k.label == "" {
			continue
		}
		at := vg.Length(m.at(k.value))
		half := a.boxes[i].Width / 2
		if a.upright {
			half = t.textSize / 2
		}
		e := extent{at - half, at + half}
		for _, s := range seen {
			if e.lo < s.hi+gap && s.lo < e.hi+gap {
				return true
			}
		}
		seen = append(seen, e)
	}
	return false
}

// breadth is the widest tick label.
func (a *axis) breadth() vg.Length {
	w := a.leastBreadth
	for _, b := range a.boxes {
		w = max(w, b.Width)
	}
	return w
}
