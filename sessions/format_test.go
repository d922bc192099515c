package sessions_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
)

// formats are all there are.
var formats = sessions.Formats()

// hardFloats are values that careless writers lose.
var hardFloats = []float64{
	0, math.Copysign(0, -1), 1, -1, 0.1, 1.0 / 3, 100, 1e15, 123456789012345678, 9007199254740993,
	1e16, 9999999999999998, 1e-4, 0.00012345, 9.999e-5, 1e-5, 1e21, 1e22, 1e100, 5e-324, 2.2250738585072014e-308,
	2.2250738585072009e-308, math.MaxFloat64, -math.MaxFloat64, math.MaxInt64, math.MinInt64, 1 << 63, 1 << 53,
	math.NaN(), math.Inf(1), math.Inf(-1), math.Pi, 0.30000000000000004, 4.35, 2.5e-7,
}

// series makes one of columns of the same length.
func series(h sessions.Header, columns ...[]float64) *sessions.Series {
	if h.Columns == nil {
		h.Columns = make([]string, len(columns))
	}
	b := sessions.NewBuilder(h)
	row := make([]float64, len(columns))
	for i := range columns[0] {
		for c := range row {
			row[c] = columns[c][i]
		}
		b.Append(row)
	}
	return b.Series()
}

// randomFloats gives floats of every size and sign, NaN and infinities among
// them.
func randomFloats(seed uint64, n int) []float64 {
	random := rand.New(rand.NewPCG(seed, 7))
	out := make([]float64, n)
	for i := range out {
		switch random.IntN(4) {
		case 0:
			out[i] = math.Float64frombits(random.Uint64())
		case 1:
			out[i] = float64(random.IntN(1e6)) / 1e4
		case 2:
			out[i] = float64(random.Int64())
		default:
			out[i] = random.NormFloat64()
		}
	}
	return out
}

// same compares bit by bit; one NaN is as good as another.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || (math.IsNaN(a) && math.IsNaN(b))
}

func text(t testing.TB, f sessions.Format, s *sessions.Series) string {
	t.Helper()
	var b bytes.Buffer
	if err := sessions.Write(&b, f, s); err != nil {
		t.Fatalf("Write %v: %v", f, err)
	}
	return b.String()
}

// readCSV is a reader that knows nothing but RFC 4180 and the words of the
// format's description.
func readCSV(in io.Reader) (names []string, columns [][]float64, err error) {
	records, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	names = records[0]
	columns = make([][]float64, len(names))
	for _, record := range records[1:] {
		for i, field := range record {
			v := math.NaN()
			if field != "" {
				if v, err = strconv.ParseFloat(field, 64); err != nil {
					return nil, nil, err
				}
			}
			columns[i] = append(columns[i], v)
		}
	}
	return names, columns, nil
}

type jsonSeries struct {
	Series, Run    string
	Started        *time.Time
	Columns, Units []string
	Meta           map[string]any
	Rows           int
	Missing        [][2]int
	Data           map[string][]*json.Number
}

func readJSON(in io.Reader) (js jsonSeries, columns [][]float64, err error) {
	d := json.NewDecoder(in)
	d.DisallowUnknownFields()
	if err := d.Decode(&js); err != nil {
		return js, nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return js, nil, fmt.Errorf("after the object: %v", err)
	}
	for _, name := range js.Columns {
		column := make([]float64, len(js.Data[name]))
		for i, n := range js.Data[name] {
			if n == nil {
				column[i] = math.NaN()
				continue
			}
			// Out of range is the infinity that 1e999 stands for.
			if column[i], err = strconv.ParseFloat(n.String(), 64); err != nil && !errors.Is(err, strconv.ErrRange) {
				return js, nil, err
			}
		}
		columns = append(columns, column)
	}
	return js, columns, nil
}

