package sessions_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	oldrand "math/rand"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"iotplot/sessions"
)

// read reads a text back.
func read(f sessions.Format, text string) (*sessions.Series, error) {
	return sessions.Read(strings.NewReader(text), int64(len(text)), f)
}

// compare compares the values of two series, bit by bit, and the names.
func compare(t *testing.T, who string, got, want *sessions.Series) {
	t.Helper()
	if !slices.Equal(got.Columns, want.Columns) {
		t.Fatalf("%s: the columns are %q, want %q", who, got.Columns, want.Columns)
	}
	if got.Len() != want.Len() {
		t.Fatalf("%s: %d rows, want %d", who, got.Len(), want.Len())
	}
	for i, name := range want.Columns {
		row := 0
		values := want.Column(i).AppendTo(nil)
		for piece := range got.Column(i).Chunks() {
			for _, v := range piece {
				if !same(v, values[row]) {
					t.Fatalf("%s: column %q, row %d is %v, want %v", who, name, row, v, values[row])
				}
				row++
			}
		}
	}
}

// compareAbout compares all else.
func compareAbout(t *testing.T, who string, got, want *sessions.Series) {
	t.Helper()
	if got.Name != want.Name || got.Run != want.Run || !got.Started.Equal(want.Started) {
		t.Errorf("%s: %q, %q, %v, want %q, %q, %v", who, got.Name, got.Run, got.Started, want.Name, want.Run, want.Started)
	}
	for i := range want.Columns {
		if got.Unit(i) != want.Unit(i) {
			t.Errorf("%s: the unit of %q is %q, want %q", who, want.Columns[i], got.Unit(i), want.Unit(i))
		}
	}
	if !reflect.DeepEqual(got.Meta, want.Meta) {
		t.Errorf("%s: meta is %v, want %v", who, got.Meta, want.Meta)
	}
	if got.Missing() != want.Missing() || !slices.Equal(got.MissingRanges(), want.MissingRanges()) {
		t.Errorf("%s: %d rows are missing, %v, want %v", who, got.Missing(), got.MissingRanges(), want.MissingRanges())
	}
}

// everySeries are what formats find hard.
func everySeries() map[string]*sessions.Series {
	all := map[string]*sessions.Series{
		"empty":      series(sessions.Header{Columns: []string{"t", "U"}}, nil, nil),
		"empty one":  series(sessions.Header{Columns: []string{"a;b"}}, nil),
		"one":        series(sessions.Header{Columns: []string{"U"}}, []float64{math.NaN(), 1, math.NaN(), math.NaN(), 2, math.NaN()}),
		"one spaced": series(sessions.Header{Columns: []string{"a b"}}, []float64{math.NaN(), 1}),
		"one value":  series(sessions.Header{Columns: []string{"U"}}, []float64{math.Copysign(0, -1)}),
		"gaps":       series(sessions.Header{Columns: []string{"a b c d", "V"}}, []float64{math.NaN(), 1}, []float64{math.NaN(), math.NaN()}),
		"hard":       series(sessions.Header{Columns: []string{"t", "U", "T [°C] 🌞"}}, hardFloats, hardFloats, hardFloats),
		"random": series(sessions.Header{Columns: []string{"time", "sin*cos", "x"}},
			randomFloats(4, 70_000), randomFloats(5, 70_000), randomFloats(6, 70_000)),
	}
	names := []string{"U, V", `a"b`, `"`, `""`, " x", "x ", "T [°C]", "two\nlines", "two\r\nlines", "\r", "a;b", "tab\there", "1.5", "NaN", "-", "# n", "sep=;",
		"data", "meta", "columns", "../x", "a/b", `a\b`, "a.npy", "V", "v", "V_2", "1", "end", "for", "日本語", "\x00", strings.Repeat("long", 30), strings.Repeat("long", 30) + "x", "iotplot", "e1", "+", "#N/A", "true"}
	values := make([][]float64, len(names))
	for i := range values {
		values[i] = randomFloats(uint64(i), 40)
	}
	all["names"] = series(sessions.Header{Columns: names}, values...)
	wide := make([][]float64, 256)
	for i := range wide {
		wide[i] = randomFloats(uint64(i), 300)
	}
	all["wide"] = series(sessions.Header{}, wide...)
	b := sessions.NewBuilder(sessions.Header{
		Name: `so"lar <°>`, Run: "k3f9", Columns: []string{"t", `U "x" &`}, Units: []string{"", "µV"},
		Started: time.Date(2026, 5, 4, 13, 37, 0, 500e6, time.FixedZone("", 7200)),
		Meta:    map[string]any{"device": "esp32-1", "n": 3.0, "far": []any{math.Inf(1), nil, true, map[string]any{"deep": "°🌞"}}},
	})
	b.AppendMissing(2)
	for i := range 30 {
		b.Append([]float64{float64(i), math.NaN()})
		if i%7 == 0 {
			b.AppendMissing(i + 1)
		}
	}
	b.Append([]float64{math.NaN(), math.NaN()})
	all["everything"] = b.Series()
	all["slice"] = b.Series().Slice(5, 40)
	return all
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for name, s := range everySeries() {
		for _, f := range sessions.Formats() {
			got, err := read(f, text(t, f, s))
			if err != nil {
				t.Errorf("%v of %s: %v", f, name, err)
				continue
			}
			compare(t, fmt.Sprintf("%v of %s", f, name), got, s)
			if !f.Beside() {
				compareAbout(t, fmt.Sprintf("%v of %s", f, name), got, s)
			}
		}
	}
}

