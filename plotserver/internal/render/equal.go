package render

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// equalise makes a unit as long on one axis as on the other, by showing more of
// the axis that has room. Limits that were asked for hold, so that with all
// four the frame is made smaller instead. It is nothing for an axis in
// calendar time, and for axes of different scales.
func (p *panel) equalise() {
	if !p.equal || p.x.nothing() || p.y.nothing() {
		return
	}
	for _, a := range []*axis{p.x, p.y} {
		if !a.keptChosen {
			a.chosen, a.keptChosen = a.lim, true
		}
		a.lim = a.chosen
	}
	w, h := float64(p.frame.Max.X-p.frame.Min.X), float64(p.frame.Max.Y-p.frame.Min.Y)
	extent := func(a *axis) float64 {
		return math.Abs(a.scale.forward(a.lim.hi)*0.5 - a.scale.forward(a.lim.lo)*0.5)
	}
	ux, uy := extent(p.x)/w, extent(p.y)/h // halves of units a point
	if !(ux > 0 && uy > 0 && ux < 1e300 && uy < 1e300) {
		return
	}
	fixed := func(a *axis) bool { return a.asked.lo == a.asked.lo && a.asked.hi == a.asked.hi }
	switch {
	case ux < uy && !fixed(p.x):
		p.x.stretch(uy / ux)
	case uy < ux && !fixed(p.y):
		p.y.stretch(ux / uy)
	case ux < uy && !fixed(p.y) || uy < ux && !fixed(p.x):
		// The one that could give has none to give: shrink the frame.
		fallthrough
	default:
		if ux < uy {
			cut := (p.frame.Max.X - p.frame.Min.X) * (1 - vg.Length(ux/uy)) / 2
			p.frame.Min.X += cut
			p.frame.Max.X -= cut
		} else {
			cut := (p.frame.Max.Y - p.frame.Min.Y) * (1 - vg.Length(uy/ux)) / 2
			p.frame.Min.Y += cut
			p.frame.Max.Y -= cut
		}
	}
}

// stretch shows more of an axis, to both sides or beyond the end that was not
// asked for.
func (a *axis) stretch(factor float64) {
	lo, hi := a.scale.forward(a.lim.lo), a.scale.forward(a.lim.hi)
	more := (hi*0.5 - lo*0.5) * (factor - 1)
	low, high := more, more
	switch {
	case a.asked.lo == a.asked.lo:
		low, high = 0, 2*more
	case a.asked.hi == a.asked.hi:
		low, high = 2*more, 0
	}
	a.lim = span{clampFinite(a.scale.inverse(clampFinite(lo - low))), clampFinite(a.scale.inverse(clampFinite(hi + high)))}
}
