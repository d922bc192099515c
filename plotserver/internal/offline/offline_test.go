package offline

import (
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"iotplot/plotserver/internal/render"
	"iotplot/sessions"
)

// series makes a series of rows; a row of nil is a lost one.
func series(t *testing.T, name string, columns, units []string, rows ...[]float64) *sessions.Series {
	t.Helper()
	b := sessions.NewBuilder(sessions.Header{Name: name, Columns: columns, Units: units})
	for _, r := range rows {
		if r == nil {
			b.AppendMissing(1)
		} else {
			b.Append(r)
		}
	}
	return b.Series()
}

// What is written on the command line is what a client would send as JSON.
func TestOptionValues(t *testing.T) {
	docs := map[string]render.OptionDoc{}
	for _, d := range render.Options() {
		docs[d.Name] = d
	}
	for _, c := range []struct {
		option string
		texts  []string
		want   any
	}{
		{"title", []string{"2026"}, "2026"},
		{"title", []string{"[a, b]"}, "[a, b]"},
		{"xlabel", []string{""}, ""},
		{"ylog", []string{"true"}, true},
		{"ylog", []string{"false"}, false},
		{"ylog", []string{"yes"}, "yes"}, // refused by the renderer
		{"grid", []string{"0"}, 0.0},
		{"dpi", []string{"300"}, 300.0},
		{"dpi", []string{"100", "300"}, 300.0},
		{"figsize", []string{"6x4"}, []any{6.0, 4.0}},
		{"figsize", []string{"6,4"}, []any{6.0, 4.0}},
		{"figsize", []string{"[6, 4]"}, []any{6.0, 4.0}},
		{"xlim", []string{"0,"}, []any{0.0, nil}},
		{"xlim", []string{",1e3"}, []any{nil, 1000.0}},
		{"xlim", []string{"-1, null"}, []any{-1.0, nil}},
		{"format", []string{"r-- bs"}, []any{"r--", "bs"}},
		{"format", []string{"r--,bs"}, []any{"r--", "bs"}},
		{"format", []string{"r,"}, []any{"r,"}}, // a pixel
		{"format", []string{`{"V": "r--"}`}, map[string]any{"V": "r--"}},
		{"columns", []string{"V,I"}, []any{"V", "I"}},
		{"columns", []string{"V", "P = V*I"}, []any{"V", "P = V*I"}},
		{"columns", []string{"max(V, I), P [mW] = V*I*1e3"}, []any{"max(V, I)", "P [mW] = V*I*1e3"}},
		{"columns", []string{`["V", "a,b"]`}, []any{"V", "a,b"}},
		{"series", []string{"dark"}, []any{"dark"}},
		{"x", []string{"2"}, "2"},
		{"from", []string{"2.5"}, 2.5},
		{"bins", []string{"auto"}, "auto"},
		{"bins", []string{"20"}, 20.0},
		{"bins", []string{"0,1,2"}, []any{0.0, 1.0, 2.0}},
		{"kind", []string{"iv"}, "iv"},
		{"steps", []string{"post"}, "post"},
		{"steps", []string{"true"}, true},
		{"bars", []string{"count,total"}, []any{"count", "total"}},
		{"hlines", []string{"3.3"}, 3.3},
		{"hlines", []string{"0,3.3"}, []any{0.0, 3.3}},
		{"labels", []string{"dark current, photocurrent"}, []any{"dark current", "photocurrent"}},
		{"yerr", []string{`{"V": "sV"}`}, map[string]any{"V": "sV"}},
	} {
		doc, ok := docs[c.option]
		if !ok {
			t.Fatalf("there is no option %s", c.option)
		}
		if got := optionValue(doc, c.texts); !reflect.DeepEqual(got, c.want) {
			t.Errorf("--%s %q is %#v, want %#v", c.option, c.texts, got, c.want)
		}
	}
}

