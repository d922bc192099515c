package sessions

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Folder is the one folder that files are written to. Its methods may be called
// from several goroutines at once.
//
// Every file is written under a temporary name in its own (sub-)folder and
// renamed when it is whole, so a program that ends in the middle leaves either
// the old file or the new one. Names are those of [CheckName]. Links among the
// sub-folders are followed as long as they stay inside; a file that is itself a
// link is not written to.
type Folder struct {
	dir  string
	root *os.Root

	mu    sync.Mutex           // held while names are given to finished files
	saved map[string]savedFile // by name, what Save wrote there last
	swept map[string]bool      // sub-folders whose stale temporary files are gone
	stood map[string]string    // by name, the numbered name that stood in for it
}

// savedFile is what a file looked like when this process had written it.
type savedFile struct {
	series, run   string
	rows, missing int // of rows
	info          fs.FileInfo
}

// within says whether a series has all the rows that the file has.
func (w savedFile) within(s *Series) bool {
	return w.series == s.Name && w.run == s.Run && w.rows <= s.Len() && s.Slice(0, w.rows).Missing() <= w.missing
}

// OpenFolder opens a folder for writing and makes it if it is not there; "" is
// the current one. It says at once, as an *[Error], when files can't be written
// there.
func OpenFolder(dir string) (*Folder, error) {
	if dir == "" {
		dir = "."
	}
	fail := func(err error) (*Folder, error) {
		return nil, &Error{Op: "open the folder", Path: dir, Err: err}
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fail(errors.New("it is a file, choose a folder"))
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fail(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fail(err)
	}
	f := &Folder{dir: dir, root: root, saved: map[string]savedFile{}, swept: map[string]bool{}, stood: map[string]string{}}
	file, temp, err := f.create(".")
	if err != nil {
		root.Close()
		return fail(err)
	}
	file.Close()
	root.Remove(temp)
	f.sweep(".")
	return f, nil
}

// Close lets go of the folder; nothing can be written after it.
func (f *Folder) Close() error { return f.root.Close() }

// Path gives the name as people would look for it, with the folder in front;
// "" is the folder.
func (f *Folder) Path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// WriteFile makes a file of what write writes, in place of one that is there,
// and gives the name it has got. Sub-folders are made. Where the file that is
// there can't be replaced, because a viewer holds it open on Windows or because
// it is a folder, the new one gets a number: solar-2.pdf.
//
// Errors are a *[NameError] when the name is refused, write's own error as it
// is, or an *[Error]. After an error nothing has changed and no temporary file
// is left.
func (f *Folder) WriteFile(name string, write func(io.Writer) error) (written string, err error) {
	clean, err := cleanName(name)
	if err != nil {
		return "", err
	}
	return f.write(clean, write, func(temp, name string) (string, error) {
		return f.replace(temp, name, nil)
	})
}

// write makes a file under a temporary name beside name and leaves it to place
// to give it its own. Place runs under the lock.
func (f *Folder) write(name string, write func(io.Writer) error, place func(temp, name string) (string, error)) (written string, err error) {
	fail := func(err error) (string, error) {
		var known *Error
		var refused *NameError
		if errors.As(err, &known) || errors.As(err, &refused) {
			return "", err
		}
		return "", &Error{Op: "write", Path: f.Path(name), Err: err}
	}
	dir := path.Dir(name)
	if err := f.makeDir(name, dir); err != nil {
		return fail(err)
	}
	f.sweep(dir)
	temp, err := f.fill(name, write)
	if err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err = f.checkTarget(name)
	if err == nil {
		written, err = place(temp, name)
	}
	if err != nil {
		f.root.Remove(temp)
		return fail(err)
	}
	return written, nil
}

// fill makes a temporary file beside name of what write writes. Errors are
// write's own as it is, or an *[Error].
func (f *Folder) fill(name string, write func(io.Writer) error) (temp string, err error) {
	fail := func(err error) (string, error) {
		return "", &Error{Op: "write", Path: f.Path(name), Err: err}
	}
	file, made, err := f.create(path.Dir(name))
	if err != nil {
		return fail(err)
	}
	// Deferred, so that a write that panics leaves nothing behind either.
	whole := false
	defer func() {
		if !whole {
			file.Close()
			f.root.Remove(made)
		}
	}()
	watched := &watchedWriter{w: file}
	buffered := bufio.NewWriterSize(watched, 64*1024)
	if err := write(buffered); err != nil && watched.err == nil {
		return "", err
	}
	buffered.Flush() // its error is the writer's
	if watched.err != nil {
		return fail(watched.err)
	}
	if err := file.Close(); err != nil {
		return fail(err)
	}
	whole = true
	return made, nil
}

// watchedWriter keeps its writer's first error, which tells a disk that fails
// from a caller that gives up.
type watchedWriter struct {
	w   io.Writer
	err error
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(p)
	w.err = err
	return n, err
}

// makeDir makes the sub-folders of name. What os.Root refuses is a link, and is
// put in words.
func (f *Folder) makeDir(name, dir string) error {
	if dir == "." {
		return nil
	}
	err := f.root.MkdirAll(dir, 0o777)
	if err == nil {
		var info fs.FileInfo
		if info, err = f.root.Stat(dir); err == nil && info.IsDir() {
			return nil
		}
	}
	for i := range len(dir) + 1 {
		if i < len(dir) && dir[i] != '/' {
			continue
		}
		part := dir[:i]
		info, partErr := f.root.Lstat(part)
		if partErr != nil {
			break
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if info, partErr = f.root.Stat(part); partErr != nil {
				return &NameError{Name: name, Wrong: fmt.Sprintf("%q is a link that leads out of the folder or to nothing", part), Allowed: insideNames}
			}
		}
		if !info.IsDir() {
			return &NameError{Name: name, Wrong: fmt.Sprintf("%q is a file, not a folder", part), Allowed: insideNames}
		}
	}
	return err
}

// checkTarget refuses a name that is a link: whether it leads out or not, the
// file behind it is not ours to replace, and the link is somebody's.
func (f *Folder) checkTarget(name string) error {
	if info, err := f.root.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return &NameError{Name: name, Wrong: "it is a link", Allowed: "new names and those of ordinary files"}
	}
	return nil
}

