package sessions_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"iotplot/sessions"
)

func openFolder(t testing.TB, dir string) *sessions.Folder {
	t.Helper()
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func symlink(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skipf("no links here: %v", err)
	}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// checkFiles compares the files below a folder, folders left out, with what they
// should hold.
func checkFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := everything(t, dir)
	maps.DeleteFunc(got, func(_, text string) bool { return strings.HasPrefix(text, "d") && len(text) == len("d---------") })
	if !maps.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	for _, name := range []string{"a.txt", "plots/deep/b.txt", "./plots//c.txt"} {
		for _, text := range []string{"first, which is longer", "second"} {
			if _, err := f.WriteFile(name, writeText(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	checkFiles(t, dir, map[string]string{"a.txt": "second", "plots/deep/b.txt": "second", "plots/c.txt": "second"})
	if got, want := f.Path("plots/c.txt"), filepath.Join(dir, "plots", "c.txt"); got != want {
		t.Errorf("Path = %q, want %q", got, want)
	}
}

func TestWriteFileRefusesNames(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "folder")
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "file"), "a file")
	put(t, filepath.Join(top, "outside", "secret"), "secret")
	symlink(t, filepath.Join(top, "outside"), filepath.Join(dir, "out"))
	symlink(t, "../outside", filepath.Join(dir, "relative"))
	symlink(t, "../outside/secret", filepath.Join(dir, "secret"))
	symlink(t, "nothing", filepath.Join(dir, "dangling"))
	before := everything(t, top)
	for name, why := range map[string]string{
		"../outside/x": "leaves the folder",
		"out/x":        `"out" is a link that leads out`,
		"out/deep/x":   `"out" is a link that leads out`,
		"relative/x":   `"relative" is a link that leads out`,
		"dangling/x":   `"dangling" is a link that leads out of the folder or to nothing`,
		"secret":       "it is a link",
		"dangling":     "it is a link",
		"file/x":       `"file" is a file, not a folder`,
	} {
		written, err := f.WriteFile(name, writeText("new"))
		var refused *sessions.NameError
		if !errors.As(err, &refused) || written != "" || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: written as %q, %v, want a word about %q", name, written, err, why)
		}
	}
	if after := everything(t, top); !maps.Equal(after, before) {
		t.Errorf("the refused names left %q, want %q", after, before)
	}
}

func TestWriteFileFollowsLinksInside(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	if err := os.Mkdir(filepath.Join(dir, "runs"), 0o777); err != nil {
		t.Fatal(err)
	}
	symlink(t, "runs", filepath.Join(dir, "latest"))
	if _, err := f.WriteFile("latest/x.txt", writeText("new")); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "runs", "x.txt")); err != nil || string(data) != "new" {
		t.Errorf("runs/x.txt holds %q, %v", data, err)
	}
}

func TestAFileThatCannotBeReplacedGetsANumber(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "plot.pdf", "keep"), "keep")
	put(t, filepath.Join(dir, "plot-2.pdf"), "somebody's")
	for _, text := range []string{"first", "second"} {
		written, err := f.WriteFile("plot.pdf", writeText(text))
		if err != nil || written != "plot-3.pdf" {
			t.Fatalf("written as %q, %v", written, err)
		}
	}
	checkFiles(t, dir, map[string]string{"plot.pdf/keep": "keep", "plot-2.pdf": "somebody's", "plot-3.pdf": "second"})
	// Once the name is free it is used again.
	if err := os.RemoveAll(filepath.Join(dir, "plot.pdf")); err != nil {
		t.Fatal(err)
	}
	if written, err := f.WriteFile("plot.pdf", writeText("third")); err != nil || written != "plot.pdf" {
		t.Errorf("written as %q, %v", written, err)
	}
	checkFiles(t, dir, map[string]string{"plot.pdf": "third", "plot-2.pdf": "somebody's", "plot-3.pdf": "second"})
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	put(t, filepath.Join(dir, "a.txt"), "old")
	broken := errors.New("the drawing failed")
	_, err := f.WriteFile("a.txt", func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Error(err)
		}
		return broken
	})
	if err != broken {
		t.Errorf("got %v, want the caller's own error", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		f.WriteFile("a.txt", func(w io.Writer) error {
			io.WriteString(w, "half")
			panic("drawing")
		})
	}()
	checkFiles(t, dir, map[string]string{"a.txt": "old"})
	// Nothing is locked after it either.
	if _, err := f.WriteFile("a.txt", writeText("new")); err != nil {
		t.Error(err)
	}
	checkFiles(t, dir, map[string]string{"a.txt": "new"})
}

