package render

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/sessions"
)

// TestQuantiles holds quantiles to numpy.percentile, and the search that needs no
// copy to sorting.
func TestQuantiles(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		values, want []float64 // at 0, 1/4, 1/2, 3/4 and 1
	}{
		{[]float64{1, 2, 3, 4}, []float64{1, 1.75, 2.5, 3.25, 4}},
		{[]float64{5}, []float64{5, 5, 5, 5, 5}},
		{[]float64{9, nan, 1, inf, 5, -inf}, []float64{1, 3, 5, 7, 9}},
		{[]float64{-1e308, 1e308}, []float64{-1e308, -5e307, 0, 5e307, 1e308}},
		{nil, []float64{nan, nan, nan, nan, nan}},
	} {
		got := newRanked(newColumn(slice(c.values))).quantiles(0, 0.25, 0.5, 0.75, 1)
		for i, want := range c.want {
			if got[i] != want && !(got[i] != got[i] && want != want) && math.Abs(got[i]/want-1) > 1e-15 {
				t.Errorf("%v: %v, want %v", c.values, got, c.want)
				break
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	many := make(slice, fewValues+12345)
	for i := range many {
		switch i % 5 {
		case 0:
			many[i] = -math.Exp(20 * r.NormFloat64())
		case 1:
			many[i] = math.Float64frombits(r.Uint64())
		case 2:
			many[i] = float64(r.IntN(4))
		default:
			many[i] = r.NormFloat64()
		}
	}
	search := newRanked(newColumn(many))
	if search.sorted != nil {
		t.Fatal("a long column was copied")
	}
	sorted := slices.DeleteFunc(slices.Clone(many), func(v float64) bool { return !(math.Abs(v) <= math.MaxFloat64) })
	slices.Sort(sorted)
	ranks := []int{0, 1, 5, len(sorted) / 4, len(sorted) / 2, len(sorted)/2 + 1, len(sorted) - 2, len(sorted) - 1}
	for i, got := range search.at(ranks) {
		if got != sorted[ranks[i]] {
			t.Errorf("rank %d: %v, want %v", ranks[i], got, sorted[ranks[i]])
		}
	}
}

func TestBoxes(t *testing.T) {
	// The quartiles are 3.25, 5.5 and 7.75; 1.5 times their distance reaches from -3.5
	// to 14.5.
	b := summarize(newRanked(newColumn(slice{1, 2, 3, 4, 5, 6, 7, 8, 9, 40})))
	if b.lower != 3.25 || b.median != 5.5 || b.upper != 7.75 || b.whiskerLow != 1 || b.whiskerHigh != 9 || math.Abs(b.mean-8.5) > 1e-12 || b.n != 10 {
		t.Errorf("%+v", b)
	}
	low, high := b.notches()
	if want := 1.57 * 4.5 / math.Sqrt(10); math.Abs(high-5.5-want) > 1e-12 || math.Abs(5.5-low-want) > 1e-12 {
		t.Errorf("notches %v … %v", low, high)
	}
	// Without a value between box and limit the whisker has no length.
	if b := summarize(newRanked(newColumn(slice{0, 0, 0, 0, 0, 0, 1, 100}))); b.whiskerHigh != b.upper || b.whiskerLow != 0 {
		t.Errorf("%+v", b)
	}
}

// drawn lays out and places a plot.
func drawn(t *testing.T, options map[string]any, series ...*sessions.Series) (*panel, theme) {
	t.Helper()
	s, _, err := decode(options)
	if err != nil {
		t.Fatal(err)
	}
	base := themeOf(s.style)
	f, err := plan(s, series, &base, &Report{})
	if err != nil {
		t.Fatal(err)
	}
	f.ranges(&Report{})
	th := f.layout(vg.Rectangle{Max: point{X: vg.Length(s.width) * vg.Inch, Y: vg.Length(s.height) * vg.Inch}}, &base, &Report{})
	f.place(0.1, &th)
	return f.panels[0], th
}

func TestBoxesOfColumns(t *testing.T) {
	p, _ := drawn(t, asked(`{"kind": "box"}`), samples())
	boxes := p.marks[0].mark.(*boxPlot)
	if len(boxes.boxes) != 3 || p.y.label != "[mV]" || p.x.boxes[0].Plain() != "U_1" {
		t.Errorf("%d boxes, label %q, first %q", len(boxes.boxes), p.y.label, p.x.boxes[0].Plain())
	}
	p, _ = drawn(t, asked(`{"kind": "box", "columns": ["t", "U_1"]}`), samples())
	if n := len(p.marks[0].mark.(*boxPlot).boxes); n != 2 {
		t.Errorf("%d boxes where x is asked for", n)
	}
	// Ten thousand outliers are as many as an eye can tell apart.
	r := rand.New(rand.NewPCG(5, 5))
	p, _ = drawn(t, asked(`{"kind": "box"}`), build("s", []string{"a"}, table(200_000, func(i int) []float64 {
		if i%10 == 0 {
			return []float64{100 * r.NormFloat64()}
		}
		return []float64{r.NormFloat64()}
	})))
	if n := len(p.marks[0].mark.(*boxPlot).shapes[0].outliers); n < 50 || n > 600 {
		t.Errorf("%d outliers are drawn", n)
	}
}

// TestNamesFit holds that names of boxes do not overlap.
func TestNamesFit(t *testing.T) {
	for _, n := range []int{1, 3, 8, 20, 60, 300} {
		p, th := drawn(t, asked(`{"kind": "box"}`), spreads(n))
		end := vg.Length(math.Inf(-1))
		for i, tick := range p.x.ticks.ticks {
			at, _ := p.across(p.x, tick.value)
			wide := p.x.boxes[i].Width
			if p.x.turned {
				wide = th.textSize
			}
			if at.X-wide/2 < end {
				t.Errorf("%d boxes: the name of box %d overlaps another", n, i)
				break
			}
			end = at.X + wide/2
		}
	}
}