// Temporary files begin with a dot, so that they are hidden and no name that
// CheckName accepts can be one, and have a form that nobody else's file has.
const (
	tempPrefix = ".iotplot-"
	tempSuffix = ".tmp"
	tempRandom = 26 // length of rand.Text
	staleAfter = time.Hour
)

func (f *Folder) create(dir string) (*os.File, string, error) {
	temp := path.Join(dir, tempPrefix+rand.Text()+tempSuffix)
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	return file, temp, err
}

// sweep removes the temporary files that a killed process left in a folder, the
// first time something is written there. It removes nothing but ordinary files
// of exactly our form that nobody wrote to for an hour, and goes into no folder
// by itself.
func (f *Folder) sweep(dir string) {
	f.mu.Lock()
	done := f.swept[dir]
	f.swept[dir] = true
	f.mu.Unlock()
	if done {
		return
	}
	d, err := f.root.Open(dir)
	if err != nil {
		return
	}
	defer d.Close()
	for {
		names, err := d.Readdirnames(1000)
		for _, name := range names {
			random, ok := strings.CutPrefix(name, tempPrefix)
			random, ending := strings.CutSuffix(random, tempSuffix)
			if !ok || !ending || len(random) != tempRandom {
				continue
			}
			name = path.Join(dir, name)
			info, err := f.root.Lstat(name)
			if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > staleAfter {
				f.root.Remove(name)
			}
		}
		if err != nil {
			return
		}
	}
}

// replace gives a finished file its name, or a numbered one where the file or
// folder that has the name can't be replaced. Prepare, where there is one, is
// asked before an ordinary file is replaced, and forbids it with an error.
func (f *Folder) replace(temp, name string, prepare func(name string) error) (string, error) {
	// The number of an earlier time comes second, so that a viewer left open
	// does not fill the folder.
	for _, target := range []string{name, f.stood[name]} {
		if target == "" {
			continue
		}
		info, err := f.root.Lstat(target)
		exists := err == nil
		if exists && (!info.Mode().IsRegular() || (prepare != nil && prepare(target) != nil)) {
			continue
		}
		if err := f.rename(temp, target); err == nil {
			return target, nil
		} else if !exists {
			return "", err
		}
	}
	other, err := f.placeNew(temp, name, 2)
	if err != nil {
		return "", err
	}
	f.stood[name] = other
	return other, nil
}

// rename renames and replaces. On Windows a virus scanner or an indexer may
// hold a file for a moment.
func (f *Folder) rename(from, to string) error {
	err := f.root.Rename(from, to)
	for try := 0; err != nil && try < 4 && runtime.GOOS == "windows"; try++ {
		time.Sleep(25 * time.Millisecond)
		err = f.root.Rename(from, to)
	}
	return err
}

// placeNew gives a file a name that nothing has: the name itself when from is
// 1, then with -2, -3 … before its ending.
func (f *Folder) placeNew(old, name string, from int) (string, error) {
	ending := path.Ext(name)
	for n := from; n < 10_000; n++ {
		free := name
		if n > 1 {
			free = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ending), n, ending)
		}
		if _, err := f.root.Lstat(free); err == nil {
			continue
		}
		// A link can't replace anything, not even what another process has just
		// made. Not every disk knows links, so renaming is the fallback; it comes
		// first on Windows, where a file that is held open could be linked but
		// not removed.
		if runtime.GOOS != "windows" {
			err := f.root.Link(old, free)
			if errors.Is(err, fs.ErrExist) {
				continue
			}
			if err == nil {
				if err := f.root.Remove(old); err != nil {
					f.root.Remove(free)
					return "", err
				}
				return free, nil
			}
		}
		if err := f.rename(old, free); err != nil {
			return "", err
		}
		return free, nil
	}
	return "", fmt.Errorf("there are 10,000 files with numbers beside %q, move some away", name)
}
