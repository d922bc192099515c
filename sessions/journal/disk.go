package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// disk is the folder of one journal. Tests put one in its place that fails, is
// full, or forgets at a power cut what was not synced.
type disk interface {
	list() ([]string, error)
	create(name string) (file, error) // empty, also when there was one
	open(name string, write bool) (file, error)
	rename(from, to string) error
	remove(name string) error
	syncDir() error
	holds(name string, f file) bool // whether f is still the file of that name
}

type file interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error // the content and what is needed to read it
	Size() (int64, error)
	Close() error
}

// folder is a disk in a real folder. It goes through os.Root, so that no link
// leads out.
type folder struct{ root *os.Root }

// openFolder opens a session's folder and makes it if asked to.
func openFolder(dir, session string, make bool) (*folder, error) {
	if dir == "" {
		dir = "."
	}
	if make {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	outer, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer outer.Close()
	name := filepath.Join(Base, folderName(session))
	if make {
		if err := outer.MkdirAll(name, 0o777); err != nil {
			return nil, err
		}
		// So that the folders themselves are there after a power cut.
		for _, d := range []string{".", Base} {
			if err := syncDir(outer, d); err != nil {
				return nil, err
			}
		}
	}
	root, err := outer.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &folder{root}, nil
}

func (f *folder) list() ([]string, error) {
	d, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

func (f *folder) create(name string) (file, error) {
	g, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return nil, err
	}
	return osFile{g}, nil
}

func (f *folder) open(name string, write bool) (file, error) {
	flag := os.O_RDONLY
	if write {
		flag = os.O_RDWR
	}
	g, err := f.root.OpenFile(name, flag, 0)
	if err != nil {
		return nil, err
	}
	return osFile{g}, nil
}

func (f *folder) rename(from, to string) error { return f.root.Rename(from, to) }

func (f *folder) remove(name string) error {
	err := f.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f *folder) syncDir() error { return syncDir(f.root, ".") }

func (f *folder) holds(name string, g file) bool {
	o, ok := g.(osFile)
	if !ok {
		return false
	}
	here, err := f.root.Lstat(name)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) // else nobody knows
	}
	info, err := o.Stat()
	return err != nil || os.SameFile(here, info)
}

type osFile struct{ *os.File }

func (f osFile) Sync() error { return syncData(f.File) }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
