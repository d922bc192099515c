package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
	"iotplot/sessions"
)

func TestMarkOptionErrors(t *testing.T) {
	for _, c := range []struct{ options, want string }{
		{`{"xscale": "logit"}`, `cannot plot with xscale "logit": there is no such scale, allowed is "linear", "log" or "symlog"`},
		{`{"linthresh": 0}`, `cannot plot with linthresh 0: it is out of range, allowed is a number above 0`},
		{`{"equal": "yes"}`, `cannot plot with equal "yes": it is a text, allowed is true or false`},
		{`{"steps": "up"}`, `cannot plot with steps "up": there are no such steps, allowed is true, "pre", "post", "mid" or an object of them by column name`},
		{`{"alpha": 2}`, `cannot plot with alpha 2: it is out of range, allowed is a number from 0 to 1, a list of them, or an object of them by column name`},
		{`{"linewidth": ["thin"]}`, `cannot plot with linewidth ["thin"]: it holds a text, allowed is a number from 0 to 50, a list of them, or an object of them by column name`},
		{`{"markersize": true}`, `cannot plot with markersize true: it is true or false, allowed is a number from 0 to 100, a list of them, or an object of them by column name`},
		{`{"fill": {"V": {"from": 0}}}`, `cannot plot with fill {"V":{"from":0}}: it holds "from", which is not known, allowed is to, alpha and color`},
		{`{"fill": {"V": {"color": "blau"}}}`, `cannot plot with fill {"V":{"color":"blau"}}: "blau" is no colour, allowed is a colour b g r c m y k w, a name, C0 to C9 or #rrggbb`},
		{`{"bars": {"V": -1}}`, `cannot plot with bars {"V":-1}: a width is not above 0, allowed is true or a width above 0`},
		{`{"yerr": -1}`, `cannot plot with yerr -1: an error is below 0, allowed is a number, a column name, a list of two of them for below and above, or an object of these by column name`},
		{`{"yerr": ["a", "b", "c"]}`, `cannot plot with yerr ["a","b","c"]: it holds a text, allowed is a number, a column name, a list of two of them for below and above, or an object of these by column name`},
		{`{"band": "sV"}`, `cannot plot with band "sV": it is a text, allowed is an object by column name of a number, a column name, or a list of two column names`},
		{`{"cmap": "jet"}`, `cannot plot with cmap "jet": there is no such map of colours, allowed is "viridis", "kindlmann", "blackbody", "coolwarm" or "gray"`},
		{`{"hlines": "top"}`, `cannot plot with hlines "top": it is a text, allowed is a number, an object {value, label, format, color, linewidth, axis}, or a list of them`},
		{`{"hlines": [1, true]}`, `cannot plot with hlines [1,true]: it holds true or false, allowed is a number, an object {value, label, format, color, linewidth, axis}, or a list of them`},
		{`{"vlines": {"label": "lamp"}}`, `cannot plot with vlines {"label":"lamp"}: it has no "value", allowed is an object with a value`},
		{`{"vlines": {"value": 1, "axis": "z"}}`, `cannot plot with vlines {"axis":"z","value":1}: its "axis" is "z", allowed is "y" or "y2"`},
		{`{"vspans": [1, 2, 3]}`, `cannot plot with vspans [1,2,3]: it holds a number, allowed is a list of two numbers, an object {from, to, label, color, alpha, axis}, or a list of them`},
		{`{"annotate": "here"}`, `cannot plot with annotate "here": it is a text, allowed is an object {x, y, text, column, color, marker, arrow, axis}, or a list of them`},
		{`{"annotate": {"y": 1}}`, `cannot plot with annotate {"y":1}: it has no "x", allowed is an object with x, y and text`},
		{`{"annotate": {"x": 1, "marker": "oo"}}`, `cannot plot with annotate {"marker":"oo","x":1}: its "marker" is "oo", allowed is a marker . , o v ^ < > 1 2 3 4 8 s p P * h H + x X D d | _`},
	} {
		_, _, err := decode(asked(c.options))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.options, err, c.want)
		}
	}
}

