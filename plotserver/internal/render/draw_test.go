package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"

	"iotplot/sessions"
)

func TestFormatOf(t *testing.T) {
	for _, c := range []struct {
		file, name string
		format     Format
	}{
		{"a.pdf", "a.pdf", PDF}, {"a.PNG", "a.PNG", PNG}, {"dir/a.svg", "dir/a.svg", SVG}, {"a.jpg", "a.jpg", JPG},
		{"a.jpeg", "a.jpeg", JPG}, {"a.b.eps", "a.b.eps", EPS}, {"plain", "plain.png", PNG}, {"v1.2/plain", "v1.2/plain.png", PNG},
	} {
		f, name, err := FormatOf(c.file)
		if err != nil || f != c.format || name != c.name {
			t.Errorf("%q: %v, %q, %v", c.file, f, name, err)
		}
	}
	for _, file := range []string{"", "dir/", "a.gif", "a.", "a.pdf.exe"} {
		_, _, err := FormatOf(file)
		var refused *OptionError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), ".pdf, .png, .svg, .jpg") {
			t.Errorf("%q: error %v, want one that names the endings", file, err)
		}
	}
}

// extremes are series no plot library is fond of.
func extremes() []*sessions.Series {
	nan, inf := math.NaN(), math.Inf(1)
	two := []string{"x", "y"}
	wide := manyColumns(199)
	return []*sessions.Series{
		build("no rows", two, nil),
		build("one row", two, [][]float64{{1, 2}}),
		build("one column", []string{"y"}, [][]float64{{1}, {2}, {4}}),
		build("all NaN", two, [][]float64{{nan, nan}, {nan, nan}}),
		build("x NaN", two, [][]float64{{nan, 1}, {nan, 2}}),
		build("infinities", two, [][]float64{{0, inf}, {1, -inf}, {inf, 2}, {2, 2}}),
		build("huge", two, [][]float64{{-1e308, 1e308}, {1e308, -1e308}, {math.MaxFloat64, -math.MaxFloat64}}),
		build("denormal", two, [][]float64{{5e-324, 5e-324}, {1e-320, 1e-322}}),
		build("constant", two, [][]float64{{3, 7}, {3, 7}, {3, 7}}),
		build("nearly constant", two, [][]float64{{0, 1}, {1, 1 + 1e-16}, {2, math.Nextafter(1, 2)}}),
		build("huge and tiny", two, [][]float64{{0, 1e308}, {1, 1e-308}, {2, 1e-3}}),
		build("negative", two, [][]float64{{-1, -1}, {-2, -5}}),
		build("zero", two, [][]float64{{0, 0}, {0, 0}}),
		build("gaps", two, table(50, func(i int) []float64 {
			if i%2 == 0 {
				return []float64{float64(i), nan}
			}
			return []float64{float64(i), float64(i)}
		})),
		build("backwards", two, table(50, func(i int) []float64 { return []float64{float64(-i), float64(i * i)} })),
		build("200 columns", wide, table(5, func(i int) []float64 {
			row := make([]float64, len(wide))
			for k := range row {
				row[k] = float64(i * k)
			}
			return row
		})),
		build("strange names", []string{"$", "%&#_\\\x00", strings.Repeat("long ", 400)}, [][]float64{{1, 2, 3}, {2, 3, 4}}),
	}
}