func TestTextFormatsKeepEveryFloat(t *testing.T) {
	columns := [][]float64{randomFloats(1, 30_000), randomFloats(2, 30_000), randomFloats(3, 30_000)}
	for i := range columns {
		columns[i] = append(columns[i], hardFloats...)
	}
	for _, n := range []int{1, 3} {
		s := series(sessions.Header{Name: "hard", Columns: []string{"t", "U", "I"}[:n]}, columns[:n]...)
		_, fromCSV, err := readCSV(strings.NewReader(text(t, sessions.CSV, s)))
		if err != nil {
			t.Fatal(err)
		}
		_, fromJSON, err := readJSON(strings.NewReader(text(t, sessions.JSON, s)))
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string][][]float64{"CSV": fromCSV, "JSON": fromJSON} {
			if len(got) != n {
				t.Fatalf("%s has %d columns, want %d", name, len(got), n)
			}
			for c := range got {
				if len(got[c]) != len(columns[c]) {
					t.Fatalf("%s: column %d has %d rows, want %d", name, c, len(got[c]), len(columns[c]))
				}
				for i, want := range columns[c] {
					if !same(got[c][i], want) {
						t.Fatalf("%s: column %d, row %d is %v, want %v", name, c, i, got[c][i], want)
					}
				}
			}
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, v := range hardFloats {
		f.Add(v)
	}
	// The law: what is written is read back as the same float, and is told from
	// an integer.
	f.Fuzz(func(t *testing.T, v float64) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Skip()
		}
		_, line, _ := strings.Cut(text(t, sessions.CSV, series(sessions.Header{}, []float64{v})), "\n")
		line = strings.TrimSuffix(line, "\n")
		got, err := strconv.ParseFloat(line, 64)
		if err != nil || !same(got, v) {
			t.Errorf("%v is written as %q, read back as %v, %v", v, line, got, err)
		}
		if !strings.ContainsAny(line, ".e") {
			t.Errorf("%v is written as %q, like an integer", v, line)
		}
	})
}

func TestCSVText(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		name string
		s    *sessions.Series
		want string
	}{
		{"rows", series(sessions.Header{Columns: []string{"t", "U"}}, []float64{0, 0.025, 120}, []float64{1e-5, -3.5, 1e16}),
			"t,U\n0.0,1e-05\n0.025,-3.5\n120.0,1e+16\n"},
		{"gaps and infinities", series(sessions.Header{Columns: []string{"t", "U"}}, []float64{nan, inf}, []float64{nan, -inf}),
			"t,U\n,\ninf,-inf\n"},
		{"one column", series(sessions.Header{Columns: []string{"U"}}, []float64{1, nan, 2}),
			"U\n1.0\n\"\"\n2.0\n"},
		{"no rows", series(sessions.Header{Columns: []string{"t", "U"}}, nil, nil), "t,U\n"},
		{"names", series(sessions.Header{Columns: []string{"sin*cos", "U, V", `a"b`, " x", "T [°C]", "two\nlines"}}, nil, nil, nil, nil, nil, nil),
			"sin*cos,\"U, V\",\"a\"\"b\",\" x\",T [°C],\"two\nlines\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := text(t, sessions.CSV, test.s)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if names, _, err := readCSV(strings.NewReader(got)); err != nil || !slices.Equal(names, test.s.Columns) {
				t.Errorf("read back: %q, %v, want %q", names, err, test.s.Columns)
			}
		})
	}
}

func TestJSONHoldsEverything(t *testing.T) {
	started := time.Date(2026, 5, 4, 13, 37, 0, 500e6, time.UTC)
	b := sessions.NewBuilder(sessions.Header{
		Name: `so"lar <°>`, Run: "k3f9", Columns: []string{"t", `U "x" &`}, Units: []string{"s"}, Started: started,
		Meta: map[string]any{"device": "esp32-1", "n": 3.0, "bad": math.NaN(), "far": []any{math.Inf(1), nil, true, map[string]any{"deep": math.Inf(-1)}}},
	})
	b.Append([]float64{1, 2})
	b.AppendMissing(2)
	b.Append([]float64{math.NaN(), math.Inf(-1)})
	s := b.Series()
	written := text(t, sessions.JSON, s)
	if !json.Valid([]byte(written)) {
		t.Fatalf("not JSON: %s", written)
	}
	// What is beyond float64 in meta becomes text for the reader, which has no
	// room for it.
	js, columns, err := readJSON(strings.NewReader(strings.NewReplacer(`[1e999,`, `["inf",`, `:-1e999`, `:"-inf"`).Replace(written)))
	if err != nil {
		t.Fatal(err)
	}
	if js.Series != s.Name || js.Run != "k3f9" || js.Started == nil || !js.Started.Equal(started) || js.Rows != 4 {
		t.Errorf("header is %+v", js)
	}
	if !slices.Equal(js.Columns, s.Columns) || !slices.Equal(js.Units, []string{"s", ""}) || !slices.Equal(js.Missing, [][2]int{{1, 3}}) {
		t.Errorf("columns %q, units %q, missing %v", js.Columns, js.Units, js.Missing)
	}
	want := map[string]any{"device": "esp32-1", "n": 3.0, "bad": nil, "far": []any{"inf", nil, true, map[string]any{"deep": "-inf"}}}
	if fmt.Sprint(js.Meta) != fmt.Sprint(want) {
		t.Errorf("meta is %v, want %v", js.Meta, want)
	}
	nan := math.NaN()
	for c, column := range [][]float64{{1, nan, nan, nan}, {2, nan, nan, math.Inf(-1)}} {
		if !slices.EqualFunc(columns[c], column, same) {
			t.Errorf("column %d is %v, want %v", c, columns[c], column)
		}
	}
}

