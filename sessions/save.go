package sessions

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"
)

// historyDir is the sub-folder for what would otherwise be replaced.
const historyDir = "history"

// Save writes a series to the named file in the format of its ending, see
// [FormatOf]; "" stands for two files, <series>.pkl and <series>.csv, with the
// series' name made safe by [SafeName]. It gives the names of the files written
// and those under which older files are now found.
//
// A series that is saved again replaces its file. A file that holds anything
// else, because it was there before this process, holds another run or rows of
// this one that are missing by now, or was changed by somebody since it was saved,
// is first moved to history, under its
// name and the time of its last change: history/solar-20260504-133700.csv. One
// that can't be moved, because it is open in a spreadsheet on Windows, stays,
// and the series' file gets a number as in [Folder.WriteFile].
//
// Beside a .csv or .pkl of a series with units, meta or lost rows there is a file
// with these, of the same name with [MetaEnding] behind it, which moves with it
// and is not named by itself.
//
// Errors are a *[NameError] or an *[Error]; files written before the error are
// named all the same.
func (f *Folder) Save(name string, s *Series) (files, moved []string, err error) {
	names := []string{name}
	if name == "" {
		base := SafeName(s.Name)
		names = []string{base + Pickle.Ending(), base + CSV.Ending()}
	}
	for _, name := range names {
		clean, err := cleanName(name)
		if err != nil {
			return files, moved, err
		}
		format, err := FormatOf(clean)
		if err != nil {
			return files, moved, err
		}
		if strings.HasSuffix(strings.ToLower(clean), MetaEnding) {
			return files, moved, &NameError{Name: name, Wrong: MetaEnding + " is for the units and the like of another file", Allowed: "names with another ending, such as solar.json"}
		}
		written, err := f.write(clean, writerOf(format, s), func(temp, name string) (string, error) {
			away := func(target string) error {
				old, err := f.moveAway(target, s)
				if old != "" {
					moved = append(moved, old)
				}
				return err
			}
			return f.withMeta(name, format, s, away, func() (string, error) { return f.replace(temp, name, away) })
		})
		if err != nil {
			return files, moved, named(err, s)
		}
		files = append(files, written)
	}
	return files, moved, nil
}

// SaveHistory writes a series to history/<series>-<run>.csv, with the names made
// safe, and gives the file's name. It never replaces a file: a name that is
// taken gets a number. Errors are an *[Error] or, when history is a link or a
// file, a *[NameError].
func (f *Folder) SaveHistory(s *Series) (file string, err error) {
	base := s.Name
	if s.Run != "" {
		base += "-" + s.Run
	}
	name := path.Join(historyDir, SafeName(strings.ReplaceAll(base, "/", "_"))+CSV.Ending())
	file, err = f.write(name, writerOf(CSV, s), func(temp, name string) (string, error) {
		away := func(target string) error { _, err := f.moveAway(target, s); return err }
		return f.withMeta(name, CSV, s, away, func() (string, error) { return f.placeNew(temp, name, 1) })
	})
	return file, named(err, s)
}

// Copy is a file in history as it was when a run had been written to it. A caller
// may keep it, in text of its own, to tell the file apart from others later.
type Copy struct {
	File    string
	Size    int64
	ModTime time.Time
}

// UpdateHistory is SaveHistory for a run that has grown since it was written: the
// file of its last copy is replaced, unless somebody wrote to it, moved it or
// removed it since; then, and for the zero Copy, the run gets a new one.
func (f *Folder) UpdateHistory(s *Series, last Copy) (Copy, error) {
	var now Copy
	kept := false
	if last.File != "" && path.Dir(last.File) == historyDir {
		_, err := f.write(last.File, writerOf(CSV, s), func(temp, name string) (string, error) {
			info, err := f.root.Lstat(name)
			if err != nil || !info.Mode().IsRegular() || info.Size() != last.Size || !info.ModTime().Equal(last.ModTime) {
				return "", errNotOurs
			}
			return f.withMeta(name, CSV, s, f.otherNotesAway(s), func() (string, error) { return name, f.rename(temp, name) })
		})
		if err != nil && !errors.Is(err, errNotOurs) {
			return now, named(err, s)
		}
		now.File, kept = last.File, err == nil
	}
	if !kept {
		var err error
		if now.File, err = f.SaveHistory(s); err != nil {
			return Copy{}, err
		}
	}
	if info, err := f.root.Lstat(now.File); err == nil {
		now.Size, now.ModTime = info.Size(), info.ModTime()
	}
	return now, nil
}

