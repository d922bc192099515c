package journal_test

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

func header(name string, columns ...string) sessions.Header {
	return sessions.Header{Name: name, Run: name + "-run", Columns: columns, Started: time.Unix(1_700_000_000, 5)}
}

func open(t *testing.T, dir string, o journal.Options) (*journal.Journal, *journal.Report, []*sessions.Recorded) {
	t.Helper()
	var c sessions.Collector
	j, report, err := journal.Open(dir, "hopla", c.Add, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, report, c.Runs()
}

func openRun(t *testing.T, j *journal.Journal, h sessions.Header) journal.RunID {
	t.Helper()
	run, err := j.OpenRun(h)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func closeJournal(t *testing.T, j *journal.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func column(s *sessions.Series, i int) []float64 { return s.Column(i).AppendTo(nil) }

func TestEverythingComesBack(t *testing.T) {
	dir := t.TempDir()
	j, report, runs := open(t, dir, journal.Options{})
	if report.Runs != 0 || len(runs) != 0 {
		t.Fatalf("a new journal holds %+v", report)
	}
	h := header("solar", "t", "V")
	h.Units = []string{"s", "V"}
	h.Started = time.Date(2024, 5, 6, 7, 8, 9, 10, time.FixedZone("", 5400))
	h.Meta = map[string]any{"device": "esp32-1", "x": math.Inf(1), "list": []any{nil, true, false, 1.5, "\xff"}, "o": map[string]any{"k": "v"}}
	a := openRun(t, j, h)
	b := openRun(t, j, header("wind", "c1"))
	j.AppendRow(a, []float64{1, 2})
	j.AppendRow(b, []float64{math.NaN()})
	j.Rows(a, []float64{3, 4, 5, 6})
	j.Gap(a, 2)
	j.Gap(a, -1)
	j.AppendRow(a, []float64{7, math.Copysign(0, -1)})
	j.Rename(b, []string{"speed"})
	j.End(b)
	j.AppendRow(b, []float64{8}) // opens it again
	j.End(b)
	dropped := openRun(t, j, header("no", "x"))
	j.AppendRow(dropped, []float64{1})
	j.Drop(dropped)
	if _, err := j.Note(a, "file", []byte("solar.csv")); err != nil {
		t.Fatal(err)
	}
	if n, ok := j.Count(a); n != 6 || !ok {
		t.Errorf("count %d, %v", n, ok)
	}
	closeJournal(t, j)

	var notes []string
	var c sessions.Collector
	j, report, err := journal.Open(dir, "hopla", func(e *journal.Event) error {
		if e.Kind == journal.Noted {
			notes = append(notes, e.Note+"="+string(e.Payload))
		}
		return c.Add(e)
	}, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if want := (journal.Report{Runs: 2, Rows: 8, Lost: 2}); !reflect.DeepEqual(*report, want) {
		t.Errorf("report %+v, want %+v", *report, want)
	}
	if !slices.Equal(notes, []string{"file=solar.csv"}) {
		t.Errorf("notes %q", notes)
	}
	runs = c.Runs()
	if len(runs) != 2 {
		t.Fatalf("%d runs", len(runs))
	}
	got := runs[0].Rows.Header()
	if !got.Started.Equal(h.Started) || got.Started.String() != h.Started.String() {
		t.Errorf("started %v", got.Started)
	}
	got.Started = h.Started
	if !reflect.DeepEqual(got, h) {
		t.Errorf("header %+v, want %+v", got, h)
	}
	s := runs[0].Rows.Series()
	if v := column(s, 0); !slices.Equal([]float64{v[0], v[1], v[2], v[5]}, []float64{1, 3, 5, 7}) || s.Missing() != 2 ||
		!math.Signbit(column(s, 1)[5]) {
		t.Errorf("rows %v, %d missing", v, s.Missing())
	}
	w := runs[1].Rows.Series()
	if !runs[1].Ended || !slices.Equal(w.Columns, []string{"speed"}) || w.Len() != 2 || column(w, 0)[1] != 8 {
		t.Errorf("ended %v, %v %v", runs[1].Ended, w.Columns, column(w, 0))
	}
	if next := openRun(t, j, header("new", "x")); next <= dropped {
		t.Errorf("run number %d is used twice", next)
	}
}

func TestDurableRowsAreTold(t *testing.T) {
	for _, noSync := range []bool{false, true} {
		var mu sync.Mutex
		told := map[journal.RunID]int64{}
		var at journal.Position
		j, _, _ := open(t, t.TempDir(), journal.Options{NoSync: noSync, Durable: func(p journal.Position, runs []journal.Progress) {
			mu.Lock()
			defer mu.Unlock()
			if p < at {
				t.Errorf("position went back from %d to %d", at, p)
			}
			at = p
			for _, r := range runs {
				told[r.Run] = r.Rows
			}
		}})
		a, b := openRun(t, j, header("a", "x")), openRun(t, j, header("b", "x"))
		for i := range 1000 {
			j.AppendRow(a, []float64{float64(i)})
			j.AppendRow(b, []float64{float64(i)})
		}
		last := j.Gap(b, 5)
		if err := j.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		if told[a] != 1000 || told[b] != 1005 || at != last {
			t.Errorf("durable %v at %d, want %d", told, at, last)
		}
		mu.Unlock()
		if n := j.Backlog(); n != 0 {
			t.Errorf("%d bytes wait", n)
		}
		closeJournal(t, j)
	}
}

func TestASecondOpenerIsToldWho(t *testing.T) {
	dir := t.TempDir()
	j, _, _ := open(t, dir, journal.Options{Holder: "the first one"})
	_, _, err := journal.Open(dir, "hopla", nil, journal.Options{})
	var locked *journal.LockedError
	if !errors.Is(err, journal.ErrLocked) || !errors.As(err, &locked) || locked.Holder != "the first one" || !strings.Contains(err.Error(), "the first one") {
		t.Fatalf("the second opener got %v", err)
	}
	if _, err := journal.Read(dir, "hopla", nil); err != nil {
		t.Errorf("a reader got %v", err)
	}
	closeJournal(t, j)
	j, _, _ = open(t, dir, journal.Options{})
	closeJournal(t, j)
}

func TestSegmentsFollowEachOther(t *testing.T) {
	dir := t.TempDir()
	o := journal.Options{Segment: 4096, NoSync: true}
	j, _, _ := open(t, dir, o)
	a := openRun(t, j, header("a", "x", "y"))
	for i := range 5000 {
		j.AppendRow(a, []float64{float64(i), -float64(i)})
	}
	closeJournal(t, j)
	files, _ := filepath.Glob(filepath.Join(journal.Dir(dir, "hopla"), "*.journal"))
	if len(files) < 5 {
		t.Fatalf("%d files", len(files))
	}
	j, report, runs := open(t, dir, o)
	if report.Rows != 5000 || len(report.Damage) > 0 || report.Cut > 0 {
		t.Fatalf("%+v", report)
	}
	for i, v := range column(runs[0].Rows.Series(), 0) {
		if v != float64(i) {
			t.Fatalf("row %d is %v", i, v)
		}
	}
	if j.Size() < 80_000 {
		t.Errorf("size %d", j.Size())
	}
}

func TestSessionNames(t *testing.T) {
	dir := t.TempDir()
	names := []string{"", "hopla", "Hopla", "alice/solar", "..", ".x", "x.", "con", "nul.txt", "a b", "°C", "%41", "a\\b", strings.Repeat("Ä/", 42), strings.Repeat("Ä/", 42) + "x"}
	for _, name := range names {
		j, _, err := journal.Open(dir, name, nil, journal.Options{NoSync: true})
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		openRun(t, j, header("a", "x"))
		closeJournal(t, j)
		if base := filepath.Base(journal.Dir(dir, name)); len(base) > 200 || strings.HasPrefix(base, ".") || strings.ToLower(base) != base {
			t.Errorf("folder %q for %q", base, name)
		}
	}
	got, err := journal.Sessions(dir)
	slices.Sort(names)
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("sessions %q, %v, want %q", got, err, names)
	}
	if _, err := journal.Read(dir, "none", nil); !errors.Is(err, journal.ErrNone) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading what is not there: %v", err)
	}
}

func TestAReaderBesideAWriter(t *testing.T) {
	dir := t.TempDir()
	j, _, _ := open(t, dir, journal.Options{Segment: 16 << 10, NoSync: true, Interval: time.Millisecond})
	a := openRun(t, j, header("a", "x", "y"))
	if err := j.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 20_000 {
			j.AppendRow(a, []float64{float64(i), 1})
			if i%2000 == 1999 {
				other, _ := j.OpenRun(header("b", "x"))
				j.Rows(other, make([]float64, 4000))
				j.Drop(other)
				j.Sync(context.Background())
			}
		}
	}()
	for last, ended := int64(0), false; !ended; {
		select {
		case <-done:
			ended = true
		default:
		}
		rows := int64(0)
		report, err := journal.Read(dir, "hopla", func(e *journal.Event) error {
			if e.Run != a || e.Kind != journal.Rows {
				return nil
			}
			for i := range e.Count {
				if e.Values[2*i] != float64(rows) {
					t.Fatalf("row %d holds %v", rows, e.Values[2*i])
				}
				rows++
			}
			return nil
		})
		if err != nil || len(report.Damage) > 0 || len(report.Missing) > 0 || rows < last {
			t.Fatalf("%+v, %v, %d rows after %d", report, err, rows, last)
		}
		last = rows
	}
}

func TestOpeningEndsWithAnErrorOfReplay(t *testing.T) {
	dir := t.TempDir()
	j, _, _ := open(t, dir, journal.Options{})
	openRun(t, j, header("a", "x"))
	closeJournal(t, j)
	stop := errors.New("stop")
	if _, _, err := journal.Open(dir, "hopla", func(*journal.Event) error { return stop }, journal.Options{}); err != stop {
		t.Errorf("%v", err)
	}
	if _, err := journal.Read(dir, "hopla", func(*journal.Event) error { return stop }); err != stop {
		t.Errorf("%v", err)
	}
	open(t, dir, journal.Options{})
}

func TestARowAllocatesNothing(t *testing.T) {
	j, _, _ := open(t, t.TempDir(), journal.Options{NoSync: true})
	a := openRun(t, j, header("a", "x", "y", "z", "w"))
	row := []float64{1, 2, 3, 4}
	if n := testing.AllocsPerRun(100_000, func() { j.AppendRow(a, row) }); n > 0 {
		t.Errorf("%v allocations a row", n)
	}
}

// TestCollectorLeavesOutWhatIsBeingLoaded: a part of a file is no measurement.
func TestCollectorLeavesOutWhatIsBeingLoaded(t *testing.T) {
	var c sessions.Collector
	add := func(e journal.Event) {
		if err := c.Add(&e); err != nil {
			t.Fatal(err)
		}
	}
	header := sessions.Header{Name: "solar", Columns: []string{"t"}}
	add(journal.Event{Kind: journal.Opened, Run: 1, Header: header})
	add(journal.Event{Kind: journal.Noted, Run: 1, Note: journal.NoteLoading, Payload: []byte("begun")})
	add(journal.Event{Kind: journal.Rows, Run: 1, Count: 2, Values: []float64{1, 2}})
	if n := len(c.Runs()); n != 0 {
		t.Errorf("%d runs in the middle of it", n)
	}
	add(journal.Event{Kind: journal.Noted, Run: 1, Note: journal.NoteLoading, Payload: []byte(journal.Whole)})
	if runs := c.Runs(); len(runs) != 1 || runs[0].Rows.Rows() != 2 {
		t.Errorf("%v when it is done", runs)
	}
}
