package render

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// bars are a column drawn as a bar a row, from zero to its value. Columns
// drawn as bars share the room at an x, side by side.
type bars struct {
	x, y         *column
	label        string
	column       string
	color        color.NRGBA
	index, count int     // which of the columns side by side
	asked        float64 // width in units of the x axis, 0 for what fits

	scale scale
	half  float64 // of all bars at an x, in units of the scale
	rects []vg.Rectangle
}

// barShare is the part of the distance of two rows that bars fill.
const barShare = 0.8

func (b *bars) include(x, y *axis) {
	b.scale = x.scale
	x.show(b.x)
	y.show(b.y)
	y.reach(span{0, 0})
	y.footing = true
	b.half = b.spacing() * barShare / 2
	ends := b.x.extent()
	if x.logarithmic() {
		ends = b.x.positives()
	}
	if ends.empty() {
		return
	}
	if b.asked > 0 {
		x.reach(span{clampFinite(ends.lo - b.asked/2), clampFinite(ends.hi + b.asked/2)})
		return
	}
	x.reach(span{clampFinite(b.scale.inverse(b.scale.forward(ends.lo) - b.half)), clampFinite(b.scale.inverse(b.scale.forward(ends.hi) + b.half))})
}

// spacing is the smallest distance of two different x, in units of the scale.
func (b *bars) spacing() float64 {
	least, before, sorted := math.Inf(1), math.NaN(), true
	rising, falling := false, false
	each := func(v float64) {
		u := b.scale.forward(v)
		if u-u != 0 {
			return
		}
		d := u - before
		before = u
		switch {
		case d > 0:
			rising = true
			least = min(least, d)
		case d < 0:
			falling = true
			least = min(least, -d)
		}
	}
	for chunk := range b.x.Chunks() {
		for _, v := range chunk {
			each(v)
		}
	}
	if sorted = !(rising && falling); !sorted {
		all := make([]float64, 0, b.x.Len())
		for chunk := range b.x.Chunks() {
			for _, v := range chunk {
				if u := b.scale.forward(v); u-u == 0 {
					all = append(all, u)
				}
			}
		}
		slices.Sort(all)
		least = math.Inf(1)
		for i := 1; i < len(all); i++ {
			if d := all[i] - all[i-1]; d > 0 {
				least = min(least, d)
			}
		}
	}
	if !(least <= math.MaxFloat64) {
		return 1
	}
	return least
}

func (b *bars) place(w *window, _ *theme) {
	foot := footOf(w, 0)
	show := grown(w.rect, 10)
	xok, yok := w.x.scale.domain(), w.y.scale.domain()
	// Bars within a cell are one: their hull.
	type cellKey struct {
		k  int32
		up bool
	}
	merged := map[cellKey]int{}
	pairs(b.x, b.y, func(xs, ys []float64) {
		for i, x := range xs {
			y := ys[i]
			if !(x >= xok.lo && x <= xok.hi && y >= yok.lo && y <= yok.hi) {
				continue
			}
			x0, x1 := b.ends(w, x)
			top := vg.Length(w.y.at(y))
			r := within(vg.Rectangle{
				Min: point{X: vg.Length(x0), Y: min(foot, top)}, Max: point{X: vg.Length(x1), Y: max(foot, top)},
			}, show)
			if r.Max.X <= w.rect.Min.X-5 || r.Min.X >= w.rect.Max.X+5 {
				continue
			}
			if x1-x0 < w.cell {
				k := cellKey{int32(math.Floor(x0 / w.cell)), top >= foot}
				if at, ok := merged[k]; ok {
					s := &b.rects[at]
					s.Min = point{X: min(s.Min.X, r.Min.X), Y: min(s.Min.Y, r.Min.Y)}
					s.Max = point{X: max(s.Max.X, r.Max.X), Y: max(s.Max.Y, r.Max.Y)}
					continue
				}
				merged[k] = len(b.rects)
			} else if len(b.rects) >= mostPoints {
				continue
			}
			b.rects = append(b.rects, r)
		}
	})
}

// ends are the sides of the bar at an x on paper, left and right.
func (b *bars) ends(w *window, x float64) (x0, x1 float64) {
	from := 2*float64(b.index)/float64(b.count) - 1
	to := from + 2/float64(b.count)
	if b.asked > 0 {
		h := b.asked / 2
		x0, x1 = w.x.at(clampFinite(x+from*h)), w.x.at(clampFinite(x+to*h))
		if x0 != x0 { // it reaches below zero on a logarithmic axis
			x0 = float64(w.rect.Min.X) - 5
		}
		if x1 != x1 {
			x1 = float64(w.rect.Min.X) - 5
		}
	} else {
		u := b.scale.forward(x)
		x0, x1 = w.x.atUnit(u+from*b.half), w.x.atUnit(u+to*b.half)
	}
	return min(x0, x1), max(x0, x1)
}

func (b *bars) paint(p *pen) {
	p.SetColor(b.color)
	if b.color.A == 0xff {
		for _, r := range b.rects {
			p.solid(r)
		}
		return
	}
	for _, r := range b.rects {
		p.box(r, b.color)
	}
}

// solid fills a bar with sharp edges; one narrower than a pixel keeps its
// width, so that many do not become a block.
func (p *pen) solid(r vg.Rectangle) {
	if r.Max.X-r.Min.X >= 3*p.pixel {
		r.Min.X, r.Max.X = p.snap(r.Min.X), p.snap(r.Max.X)
	}
	r.Min.Y, r.Max.Y = p.snap(r.Min.Y), p.snap(r.Max.Y)
	p.Fill(rectangle(r))
}

func (b *bars) entries() []entry {
	if b.label == "" {
		return nil
	}
	return []entry{{b.label, func(p *pen, r vg.Rectangle) {
		mid, half := (r.Max.Y+r.Min.Y)/2, (r.Max.Y-r.Min.Y)*0.43
		r.Min.Y, r.Max.Y = mid-half, mid+half
		p.box(r, b.color)
	}}}
}

func (b *bars) covers(r vg.Rectangle) float64 {
	sum := 0.0
	for _, s := range b.rects {
		w, h := min(s.Max.X, r.Max.X)-max(s.Min.X, r.Min.X), min(s.Max.Y, r.Max.Y)-max(s.Min.Y, r.Min.Y)
		if w > 0 && h > 0 {
			sum += float64(w + h)
		}
	}
	return sum
}
