package sessions_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
)

// run makes a series of one value.
func run(name, run string, value float64) *sessions.Series {
	return series(sessions.Header{Name: name, Run: run, Columns: []string{"U"}}, []float64{value})
}

func save(t *testing.T, f *sessions.Folder, name string, s *sessions.Series) (files, moved []string) {
	t.Helper()
	files, moved, err := f.Save(name, s)
	if err != nil {
		t.Fatalf("Save(%q): %v", name, err)
	}
	return files, moved
}

// modified gives a file a time, so that its name in history is known.
func modified(t *testing.T, name string) {
	t.Helper()
	at := time.Date(2026, 5, 4, 13, 37, 0, 0, time.Local)
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestSaveWritesEveryFormat(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	s := run("solar", "r1", 0.5)
	for name, want := range map[string][]string{
		"":              {"solar.pkl", "solar.csv"},
		"run1.pkl":      {"run1.pkl"},
		"run1":          {"run1"},
		"d/e/run1.csv":  {"d/e/run1.csv"},
		"./d//run1.csv": {"d/run1.csv"},
		"RUN1.JSON":     {"RUN1.JSON"},
	} {
		files, moved := save(t, f, name, s)
		if !slices.Equal(files, want) || moved != nil {
			t.Errorf("Save(%q) wrote %q and moved %q, want %q", name, files, moved, want)
		}
		for _, file := range files {
			format, err := sessions.FormatOf(file)
			if err != nil {
				t.Fatal(err)
			}
			if data, err := os.ReadFile(f.Path(file)); err != nil || string(data) != text(t, format, s) {
				t.Errorf("%s holds %q, %v", file, data, err)
			}
		}
	}
}

func TestSaveRefuses(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	for _, name := range []string{"../x.csv", "/x.csv", "x.xls", ".x.csv", "d/"} {
		files, moved, err := f.Save(name, run("solar", "r1", 0.5))
		var refused *sessions.NameError
		if !errors.As(err, &refused) || len(files)+len(moved) > 0 {
			t.Errorf("Save(%q): %q, %q, %v", name, files, moved, err)
		}
	}
	checkFiles(t, dir, map[string]string{})
}

// A series is saved whatever its name is, and two of different names never share
// a file.
func TestSaveUnderAnySeriesName(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	seen := map[string]bool{}
	for _, name := range []string{"solar", "alice/solar", "sin*cos", "sin?cos", "../x", "/etc/passwd", "CON", ".hidden", "", "a\x00b", strings.Repeat("ö", 300), "a.b", "T 25 °C", "~"} {
		files, _ := save(t, f, "", run(name, "r1", 1))
		if len(files) != 2 || seen[files[0]] || !strings.HasSuffix(files[0], ".pkl") || !strings.HasSuffix(files[1], ".csv") {
			t.Errorf("%q was saved as %q", name, files)
		}
		for _, file := range files {
			seen[file] = true
			if err := sessions.CheckName(file); err != nil {
				t.Error(err)
			}
		}
		if file, err := f.SaveHistory(run(name, "run/../1", 1)); err != nil || !strings.HasPrefix(file, "history/") || strings.Count(file, "/") != 1 {
			t.Errorf("%q went to history as %q, %v", name, file, err)
		}
	}
}

func TestTheSameRunReplacesItsFile(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	for i := range 5 {
		if files, moved := save(t, f, "", run("solar", "r1", float64(i))); len(files) != 2 || moved != nil {
			t.Errorf("wrote %q, moved %q", files, moved)
		}
	}
	checkFiles(t, dir, map[string]string{"solar.csv": "U\n4.0\n", "solar.pkl": text(t, sessions.Pickle, run("solar", "r1", 4))})
}

// A run that a server no longer had, and that went on, lacks the rows that are in
// the file.
func TestARunThatLacksRowsOfItsFileMovesItToHistory(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	save(t, f, "solar.csv", run("solar", "r1", 7))
	b := sessions.NewBuilder(run("solar", "r1", 0).Header)
	b.AppendMissing(1)
	b.Append([]float64{8})
	_, moved := save(t, f, "solar.csv", b.Series())
	if len(moved) != 1 {
		t.Fatalf("moved %q", moved)
	}
	if got, err := os.ReadFile(filepath.Join(dir, moved[0])); string(got) != "U\n7.0\n" {
		t.Errorf("the history has %q, %v", got, err)
	}
	b.Append([]float64{9})
	if _, moved := save(t, f, "solar.csv", b.Series()); moved != nil {
		t.Errorf("moved %q, which lacks the same row", moved)
	}
}

func TestWhatIsNotThisRunsMovesToHistory(t *testing.T) {
	const kept = "history/solar-20260504-133700.csv"
	for _, test := range []struct {
		name string
		// before prepares the folder at dir and gives the Folder to save in.
		before func(t *testing.T, dir string) *sessions.Folder
		want   string
	}{
		{"another program's file", func(t *testing.T, dir string) *sessions.Folder {
			put(t, filepath.Join(dir, "solar.csv"), "notes")
			return openFolder(t, dir)
		}, "notes"},
		{"another run", func(t *testing.T, dir string) *sessions.Folder {
			f := openFolder(t, dir)
			save(t, f, "solar.csv", run("solar", "r0", 7))
			return f
		}, "U\n7.0\n"},
		{"another series' file", func(t *testing.T, dir string) *sessions.Folder {
			f := openFolder(t, dir)
			save(t, f, "solar.csv", run("dark", "r1", 7))
			return f
		}, "U\n7.0\n"},
		{"the same run's, saved before a restart", func(t *testing.T, dir string) *sessions.Folder {
			save(t, openFolder(t, dir), "solar.csv", run("solar", "r1", 7))
			return openFolder(t, dir)
		}, "U\n7.0\n"},
		{"the same run's, edited", func(t *testing.T, dir string) *sessions.Folder {
			f := openFolder(t, dir)
			save(t, f, "solar.csv", run("solar", "r1", 7))
			put(t, filepath.Join(dir, "solar.csv"), "U\n7.5\n")
			return f
		}, "U\n7.5\n"},
		{"a plot that was written under the name", func(t *testing.T, dir string) *sessions.Folder {
			f := openFolder(t, dir)
			save(t, f, "solar.csv", run("solar", "r1", 7))
			if _, err := f.WriteFile("solar.csv", writeText("plot")); err != nil {
				t.Fatal(err)
			}
			return f
		}, "plot"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			f := test.before(t, dir)
			modified(t, filepath.Join(dir, "solar.csv"))
			files, moved := save(t, f, "solar.csv", run("solar", "r1", 8))
			if !slices.Equal(files, []string{"solar.csv"}) || !slices.Equal(moved, []string{kept}) {
				t.Errorf("wrote %q, moved %q", files, moved)
			}
			checkFiles(t, dir, map[string]string{"solar.csv": "U\n8.0\n", kept: test.want})
			// From now on it is this run's.
			if _, moved := save(t, f, "solar.csv", run("solar", "r1", 9)); moved != nil {
				t.Errorf("saved again, it moved %q", moved)
			}
		})
	}
}

