package sessions_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

func at(minute int) time.Time { return time.Date(2026, 5, 4, 13, minute, 0, 0, time.UTC) }

func listed(name, run string, minute, rows int) *sessions.Series {
	h := sessions.Header{Name: name, Run: run, Columns: []string{"t", "V"}, Units: []string{"s", "V"}}
	if minute > 0 {
		h.Started = at(minute)
	}
	b := sessions.NewBuilder(h)
	for i := range rows {
		b.Append([]float64{float64(i), float64(i) / 3})
	}
	b.AppendMissing(1)
	return b.Series()
}

// told writes a run in one line.
func told(r sessions.Run) string {
	var files []string
	for _, f := range r.Files {
		files = append(files, f.Name)
	}
	slices.Sort(files)
	line := fmt.Sprintf("%s/%s/%s %v %v rows %d missing %d %v", r.Session, r.Name, r.Run, r.Columns, r.Units, r.Rows, r.Missing, files)
	if r.Live {
		line += " live"
	}
	return line
}

func contains(t *testing.T, dir string, want ...string) *sessions.Catalog {
	t.Helper()
	c, err := sessions.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range c.Runs {
		got = append(got, told(r))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the catalog has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return c
}

func store(t *testing.T, dir, name string, s *sessions.Series) {
	t.Helper()
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := f.Save(name, s); err != nil {
		t.Fatal(err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for i, format := range sessions.Formats() {
		store(t, dir, fmt.Sprintf("%d/x%s", i, format.Ending()), listed("solar", fmt.Sprintf("r%d", i), i+1, 3))
	}
	// The same run in three files, one of them shorter.
	store(t, dir, "", listed("dark", "d1", 30, 5))
	store(t, dir, "short.parquet", listed("dark", "d1", 30, 2))
	os.WriteFile(filepath.Join(dir, "plain.csv"), []byte("a,b\n1,2\n"), 0o666)
	os.WriteFile(filepath.Join(dir, "options.json"), []byte(`{"title": "no series"}`), 0o666)
	os.WriteFile(filepath.Join(dir, "broken.npz"), []byte("PK"), 0o666)
	os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("notes"), 0o666)
	os.Mkdir(filepath.Join(dir, ".hidden"), 0o777)
	os.WriteFile(filepath.Join(dir, ".hidden", "x.csv"), []byte("a,b\n1,2\n"), 0o666)

	c := contains(t, dir,
		"/dark/d1 [t V] [s V] rows 6 missing 1 [dark.csv dark.pkl short.parquet]",
		"/solar/r5 [t V] [s V] rows 4 missing 1 [5/x.mat]",
		"/solar/r4 [t V] [s V] rows 4 missing 1 [4/x.npz]",
		"/solar/r3 [t V] [s V] rows 4 missing 1 [3/x.parquet]",
		"/solar/r2 [t V] [s V] rows 4 missing 1 [2/x.json]",
		"/solar/r1 [t V] [s V] rows 4 missing 1 [1/x.csv]",
		"/solar/r0 [t V] [s V] rows 4 missing 1 [0/x.pkl]",
		"/plain/ [a b] [] rows -1 missing 0 [plain.csv]",
	)
	if len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Error(), "broken.npz") {
		t.Errorf("problems: %v", c.Problems)
	}
	for _, r := range c.Runs {
		s, err := c.Load(r)
		if err != nil {
			t.Errorf("%s: %v", told(r), err)
			continue
		}
		if r.Rows >= 0 && s.Len() != r.Rows || r.Run != s.Run {
			t.Errorf("%s: loaded %d rows of run %q", told(r), s.Len(), s.Run)
		}
	}
	if found := c.Find("solar"); len(found) != 6 || found[0].Run != "r5" {
		t.Errorf("found %v", found)
	}
}

// A journal is listed beside the server that writes to it.
func TestJournalsWhileAServerRuns(t *testing.T) {
	dir := t.TempDir()
	j, _, err := journal.Open(dir, "hopla", nil, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	open := func(name, run string, minute int) journal.RunID {
		id, err := j.OpenRun(sessions.Header{Name: name, Run: run, Columns: []string{"t", "V"}, Units: []string{"s", "V"}, Started: at(minute)})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	solar, dark, dropped := open("solar", "r1", 1), open("dark", "r2", 2), open("bad", "r3", 3)
	for i := range 3 {
		j.AppendRow(solar, []float64{float64(i), float64(i) / 3})
		j.AppendRow(dark, []float64{float64(i), math.Inf(1)})
	}
	j.Gap(solar, 1)
	j.Rename(dark, []string{"t", "I"})
	j.End(dark)
	j.Drop(dropped)
	if err := j.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	other, _, err := journal.Open(dir, "lab/two", nil, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	other.Close()

	// One run was saved early, another as history without its units.
	store(t, dir, "early.npz", listed("solar", "r1", 1, 2))
	os.Mkdir(filepath.Join(dir, "history"), 0o777)
	os.WriteFile(filepath.Join(dir, "history", "dark-r2.csv"), []byte("t,I\n0,inf\n"), 0o666)
	want := []string{
		"hopla/dark/r2 [t I] [s V] rows 3 missing 0 [history/dark-r2.csv]",
		"hopla/solar/r1 [t V] [s V] rows 4 missing 1 [early.npz] live",
	}
	c := contains(t, dir, want...)
	if len(c.Problems) > 0 || !slices.Equal(c.Sessions, []string{"hopla", "lab/two"}) {
		t.Errorf("sessions %q, problems %v", c.Sessions, c.Problems)
	}
	s, err := c.Load(c.Find("solar")[0])
	if err != nil || s.Len() != 4 || s.Missing() != 1 || s.Unit(1) != "V" {
		t.Errorf("loaded %v, %v", s, err)
	}
	// The server goes on.
	j.AppendRow(solar, []float64{7, 7})
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	want[1] = strings.Replace(want[1], "rows 4", "rows 5", 1)
	contains(t, dir, want...)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "file"), nil, 0o666)
	for name, want := range map[string]string{"file": "it is a file", "nothing": "cannot list"} {
		if _, err := sessions.Open(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	contains(t, dir)
}
