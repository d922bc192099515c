package sessions_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"iotplot/sessions"
)

func TestAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no small disk can be mounted: %v: run as root", err)
	}
	defer syscall.Unmount(dir, 0)
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // before the unmounting
	small := numbered(2, 100)
	if _, _, err := f.Save("a.csv", small.Series()); err != nil {
		t.Fatal(err)
	}
	before := everything(t, dir)
	appendNumbered(small, 2, 100, 100_000)
	for _, name := range []string{"a.csv", "a.pkl", "a.json", "sub/a.csv"} {
		files, moved, err := f.Save(name, small.Series())
		var failed *sessions.Error
		if !errors.Is(err, sessions.ErrDiskFull) || !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &failed) || failed.Series != "numbered" {
			t.Errorf("%s: %v, want a full disk", name, err)
		}
		if len(files)+len(moved) > 0 {
			t.Errorf("%s: written %q, moved %q", name, files, moved)
		}
	}
	if file, err := f.SaveHistory(small.Series()); !errors.Is(err, sessions.ErrDiskFull) || file != "" {
		t.Errorf("SaveHistory: %q, %v", file, err)
	}
	after := everything(t, dir)
	delete(after, "sub")
	delete(after, "history")
	if len(after) != len(before) || after["a.csv"] != before["a.csv"] {
		t.Errorf("the full disk holds %d files, want %d, and the old a.csv", len(after), len(before))
	}
}