func TestHistoryKeepsEveryFile(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	var all []string
	for _, r := range []string{"r1", "r2", "r3", "r4"} {
		_, moved := save(t, f, "runs/solar.csv", run("solar", r, 1))
		all = append(all, moved...)
		modified(t, filepath.Join(dir, "runs", "solar.csv"))
	}
	want := []string{"history/runs/solar-20260504-133700.csv", "history/runs/solar-20260504-133700-2.csv", "history/runs/solar-20260504-133700-3.csv"}
	if !slices.Equal(all, want) {
		t.Errorf("moved %q, want %q", all, want)
	}
	// What is saved into history by name stays on one level.
	save(t, f, "history/mine.csv", run("solar", "r1", 1))
	modified(t, filepath.Join(dir, "history", "mine.csv"))
	if _, moved := save(t, f, "history/mine.csv", run("solar", "r2", 2)); !slices.Equal(moved, []string{"history/mine-20260504-133700.csv"}) {
		t.Errorf("moved %q", moved)
	}
}

func TestSaveHistoryNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	want := map[string]string{}
	for i, name := range []string{"history/solar-k3f9.csv", "history/solar-k3f9-2.csv", "history/solar-k3f9-3.csv"} {
		got, err := f.SaveHistory(run("solar", "k3f9", float64(i)))
		if err != nil || got != name {
			t.Errorf("SaveHistory gives %q, %v, want %q", got, err, name)
		}
		want[name] = text(t, sessions.CSV, run("", "", float64(i)))
	}
	checkFiles(t, dir, want)
	for _, test := range []struct{ name, run, want string }{
		{"dark", "", "history/dark.csv"},
		{"alice/solar", "r1", "history/alice_solar-r1.csv"},
	} {
		if got, err := f.SaveHistory(run(test.name, test.run, 1)); err != nil || got != test.want {
			t.Errorf("SaveHistory of %q gives %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestUpdateHistoryReplacesItsOwnFileOnly(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	update := func(value float64, last sessions.Copy, want string) sessions.Copy {
		t.Helper()
		now, err := f.UpdateHistory(run("solar", "k3f9", value), last)
		if err != nil || now.File != want {
			t.Errorf("UpdateHistory gives %+v, %v, want %q", now, err, want)
		}
		return now
	}
	first := update(1, sessions.Copy{}, "history/solar-k3f9.csv")
	second := update(22, first, "history/solar-k3f9.csv")
	// Another process knows the file by what it was told to keep.
	f = openFolder(t, dir)
	third := update(333, second, "history/solar-k3f9.csv")
	checkFiles(t, dir, map[string]string{"history/solar-k3f9.csv": text(t, sessions.CSV, run("", "", 333))})

	// A file that somebody changed, moved or replaced is left alone.
	modified(t, filepath.Join(dir, "history", "solar-k3f9.csv"))
	fourth := update(4, third, "history/solar-k3f9-2.csv")
	if err := os.Remove(filepath.Join(dir, "history", "solar-k3f9-2.csv")); err != nil {
		t.Fatal(err)
	}
	fifth := update(5, fourth, "history/solar-k3f9-2.csv")
	fifth.File = "solar-k3f9.csv"
	update(6, fifth, "history/solar-k3f9-3.csv")
	checkFiles(t, dir, map[string]string{
		"history/solar-k3f9.csv":   text(t, sessions.CSV, run("", "", 333)),
		"history/solar-k3f9-2.csv": text(t, sessions.CSV, run("", "", 5)),
		"history/solar-k3f9-3.csv": text(t, sessions.CSV, run("", "", 6)),
	})
}

// Where history can't be used the series is saved all the same, beside the file
// that can't be moved.
func TestSaveWithoutHistory(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "history"), "a file")
	put(t, filepath.Join(dir, "solar.csv"), "notes")
	for i := range 3 {
		files, moved := save(t, f, "solar.csv", run("solar", "r1", float64(i)))
		if !slices.Equal(files, []string{"solar-2.csv"}) || moved != nil {
			t.Errorf("wrote %q, moved %q", files, moved)
		}
	}
	checkFiles(t, dir, map[string]string{"history": "a file", "solar.csv": "notes", "solar-2.csv": "U\n2.0\n"})
	var refused *sessions.NameError
	if _, err := f.SaveHistory(run("solar", "r1", 1)); !errors.As(err, &refused) || !strings.Contains(err.Error(), `"history" is a file`) {
		t.Errorf("SaveHistory: %v", err)
	}
}

