package sessions

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// MetaEnding is what is appended to the name of a file that holds numbers and
// names only, .csv and .pkl, for the file beside it that holds the units, the
// meta and the lost rows.
const MetaEnding = ".meta.json"

// Load reads a series from a file in the format of its ending: everything that
// [Folder.Save] writes, what iot-plot wrote (.pkl), and what other programs
// write in these formats as far as it is columns of numbers. Text tables may
// also end in .txt, .tsv or .dat. Units, meta and lost rows of a .csv or .pkl
// come from the .meta.json beside it, where there is one.
//
// A file that does not tell the series' name gives it its own, without the
// ending. What is in a file is never executed, and time and memory are bounded
// by its size, whatever it claims: of a compressed file at most 16 million values
// and 100 more for each byte are read, never more than 2³⁰. Errors are a
// *[NameError] for an unknown ending and an *[Error] for all else.
func Load(filename string) (*Series, error) {
	return load(filename, openOrdinary, filename)
}

// Load reads a series from the named file of the folder, as the function [Load]
// does. Names are those of [CheckName]; links that lead out are not followed.
func (f *Folder) Load(name string) (*Series, error) {
	clean, err := cleanName(name)
	if err != nil {
		return nil, err
	}
	return load(clean, f.openOrdinary, f.Path(clean))
}

// load reads a file that open opens. Errors call it shown.
func load(name string, open func(string) (io.ReadCloser, error), shown string) (*Series, error) {
	var s *Series
	err := withFile(name, open, shown, func(in source, f Format, a *about) error {
		var err error
		if s, err = Read(in, in.size, f); err != nil {
			return err
		}
		if s.Name == "" {
			s.Name = baseName(name)
		}
		if a != nil {
			a.apply(s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// baseName is what a series is called whose file does not tell.
func baseName(name string) string {
	base := path.Base(filepath.ToSlash(name))
	return strings.TrimSuffix(base, path.Ext(base))
}

// withFile opens a file, and the one beside it where the format has one, for
// read.
func withFile(name string, open func(string) (io.ReadCloser, error), shown string, read func(source, Format, *about) error) error {
	fail := func(err error) error { return &Error{Op: "load", Path: shown, Err: err} }
	format, err := formatOf(filepath.ToSlash(name), true)
	if err != nil {
		return err
	}
	in, err := open(name)
	if err != nil {
		return fail(err)
	}
	defer in.Close()
	file, info, err := regular(in)
	if err != nil {
		return fail(err)
	}
	var a *about
	if format.Beside() {
		if a, err = loadAbout(name+MetaEnding, open); errors.Is(err, fs.ErrNotExist) {
			err = nil
		} else if err != nil {
			return fail(fmt.Errorf("the units in %s beside it can't be read, repair that file or move it away: %w", path.Base(filepath.ToSlash(name))+MetaEnding, err))
		}
	}
	if err := read(source{file, info.Size()}, format, a); err != nil {
		return fail(err)
	}
	return nil
}

// loadAbout reads the file beside a series' file.
func loadAbout(name string, open func(string) (io.ReadCloser, error)) (*about, error) {
	in, err := open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	file, info, err := regular(in)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxAbout {
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), maxAbout)
	}
	text, err := io.ReadAll(io.NewSectionReader(file, 0, info.Size()))
	if err != nil {
		return nil, err
	}
	return parseAbout(text)
}

// regular gives the file behind what was opened: folders and pipes are refused,
// for they have no size.
func regular(in io.ReadCloser) (*os.File, fs.FileInfo, error) {
	file, ok := in.(*os.File)
	if !ok {
		return nil, nil, errors.New("it is not a file")
	}
	info, err := file.Stat()
	if err == nil {
		err = ordinary(info)
	}
	if err != nil {
		return nil, nil, err
	}
	return file, info, nil
}

func ordinary(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errors.New("it is a folder, choose a file in it")
	case !info.Mode().IsRegular():
		return errors.New("it is not an ordinary file")
	}
	return nil
}

// openOrdinary opens a file, and nothing that would make who opens it wait for
// another program, as a named pipe does.
func openOrdinary(name string) (io.ReadCloser, error) {
	if info, err := os.Stat(name); err == nil {
		if err := ordinary(info); err != nil {
			return nil, err
		}
	}
	return os.Open(name)
}

func (f *Folder) openOrdinary(name string) (io.ReadCloser, error) {
	if info, err := f.root.Stat(name); err == nil {
		if err := ordinary(info); err != nil {
			return nil, err
		}
	}
	return f.root.Open(name)
}

// Read reads a series of a format from the first size bytes of in; it is the
// inverse of [Write]. Formats that hold no name give a series without one.
func Read(in io.ReaderAt, size int64, f Format) (*Series, error) {
	c, ok := f.codec()
	if !ok {
		return nil, fmt.Errorf("cannot read a series: %v is no format, there are %s", f, formatNames())
	}
	s, err := c.decode(source{in, size})
	if err != nil {
		return nil, err
	}
	if len(s.Columns) > maxColumns {
		return nil, fmt.Errorf("it has %d columns, more than %d", len(s.Columns), maxColumns)
	}
	return s, nil
}

// source is the file that a decoder reads.
type source struct {
	io.ReaderAt
	size int64
}

func (s source) reader() io.Reader { return io.NewSectionReader(s.ReaderAt, 0, s.size) }

const (
	maxColumns = 65_535  // as many as a journal holds
	maxValues  = 1 << 30 // 8 GB: what a compressed file may claim to hold
)

var errCut = errors.New("it ends too early, a part of it is missing")

// cut gives what an unexpected end of the file is called.
func cut(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}