func TestColumnsOfMarksThatAreNotThere(t *testing.T) {
	series := []*sessions.Series{measured(10)}
	for _, c := range []struct{ options, option, want string }{
		{`{"alpha": {"U": 0.5}}`, "alpha", `cannot plot with alpha for "U": no such column is drawn, there are: V, sV, mean, low, high, T, relay`},
		{`{"steps": {"U": true}, "yerr": {"V": "sV"}}`, "steps", `cannot plot with steps for "U": no such column is drawn, there are: V, mean, low, high, T, relay`},
		{`{"bars": ["U"]}`, "bars", `cannot plot with bars for "U": no such column is drawn`},
		{`{"yerr": {"V": "sU"}}`, "yerr", `there are t, V, sV`},
		{`{"band": {"V": ["low", "height"]}}`, "band", `there are t, V, sV`},
		{`{"fill": {"V": "U"}}`, "fill", `there are t, V, sV`},
		{`{"scatter": {"V": "U"}}`, "scatter", `there are t, V, sV`},
		{`{"annotate": {"x": 1, "column": "U", "text": "?"}}`, "annotate", `cannot plot with annotate for "U": no such column is drawn`},
	} {
		_, err := Draw(io.Discard, SVG, series, asked(c.options))
		var refused *OptionError
		if !errors.As(err, &refused) || refused.Option != c.option || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one for %s with %q", c.options, err, c.option, c.want)
		}
	}
}