// anySeries is a series for property tests.
type anySeries struct{ *sessions.Series }

func (anySeries) Generate(random *oldrand.Rand, size int) reflect.Value {
	pieces := []string{"t", "V", "°", ",", `"`, "\n", " ", ";", "\t", "1", ".", "#", "a", "/", "\\", "_", "\r", "🌞", "'", "=", "e", "-"}
	names := make([]string, 1+random.Intn(6))
	for i := range names {
		for range random.Intn(6) {
			names[i] += pieces[random.Intn(len(pieces))]
		}
	}
	h := sessions.Header{Name: "s", Run: "r", Columns: names}
	if random.Intn(2) == 0 {
		h.Units = []string{"s", "", "m,\"V"}[:1+random.Intn(3)]
		h.Units = h.Units[:min(len(h.Units), len(names))]
		h.Meta = map[string]any{"a": float64(random.Intn(10)), pieces[random.Intn(len(pieces))]: []any{"x", true}}
	}
	b := sessions.NewBuilder(h)
	floats := randomFloats(random.Uint64(), len(names)*(size+1))
	for n := random.Intn(size + 1); n > 0; n-- {
		if random.Intn(5) == 0 {
			b.AppendMissing(random.Intn(4))
			continue
		}
		b.Append(floats[:len(names)])
		floats = floats[len(names):]
	}
	return reflect.ValueOf(anySeries{b.Series()})
}

// The law: what is saved is loaded again, in every format, with everything.
func TestSavedIsLoaded(t *testing.T) {
	f := openFolder(t, t.TempDir())
	n := 0
	law := func(s anySeries) bool {
		for _, format := range sessions.Formats() {
			n++
			name := fmt.Sprintf("%d/x%s", n%50, format.Ending())
			if _, _, err := f.Save(name, s.Series); err != nil {
				t.Fatalf("%v: %v", format, err)
			}
			got, err := f.Load(name)
			if err != nil {
				t.Fatalf("%v of %q: %v", format, s.Columns, err)
			}
			who := fmt.Sprintf("%v of %q", format, s.Columns)
			compare(t, who, got, s.Series)
			if s.Units != nil || s.Meta != nil || s.Missing() > 0 || !format.Beside() {
				compareAbout(t, who, got, s.Series)
			}
		}
		return !t.Failed()
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 150}); err != nil {
		t.Error(err)
	}
}