func TestJSONOfAnEmptySeries(t *testing.T) {
	got := text(t, sessions.JSON, series(sessions.Header{Name: "dark", Columns: []string{"U"}}, nil))
	want := `{
"series": "dark",
"run": "",
"started": null,
"columns": ["U"],
"units": [""],
"meta": null,
"rows": 0,
"missing": [],
"data": {
"U": []
}
}
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestJSONTellsWhatItCannotHold(t *testing.T) {
	s := series(sessions.Header{Name: "solar", Meta: map[string]any{"f": func() {}}}, []float64{1})
	err := sessions.Write(io.Discard, sessions.JSON, s)
	if err == nil || !strings.Contains(err.Error(), `series "solar"`) || !strings.Contains(err.Error(), "meta") {
		t.Errorf("got %v", err)
	}
}

// A pickle is compared with what CPython wrote, disassembled with pickletools
// and freed of its memos: pickle.dumps(OrderedDict([("t", [0.0, 1.5]), ("°", [])]), 2).
func TestPickleBytes(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Columns: []string{"t", "°"}})
	b.Append([]float64{1.5, -2})
	got := text(t, sessions.Pickle, b.Series())
	want := "\x80\x02ccollections\nOrderedDict\n)R(" +
		"X\x01\x00\x00\x00t](G\x3f\xf8\x00\x00\x00\x00\x00\x00e" +
		"X\x02\x00\x00\x00\xc2\xb0](G\xc0\x00\x00\x00\x00\x00\x00\x00eu."
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]sessions.Format{
		"a.pkl": sessions.Pickle, "a.pickle": sessions.Pickle, "A.PKL": sessions.Pickle, "dir.x/run1": sessions.Pickle, "run1": sessions.Pickle,
		"a.csv": sessions.CSV, "d/a.b.Csv": sessions.CSV, "a.json": sessions.JSON,
	} {
		if got, err := sessions.FormatOf(name); got != want || err != nil {
			t.Errorf("FormatOf(%q) = %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"a.xls", "a.pdf", "a.", "a.csv.gz"} {
		_, err := sessions.FormatOf(name)
		var refused *sessions.NameError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), ".pkl, .csv, .json, .parquet, .npz and .mat") {
			t.Errorf("FormatOf(%q): %v", name, err)
		}
	}
	for _, f := range formats {
		if got, err := sessions.FormatOf("a" + f.Ending()); got != f || err != nil {
			t.Errorf("%v: its ending %q is %v, %v", f, f.Ending(), got, err)
		}
	}
}

func TestAFormatThatIsNone(t *testing.T) {
	err := sessions.Write(io.Discard, sessions.Format(0), series(sessions.Header{}, []float64{1}))
	if err == nil || !strings.Contains(err.Error(), "there are pickle, CSV, JSON, Parquet, NPZ and MAT") {
		t.Errorf("got %v", err)
	}
}

// failingWriter takes so many bytes and then fails for good.
type failingWriter struct {
	room, after int
	err         error
}

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.room < len(p) {
		w.after++
		n := w.room
		w.room = 0
		return n, w.err
	}
	w.room -= len(p)
	return len(p), nil
}

func TestAFailingWriterEndsTheWork(t *testing.T) {
	s := numbered(3, 100_000).Series()
	for _, f := range formats {
		for _, room := range []int{0, 10, 70_000, 500_000} {
			w := &failingWriter{room: room, err: io.ErrClosedPipe}
			if err := sessions.Write(w, f, s); err != io.ErrClosedPipe {
				t.Errorf("%v, %d bytes: %v, want %v", f, room, err, io.ErrClosedPipe)
			}
			if w.after != 1 {
				t.Errorf("%v, %d bytes: written to %d times after the error", f, room, w.after-1)
			}
		}
	}
}

// biggestWriter remembers the longest piece it got.
type biggestWriter struct{ biggest int }

func (w *biggestWriter) Write(p []byte) (int, error) {
	w.biggest = max(w.biggest, len(p))
	return len(p), nil
}

func TestWritingStreams(t *testing.T) {
	for _, s := range []*sessions.Series{numbered(1, 300_000).Series(), numbered(256, 2000).Series()} {
		for _, f := range formats {
			var w biggestWriter
			if err := sessions.Write(&w, f, s); err != nil {
				t.Fatal(err)
			}
			if w.biggest > 100_000 {
				t.Errorf("%v of %d columns: a piece of %d bytes", f, len(s.Columns), w.biggest)
			}
		}
	}
}