// TestHelpersAreNotDrawn holds that columns which only give errors, bands or
// colours have no curve, and those that are filled to have one.
func TestHelpersAreNotDrawn(t *testing.T) {
	for _, c := range []struct{ options, want string }{
		{`{"yerr": {"V": "sV"}}`, "V mean low high T relay"},
		{`{"yerr": {"V": ["sV", 0.1]}, "xerr": {"mean": "T"}}`, "V mean low high relay"},
		{`{"band": {"mean": ["low", "high"]}}`, "V sV mean T relay"},
		{`{"scatter": {"V": "T"}}`, "V sV mean low high relay"},
		{`{"fill": {"V": "mean"}}`, "V sV mean low high T relay"},
		{`{"scatter": {"V": true}}`, "V sV mean low high T relay"},
	} {
		s, _, err := decode(asked(c.options))
		if err != nil {
			t.Fatal(err)
		}
		base := themeOf("paper")
		fig, err := plan(s, []*sessions.Series{measured(10)}, &base, new(Report))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entriesOf(fig.panels[0].marks) {
			got = append(got, e.label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: drawn are %s, want %s", c.options, s, c.want)
		}
	}
}

// marked is options that ask for every kind of mark on a column of any series.
func marked(column string) []map[string]any {
	by := func(v any) map[string]any { return map[string]any{column: v} }
	huge := []any{1e308, -1e308, 0.0, 1.0}
	return []map[string]any{
		{"steps": "mid", "fill": true, "alpha": 0.3, "linewidth": 20.0, "markersize": 50.0, "format": "o-"},
		{"steps": "pre", "fill": by(column), "hlines": huge, "vlines": huge, "equal": true},
		{"bars": true, "yerr": 1e308, "xerr": column, "xinvert": true},
		{"bars": by(1e308), "xlog": true, "ylog": true},
		{"band": by([]any{column, column}), "yerr": by([]any{column, 1.0}), "ylog": true, "xlog": true},
		{"scatter": by(column), "xscale": "symlog", "yscale": "symlog", "clim": []any{1.0, -1.0}},
		{"scatter": by(column), "equal": true, "yinvert": true, "linthresh": 1e-300, "yscale": "symlog"},
		{"hspans": []any{[]any{-1e308, 1e308}, []any{nil, 0.0}}, "vspans": map[string]any{"from": 1.0, "label": strings.Repeat("long ", 99)},
			"annotate": []any{map[string]any{"x": 1.0, "y": 2.0, "text": strings.Repeat("W ", 400)}, map[string]any{"x": 1e308, "y": -1e308, "text": "far"}, map[string]any{"x": 1.0, "text": "on it"}}},
		{"annotate": []any{map[string]any{"x": 1.0, "text": "$\\frac{1}{2}$", "marker": "x"}}, "xlog": true, "figsize": []any{1.0, 1.0},
			"hlines": map[string]any{"value": 1.0, "label": "one"}, "vlines": map[string]any{"value": 1.0, "label": "one", "format": "r-."}},
		{"band": by(1e300), "steps": "post", "yscale": "symlog", "hist": true},
		{"equal": true, "xlim": []any{0.0, 1e-300}, "ylim": []any{-1e308, 1e308}, "fill": 1e308},
	}
}

func TestExtremesOfMarks(t *testing.T) {
	for _, s := range extremes() {
		column := s.Columns[len(s.Columns)-1]
		if s.Name == "strange names" {
			column = "$"
		}
		for i, options := range marked(column) {
			for _, f := range []Format{PNG, PDF, SVG, EPS} {
				set := map[string]any{"dpi": 40.0}
				for k, v := range options {
					set[k] = v
				}
				var b bytes.Buffer
				_, err := Draw(&b, f, []*sessions.Series{s}, set)
				var refused *OptionError
				if errors.As(err, &refused) && (column == "$" || refused.Option == "annotate") {
					continue // the x column has no curve of its own; nothing to annotate
				}
				if err != nil {
					t.Errorf("%s, marks %d, %v: %v", s.Name, i, f, err)
				}
				if bytes.Contains(b.Bytes(), []byte("NaN")) && (f == SVG || f == EPS) {
					t.Errorf("%s, marks %d, %v: the file holds NaN", s.Name, i, f)
				}
			}
		}
	}
}

func TestSteps(t *testing.T) {
	nan := math.NaN()
	xs, ys := []float64{0, 1, 2, 4}, []float64{5, 7, nan, 6}
	for _, c := range []struct {
		kind   stepKind
		xs, ys []float64
	}{
		{stepsBefore, []float64{0, 0, 1, 1, 2, 2, 4}, []float64{5, 7, 7, nan, nan, 6, 6}},
		{stepsAfter, []float64{0, 1, 1, 2, 2, 4, 4}, []float64{5, 5, 7, 7, nan, nan, 6}},
		{stepsMiddle, []float64{0, 0.5, 0.5, 1, 1.5, 1.5, 2, 3, 3, 4}, []float64{5, 5, 7, 7, 7, nan, nan, nan, 6, 6}},
	} {
		var gx, gy []float64
		s := &stepper{kind: c.kind, out: func(in [][]float64) {
			gx, gy = append(gx, in[0]...), append(gy, in[1]...)
		}}
		for i := range xs { // a piece a row: borders of pieces show nothing
			s.feed([][]float64{xs[i : i+1], ys[i : i+1]})
		}
		if fmt.Sprint(gx, gy) != fmt.Sprint(c.xs, c.ys) {
			t.Errorf("%s: %v %v, want %v %v", stepNames[c.kind], gx, gy, c.xs, c.ys)
		}
	}
}

// TestAreasAreReducedInvisibly draws areas of many rows reduced and in full.
func TestAreasAreReducedInvisibly(t *testing.T) {
	for _, c := range []struct{ noise, allowed float64 }{
		{0, 0.003},
		// The edge of a noisy area is a shade between its extremes; the reduced
		// one has another, by less than can be told from a step of the curve.
		{0.2, 0.08},
	} {
		testArea(t, c.noise, c.allowed)
	}
}

func testArea(t *testing.T, rough, allowed float64) {
	t.Helper()
	const n = 20_000
	xs, ys, zs := make([]float64, n), make([]float64, n), make([]float64, n)
	seed := uint64(1)
	noise := func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>11)/(1<<53) - 0.5
	}
	for i := range xs {
		xs[i] = float64(i)
		ys[i] = math.Sin(float64(i)/2000) + rough*noise()
		zs[i] = ys[i] - 0.3 - rough/2*noise()
		if i%5000 < 40 {
			ys[i] = math.NaN()
		}
	}
	for _, steps := range []stepKind{noSteps, stepsAfter} {
		for _, between := range []bool{true, false} {
			draw := func(cell float64) []byte {
				a := &area{x: newColumn(slice(xs)), a: newColumn(slice(ys)), steps: steps, color: accessible[0]}
				if between {
					a.b = newColumn(slice(zs))
				}
				x, y := newAxis(false), newAxis(true)
				a.include(x, y)
				x.choose()
				y.choose()
				rect := vg.Rectangle{Max: point{X: sketchWidth, Y: sketchHeight}}
				w := &window{x: newMapping(x.scale, x.lim, 0, sketchWidth), y: newMapping(y.scale, y.lim, 0, sketchHeight), rect: rect, cell: cell}
				th := themeOf("paper")
				a.place(w, &th)
				c, err := canvas.New(canvas.PNG, sketchWidth, sketchHeight, sketchDPI, canvas.Info{})
				if err != nil {
					t.Fatal(err)
				}
				a.paint(&pen{Canvas: c, theme: &th, pixel: 72.0 / sketchDPI})
				var b bytes.Buffer
				if _, err := c.WriteTo(&b); err != nil {
					t.Fatal(err)
				}
				return b.Bytes()
			}
			cell := 72.0 / sketchDPI / cellsAPixel
			if d := difference(t, draw(cell), draw(cell/1000)); d > allowed {
				t.Errorf("noise %v, steps %d, between %v: %.2f %% of the pixels differ", rough, steps, between, 100*d)
			}
		}
	}
}