// Every option's example in the documentation is read as it is meant.
func TestOptionExamples(t *testing.T) {
	for _, d := range render.Options() {
		want, ok := asJSON(d.Example)
		if !ok {
			t.Errorf("the example of %s is no JSON: %s", d.Name, d.Example)
			continue
		}
		text := d.Example
		if s, ok := want.(string); ok {
			text = s
		}
		got := optionValue(d, []string{text})
		if list, ok := got.([]any); ok && len(list) == 1 {
			if _, ok := want.(string); ok {
				got = list[0]
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("--%s '%s' is %#v, want %#v", d.Name, text, got, want)
		}
		if err := render.Check(d.Name, got); err != nil {
			t.Errorf("--%s '%s': %v", d.Name, text, err)
		}
	}
}

func TestChart(t *testing.T) {
	for _, c := range []struct {
		name  string
		ascii bool
		x, y  []float64
		want  []string
	}{
		{"up", false, []float64{0, 1}, []float64{0, 1}, []string{"  ⢀⠤⠊", "⡠⠒⠁  "}},
		{"up in ASCII", true, []float64{0, 1}, []float64{0, 1}, []string{"   .'", ".''  "}},
		{"a gap", false, []float64{0, 1, 2}, []float64{1, math.NaN(), 1}, []string{"     ", "⠁   ⠈"}},
		{"flat", true, []float64{0, 1}, []float64{7, 7}, []string{"     ", "'''''"}},
		{"the largest numbers", true, []float64{-math.MaxFloat64, math.MaxFloat64}, []float64{-math.MaxFloat64, math.MaxFloat64}, []string{"   .'", ".''  "}},
	} {
		xs, ys := emptySpan(), emptySpan()
		for i := range c.x {
			if !math.IsNaN(c.y[i]) {
				xs.include(c.x[i])
				ys.include(c.y[i])
			}
		}
		chart := newChart(5, 2, c.ascii, xs, ys)
		chart.curve(len(c.x), func(i int) float64 { return c.x[i] }, func(i int) float64 { return c.y[i] })
		if got := []string{chart.row(0), chart.row(1)}; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The time of a row comes from the column that tells it, and never goes back.
func TestPace(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		columns []string
		units   []string
		column  string // "" where there is none
		values  []float64
		want    []time.Duration
	}{
		{"by its unit", []string{"V", "clock"}, []string{"V", "ms"}, "clock", []float64{1000, 1020, 1500}, []time.Duration{0, 20 * time.Millisecond, 500 * time.Millisecond}},
		{"by the unit in its name", []string{"V", "clock [min]"}, nil, "clock [min]", []float64{0, 2}, []time.Duration{0, 2 * time.Minute}},
		{"by its name", []string{"V", "Time"}, nil, "Time", []float64{5, 5.5}, []time.Duration{0, 500 * time.Millisecond}},
		{"by the end of its name", []string{"V", "t_ms"}, nil, "t_ms", []float64{5, 6}, []time.Duration{0, time.Millisecond}},
		{"called by its unit", []string{"min", "ms"}, nil, "ms", []float64{5, 6}, []time.Duration{0, time.Millisecond}},
		{"a name with another unit", []string{"t", "V"}, []string{"°C", "V"}, "", nil, nil},
		{"no time", []string{"V", "I"}, nil, "", nil, nil},
		{"no numbers", []string{"V", "t"}, nil, "", []float64{nan, nan}, nil},
		{"gaps and a clock that is set back", []string{"V", "t"}, nil, "t", []float64{nan, 1, nan, 3, 2, 4}, []time.Duration{0, 0, 0, 2 * time.Second, 2 * time.Second, 3 * time.Second}},
		{"the end of all times", []string{"V", "t"}, nil, "t", []float64{0, 1e300, math.Inf(1)}, []time.Duration{0, 1 << 62, 1 << 62}},
	} {
		var rows [][]float64
		for _, v := range c.values {
			rows = append(rows, []float64{0, v})
		}
		if len(rows) == 0 {
			rows = [][]float64{{0, 0}}
		}
		s := series(t, "s", c.columns, c.units, rows...)
		p, ok := paceOf(s, "")
		if ok != (c.column != "") || ok && s.Columns[p.column] != c.column {
			t.Errorf("%s: column %v, %v", c.name, p.column, ok)
			continue
		}
		var last time.Duration
		var got []time.Duration
		for i := range c.want {
			last = p.at(i, last)
			got = append(got, last)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Series that overlapped are sent so; the night between two measurements is not.
func TestTracks(t *testing.T) {
	began := time.Date(2026, 5, 4, 13, 37, 0, 0, time.UTC)
	at := func(name string, after time.Duration) *sessions.Series {
		s := *series(t, name, []string{"t"}, []string{"s"}, []float64{0}, []float64{10})
		s.Started = began.Add(after)
		return &s
	}
	var r replay
	tracks, err := r.tracks([]*sessions.Series{at("next day", 24*time.Hour), at("first", 0), at("beside", 4*time.Second), at("with it", 24*time.Hour+3*time.Second)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]time.Duration{"first": 0, "beside": 4 * time.Second, "next day": 14 * time.Second, "with it": 17 * time.Second}
	for _, k := range tracks {
		if k.begin != want[k.series.Name] {
			t.Errorf("%s begins after %v, want %v", k.series.Name, k.begin, want[k.series.Name])
		}
	}
}

func TestSpeeds(t *testing.T) {
	for text, want := range map[string]float64{"1x": 1, "10x": 10, "0.5X": 0.5, "3": 3, "max": math.Inf(1)} {
		if got, err := parseSpeed(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x", "0", "-1x", "nan", "inf", "1e300", "10 x"} {
		if got, err := parseSpeed(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// Whatever a series loses in a format is noticed.
func TestDifferences(t *testing.T) {
	full := func(change func(*sessions.Series)) *sessions.Series {
		s := *series(t, "s", []string{"t", "V"}, []string{"s", "V"}, []float64{0, math.NaN()}, []float64{1, 2}, nil)
		s.Run, s.Started, s.Meta = "r1", time.Unix(1e9, 0), map[string]any{"cell": []any{"7", 1.0}}
		change(&s)
		return &s
	}
	same := func(*sessions.Series) {}
	for what, other := range map[string]*sessions.Series{
		"":                         full(same),
		"the names of the columns": full(func(s *sessions.Series) { s.Columns = []string{"t", "U"} }),
		"the units":                full(func(s *sessions.Series) { s.Units = []string{"s"} }),
		"the meta":                 full(func(s *sessions.Series) { s.Meta = map[string]any{"cell": []any{"7"}} }),
		"the run":                  full(func(s *sessions.Series) { s.Run = "" }),
		"when it was started":      full(func(s *sessions.Series) { s.Started = time.Time{} }),
		"which rows are missing, the number of rows and columns": full(func(s *sessions.Series) { *s = *s.Slice(0, 2) }),
		"which rows are missing, 1 value exactly": func() *sessions.Series {
			s := *series(t, "s", []string{"t", "V"}, []string{"s", "V"}, []float64{0, math.NaN()}, []float64{1, math.Nextafter(2, 3)}, []float64{math.NaN(), math.NaN()})
			s.Run, s.Started, s.Meta = "r1", time.Unix(1e9, 0), map[string]any{"cell": []any{"7", 1.0}}
			return &s
		}(),
	} {
		got := ""
		for i, d := range differences(full(same), other) {
			if i > 0 {
				got += ", "
			}
			got += d
		}
		if got != what {
			t.Errorf("%q, want %q", got, what)
		}
	}
}

// Series of the same name get the names of their files.
func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	save := func(file, name string) string {
		out, err := sessions.OpenFolder(filepath.Join(dir, filepath.Dir(file)))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if _, _, err := out.Save(filepath.Base(file), series(t, name, []string{"t"}, nil, []float64{1})); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, file)
	}
	a, b, c, d := save("run1.json", "solar"), save("run2.json", "solar"), save("x/lamp.json", "lamp"), save("y/run1.json", "solar")
	for _, k := range []struct {
		files, want []string
	}{
		{[]string{a, c}, []string{"solar", "lamp"}},
		{[]string{a, b, c}, []string{"run1", "run2", "lamp"}},
		{[]string{a, d}, []string{filepath.ToSlash(a), filepath.ToSlash(d)}},
	} {
		all, err := new(source).loadAll(k.files)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range all {
			if s.Name != k.want[i] {
				t.Errorf("%v: series %d is called %s, want %s", k.files, i, s.Name, k.want[i])
			}
		}
	}
}