func TestExtremes(t *testing.T) {
	long := strings.Repeat("A very long title, $x^2$ in it. ", 320)
	variants := []map[string]any{
		nil,
		{"hist": true},
		{"xlog": true, "ylog": true},
		{"hist": true, "xlog": true, "ylog": true},
		{"format": []any{"o", "C1x--"}, "style": "dark"},
		{"title": long, "xlabel": long, "ylabel": long},
		{"title": strings.Repeat("W", 10000), "figsize": []any{1.0, 1.0}, "xlabel": "\n\n\n\n", "ylabel": "\\loop $"},
		{"xlim": []any{1e308, -1e308}, "ylim": []any{nil, -1e300}},
		{"xlim": []any{-5.0, 3.0}, "ylim": []any{-5.0, 0.0}, "xlog": true, "ylog": true},
		{"xlim": []any{1.0, 1.0000000000000002}, "ylim": []any{1e-320, nil}},
		{"figsize": []any{50.0, 1.0}, "dpi": 20.0},
		{"figsize": []any{1.0, 50.0}, "dpi": 20.0, "title": "narrow"},
	}
	for _, s := range extremes() {
		for i, options := range variants {
			for _, f := range []Format{PNG, PDF, SVG, JPG, EPS} {
				if i > 3 && f != PNG && f != PDF {
					continue
				}
				set := map[string]any{"dpi": 50.0}
				for k, v := range options {
					set[k] = v
				}
				var b bytes.Buffer
				report, err := Draw(&b, f, []*sessions.Series{s}, set)
				if err != nil {
					t.Errorf("%s, variant %d, %v: %v", s.Name, i, f, err)
					continue
				}
				if b.Len() == 0 {
					t.Errorf("%s, variant %d, %v: nothing was written", s.Name, i, f)
				}
				if bytes.Contains(b.Bytes(), []byte("NaN")) && (f == SVG || f == EPS) {
					t.Errorf("%s, variant %d, %v: the file holds NaN", s.Name, i, f)
				}
				for _, w := range report.Warnings {
					if strings.Contains(w, "failed") {
						t.Errorf("%s, variant %d, %v: %s", s.Name, i, f, w)
					}
				}
			}
		}
	}
}