func TestSymlog(t *testing.T) {
	s := symlogScale{0.01}
	for _, v := range []float64{0, 0.005, -0.005, 0.01, 1, -1, 1e308, -1e308, 5e-324} {
		if got := s.inverse(s.forward(v)); math.Abs(got-v) > 1e-9*math.Abs(v) {
			t.Errorf("%v comes back as %v", v, got)
		}
	}
	if a, b := s.forward(1)-s.forward(0.1), s.forward(-0.1)-s.forward(-1); math.Abs(a-1) > 1e-12 || math.Abs(b-1) > 1e-12 {
		t.Errorf("decades are %v and %v long", a, b)
	}
	for _, c := range []struct {
		linear float64
		lim    span
		want   string
	}{
		{1, span{-1000, 1000}, "−$10^{3}$ −$10^{2}$ −$10^{1}$ −$10^{0}$ 0 $10^{0}$ $10^{1}$ $10^{2}$ $10^{3}$"},
		{1, span{-2, 2}, "−2.0 −1.5 −1.0 −0.5 0.0 0.5 1.0 1.5 2.0"},
		{0.1, span{-0.7, 1.1}, "−0.5 −0.2 −0.1 0 0.1 0.2 0.5 1"},
		{1, span{10, 1000}, "$10^{1}$ $10^{2}$ $10^{3}$"},
		{1, span{-1000, -10}, "−$10^{3}$ −$10^{2}$ −$10^{1}$"},
	} {
		set := symlogScale{c.linear}.ticks(c.lim, 8)
		got := map[float64]string{}
		var order []float64
		for _, k := range set.ticks {
			if k.label != "" {
				got[k.value] = k.label
				order = append(order, k.value)
			}
		}
		for i := range order {
			for k := i; k > 0 && order[k] < order[k-1]; k-- {
				order[k], order[k-1] = order[k-1], order[k]
			}
		}
		var labels []string
		for _, v := range order {
			labels = append(labels, got[v])
		}
		if l := strings.Join(labels, " "); l != c.want {
			t.Errorf("%v: labels %s, want %s", c.lim, l, c.want)
		}
	}
	if got := (symlogScale{}).settled(span{-3, 250}).linear; got != 1 {
		t.Errorf("the linear part ends at %v, want a thousandth of 1000", got)
	}
}

