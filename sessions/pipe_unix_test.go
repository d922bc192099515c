//go:build unix

package sessions_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"iotplot/sessions"
)

// Who opens a named pipe waits until somebody writes to it, which may be never.
func TestNamedPipesAreNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.csv", "b.pkl", "c.csv.meta.json"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o666); err != nil {
			t.Skipf("no named pipe can be made: %v", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "c.csv"), []byte("x\n1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	folder, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, name := range []string{"a.csv", "b.pkl", "c.csv"} {
			path := filepath.Join(dir, name)
			_, err1 := sessions.Load(path)
			_, err2 := sessions.Describe(path)
			_, err3 := folder.Load(name)
			for _, err := range []error{err1, err2, err3} {
				if err == nil || !strings.Contains(err.Error(), "it is not an ordinary file") {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if _, err := sessions.Open(dir); err != nil {
			t.Errorf("to list gave %v", err)
		}
		series := sessions.NewBuilder(sessions.Header{Name: "c", Columns: []string{"x"}, Units: []string{"m"}})
		series.Append([]float64{1})
		if _, _, err := folder.Save("c.csv", series.Series()); err != nil {
			t.Errorf("to save gave %v", err)
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("it waits")
	}
}
