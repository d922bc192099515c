package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// histogram is the counts of several columns over common bins, as bars side by
// side: the look of matplotlib's hist with its default of ten bins and a
// relative width of 0.7.
type histogram struct {
	columns []*column
	labels  []string
	colors  []color.NRGBA
	bins    int

	edges  []float64
	counts [][]int // by column, then bin
	bars   [][]vg.Rectangle
}

const barsPart = 0.7 // of a bin that bars fill

// count fills the bins. They divide the range of all finite values of all
// columns; the last bin includes its upper edge. Without any value there are
// no bins.
func (h *histogram) count() {
	all := emptySpan()
	for _, c := range h.columns {
		all = all.union(c.extent())
	}
	h.counts = make([][]int, len(h.columns))
	if all.empty() {
		return
	}
	if all.lo == all.hi {
		all = around(all.lo)
	}
	h.edges = make([]float64, h.bins+1)
	for i := range h.edges {
		f := float64(i) / float64(h.bins)
		h.edges[i] = all.lo*(1-f) + all.hi*f
	}
	h.edges[0], h.edges[h.bins] = all.lo, all.hi
	for i, c := range h.columns {
		h.counts[i] = h.countColumn(c)
	}
}

// around is a bin's range for values that are all equal: half to both sides,
// or what float64 can still tell apart.
func around(v float64) span {
	d := max(0.5, math.Abs(v)*1e-9)
	return span{clampFinite(v - d), clampFinite(v + d)}
}

func (h *histogram) countColumn(c *column) []int {
	n := make([]int, h.bins)
	lo, hi := h.edges[0], h.edges[h.bins]
	// Halved against overflow, like everywhere.
	k := float64(h.bins) / (hi*0.5 - lo*0.5)
	for chunk := range c.Chunks() {
		for _, v := range chunk {
			if !(v >= lo && v <= hi) {
				continue
			}
			i := min(max(int((v*0.5-lo*0.5)*k), 0), h.bins-1)
			// The division may be off by a rounding; the edges decide.
			if i > 0 && v < h.edges[i] {
				i--
			} else if i < h.bins-1 && v >= h.edges[i+1] {
				i++
			}
			n[i]++
		}
	}
	return n
}

// bar is the interval of a column's bar within a bin.
func (h *histogram) bar(column, bin int) (from, to float64) {
	lo, hi := h.edges[bin], h.edges[bin+1]
	n := float64(len(h.columns))
	start := (1-barsPart)/2 + barsPart*float64(column)/n
	end := start + barsPart/n
	return lo*(1-start) + hi*start, lo*(1-end) + hi*end
}

func (h *histogram) include(x, y *axis) {
	h.count()
	y.margins.stickyLow = true
	if h.edges == nil {
		return
	}
	y.reach(span{0, 0})
	for i := range h.columns {
		for b, n := range h.counts[i] {
			from, to := h.bar(i, b)
			x.reach(span{from, to})
			if n > 0 {
				y.reach(span{float64(n), float64(n)})
			}
		}
	}
}

func (h *histogram) place(w *window, _ *theme) {
	h.bars = make([][]vg.Rectangle, len(h.columns))
	if h.edges == nil {
		return
	}
	foot := float64(w.rect.Min.Y)
	if at := w.y.at(0); at == at { // zero has no place on a logarithmic axis
		foot = at
	}
	for i := range h.columns {
		for b, n := range h.counts[i] {
			if n == 0 {
				continue
			}
			from, to := h.bar(i, b)
			x0, x1, y1 := w.x.at(from), w.x.at(to), w.y.at(float64(n))
			if !(x0 == x0 && x1 == x1 && y1 == y1) {
				continue
			}
			r := vg.Rectangle{
				Min: point{X: vg.Length(min(x0, x1)), Y: vg.Length(min(foot, y1))},
				Max: point{X: vg.Length(max(x0, x1)), Y: vg.Length(max(foot, y1))},
			}
			h.bars[i] = append(h.bars[i], within(r, grown(w.rect, 10)))
		}
	}
}

// within cuts a rectangle to another.
func within(r, to vg.Rectangle) vg.Rectangle {
	clamp := func(v, lo, hi vg.Length) vg.Length { return min(max(v, lo), hi) }
	return vg.Rectangle{
		Min: point{X: clamp(r.Min.X, to.Min.X, to.Max.X), Y: clamp(r.Min.Y, to.Min.Y, to.Max.Y)},
		Max: point{X: clamp(r.Max.X, to.Min.X, to.Max.X), Y: clamp(r.Max.Y, to.Min.Y, to.Max.Y)},
	}
}

func (h *histogram) paint(p *pen) {
	for i, bars := range h.bars {
		for _, r := range bars {
			p.box(r, h.colors[i])
		}
	}
}

func (h *histogram) entries() []entry {
	out := make([]entry, len(h.columns))
	for i := range out {
		out[i] = entry{h.labels[i], func(p *pen, r vg.Rectangle) {
			mid, half := (r.Max.Y+r.Min.Y)/2, (r.Max.Y-r.Min.Y)*0.43
			r.Min.Y, r.Max.Y = mid-half, mid+half
			p.box(r, h.colors[i])
		}}
	}
	return out
}

func (h *histogram) covers(r vg.Rectangle) float64 {
	sum := 0.0
	for _, bars := range h.bars {
		for _, b := range bars {
			w := min(b.Max.X, r.Max.X) - max(b.Min.X, r.Min.X)
			t := min(b.Max.Y, r.Max.Y) - max(b.Min.Y, r.Min.Y)
			if w > 0 && t > 0 {
				// The outline a bar shows, as a line's length.
				sum += float64(w + t)
			}
		}
	}
	return sum
}