// TestEqualUnits measures a drawn figure: a unit of x is as long as one of y,
// and limits that were asked for hold.
func TestEqualUnits(t *testing.T) {
	for _, text := range []string{
		`{"equal": true}`, `{"equal": true, "xlim": [0, 1]}`, `{"equal": true, "ylim": [-5, null]}`, `{"equal": true, "xlim": [0, 5], "ylim": [1, -1], "title": "x"}`,
		`{"equal": true, "xlog": true, "ylog": true}`, `{"equal": true, "figsize": [2, 6], "yinvert": true}`,
	} {
		s, _, err := decode(asked(text))
		if err != nil {
			t.Fatal(err)
		}
		base := themeOf("paper")
		report := &Report{}
		fig, err := plan(s, []*sessions.Series{damped(100)}, &base, report)
		if err != nil {
			t.Fatal(err)
		}
		fig.ranges(report)
		fig.layout(vg.Rectangle{Max: point{X: vg.Length(fig.width) * vg.Inch, Y: vg.Length(fig.height) * vg.Inch}}, &base, report)
		p := fig.panels[0]
		per := func(a *axis, length vg.Length) float64 {
			return float64(length) / math.Abs(a.scale.forward(a.lim.hi)-a.scale.forward(a.lim.lo))
		}
		x, y := per(p.x, p.frame.Max.X-p.frame.Min.X), per(p.y, p.frame.Max.Y-p.frame.Min.Y)
		if math.Abs(x-y) > 1e-6*x {
			t.Errorf("%s: a unit is %v by %v points", text, x, y)
		}
		for _, a := range []*axis{p.x, p.y} {
			if a.asked.lo == a.asked.lo && a.lim.lo != a.asked.lo || a.asked.hi == a.asked.hi && a.lim.hi != a.asked.hi {
				t.Errorf("%s: limits %v, asked were %v", text, a.lim, a.asked)
			}
		}
	}
}

// TestTextsKeepClear holds that labels of lines, notes and the legend do not
// lie on each other, and are inside the frame.
func TestTextsKeepClear(t *testing.T) {
	options := asked(`{"hlines": [{"value": 0.5, "label": "half"}, {"value": -0.5, "label": "minus half"}], "vlines": {"value": 1, "label": "one second"},
		"annotate": [{"x": 0.25, "column": "sin", "text": "first"}, {"x": 1.25, "column": "sin", "text": "second"}, {"x": 0.3, "y": 0.7, "text": "third"}]}`)
	s, _, err := decode(options)
	if err != nil {
		t.Fatal(err)
	}
	base := themeOf("paper")
	report := &Report{}
	fig, err := plan(s, []*sessions.Series{damped(200)}, &base, report)
	if err != nil {
		t.Fatal(err)
	}
	fig.ranges(report)
	th := fig.layout(vg.Rectangle{Max: point{X: 360, Y: 216}}, &base, report)
	fig.place(0.24, &th)
	p := fig.panels[0]
	var texts []vg.Rectangle
	for _, m := range p.marks {
		switch m := m.mark.(type) {
		case *refLine:
			texts = append(texts, m.words.at)
		case *note:
			texts = append(texts, m.words.at)
		}
	}
	texts = append(texts, p.names.best(p.frame, p.right, p.marks))
	if len(texts) != 7 {
		t.Fatalf("%d texts", len(texts))
	}
	for i, a := range texts {
		if !containsAll(p.frame, a) {
			t.Errorf("text %d is not in the frame", i)
		}
		for k, b := range texts[:i] {
			if a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y {
				t.Errorf("texts %d and %d lie on each other", k, i)
			}
		}
	}
}

func TestColorMaps(t *testing.T) {
	for _, m := range colorMaps {
		shades := m.make()
		if len(shades) != mapShades {
			t.Errorf("%s has %d shades", m.name, len(shades))
		}
		before := -1.0
		for i, c := range shades {
			l := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
			if m.name != "coolwarm" && m.name != "kindlmann" && l < before-1.5 {
				t.Errorf("%s grows darker at %d", m.name, i)
			}
			before = l
		}
	}
	if c := shadesNamed("viridis"); c[0].R != 68 || c[255].R != 253 {
		t.Errorf("viridis goes from %v to %v", c[0], c[255])
	}
	for v, want := range map[float64]int{0: 0, 10: 255, 5: 128, -3: 0, 1e308: 255} {
		if got := shade(v, span{0, 10}); got != want {
			t.Errorf("shade of %v is %d, want %d", v, got, want)
		}
	}
	if shade(math.NaN(), span{0, 1}) != -1 {
		t.Error("NaN has a colour")
	}
}

func TestHeightAt(t *testing.T) {
	xs, ys := slice{0, 1, 2, 4}, slice{0, 10, math.NaN(), 5}
	for x, want := range map[float64]float64{0: 0, 0.5: 5, 1: 10, 4: 5, 3: math.NaN(), 5: math.NaN(), -1: math.NaN()} {
		if got := heightAt(xs, ys, x); got != want && (got == got || want == want) {
			t.Errorf("at %v: %v, want %v", x, got, want)
		}
	}
}

