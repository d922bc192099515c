package journal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"iotplot/sessions/journal"
)

// Rows that go to a file which nobody can find again are not durable.
func TestFilesThatAreRemovedWhileTheyAreWrittenTo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows removes no file that is open")
	}
	for name, remove := range map[string]func(folder, file string) error{
		"the file":      func(_, file string) error { return os.Remove(file) },
		"the folder":    func(folder, _ string) error { return os.RemoveAll(folder) },
		"for a folder":  func(_, file string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o777)) },
		"for a copy":    func(_, file string) error { return errors.Join(os.Remove(file), os.WriteFile(file, nil, 0o666)) },
		"moved and put": nil,
	} {
		for _, off := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				dir := t.TempDir()
				states := make(chan journal.State, 100)
				j, _, err := journal.Open(dir, "hopla", nil, journal.Options{Interval: time.Millisecond, NoSync: off,
					State: func(s journal.State) { states <- s }})
				if err != nil {
					t.Fatal(err)
				}
				run := openRun(t, j, header("a", "x", "y"))
				j.AppendRow(run, []float64{1, 1})
				if err := j.Sync(t.Context()); err != nil {
					t.Fatal(err)
				}
				files, err := filepath.Glob(filepath.Join(dir, journal.Base, "hopla", "*.journal"))
				if err != nil || len(files) != 1 {
					t.Fatal(files, err)
				}
				away := filepath.Join(dir, "away")
				if remove == nil {
					err = os.Rename(files[0], away)
				} else {
					err = remove(filepath.Join(dir, journal.Base), files[0])
				}
				if err != nil {
					t.Fatal(err)
				}
				j.AppendRow(run, []float64{2, 2})
				if s := <-states; !errors.Is(s.Err, journal.ErrGone) {
					t.Fatalf("told %+v", s)
				}
				if remove != nil {
					soon, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
					defer stop()
					if err := j.Sync(soon); !errors.Is(err, journal.ErrGone) {
						t.Errorf("to sync gave %v", err)
					}
					if err := j.Close(); !errors.Is(err, journal.ErrGone) {
						t.Errorf("to close gave %v", err)
					}
					return
				}
				if err := os.Rename(away, files[0]); err != nil {
					t.Fatal(err)
				}
				if s := <-states; s.Err != nil {
					t.Fatalf("told %+v, want that it goes on", s)
				}
				if err := j.Close(); err != nil {
					t.Fatal(err)
				}
				rows := 0
				journal.Read(dir, "hopla", func(e *journal.Event) error {
					if e.Kind == journal.Rows {
						rows += int(e.Count)
					}
					return nil
				})
				if rows != 2 {
					t.Errorf("%d rows", rows)
				}
			})
		}
	}
}