func TestLoadTellsTheNameAndWhatIsBesides(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "solar.run.csv"), "t,V\n1,2\n,\n")
	put(t, filepath.Join(dir, "solar.run.csv.meta.json"), `{"units": ["V", "s"], "columns": ["V", "t"], "meta": {"cell": "7"}, "rows": 2, "missing": [[1, 2]], "more": 1}`)
	s, err := sessions.Load(filepath.Join(dir, "solar.run.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "solar.run" || s.Unit(0) != "s" || s.Unit(1) != "V" || s.Meta["cell"] != "7" || s.Missing() != 1 {
		t.Errorf("got %+v, missing %v", s.Header, s.MissingRanges())
	}
	// Somebody changed the table: what still fits is taken.
	put(t, filepath.Join(dir, "solar.run.csv"), "n,V\n1,2\n3,4\n,\n")
	s, err = sessions.Load(filepath.Join(dir, "solar.run.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Unit(0) != "" || s.Unit(1) != "V" || s.Missing() != 0 {
		t.Errorf("got %+v, missing %v", s.Header, s.MissingRanges())
	}
	put(t, filepath.Join(dir, "solar.run.csv"), "n,V\n1,2\n3,4\n") // not lost any more
	if s, err = sessions.Load(filepath.Join(dir, "solar.run.csv")); err != nil || s.Missing() != 0 {
		t.Errorf("missing %v, %v", s.MissingRanges(), err)
	}
	put(t, filepath.Join(dir, "solar.run.csv.meta.json"), `{"units": [`)
	if _, err = sessions.Load(filepath.Join(dir, "solar.run.csv")); err == nil || !strings.Contains(err.Error(), "solar.run.csv.meta.json beside it can't be read") {
		t.Errorf("got %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.xlsx"), "")
	put(t, filepath.Join(dir, "d.csv", "x"), "")
	for _, f := range sessions.Formats() {
		put(t, filepath.Join(dir, "empty"+f.Ending()), "")
		put(t, filepath.Join(dir, "junk"+f.Ending()), "hello, this is a letter\nto nobody, really\n")
		_, err := sessions.Load(filepath.Join(dir, "empty"+f.Ending()))
		var failed *sessions.Error
		if !errors.As(err, &failed) || !strings.HasPrefix(err.Error(), `cannot load "`) {
			t.Errorf("empty %v: %v", f, err)
		}
		if _, err := sessions.Load(filepath.Join(dir, "junk"+f.Ending())); !errors.As(err, &failed) {
			t.Errorf("junk %v: %v", f, err)
		}
	}
	var refused *sessions.NameError
	if _, err := sessions.Load(filepath.Join(dir, "a.xlsx")); !errors.As(err, &refused) || !strings.Contains(err.Error(), `".xlsx" is no ending`) {
		t.Errorf("a.xlsx: %v", err)
	}
	if _, err := sessions.Load(filepath.Join(dir, "nothing.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing.csv: %v", err)
	}
	if _, err := sessions.Load(filepath.Join(dir, "d.csv")); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("d.csv: %v", err)
	}
	if _, err := read(sessions.Format(99), "x"); err == nil {
		t.Error("a format that is none was read")
	}
}

func TestFolderLoadStaysInside(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "secret.csv"), "V\n1\n")
	dir := filepath.Join(top, "folder")
	f := openFolder(t, dir)
	symlink(t, "../secret.csv", filepath.Join(dir, "link.csv"))
	put(t, filepath.Join(dir, "sub", "a.csv"), "V\n1\n")
	for _, name := range []string{"../secret.csv", "link.csv", filepath.Join(top, "secret.csv"), "", "sub"} {
		if s, err := f.Load(name); err == nil {
			t.Errorf("%q was loaded: %v", name, s.Columns)
		}
	}
	if s, err := f.Load("sub/a.csv"); err != nil || s.Name != "a" || s.Len() != 1 {
		t.Errorf("sub/a.csv: %v, %v", s, err)
	}
}

