package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/sessions"
)

// planned decides a plot as a client asks for it.
func planned(t testing.TB, options string, series ...*sessions.Series) (*figure, []string, error) {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		t.Fatal(err)
	}
	s, warnings, err := decode(o)
	if err != nil {
		return nil, warnings, err
	}
	report := Report{Warnings: warnings}
	base := themeOf(s.style)
	f, err := plan(s, series, &base, &report)
	return f, report.Warnings, err
}

// described is the panels of a figure in a line each: the labels of the axes
// and the curves or columns.
func described(f *figure) string {
	var out []string
	for _, p := range f.panels {
		var names []string
		for _, m := range p.marks {
			for _, e := range m.entries() {
				if m.y == p.y2 && p.y2 != nil {
					e.label += " (right)"
				}
				names = append(names, e.label)
			}
		}
		out = append(out, fmt.Sprintf("%s against %s: %s", p.y.label, p.x.label, strings.Join(names, ", ")))
	}
	return strings.Join(out, "; ")
}

func TestWhatIsDrawn(t *testing.T) {
	cell := func(name string) *sessions.Series {
		return withUnits(name, []string{"t", "V", "I", "sin*cos"}, []string{"s", "V", "mA"}, [][]float64{{0, 1, 2, 3}, {1, 2, 3, 4}})
	}
	one := []*sessions.Series{cell("dark")}
	two := append(one, cell("light"))
	pair := []*sessions.Series{withUnits("p", []string{"V", "I"}, nil, [][]float64{{1, 2}})}
	alone := []*sessions.Series{withUnits("a", []string{"T"}, []string{"°C"}, [][]float64{{1}})}
	for _, c := range []struct {
		options string
		series  []*sessions.Series
		want    string
	}{
		{`{}`, one, ` against t [s]: V [V], I [mA], sin*cos`},
		{`{}`, alone, `T [°C] against : T [°C]`},
		{`{"columns": ["I"]}`, one, `I [mA] against t [s]: I [mA]`},
		{`{"columns": "t"}`, one, `t [s] against t [s]: t [s]`},
		{`{"columns": ["I", "V"], "x": "V"}`, one, ` against V [V]: I [mA], V [V]`},
		{`{"x": "V"}`, one, ` against V [V]: I [mA], sin*cos`},
		{`{"x": "I"}`, pair, `V against I: V`},
		{`{"x": "index"}`, one, ` against index: V [V], I [mA], sin*cos`},
		{`{"x": "t/3600"}`, one, ` against t/3600 [h]: V [V], I [mA], sin*cos`},
		// The column of that very name wins over the expression.
		{`{"columns": ["sin*cos", "V*I", "P = V*I"]}`, one, ` against t [s]: sin*cos, V*I [mW], P [mW]`},
		{`{"columns": ["V"], "labels": ["Voltage"]}`, one, `Voltage against t [s]: Voltage`},
		{`{"columns": ["V", "P = V*I"], "labels": {"P": "power", "t": "Time"}}`, one, ` against Time: V [V], power`},
		{`{"columns": ["V", "I"], "labels": [null, "current"]}`, one, ` against t [s]: V [V], current`},
		{`{"columns": ["V"]}`, two, `V [V] against t [s]: dark, light`},
		{`{"columns": ["V", "I"]}`, two, ` against t [s]: dark: V [V], dark: I [mA], light: V [V], light: I [mA]`},
		{`{"columns": ["V"], "labels": {"dark": "no light", "V": "voltage"}}`, two, `voltage against t [s]: no light, light`},
		{`{"columns": ["V"], "labels": ["a", "b"]}`, two, `V [V] against t [s]: a, b`},
		{`{"columns": ["V", "I"], "subplots": "columns"}`, one, `V [V] against t [s]: V [V]; I [mA] against t [s]: I [mA]`},
		{`{"columns": ["V", "I"], "subplots": "columns"}`, two, `V [V] against t [s]: dark: V [V], light: V [V]; I [mA] against t [s]: dark: I [mA], light: I [mA]`},
		{`{"columns": ["V"], "subplots": "series"}`, two, `V [V] against t [s]: dark; V [V] against t [s]: light`},
		{`{"columns": ["V"], "y2": ["P = V*I"]}`, one, `V [V] against t [s]: V [V], P [mW] (right)`},
		{`{"columns": ["V", "I"], "y2": "I"}`, one, `V [V] against t [s]: V [V], I [mA] (right)`},
		{`{"hist": true}`, pair, ` against : V, I`},
		{`{"kind": "hist"}`, pair, `Count against I: I`},
		{`{"kind": "hist", "columns": ["V", "I"]}`, pair, `Count against : V, I`},
		{`{"kind": "hist"}`, alone, `Count against T [°C]: T [°C]`},
		{`{"kind": "hist", "density": true, "subplots": "columns", "columns": ["V", "I"]}`, one, `Density against V [V]: V [V]; Density against I [mA]: I [mA]`},
		{`{"columns": ["V"], "xlabel": "Time", "ylabel": ""}`, one, ` against Time: V [V]`},
	} {
		f, warnings, err := planned(t, c.options, c.series...)
		if err != nil {
			t.Errorf("%s: %v", c.options, err)
		} else if got := described(f); got != c.want || len(warnings) > 0 {
			t.Errorf("%s of %d series:\n got %s %v\nwant %s", c.options, len(c.series), got, warnings, c.want)
		}
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	s := build("s", []string{"t", "V"}, [][]float64{{1, 2}})
	other := build("other", []string{"t", "I"}, [][]float64{{1, 2}})
	for _, c := range []struct {
		options, option, text string
		series                []*sessions.Series
	}{
		{`{"columns": ["U"]}`, "columns", `cannot plot with columns "U": there is no column U, there are t, V`, []*sessions.Series{s}},
		{`{"x": "V +"}`, "x", `cannot plot with x "V +": `, []*sessions.Series{s}},
		{`{"columns": ["U"]}`, "columns", `cannot plot with columns "U" of series "s": there is no column U`, []*sessions.Series{s, other}},
		{`{"columns": []}`, "columns", `cannot plot with columns []: it has 0 entries, allowed is 1 to 1000`, []*sessions.Series{s}},
		{`{"bins": [1, 1]}`, "bins", `cannot plot with bins [1,1]: its edges do not ascend, allowed is edges from small to large`, []*sessions.Series{s}},
		{`{"bins": 0}`, "bins", `cannot plot with bins 0: it is out of range, allowed is a whole number from 1 to 1000`, []*sessions.Series{s}},
		{`{"bins": "doane"}`, "bins", `cannot plot with bins "doane": there is no such rule, allowed is "auto", "sturges"`, []*sessions.Series{s}},
		{`{"last": 2.5}`, "last", `cannot plot with last 2.5: it is no whole number, allowed is a whole number from 1`, []*sessions.Series{s}},
		{`{"every": 0}`, "every", `cannot plot with every 0: it is below 1`, []*sessions.Series{s}},
		{`{"subplots": true}`, "subplots", `cannot plot with subplots true: it is true or false, allowed is "columns" or "series"`, []*sessions.Series{s}},
		{`{"kind": "pie"}`, "kind", `cannot plot with kind "pie": there is no such kind, allowed is "line"`, []*sessions.Series{s}},
	} {
		_, _, err := planned(t, c.options, c.series...)
		var refused *OptionError
		if !errors.As(err, &refused) || refused.Option != c.option || !strings.HasPrefix(err.Error(), c.text) {
			t.Errorf("%s:\n got %v\nwant %s", c.options, err, c.text)
		}
	}
	// Where another series has it, it is left out and said so.
	f, warnings, err := planned(t, `{"columns": ["V"]}`, s, other)
	if err != nil || described(f) != "V against t: s" || strings.Join(warnings, "") != `series "other" has no "V"` {
		t.Errorf("%v, %q, %v", described(f), warnings, err)
	}
}

func TestRowsThatAreDrawn(t *testing.T) {
	// x runs up to 5 and back.
	s := build("s", []string{"x", "y"}, table(11, func(i int) []float64 { return []float64{5 - math.Abs(float64(i)-5), float64(i)} }))
	nan := math.NaN()
	for _, c := range []struct {
		options string
		want    []float64 // y
	}{
		{`{}`, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{`{"last": 3}`, []float64{8, 9, 10}},
		{`{"last": 1e300}`, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{`{"every": 4}`, []float64{0, 4, 8}},
		{`{"from": 4}`, []float64{4, 5, 6}},
		// A gap where rows between are left out: no line must join them.
		{`{"to": 1}`, []float64{0, 1, nan, 9, 10}},
		{`{"from": 1, "to": 2}`, []float64{1, 2, nan, 8, 9}},
		{`{"from": 2, "to": 1}`, []float64{1, 2, nan, 8, 9}},
		{`{"to": 1, "last": 3}`, []float64{1, nan, 9, 10}},
		{`{"to": 2, "every": 2}`, []float64{0, 2, nan, 9}},
		{`{"to": 1, "every": 5}`, []float64{0, nan}},
		{`{"from": 50}`, nil},
		{`{"from": 4, "columns": ["y + 0"]}`, []float64{4, 5, 6}},
		{`{"from": 4, "columns": ["diff(y) + y - 1"]}`, []float64{4, 5, 6}},
	} {
		f, _, err := planned(t, c.options, s)
		if err != nil {
			t.Fatal(err)
		}
		y := f.panels[0].marks[0].mark.(*curve).y
		var got []float64
		for chunk := range y.Chunks() {
			got = append(got, chunk...)
		}
		if !slices.EqualFunc(got, c.want, same) || y.Len() != len(c.want) {
			t.Errorf("%s: %v (%d), want %v", c.options, got, y.Len(), c.want)
		}
	}
}

func same(a, b float64) bool { return a == b || a != a && b != b }

// TestPickedRows compares with picking row by row, over series of several
// chunks.
func TestPickedRows(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		n := random.IntN(5000)
		s := build("s", []string{"x", "y"}, table(n, func(i int) []float64 {
			return []float64{math.Floor(float64(random.IntN(40)) / 13), float64(i)}
		}))
		spec := newDataSpec()
		spec.from, spec.every = 1, 1+random.IntN(7)
		r := rowsOf(&spec, s.Column(0))
		var want []float64
		number, inside := 0, true
		for i := range n {
			if s.Column(0).At(i) < 1 {
				inside = false
				continue
			}
			if !inside && number > 0 {
				want = append(want, math.NaN())
			}
			inside = true
			if number%spec.every == 0 {
				want = append(want, float64(i))
			}
			number++
		}
		var got []float64
		v := r.of(s.Column(1), 0)
		for chunk := range v.Chunks() {
			got = append(got, chunk...)
		}
		if !slices.EqualFunc(got, want, same) || v.Len() != len(want) {
			t.Fatalf("%d rows, every %d: %d values (Len %d), want %d", n, spec.every, len(got), v.Len(), len(want))
		}
	}
}

// TestBinRules compares with numpy.histogram_bin_edges (2.2): the number of bins
// that it gives for the squares of 0 … 99.
func TestBinRules(t *testing.T) {
	var squares floats
	for i := range 100 {
		squares = append(squares, float64(i*i))
	}
	for rule, want := range map[string]int{"auto": 8, "sturges": 8, "fd": 5, "sqrt": 10, "scott": 5, "rice": 10} {
		edges, _ := binsOption{rule: rule}.of(squares, false)
		if len(edges)-1 != want || edges[0] != 0 || edges[len(edges)-1] != 99*99 {
			t.Errorf("%s: %d bins from %v to %v, want %d", rule, len(edges)-1, edges[0], edges[len(edges)-1], want)
		}
		for _, hard := range []floats{{}, {7}, {7, 7, 7}, {math.NaN()}, {-1e308, 1e308}, {0, 5e-324}, {1, 1, 1, 1, 1, 1e300}} {
			if edges, _ := (binsOption{rule: rule}).of(hard, false); len(edges) > mostBins+1 || !slices.IsSorted(edges) {
				t.Errorf("%s of %v: edges %v", rule, hard, edges)
			}
		}
	}
}

func TestHistogramHeights(t *testing.T) {
	a, b := newColumn(floats{0, 0.5, 1.5, 3}), newColumn(floats{0, 2.5})
	for _, c := range []struct {
		name                     string
		stacked, density, summed bool
		low, high                [2][]float64
	}{
		{"counts", false, false, false, [2][]float64{{0, 0}, {0, 0}}, [2][]float64{{2, 2}, {1, 1}}},
		{"stacked", true, false, false, [2][]float64{{0, 0}, {2, 2}}, [2][]float64{{2, 2}, {3, 3}}},
		{"cumulative", false, false, true, [2][]float64{{0, 0}, {0, 0}}, [2][]float64{{2, 4}, {1, 2}}},
		// As numpy has it: divided by their number and by the bins' widths 1 and 2.
		{"density", false, true, false, [2][]float64{{0, 0}, {0, 0}}, [2][]float64{{0.5, 0.25}, {0.5, 0.25}}},
		{"share", false, true, true, [2][]float64{{0, 0}, {0, 0}}, [2][]float64{{0.5, 1}, {0.5, 1}}},
		{"stacked share", true, true, true, [2][]float64{{0, 0}, {2. / 6, 4. / 6}}, [2][]float64{{2. / 6, 4. / 6}, {0.5, 1}}},
	} {
		h := &histogram{columns: []*column{a, b}, bins: binsOption{edges: []float64{0, 1, 3}}, stacked: c.stacked, density: c.density, summed: c.summed}
		h.count(false)
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
		for i := range 2 {
			if !slices.EqualFunc(h.low[i], c.low[i], near) || !slices.EqualFunc(h.high[i], c.high[i], near) {
				t.Errorf("%s: column %d from %v to %v, want %v to %v", c.name, i, h.low[i], h.high[i], c.low[i], c.high[i])
			}
		}
	}
}

// TestPanelsStandInLine holds frames to one size, above one another and inside
// of the picture.
func TestPanelsStandInLine(t *testing.T) {
	many := build("many", manyColumns(199), table(20, func(i int) []float64 {
		row := make([]float64, 200)
		for k := range row {
			row[k] = float64(i) * math.Pow(10, float64(k%30-15))
		}
		return row
	}))
	for _, options := range []string{
		`{"subplots": "columns"}`, `{"subplots": "columns", "figsize": [2, 2]}`, `{"subplots": "columns", "figsize": [1, 1], "title": "a title"}`,
		`{"subplots": "columns", "columns": ["channel Aa", "channel Ba"], "title": "two"}`, `{"subplots": "columns", "kind": "hist", "columns": ["channel Aa", "channel Ba"]}`,
	} {
		f, _, err := planned(t, options, many)
		if err != nil {
			t.Fatal(err)
		}
		if f.height > largestInches || len(f.panels) > mostPanels {
			t.Errorf("%s: %d panels in %v inches", options, len(f.panels), f.height)
		}
		base := themeOf("paper")
		f.ranges(new(Report))
		area := vg.Rectangle{Max: point{X: vg.Length(f.width) * vg.Inch, Y: vg.Length(f.height) * vg.Inch}}
		f.layout(area, &base, new(Report))
		above := area.Max.Y
		for i, p := range f.panels {
			q := f.panels[0].frame
			a, b := p.frame.Max.Sub(p.frame.Min), q.Max.Sub(q.Min)
			if math.Abs(float64(a.X-b.X)) > 1e-6 || math.Abs(float64(a.Y-b.Y)) > 1e-6 || math.Abs(float64(p.frame.Min.X-q.Min.X)) > 1e-6 {
				t.Errorf("%s: frame %d is %v, the first %v", options, i, p.frame, q)
			}
			if p.frame.Max.Y > above || p.frame.Min.Y < 0 || a.Y <= 0 || a.X <= 0 {
				t.Errorf("%s: frame %d is %v, below %v", options, i, p.frame, above)
			}
			above = p.frame.Min.Y
		}
	}
}

// FuzzData draws whatever columns, expressions and rows are asked for.
func FuzzData(f *testing.F) {
	for _, s := range []string{
		`{"columns": ["a*b", "x = movavg(a, 3)"], "x": "b"}`, `{"from": 1, "to": 2, "every": 2, "last": 1}`, `{"kind": "hist", "bins": "fd", "stacked": true}`,
		`{"kind": "hist", "bins": [0, 1, 2], "density": true, "cumulative": true, "ylog": true}`, `{"subplots": "columns", "labels": ["x"]}`, `{"labels": {"a": "$x"}, "x": "index"}`,
		`{"kind": "hist", "xlog": true, "bins": 5, "columns": ["a", "exp(b)"]}`, `{"format": ["r--", "C1o"], "y2": "a"}`,
	} {
		f.Add(s)
	}
	series := []*sessions.Series{build("s", []string{"a", "b"}, [][]float64{{1, 2}, {3, math.NaN()}, {-2, 1e200}, {2, 5}, {-1e308, 1e308}})}
	f.Fuzz(func(t *testing.T, text string) {
		var options map[string]any
		if json.Unmarshal([]byte(text), &options) != nil {
			return
		}
		_, err := Draw(io.Discard, SVG, series, options)
		var refused *OptionError
		if err != nil && !errors.As(err, &refused) {
			t.Error(err)
		}
	})
}

// TestNamesWithoutUnits lets options name columns without the units that their
// names end with.
func TestNamesWithoutUnits(t *testing.T) {
	s := build("s", []string{"t [s]", "V [V]", "P [mW]", "I (A)", "sV [V]"}, table(9, func(i int) []float64 {
		x := float64(i)
		return []float64{x, 1 + x, 2 + x, 3 + x, 0.1}
	}))
	for _, options := range []string{
		`{"x": "V", "y2": ["P"], "columns": ["I"]}`, `{"columns": ["V*I"]}`, `{"yerr": {"V": "sV"}}`, `{"format": {"V": "r"}, "labels": {"P": "power"}}`,
		`{"fill": {"V": "P"}}`, `{"scatter": {"V": "I"}}`, `{"band": {"V": "sV"}}`, `{"annotate": {"x": 1, "column": "P", "text": "a"}}`,
		`{"alpha": {"P": 0.5}, "linewidth": {"I": 1}, "bars": ["V"]}`, `{"kind": "hist", "columns": ["V"]}`, `{"kind": "iv", "v": "V", "i": "I"}`,
		`{"kind": "box", "columns": ["P"]}`, `{"kind": "spectrum", "columns": ["V"]}`,
	} {
		report, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(options))
		if err != nil {
			t.Errorf("%s: %v", options, err)
		}
		for _, w := range report.Warnings {
			if strings.Contains(w, "column") {
				t.Errorf("%s: %s", options, w)
			}
		}
	}
	if (&marksSpec{yerr: each[amount]{set: true, by: map[string]amount{"V": {parts: []part{{column: "sV"}}}}}}).helps("sV [V]", "sV") != true {
		t.Error("a column of errors is drawn as a curve")
	}
	words, _ := wordsOf(t, asked(`{"columns": ["V*I"]}`), s)
	if !strings.Contains(words, "[W]") {
		t.Errorf("the unit is missing in\n%s", words)
	}
	two := build("s", []string{"t", "T [K]", "T [°C]"}, [][]float64{{1, 2, 3}})
	_, err := Draw(io.Discard, SVG, []*sessions.Series{two}, asked(`{"columns": "T"}`))
	if want := `cannot plot with columns "T": T could be "T [K]" or "T [°C]", write one of them with its unit and the quotes`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
