package render

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/plot/vg"
)

// histogram is the counts of several columns over common bins, as bars side by
// side or on top of each other: the look of matplotlib's hist.
type histogram struct {
	columns []*column
	labels  []string
	colors  []color.NRGBA
	bins    binsOption
	part    float64 // of a bin that bars fill

	stacked, density, summed bool

	edges  []float64
	cut    bool        // there would have been more bins
	counts [][]int     // by column, then bin
	low    [][]float64 // where bars begin, in heights
	high   [][]float64
	bars   [][]vg.Rectangle
	single bool // bars touch: a hairline keeps them apart
	narrow bool // than a pixel: those of several columns are in each other's place
	face   color.NRGBA
}

// count fills the bins. Those that are not given divide the range of all
// finite values of all columns; the last bin includes its upper edge. Without
// any value there are no bins.
func (h *histogram) count(logarithmic bool) {
	h.edges, h.cut = h.bins.of(joined(h.columns), logarithmic)
	h.counts = make([][]int, len(h.columns))
	for i, c := range h.columns {
		if h.edges != nil {
			h.counts[i] = h.countColumn(c, h.bins.edges == nil && !logarithmic)
		}
	}
	h.pile()
}

// around is a bin's range for values that are all equal: half to both sides,
// or what float64 can still tell apart.
func around(v float64) span {
	d := max(0.5, math.Abs(v)*1e-9)
	return span{clampFinite(v - d), clampFinite(v + d)}
}

func (h *histogram) countColumn(c *column, even bool) []int {
	bins := len(h.edges) - 1
	n := make([]int, bins)
	lo, hi := h.edges[0], h.edges[bins]
	// Halved against overflow, like everywhere.
	k := float64(bins) / (hi*0.5 - lo*0.5)
	for chunk := range c.Chunks() {
		for _, v := range chunk {
			if !(v >= lo && v <= hi) {
				continue
			}
			if !even {
				// The first edge above v ends its bin.
				i := sort.Search(bins, func(i int) bool { return h.edges[i+1] > v })
				n[min(i, bins-1)]++
				continue
			}
			i := min(max(int((v*0.5-lo*0.5)*k), 0), bins-1)
			// The division may be off by a rounding; the edges decide.
			if i > 0 && v < h.edges[i] {
				i--
			} else if i < bins-1 && v >= h.edges[i+1] {
				i++
			}
			n[i]++
		}
	}
	return n
}

// pile makes heights of the counts.
func (h *histogram) pile() {
	h.low, h.high = make([][]float64, len(h.counts)), make([][]float64, len(h.counts))
	total := 0.0
	sums := make([]float64, len(h.counts))
	for i, counts := range h.counts {
		for _, n := range counts {
			sums[i] += float64(n)
		}
		total += sums[i]
	}
	for i, counts := range h.counts {
		h.low[i], h.high[i] = make([]float64, len(counts)), make([]float64, len(counts))
		below := 0.0
		all := sums[i]
		if h.stacked {
			all = total
		}
		for b, n := range counts {
			v := float64(n)
			if h.density && all > 0 {
				v /= all
				if !h.summed {
					v = clampFinite(v / 2 / (h.edges[b+1]*0.5 - h.edges[b]*0.5))
				}
			}
			if h.summed {
				below += v
				v = below
			}
			if h.stacked && i > 0 {
				h.low[i][b] = h.high[i-1][b]
			}
			h.high[i][b] = h.low[i][b] + v
		}
	}
}

// bar is the interval of a column's bar within a bin, in parts of the bin.
func (h *histogram) bar(column int) (from, to float64) {
	if h.stacked {
		return (1 - h.part) / 2, (1 + h.part) / 2
	}
	n := float64(len(h.columns))
	start := (1-h.part)/2 + h.part*float64(column)/n
	return start, start + h.part/n
}

func (h *histogram) include(x, y *axis) {
	h.count(x.logarithmic())
	y.margins.stickyLow = true
	if h.edges == nil {
		return
	}
	y.reach(span{0, 0})
	first, _ := h.bar(0)
	_, last := h.bar(len(h.columns) - 1)
	n := len(h.edges) - 1
	x.reach(span{h.inBin(0, first, x.logarithmic()), h.inBin(n-1, last, x.logarithmic())})
	for _, heights := range h.high {
		for _, v := range heights {
			if v > 0 {
				y.reach(span{v, v})
			}
		}
	}
	if y.logarithmic() && !y.positive.empty() {
		// Room below the lowest bar, or it would not be seen.
		y.reach(span{y.positive.lo * 0.6, y.positive.lo * 0.6})
	}
}

// inBin is the value at a part of a bin's width on the axis.
func (h *histogram) inBin(bin int, part float64, logarithmic bool) float64 {
	lo, hi := h.edges[bin], h.edges[bin+1]
	if logarithmic && lo > 0 {
		return math.Exp(math.Log(lo)*(1-part) + math.Log(hi)*part)
	}
	return lo*(1-part) + hi*part
}