// otherNotesAway moves the file with the units of a series to history, unless it
// says what would be written but for the rows.
func (f *Folder) otherNotesAway(s *Series) func(string) error {
	return func(name string) error {
		was, err := loadAbout(name, f.openOrdinary)
		is := aboutOf(s)
		if err == nil && was.Series == is.Series && was.Run == is.Run && slices.Equal(was.Columns, is.Columns) && reflect.DeepEqual(was.Meta, is.Meta) {
			same := true
			for i, unit := range was.Units {
				same = same && unit == s.Unit(i)
			}
			if same {
				return nil
			}
		}
		_, err = f.moveAway(name, s)
		return err
	}
}

// errNotOurs says that a file is no longer what was written.
var errNotOurs = errors.New("it was changed since")

func writerOf(format Format, s *Series) func(io.Writer) error {
	return func(w io.Writer) error { return Write(w, format, s) }
}

func writer(encode func(*sink, *Series) error, s *Series) func(io.Writer) error {
	return func(w io.Writer) error { return write(w, encode, s) }
}

// withMeta has place give a series' file its name, and sees to the file with the
// units and the like beside it: it is there when the format needs one, and it is
// the file's own. Away is asked to move one that is there to history.
func (f *Folder) withMeta(name string, format Format, s *Series, away func(string) error, place func() (string, error)) (string, error) {
	temp := ""
	if format.Beside() && worthSaving(s) {
		// First, so that a full disk shows before anything is replaced.
		var err error
		if temp, err = f.fill(name+MetaEnding, writer(encodeAbout, s)); err != nil {
			return "", err
		}
	}
	written, err := place()
	if err == nil {
		f.remember(written, s)
		err = f.placeMeta(temp, written, s, away)
	} else if temp != "" {
		f.root.Remove(temp)
	}
	return written, err
}

// placeMeta puts a temporary file beside the file that it belongs to; "" is
// none, and then there must be none.
func (f *Folder) placeMeta(temp, owner string, s *Series, away func(string) error) error {
	meta := owner + MetaEnding
	err := f.checkTarget(meta)
	if _, statErr := f.root.Lstat(meta); err == nil && statErr == nil {
		err = away(meta)
		if err == nil && temp == "" {
			// What is still there is of this run, which has lost its units.
			f.root.Remove(meta) // there may be nothing left to remove
		}
	}
	if err == nil && temp != "" {
		err = f.rename(temp, meta)
	}
	if err != nil {
		if temp != "" {
			f.root.Remove(temp)
		}
		return err
	}
	if temp != "" {
		f.remember(meta, s)
	}
	return nil
}

// remember notes that this process has written a file.
func (f *Folder) remember(name string, s *Series) {
	if info, err := f.root.Lstat(name); err == nil {
		f.saved[name] = savedFile{series: s.Name, run: s.Run, rows: s.Len(), missing: s.Missing(), info: info}
	}
}

// moveAway moves the file that has a name to history and gives its name there;
// the file with its units goes with it. The same run's file that nobody touched
// stays if the series has all its rows, and the new name is "".
func (f *Folder) moveAway(name string, s *Series) (string, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return "", err
	}
	if was, ok := f.saved[name]; ok && was.within(s) && unchanged(was.info, info) {
		return "", nil
	}
	ending := path.Ext(name)
	old := strings.TrimSuffix(strings.TrimPrefix(name, historyDir+"/"), ending)
	old = path.Join(historyDir, old+info.ModTime().Format("-20060102-150405")+ending)
	if err := f.makeDir(old, path.Dir(old)); err != nil {
		return "", err
	}
	old, err = f.placeNew(name, old, 1)
	if err != nil {
		return "", &Error{Op: "move to history", Path: f.Path(name), Err: err}
	}
	delete(f.saved, name)
	if _, err := f.root.Lstat(name + MetaEnding); err == nil {
		if _, err := f.placeNew(name+MetaEnding, old+MetaEnding, 1); err == nil {
			delete(f.saved, name+MetaEnding)
		} // else it is moved by itself when its place is taken
	}
	return old, nil
}

// unchanged says whether a file is the one it was and nobody wrote to it.
func unchanged(was, is fs.FileInfo) bool {
	return os.SameFile(was, is) && was.Size() == is.Size() && was.ModTime().Equal(is.ModTime())
}

// named puts the series into an error.
func named(err error, s *Series) error {
	var known *Error
	if errors.As(err, &known) && known.Series == "" {
		known.Series = s.Name
		if known.Op == "write" {
			known.Op = "save"
		}
	}
	return err
}