// Every part of a file that is cut off is missed.
func TestCutFilesAreRefused(t *testing.T) {
	s := everySeries()["everything"]
	for _, f := range sessions.Formats() {
		whole := text(t, f, s)
		var whatIsRead []int
		for n := range len(whole) - 1 {
			if _, err := read(f, whole[:n]); err == nil {
				whatIsRead = append(whatIsRead, n)
			}
		}
		switch {
		case f == sessions.CSV: // whole lines are a table
		case f == sessions.MAT: // nothing tells how many variables there should be: two columns and three of ours
			if len(whatIsRead) > 4 {
				t.Errorf("%v: %d of %d bytes are read", f, whatIsRead, len(whole))
			}
		case len(whatIsRead) > 0:
			t.Errorf("%v: %d of %d bytes are read", f, whatIsRead, len(whole))
		}
	}
	whole := text(t, sessions.CSV, everySeries()["random"])
	if _, err := read(sessions.CSV, whole[:strings.LastIndexByte(whole, ',')]); err == nil || !strings.Contains(err.Error(), "in the middle of line 70001") {
		t.Errorf("a cut table: %v", err)
	}
}

// Damaged files give an error or a series, in every format.
func TestDamagedFilesDoNoHarm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := everySeries()["everything"]
	for _, f := range sessions.Formats() {
		whole := text(t, f, s)
		for range 3000 {
			damaged := []byte(whole)
			for range 1 + random.IntN(4) {
				damaged[random.IntN(len(damaged))] = byte(random.Uint32())
			}
			if got, err := read(f, string(damaged)); err == nil {
				use(got)
			}
		}
	}
}

// use goes through everything a series has.
func use(s *sessions.Series) {
	for i := range s.Columns {
		s.Column(i).AppendTo(nil)
		s.Unit(i)
	}
	s.MissingRanges()
}

func fuzzFormat(f *testing.F, format sessions.Format, seeds ...string) {
	for name, s := range everySeries() {
		if name == "random" || name == "wide" {
			continue
		}
		var b bytes.Buffer
		if err := sessions.Write(&b, format, s); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	// The law: any bytes give an error or a series, and such a series is written
	// and read back the same.
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := sessions.Read(bytes.NewReader(data), int64(len(data)), format)
		if err != nil {
			if s != nil || err.Error() == "" {
				t.Errorf("%v, %v", s, err)
			}
			return
		}
		use(s)
		if len(s.Columns)*s.Len() > 1_000_000 {
			return
		}
		again, err := read(format, text(t, format, s))
		if err != nil {
			t.Fatalf("written and read again: %v", err)
		}
		compare(t, "again", again, s)
	})
}

func FuzzReadCSV(f *testing.F) {
	seeds := slices.Collect(maps.Keys(otherTables))
	fuzzFormat(f, sessions.CSV, append(seeds, badTables...)...)
}
func FuzzReadJSON(f *testing.F) { fuzzFormat(f, sessions.JSON, otherJSON...) }
func FuzzReadPickle(f *testing.F) {
	fuzzFormat(f, sessions.Pickle, "(dp0\nVt\np1\n(lp2\nF1.5\naI3\nas.", "\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01t\x94]\x94(K\x01M\x00\x02es.",
		"\x80\x02}(X\x01\x00\x00\x00tcnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x02\x85cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89U\x08\x00\x00\x80?\x00\x00\x00\xc0tbu.")
}

func FuzzReadParquet(f *testing.F) { fuzzFormat(f, sessions.Parquet) }
func FuzzReadNPZ(f *testing.F)     { fuzzFormat(f, sessions.NPZ) }
func FuzzReadMAT(f *testing.F)     { fuzzFormat(f, sessions.MAT) }

func TestReadingFromAFailingFile(t *testing.T) {
	for _, f := range sessions.Formats() {
		whole := text(t, f, everySeries()["random"])
		for _, good := range []int64{0, 100, 70_000, int64(len(whole)) - 10} {
			broken := failingReader{strings.NewReader(whole), good}
			if s, err := sessions.Read(broken, int64(len(whole)), f); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%v, after %d bytes: %v, %v", f, good, s, err)
			}
		}
	}
}

// failingReader has only so many good bytes.
type failingReader struct {
	in   *strings.Reader
	good int64
}

func (r failingReader) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > r.good {
		return 0, os.ErrDeadlineExceeded
	}
	return r.in.ReadAt(p, off)
}
