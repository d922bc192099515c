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

	window *window
	foot   vg.Length
	cells  map[barCell]int // where the hull of each is in rects
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
	least, before := math.Inf(1), math.NaN()
	rising, falling := false, false
	_, linear := b.scale.(linearScale)
	for chunk := range b.x.Chunks() {
		for _, u := range chunk {
			if !linear {
				u = b.scale.forward(u)
			}
			if u-u != 0 {
				continue
			}
			if d := u - before; d > 0 {
				rising = true
				least = min(least, d)
			} else if d < 0 {
				falling = true
				least = min(least, -d)
			}
			before = u
		}
	}
	if rising && falling {
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
	b.window, b.foot, b.cells = w, footOf(w, 0), map[barCell]int{}
	if x0, x1 := b.ends(w, w.x.value((w.x.a+w.x.b)/2)); x1-x0 < w.cell && b.asked == 0 {
		// All bars are narrower than what the output can show.
		r := newReducer(w, b)
		pairs(b.x, b.y, r.feed)
		r.end()
		return
	}
	xok, yok := w.x.scale.domain(), w.y.scale.domain()
	pairs(b.x, b.y, func(xs, ys []float64) {
		for i, x := range xs {
			if y := ys[i]; x >= xok.lo && x <= xok.hi && y >= yok.lo && y <= yok.hi {
				x0, x1 := b.ends(w, x)
				b.bar(x0, x1, vg.Length(w.y.at(y)))
			}
		}
	})
}

// barCell is a column of paper, above the foot or below it.
type barCell struct {
	k  int32
	up bool
}

// bar adds a bar. Several within a cell fill it, as high as the highest.
func (b *bars) bar(x0, x1 float64, top vg.Length) {
	w := b.window
	r := within(vg.Rectangle{
		Min: point{X: vg.Length(x0), Y: min(b.foot, top)}, Max: point{X: vg.Length(x1), Y: max(b.foot, top)},
	}, grown(w.rect, 10))
	if r.Max.X <= w.rect.Min.X-5 || r.Min.X >= w.rect.Max.X+5 {
		return
	}
	if x1-x0 < w.cell {
		// The same cells as those of reduction.
		begin := min(w.x.a, w.x.b) - w.cell
		k := barCell{int32(math.Floor(((x0+x1)/2 - begin) / w.cell)), top >= b.foot}
		if at, ok := b.cells[k]; ok {
			s := &b.rects[at]
			left := begin + float64(k.k)*w.cell
			s.Min = point{X: vg.Length(left), Y: min(s.Min.Y, r.Min.Y)}
			s.Max = point{X: vg.Length(left + w.cell), Y: max(s.Max.Y, r.Max.Y)}
			return
		}
		b.cells[k] = len(b.rects)
	} else if len(b.rects) >= mostPoints {
		return
	}
	b.rects = append(b.rects, r)
}

// line takes a row that reduction has kept.
func (b *bars) line(x, y float64) {
	x0, x1 := b.ends(b.window, b.window.x.value(x))
	b.bar(x0, x1, vg.Length(y))
}

func (b *bars) gap() {}

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