// TestMemoryStays holds that drawing again and again leaves nothing behind.
func TestMemoryStays(t *testing.T) {
	series := []*sessions.Series{damped(100)}
	heap := func(draws int) uint64 {
		for i := range draws {
			options := map[string]any{"dpi": 50.0, "title": fmt.Sprintf("Plot %d of $\\alpha_{%d}$", i, i)}
			if _, err := Draw(io.Discard, []Format{PDF, PNG, SVG}[i%3], series, options); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap(30) // fonts and their glyphs are read once
	if after := heap(400); after > before+1<<20 {
		t.Errorf("400 plots left %d KB behind", (after-before)>>10)
	}
}

func TestWarnings(t *testing.T) {
	two := []string{"x", "y"}
	for _, c := range []struct {
		rows    [][]float64
		options map[string]any
		want    string
	}{
		{[][]float64{{1, -1}, {2, 0}}, map[string]any{"ylog": true}, "nothing can be drawn with ylog: no value is above zero"},
		{[][]float64{{-1, 1}, {0, 1}}, map[string]any{"xlog": true}, "nothing can be drawn with xlog: no value is above zero"},
		{nil, nil, "there is nothing to draw: the series holds no finite values"},
		{[][]float64{{1, 1}, {2, 2}}, map[string]any{"format": []any{"r", "g", "b"}}, "2 of the formats have no column"},
		{[][]float64{{1, 1}, {2, 2}}, map[string]any{"format": map[string]any{"z": "r"}}, `format names "z", which is not drawn`},
		{[][]float64{{1, 1}, {2, 2}}, map[string]any{"ylim": []any{-1.0, 5.0}, "ylog": true}, "limits of a logarithmic axis are above zero"},
		{[][]float64{{1, 1}, {2, 2}}, map[string]any{"title": strings.Repeat("many words ", 100)}, "the title is too long and was cut"},
		{[][]float64{{1, 1}, {2, 2}}, map[string]any{"y_label": "V"}, `option "y_label" is not known, did you mean ylabel?`},
		{[][]float64{{1, 1}, {2, 2}}, nil, ""},
	} {
		report, err := Draw(io.Discard, SVG, []*sessions.Series{build("s", two, c.rows)}, c.options)
		if err != nil {
			t.Error(err)
		}
		if got := strings.Join(report.Warnings, "; "); got != c.want {
			t.Errorf("%v: warnings %q, want %q", c.options, got, c.want)
		}
	}
}

func TestColumnsThatAreNotThere(t *testing.T) {
	_, err := Draw(io.Discard, PNG, []*sessions.Series{damped(3)}, map[string]any{"y2": []any{"cosine"}})
	var refused *OptionError
	if !errors.As(err, &refused) || refused.Option != "y2" {
		t.Fatalf("error %v, want an OptionError for y2", err)
	}
	if want := `cannot plot with y2 "cosine": there is no column cosine, there are time, cos, sin, "sin*cos"`; err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestDrawIsDeterministic(t *testing.T) {
	options := map[string]any{"title": "x", "format": map[string]any{"cos": "r", "sin": "g--"}, "a": 1.0, "b": 2.0}
	for _, f := range []Format{PDF, PNG, SVG, JPG, EPS} {
		var first []byte
		for range 3 {
			var b bytes.Buffer
			if _, err := Draw(&b, f, []*sessions.Series{damped(50)}, options); err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = b.Bytes()
			} else if !bytes.Equal(first, b.Bytes()) {
				t.Errorf("%v: two drawings differ", f)
			}
		}
	}
}

func TestDrawFromManyGoroutines(t *testing.T) {
	series := []*sessions.Series{damped(500)}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f := []Format{PDF, PNG, SVG, JPG, EPS}[i%5]
			options := map[string]any{"dpi": 60.0, "title": fmt.Sprintf(`$\alpha_{%d}$`, i), "hist": i%3 == 0}
			if _, err := Draw(io.Discard, f, series, options); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestDrawReportsAFailedWriter(t *testing.T) {
	for _, f := range []Format{PDF, PNG, SVG, JPG, EPS} {
		if _, err := Draw(broken{}, f, []*sessions.Series{damped(5)}, nil); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%v: error %v", f, err)
		}
	}
	if _, err := Draw(io.Discard, PDF, nil, nil); err == nil {
		t.Error("no series: no error")
	}
}

// TestWarningsOfWhatIsNotSeen names what options leave out and which of them do nothing.
func TestWarningsOfWhatIsNotSeen(t *testing.T) {
	s := build("s", []string{"t", "V", "I"}, table(9, func(i int) []float64 { return []float64{float64(i), 1 + float64(i), 9 - float64(i)} }))
	for options, want := range map[string]string{
		`{"from": 20, "to": 30}`:                            "there is nothing to draw: no row lies between 20 and 30",
		`{"from": 30, "to": 20}`:                            "there is nothing to draw: no row lies between 20 and 30",
		`{"to": -1}`:                                        "there is nothing to draw: no row lies up to -1",
		`{"ylim": [50, 60]}`:                                "ylim shows nothing, the values are from 1 to 9",
		`{"xlim": [null, -5]}`:                              "xlim shows nothing, the values are from 0 to 8",
		`{"ylim": [60, 50], "ylog": true}`:                  "ylim shows nothing, the values are from 1 to 9",
		`{"kind": "hist", "bins": [50, 60]}`:                "bins hold nothing, the values are from 1 to 9",
		`{"kind": "hist", "y2": ["I"], "alpha": [0.5]}`:     `options y2, alpha have no effect with kind "hist"`,
		`{"kind": "box", "subplots": "columns"}`:            `option subplots has no effect with kind "box"`,
		`{"kind": "box", "columns": ["t", "V"], "ylog": 1}`: `"t" has values at or below zero, which ylog does not show`,
		`{"hist": true, "kind": "line"}`:                    `option hist has no effect beside kind "line"`,
		`{"xlog": true, "xscale": "linear"}`:                `option xlog has no effect beside xscale "linear"`,
		`{"v": "V", "i": "I"}`:                              `options v, i have no effect with kind "line"`,
		`{"stacked": false, "notch": false, "hist": false}`: "",
		`{"labels": {"V": "U", "z": "Z"}}`:                  `labels names "z", which is not drawn`,
		`{"ylim": [5, 60], "from": 2}`:                      "",
	} {
		report, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(options))
		if err != nil {
			t.Errorf("%s: %v", options, err)
		}
		if got := strings.Join(report.Warnings, "; "); got != want {
			t.Errorf("%s: warnings %q, want %q", options, got, want)
		}
	}
	for options, want := range map[string]string{
		`{"xerr": true}`: "allowed is a number, a column name", `{"vlines": true}`: "allowed is a number, an object {value", `{"vspans": true}`: "allowed is a list of two numbers",
	} {
		if _, err := Draw(io.Discard, SVG, []*sessions.Series{s}, asked(options)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", options, err, want)
		}
	}
}