func FuzzMarks(f *testing.F) {
	for _, p := range marksGallery() {
		b, _ := json.Marshal(p.options)
		f.Add(b)
	}
	series := []*sessions.Series{build("s", []string{"t", "V", "sV"}, [][]float64{{1, 2, 0.1}, {3, math.NaN(), 1}, {-2, 1e200, -3}, {4, 1e308, 1e308}})}
	f.Fuzz(func(t *testing.T, data []byte) {
		var options map[string]any
		if json.Unmarshal(data, &options) != nil {
			return
		}
		s, _, err := decode(options)
		if err != nil || s.width*s.height*s.dpi*s.dpi > 1e6 {
			return
		}
		var refused *OptionError
		if _, err := Draw(io.Discard, PNG, series, options); err != nil && !errors.As(err, &refused) {
			t.Error(err)
		}
	})
}

// BenchmarkMarks draws a million rows with every kind of mark.
func BenchmarkMarks(b *testing.B) {
	million := noisy(1_000_000)
	for _, c := range []struct{ name, options string }{
		{"curves", `{}`},
		{"steps", `{"steps": true}`},
		{"fill", `{"fill": true}`},
		{"between", `{"fill": {"a": "b"}}`},
		{"band", `{"band": {"a": ["b", "c"]}}`},
		{"bars", `{"bars": true}`},
		{"errors", `{"yerr": {"a": 0.1}}`},
		{"scatter", `{"scatter": {"a": "c"}}`},
		{"notes", `{"annotate": [{"x": 3, "column": "a", "text": "here"}], "hlines": [{"value": 1, "label": "one"}]}`},
	} {
		options := asked(c.options)
		for _, f := range []Format{PDF, PNG} {
			b.Run(c.name+"/"+f.String(), func(b *testing.B) {
				var size counting
				b.ReportAllocs()
				for b.Loop() {
					size = 0
					if _, err := Draw(&size, f, []*sessions.Series{million}, options); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(size)/1000, "kB/file")
			})
		}
	}
}

// TestOneColourColumn refuses colours of two columns on one colour bar.
func TestOneColourColumn(t *testing.T) {
	s := build("s", []string{"t", "a", "b", "T", "h"}, table(20, func(i int) []float64 {
		x := float64(i)
		return []float64{x, x, 2 * x, 20 + x, 1000 * x}
	}))
	_, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(`{"scatter": {"a": "T", "b": "h"}}`))
	var refused *OptionError
	if want := `cannot plot with scatter coloured by "T" and by "h"`; !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s …", err, want)
	}
	for _, options := range []string{
		`{"scatter": {"a": "T", "b": "T"}}`,
		`{"scatter": {"a": "T", "b": "h"}, "subplots": "columns"}`,
	} {
		if _, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(options)); err != nil {
			t.Errorf("%s: %v", options, err)
		}
	}
}

// TestNegativeErrors are no errors.
func TestNegativeErrors(t *testing.T) {
	s := build("s", []string{"t", "a", "ea"}, [][]float64{{0, 1, 0.5}, {1, 2, -7}, {2, 3, 0.5}})
	for options, what := range map[string]string{`{"yerr": "ea"}`: "an error", `{"xerr": {"a": [0, "ea"]}}`: "an error", `{"band": {"a": "ea"}}`: "a band"} {
		report, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(options))
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{`"ea" is below zero in some rows, which are without ` + what}; !slices.Equal(report.Warnings, want) {
			t.Errorf("%s: warnings %q, want %q", options, report.Warnings, want)
		}
	}
	// Ends of a band may be anywhere.
	report, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(`{"band": {"a": ["ea", "a"]}}`))
	if err != nil || len(report.Warnings) > 0 {
		t.Errorf("a band of two columns: %v, warnings %q", err, report.Warnings)
	}
	up := newColumn(beside(slice{1, 2, 3}, part{column: "e"}, slice{0.5, -7, 0}, 1))
	if got := []float64{up.At(0), up.At(1), up.At(2)}; got[0] != 1.5 || !math.IsNaN(got[1]) || got[2] != 3 {
		t.Errorf("values with errors are at %v, want none where the error is negative", got)
	}
}
