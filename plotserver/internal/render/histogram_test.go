package render

import (
	"math"
	"slices"
	"testing"
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
