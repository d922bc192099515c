package sessions_test

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iotplot/sessions"
)

// measured makes a series of one value with a unit.
func measured(run string, value float64) *sessions.Series {
	return series(sessions.Header{Name: "solar", Run: run, Columns: []string{"U"}, Units: []string{"V"}}, []float64{value})
}

// about is what stands beside such a series' file.
func about(run string) string {
	return `{
"series": "solar",
"run": "` + run + `",
"started": null,
"columns": ["U"],
"units": ["V"],
"meta": null,
"rows": 1,
"missing": []
}
`
}

func TestUnitsAreSavedBeside(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	pickle := func(v float64) string { return text(t, sessions.Pickle, measured("", v)) }
	if files, moved := save(t, f, "", measured("r1", 1)); !slices.Equal(files, []string{"solar.pkl", "solar.csv"}) || moved != nil {
		t.Errorf("saved %q, moved %q", files, moved)
	}
	want := map[string]string{
		"solar.pkl": pickle(1), "solar.pkl.meta.json": about("r1"),
		"solar.csv": "U\n1.0\n", "solar.csv.meta.json": about("r1"),
	}
	checkFiles(t, dir, want)

	// The same run: replaced, nothing moves.
	if _, moved := save(t, f, "", measured("r1", 2)); moved != nil {
		t.Errorf("moved %q", moved)
	}
	want["solar.pkl"], want["solar.csv"] = pickle(2), "U\n2.0\n"
	checkFiles(t, dir, want)

	// Another run: the old file and what belongs to it move together.
	modified(t, filepath.Join(dir, "solar.csv"))
	if _, moved := save(t, f, "solar.csv", measured("r2", 3)); !slices.Equal(moved, []string{"history/solar-20260504-133700.csv"}) {
		t.Errorf("moved %q", moved)
	}
	want["history/solar-20260504-133700.csv"], want["history/solar-20260504-133700.csv.meta.json"] = "U\n2.0\n", about("r1")
	want["solar.csv"], want["solar.csv.meta.json"] = "U\n3.0\n", about("r2")
	checkFiles(t, dir, want)
	s, err := f.Load("history/solar-20260504-133700.csv")
	if err != nil || s.Run != "r1" || s.Unit(0) != "V" {
		t.Errorf("loaded from history: %v, %v", s, err)
	}

	// A series without units gets none of an older one.
	modified(t, filepath.Join(dir, "solar.csv"))
	if _, moved := save(t, f, "solar.csv", run("solar", "r3", 4)); !slices.Equal(moved, []string{"history/solar-20260504-133700-2.csv"}) {
		t.Errorf("moved %q", moved)
	}
	want["history/solar-20260504-133700-2.csv"], want["history/solar-20260504-133700-2.csv.meta.json"] = "U\n3.0\n", about("r2")
	want["solar.csv"] = "U\n4.0\n"
	delete(want, "solar.csv.meta.json")
	checkFiles(t, dir, want)

	// Nor what was left of a file that somebody took away, or wrote himself.
	put(t, filepath.Join(dir, "dark.csv.meta.json"), "mine")
	modified(t, filepath.Join(dir, "dark.csv.meta.json"))
	if _, moved := save(t, f, "dark.csv", run("dark", "r3", 4)); !slices.Equal(moved, []string{"history/dark.csv.meta-20260504-133700.json"}) {
		t.Errorf("moved %q", moved)
	}
	want["dark.csv"], want["history/dark.csv.meta-20260504-133700.json"] = "U\n4.0\n", "mine"
	checkFiles(t, dir, want)

	// What holds everything needs nothing beside it.
	save(t, f, "solar.json", measured("r1", 1))
	want["solar.json"] = text(t, sessions.JSON, measured("r1", 1))
	checkFiles(t, dir, want)
}

func TestHistoryKeepsUnits(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	want := map[string]string{}
	for i, name := range []string{"history/solar-r1.csv", "history/solar-r1-2.csv"} {
		if got, err := f.SaveHistory(measured("r1", float64(i))); err != nil || got != name {
			t.Errorf("SaveHistory gives %q, %v", got, err)
		}
		want[name] = text(t, sessions.CSV, run("", "", float64(i)))
		want[name+".meta.json"] = about("r1")
	}
	checkFiles(t, dir, want)
}

// A copy in history that grows keeps its units, also through a restart, and
// notes that somebody changed are not lost.
func TestACopyThatGrowsKeepsItsUnits(t *testing.T) {
	dir := t.TempDir()
	grown := func(rows int) *sessions.Series {
		b := sessions.NewBuilder(sessions.Header{Name: "solar", Run: "r1", Columns: []string{"U"}, Units: []string{"V"}, Meta: map[string]any{"cell": 7.0}})
		b.AppendMissing(rows)
		return b.Series()
	}
	var last sessions.Copy
	for rows := 1; rows < 4; rows++ {
		var err error
		if last, err = openFolder(t, dir).UpdateHistory(grown(rows), last); err != nil || last.File != "history/solar-r1.csv" {
			t.Fatalf("%v, %v", last, err)
		}
		if s, err := sessions.Load(filepath.Join(dir, last.File)); err != nil || s.Missing() != rows || s.Unit(0) != "V" {
			t.Errorf("loaded %v, %v", s, err)
		}
	}
	if names := everything(t, dir); len(names) != 4 { // two folders, two files
		t.Errorf("the folder holds %q", names)
	}
	meta := filepath.Join(dir, "history", "solar-r1.csv.meta.json")
	put(t, meta, "mine")
	modified(t, meta)
	if _, err := openFolder(t, dir).UpdateHistory(grown(4), last); err != nil {
		t.Fatal(err)
	}
	if got := everything(t, dir)["history/solar-r1.csv.meta-20260504-133700.json"]; got != "mine" {
		t.Errorf("the changed notes hold %q", got)
	}
}

func TestAStandInHasItsOwnUnits(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "solar.csv", "keep"), "keep")
	for range 2 {
		save(t, f, "solar.csv", measured("r1", 1))
	}
	checkFiles(t, dir, map[string]string{"solar.csv/keep": "keep", "solar-2.csv": "U\n1.0\n", "solar-2.csv.meta.json": about("r1")})
}

func TestNamesOfWhatIsBesideAreRefused(t *testing.T) {
	f := openFolder(t, t.TempDir())
	var refused *sessions.NameError
	if _, _, err := f.Save("solar.csv.META.json", measured("r1", 1)); !errors.As(err, &refused) || !strings.Contains(err.Error(), "units and the like of another file") {
		t.Errorf("got %v", err)
	}
}

// Units that can't be written are an error, and nothing is left half done.
func TestUnitsThatCannotBeSaved(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "solar.csv"), "notes")
	before := everything(t, dir)
	b := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"U"}, Meta: map[string]any{"f": func() {}}})
	if _, _, err := f.Save("solar.csv", b.Series()); err == nil || !strings.Contains(err.Error(), "meta") {
		t.Errorf("got %v", err)
	}
	if after := everything(t, dir); !maps.Equal(before, after) {
		t.Errorf("the folder holds %q", after)
	}
}