func TestSaveIntoHistoryThatLeadsOut(t *testing.T) {
	top := t.TempDir()
	dir, outside := filepath.Join(top, "folder"), filepath.Join(top, "outside")
	f := openFolder(t, dir)
	put(t, filepath.Join(outside, "secret"), "secret")
	symlink(t, outside, filepath.Join(dir, "history"))
	put(t, filepath.Join(dir, "solar.csv"), "notes")
	if files, moved := save(t, f, "solar.csv", run("solar", "r1", 1)); !slices.Equal(files, []string{"solar-2.csv"}) || moved != nil {
		t.Errorf("wrote %q, moved %q", files, moved)
	}
	if _, err := f.SaveHistory(run("solar", "r1", 1)); err == nil {
		t.Error("SaveHistory went through a link that leads out")
	}
	checkFiles(t, outside, map[string]string{"secret": "secret"})
}

func TestAFailedSaveKeepsTheOldFile(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "solar.json"), "notes")
	b := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"U"}, Meta: map[string]any{"f": math.Cos}})
	if _, _, err := f.Save("solar.json", b.Series()); err == nil {
		t.Error("a function was saved as JSON")
	}
	checkFiles(t, dir, map[string]string{"solar.json": "notes"})
}

func TestASavedFolderNameGetsANumber(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "solar.csv", "keep"), "keep")
	for i := range 2 {
		if files, moved := save(t, f, "solar.csv", run("solar", "r1", float64(i))); !slices.Equal(files, []string{"solar-2.csv"}) || moved != nil {
			t.Errorf("wrote %q, moved %q", files, moved)
		}
	}
	// Another run does not replace what stands in for the first one's file.
	modified(t, filepath.Join(dir, "solar-2.csv"))
	if files, moved := save(t, f, "solar.csv", run("solar", "r2", 5)); !slices.Equal(files, []string{"solar-2.csv"}) || !slices.Equal(moved, []string{"history/solar-2-20260504-133700.csv"}) {
		t.Errorf("wrote %q, moved %q", files, moved)
	}
	checkFiles(t, dir, map[string]string{"solar.csv/keep": "keep", "solar-2.csv": "U\n5.0\n", "history/solar-2-20260504-133700.csv": "U\n1.0\n"})
}