// A reader never sees anything but a whole file, however many write it at once.
func TestWritersAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	f := openFolder(t, dir)
	s := numbered(2, 50).Series()
	const writers, times = 6, 30
	var writing, reading sync.WaitGroup
	for id := range writers {
		writing.Go(func() {
			text := strings.Repeat(fmt.Sprint(id), 10_000)
			for range times {
				for _, name := range []string{"shared.txt", fmt.Sprintf("sub/%d.txt", id)} {
					if written, err := f.WriteFile(name, writeText(text)); err != nil || written != name {
						t.Errorf("%s: written as %q, %v", name, written, err)
					}
				}
				if _, _, err := f.Save("series.csv", s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	reading.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			data, err := os.ReadFile(filepath.Join(dir, "shared.txt"))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil || len(data) != 10_000 || strings.Trim(string(data), string(data[:1])) != "" {
				t.Errorf("a reader saw %d bytes, %v", len(data), err)
				return
			}
		}
	})
	writing.Wait()
	close(done)
	reading.Wait()
	got := slices.Sorted(maps.Keys(everything(t, dir)))
	want := []string{".", "series.csv", "shared.txt", "sub", "sub/0.txt", "sub/1.txt", "sub/2.txt", "sub/3.txt", "sub/4.txt", "sub/5.txt"}
	if !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestOpenFolder(t *testing.T) {
	top := t.TempDir()
	put(t, filepath.Join(top, "file"), "a file")
	openFolder(t, filepath.Join(top, "new", "deep"))
	if info, err := os.Stat(filepath.Join(top, "new", "deep")); err != nil || !info.IsDir() {
		t.Errorf("the folder was not made: %v", err)
	}
	checkFiles(t, top, map[string]string{"file": "a file"})
	for _, dir := range []string{filepath.Join(top, "file"), filepath.Join(top, "file", "sub")} {
		_, err := sessions.OpenFolder(dir)
		var failed *sessions.Error
		if !errors.As(err, &failed) || failed.Path != dir || !strings.HasPrefix(err.Error(), "cannot open the folder ") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

func TestAFolderThatCannotBeWrittenTo(t *testing.T) {
	if os.Getuid() <= 0 {
		t.Skip("root may write anywhere and Windows has no such modes: run as an ordinary user elsewhere")
	}
	top := t.TempDir()
	if err := os.Mkdir(filepath.Join(top, "locked"), 0o555); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"locked", "locked/sub"} {
		_, err := sessions.OpenFolder(filepath.Join(top, dir))
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "permission denied, choose a folder") {
			t.Errorf("%s: %v", dir, err)
		}
	}
	f := openFolder(t, top)
	if _, err := f.WriteFile("locked/x", writeText("new")); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
}

func TestAClosedFolder(t *testing.T) {
	f := openFolder(t, t.TempDir())
	f.Close()
	_, err := f.WriteFile("x", writeText("new"))
	var failed *sessions.Error
	if !errors.As(err, &failed) || !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// Only what a killed process of ours left there goes.
func TestStaleTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	const stale = ".iotplot-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp"
	old := time.Now().Add(-2 * time.Hour)
	files := map[string]string{
		stale:            "gone",
		"sub/" + stale:   "gone, once something is written there",
		"other/" + stale: "kept, nothing is written there",
		".iotplot-ABCDEFGHIJKLMNOPQRSTUVWXY7.tmp": "young",
		".iotplot-short.tmp":                      "another form",
		".iotplot/journal":                        "the journal",
		"x" + stale:                               "another name",
		"data.tmp":                                "somebody's",
	}
	for name, text := range files {
		put(t, filepath.Join(dir, name), text)
		if text != "young" {
			if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := openFolder(t, dir)
	delete(files, stale)
	checkFiles(t, dir, files)
	if _, err := f.WriteFile("sub/new", writeText("new")); err != nil {
		t.Fatal(err)
	}
	delete(files, "sub/"+stale)
	files["sub/new"] = "new"
	checkFiles(t, dir, files)
}

func TestErrorTexts(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: ".iotplot-X.tmp", Err: syscall.ENOSPC}
	for _, test := range []struct {
		err  error
		want string
		is   []error
	}{
		{&sessions.Error{Op: "save", Series: "solar", Path: "d/solar.csv", Err: full},
			`cannot save series "solar" as "d/solar.csv": the disk is full, free some room and try again`,
			[]error{sessions.ErrDiskFull, syscall.ENOSPC}},
		{&sessions.Error{Op: "write", Path: "d/x.pdf", Err: &os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EACCES}},
			`cannot write "d/x.pdf": permission denied, choose a folder that you may write to`,
			[]error{fs.ErrPermission}},
		{&sessions.Error{Op: "write", Path: "d/x.pdf", Err: &fs.PathError{Op: "write", Path: ".iotplot-X.tmp", Err: io.ErrShortWrite}},
			`cannot write "d/x.pdf": short write`,
			[]error{io.ErrShortWrite}},
		{&sessions.NameError{Name: "../x", Wrong: "it leaves the folder with ..", Allowed: "names inside the folder"},
			`cannot use the file name "../x": it leaves the folder with .., allowed are names inside the folder`, nil},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
		for _, target := range test.is {
			if !errors.Is(test.err, target) {
				t.Errorf("%v is not %v", test.err, target)
			}
		}
		if len(test.is) > 0 && !slices.Contains(test.is, sessions.ErrDiskFull) && errors.Is(test.err, sessions.ErrDiskFull) {
			t.Errorf("%v is taken for a full disk", test.err)
		}
	}
}
