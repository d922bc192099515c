package render

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestHistogramCounts(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name    string
		columns [][]float64
		edges   [2]float64
		counts  [][]int
	}{
		// As numpy.histogram(a, bins=10) has it: bins are half open, the last
		// is closed.
		{"edges", [][]float64{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, [2]float64{0, 10}, [][]int{{1, 1, 1, 1, 1, 1, 1, 1, 1, 2}}},
		{"tenths", [][]float64{{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}}, [2]float64{0, 1}, [][]int{{1, 1, 1, 1, 1, 1, 1, 1, 1, 2}}},
		{"common bins", [][]float64{{0, 0, 1}, {9, 10}}, [2]float64{0, 10}, [][]int{{2, 1, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 2}}},
		{"not finite", [][]float64{{nan, inf, 0, 10, -inf}}, [2]float64{0, 10}, [][]int{{1, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
		{"equal", [][]float64{{7, 7, 7}}, [2]float64{6.5, 7.5}, [][]int{{0, 0, 0, 0, 0, 3, 0, 0, 0, 0}}},
		{"huge", [][]float64{{-1e308, 1e308}}, [2]float64{-1e308, 1e308}, [][]int{{1, 0, 0, 0, 0, 0, 0, 0, 0, 1}}},
	} {
		h := &histogram{bins: binsOption{count: 10}}
		for _, v := range c.columns {
			h.columns = append(h.columns, newColumn(slice(v)))
		}
		h.count(false)
		if h.edges[0] != c.edges[0] || h.edges[10] != c.edges[1] {
			t.Errorf("%s: edges %v … %v, want %v", c.name, h.edges[0], h.edges[10], c.edges)
		}
		for i, want := range c.counts {
			if !slices.Equal(h.counts[i], want) {
				t.Errorf("%s: column %d: %v, want %v", c.name, i, h.counts[i], want)
			}
		}
	}
}

func TestBarsStandSideBySide(t *testing.T) {
	h := &histogram{part: 0.7, columns: []*column{newColumn(slice{0, 10}), newColumn(slice{0, 10})}}
	h.count(false)
	// 0.7 of the bin, in its middle, divided among the columns.
	for i, want := range [][2]float64{{0.15, 0.5}, {0.5, 0.85}} {
		from, to := h.bar(i)
		from, to = h.inBin(0, from, false), h.inBin(0, to, false)
		if math.Abs(from-want[0]) > 1e-12 || math.Abs(to-want[1]) > 1e-12 {
			t.Errorf("bar %d: %v … %v, want %v", i, from, to, want)
		}
	}
}

// TestLogarithmicBinsHoldAllValues holds the outer edges to the data.
func TestLogarithmicBinsHoldAllValues(t *testing.T) {
	// numpy.histogram(v, bins=numpy.geomspace(3, 30, 6))
	h := &histogram{bins: binsOption{count: 5}, columns: []*column{newColumn(slice{3, 3, 3, 7, 8, 30, 30})}}
	h.count(true)
	if want := []int{3, 1, 1, 0, 2}; !slices.Equal(h.counts[0], want) {
		t.Errorf("counts %v of edges %v, want %v", h.counts[0], h.edges, want)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		v := make(slice, 20)
		for i := range v {
			v[i] = math.Exp(20 * r.NormFloat64())
		}
		h := &histogram{bins: binsOption{count: 1 + r.IntN(50)}, columns: []*column{newColumn(v)}}
		h.count(true)
		sum := 0
		for _, n := range h.counts[0] {
			sum += n
		}
		if sum != len(v) || !slices.IsSorted(h.edges) {
			t.Fatalf("%d of %d values are in bins with the edges %v: %v", sum, len(v), h.edges, v)
		}
	}
}

// TestNarrowBarsKeepTheirHeights holds bars narrower than a pixel to the
// highest of each pixel's column.
func TestNarrowBarsKeepTheirHeights(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var a, b slice
	for range 1000 {
		a, b = append(a, r.NormFloat64()), append(b, 1+2*r.NormFloat64())
	}
	for _, stacked := range []bool{false, true} {
		h := &histogram{bins: binsOption{count: 1000}, part: 0.8, stacked: stacked, columns: []*column{newColumn(a), newColumn(b)}}
		h.count(false)
		const cell, pixel, wide = 0.18, 0.36, 288.0
		w := &window{
			x: newMapping(linearScale{}, span{h.edges[0], h.edges[1000]}, 0, wide),
			y: newMapping(linearScale{}, span{0, 100}, 0, 1000), cell: cell,
			rect: vg.Rectangle{Max: point{X: wide, Y: 1000}},
		}
		h.place(w, &theme{})
		for c, bars := range h.bars {
			if !stacked && float64(len(bars)) > wide/pixel+2 {
				t.Fatalf("column %d has %d bars", c, len(bars))
			}
			for _, rect := range bars {
				if math.Abs(float64(rect.Max.X-rect.Min.X)-pixel) > 1e-9 {
					t.Fatalf("stacked %v, column %d: a bar is %v wide, want a pixel", stacked, c, rect.Max.X-rect.Min.X)
				}
			}
			if stacked && c == 0 {
				continue // what is in front tells
			}
			most, drawn := 0.0, vg.Length(0)
			for _, v := range h.high[c] {
				most = max(most, v)
			}
			for _, rect := range bars {
				drawn = max(drawn, rect.Max.Y)
			}
			if math.Abs(float64(drawn)-most*10) > 1e-9 {
				t.Errorf("stacked %v, column %d: the highest bar is drawn %v high, want %v", stacked, c, drawn, most*10)
			}
		}
	}
}