func (h *histogram) place(w *window, t *theme) {
	h.bars = make([][]vg.Rectangle, len(h.columns))
	h.face = t.background
	if h.edges == nil {
		return
	}
	_, logarithmic := w.x.scale.(logScale)
	for i := range h.columns {
		from, to := h.bar(i)
		for b := range h.high[i] {
			if h.high[i][b] <= h.low[i][b] {
				continue
			}
			x0, x1 := w.x.at(h.inBin(b, from, logarithmic)), w.x.at(h.inBin(b, to, logarithmic))
			y0, y1 := w.y.at(h.low[i][b]), w.y.at(h.high[i][b])
			if y0 != y0 { // zero has no place on a logarithmic axis
				y0 = float64(w.rect.Min.Y)
			}
			if !(x0 == x0 && x1 == x1 && y1 == y1) {
				continue
			}
			r := vg.Rectangle{
				Min: point{X: vg.Length(min(x0, x1)), Y: vg.Length(min(y0, y1))},
				Max: point{X: vg.Length(max(x0, x1)), Y: vg.Length(max(y0, y1))},
			}
			h.bars[i] = append(h.bars[i], within(r, grown(w.rect, 10)))
		}
	}
	h.thin(vg.Length(w.cell * cellsAPixel))
}

// thin joins bars narrower than a pixel: of those in a pixel's column the
// highest is drawn, or else smoothing would make them all lower than they are.
// Columns that lie on top of each other take the highest pile.
func (h *histogram) thin(pixel vg.Length) {
	narrow := func(r vg.Rectangle) bool { return r.Max.X-r.Min.X < pixel }
	if !slices.ContainsFunc(h.bars, func(bars []vg.Rectangle) bool { return slices.ContainsFunc(bars, narrow) }) {
		return
	}
	h.narrow = true
	at := func(r vg.Rectangle) int { return int(math.Floor(float64((r.Min.X + r.Max.X) / 2 / pixel))) }
	piles := map[int]vg.Rectangle{} // the highest of each pixel's column
	if h.stacked {
		for _, bars := range h.bars {
			for _, r := range bars {
				if top, ok := piles[at(r)]; narrow(r) && (!ok || r.Max.Y > top.Max.Y) {
					piles[at(r)] = r
				}
			}
		}
	}
	for i, bars := range h.bars {
		var joined []vg.Rectangle
		for _, r := range bars {
			if !narrow(r) {
				joined = append(joined, r)
				continue
			}
			k := at(r)
			if pile, ok := piles[k]; ok && (r.Min.X+r.Max.X)/2 != (pile.Min.X+pile.Max.X)/2 {
				continue
			}
			r.Min.X, r.Max.X = vg.Length(k)*pixel, vg.Length(k+1)*pixel
			if n := len(joined); n > 0 && joined[n-1].Min.X == r.Min.X {
				joined[n-1].Min.Y = min(joined[n-1].Min.Y, r.Min.Y)
				joined[n-1].Max.Y = max(joined[n-1].Max.Y, r.Max.Y)
				continue
			}
			joined = append(joined, r)
		}
		h.bars[i] = joined
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
	hair := max(0.35, p.pixel)
	type bar struct {
		vg.Rectangle
		of int
	}
	var all []bar
	for i, bars := range h.bars {
		for _, r := range bars {
			all = append(all, bar{r, i})
		}
	}
	if h.narrow && !h.stacked { // the lower ones in front of the higher
		slices.SortStableFunc(all, func(a, b bar) int { return cmp.Compare(b.Max.Y, a.Max.Y) })
	}
	for _, b := range all {
		p.box(b.Rectangle, h.colors[b.of])
		if h.single && b.Max.X-b.Min.X > 4*hair {
			p.frame(b.Rectangle, hair, h.face)
		}
	}
}

func (h *histogram) entries() []entry {
	var out []entry
	for i, label := range h.labels {
		if label == "" {
			continue
		}
		out = append(out, entry{label, func(p *pen, r vg.Rectangle) {
			mid, half := (r.Max.Y+r.Min.Y)/2, (r.Max.Y-r.Min.Y)*0.43
			r.Min.Y, r.Max.Y = mid-half, mid+half
			p.box(r, h.colors[i])
		}})
	}
	if h.stacked { // as they lie above one another
		slices.Reverse(out)
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

// planHistogram draws histograms. Version 1's option hist takes every column
// and stays as it was; the kind leaves out x.
func planHistogram(p *planning) error {
	s := p.spec
	first := s.kind == ""
	all, err := p.chosen(first, nil, "")
	if err != nil {
		return err
	}
	p.warnOfFormats(all)
	for _, g := range p.groups(all) {
		one := p.panel()
		h := &histogram{bins: s.bins, stacked: s.stacked, density: s.density, summed: s.summed}
		switch {
		case first && !s.stacked:
			h.part = 0.7 // as version 1 draws them
		case len(g.choices) > 1 && !s.stacked:
			h.part = 0.8
		default:
			h.part, h.single = 1, true
		}
		axis := ""
		for i, c := range g.choices {
			f, _ := s.formats.of(g.number[i], c)
			if !f.paint.set {
				f.paint = paint{set: true, cycle: g.number[i]}
				if s.subplots != "" && len(p.sources) > 1 {
					f.paint.cycle = i
				}
			}
			h.columns = append(h.columns, c.column)
			h.labels = append(h.labels, c.label)
			h.colors = append(h.colors, f.paint.in(p.theme))
			if i == 0 {
				axis = c.axis
			} else if c.axis != axis {
				axis = ""
			}
		}
		one.marks = append(one.marks, placed{h, one.y})
		one.legend = len(g.choices) > 1 || s.subplots == "series" && len(p.sources) > 1
		one.x.label = axis
		if !first {
			one.y.label = h.measure()
		}
	}
	return nil
}

// measure is what the heights are.
func (h *histogram) measure() string {
	switch {
	case h.summed && h.density:
		return "Cumulative share"
	case h.summed:
		return "Cumulative count"
	case h.density:
		return "Density"
	}
	return "Count"
}
