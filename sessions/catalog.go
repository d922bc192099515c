package sessions

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"iotplot/sessions/journal"
)

// Catalog is what was there when it was opened.
type Catalog struct {
	Dir      string
	Sessions []string // those with a journal, in order
	Runs     []Run    // the newest first; those without a time come last, by name
	Problems []error  // files and journals that can't be read

	// Reports say by session what reading its journal came to, damage included.
	Reports map[string]*journal.Report
}

// Run is one measurement. Its header's name is the series'.
type Run struct {
	Header
	Session string // "" when only files have it, which don't tell
	Rows    int    // lost ones included; -1 when only going through a file would tell
	Missing int    // lost rows
	Live    bool   // a journal has it and it was not put away: more rows may come
	Files   []File // where it was saved, the newest first; some may have fewer rows

	id journal.RunID // 0: not in a journal
}

// File is a file that holds a run.
type File struct {
	Name     string // below the catalog's folder, with / in it
	Format   Format
	Rows     int   // lost ones included; -1 when only going through the file would tell
	Size     int64 // bytes
	Modified time.Time
}

// maxFiles bounds how many names are looked at: somebody may open a whole disk.
const maxFiles = 100_000

// Open lists what is in a folder and the folders in it; "" is the current one.
// Hidden folders and links are left out. Of files only the beginning or the end
// is read, of journals everything. What can't be read is in Problems; the error
// is for the folder itself.
func Open(dir string) (*Catalog, error) {
	if dir == "" {
		dir = "."
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, &Error{Op: "list", Path: dir, Err: err}
	} else if !info.IsDir() {
		return nil, &Error{Op: "list", Path: dir, Err: errors.New("it is a file, choose a folder")}
	}
	c := &Catalog{Dir: dir, Reports: map[string]*journal.Report{}}
	c.journals()
	c.files()
	slices.SortStableFunc(c.Runs, func(a, b Run) int {
		if a.Started.IsZero() != b.Started.IsZero() {
			if a.Started.IsZero() {
				return 1
			}
			return -1
		}
		if order := b.Started.Compare(a.Started); order != 0 {
			return order
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, r := range c.Runs {
		slices.SortStableFunc(r.Files, func(a, b File) int { return b.Modified.Compare(a.Modified) })
	}
	return c, nil
}

// Find gives the runs of a series, the newest first.
func (c *Catalog) Find(series string) []Run {
	var found []Run
	for _, r := range c.Runs {
		if r.Name == series {
			found = append(found, r)
		}
	}
	return found
}

// journals lists the runs that journals have.
func (c *Catalog) journals() {
	names, err := journal.Sessions(c.Dir)
	if err != nil {
		c.Problems = append(c.Problems, err)
	}
	c.Sessions = names
	for _, session := range names {
		runs, loading := map[journal.RunID]*Run{}, map[journal.RunID]bool{}
		report, err := journal.Read(c.Dir, session, func(e *journal.Event) error {
			if e.Kind == journal.Opened {
				// Its names are mended as they are in a series.
				header := NewBuilder(e.Header).Header()
				runs[e.Run] = &Run{Header: header, Session: session, Live: true, id: e.Run}
			}
			r := runs[e.Run]
			if r == nil {
				return nil
			}
			switch e.Kind {
			case journal.Rows:
				r.Rows += int(e.Count)
				r.Live = true
			case journal.Gap:
				r.Rows += int(e.Count)
				r.Missing += int(e.Count)
				r.Live = r.Live || !e.Damaged
			case journal.Renamed:
				r.Columns = NewBuilder(Header{Columns: e.Columns}).Header().Columns
			case journal.Ended:
				r.Live = false
			case journal.Dropped:
				delete(runs, e.Run)
			case journal.Noted:
				if e.Note == journal.NoteLoading {
					loading[e.Run] = string(e.Payload) != journal.Whole
				}
			}
			return nil
		})
		if err != nil {
			c.Problems = append(c.Problems, err)
		} else {
			c.Reports[session] = report
		}
		ids := make([]journal.RunID, 0, len(runs))
		for id := range runs {
			if !loading[id] {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		for _, id := range ids {
			c.Runs = append(c.Runs, *runs[id])
		}
	}
}

// files lists saved files, and puts them to the runs they hold.
func (c *Catalog) files() {
	type key struct{ series, run string }
	known := map[key]int{}
	history := map[string]int{} // by what a file in history is called without units
	for i, r := range c.Runs {
		if r.Run != "" {
			known[key{r.Name, r.Run}] = i
			history[SafeName(strings.ReplaceAll(r.Name+"-"+r.Run, "/", "_"))] = i
		}
	}
	seen := 0
	err := filepath.WalkDir(c.Dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			c.Problems = append(c.Problems, &Error{Op: "list", Path: at, Err: err})
			return nil
		}
		if seen++; seen > maxFiles {
			return fmt.Errorf("cannot list all of %q: it holds more than %d files, choose a folder in it", c.Dir, maxFiles)
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && at != c.Dir
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden || !entry.Type().IsRegular() || strings.HasSuffix(strings.ToLower(at), MetaEnding):
			return nil
		}
		format, err := FormatOf(filepath.ToSlash(at))
		if err != nil || path.Ext(filepath.ToSlash(at)) == "" {
			return nil // another program's
		}
		info, err := entry.Info()
		if err != nil {
			return nil // it has just gone
		}
		d, err := Describe(at)
		if err != nil || format == JSON && len(d.Columns) == 0 {
			if format != JSON { // JSON may be anything
				c.Problems = append(c.Problems, err)
			}
			return nil
		}
		name, err := filepath.Rel(c.Dir, at)
		if err != nil {
			name = at
		}
		file := File{Name: filepath.ToSlash(name), Format: format, Rows: d.Rows, Size: info.Size(), Modified: info.ModTime()}
		i, found := known[key{d.Name, d.Run}]
		if !found && d.Run == "" {
			i, found = history[strings.TrimSuffix(entry.Name(), filepath.Ext(at))]
		}
		if !found {
			i = len(c.Runs)
			c.Runs = append(c.Runs, Run{Header: d.Header, Rows: d.Rows, Missing: d.Missing})
			if d.Run != "" {
				known[key{d.Name, d.Run}] = i
			}
		}
		r := &c.Runs[i]
		r.Files = append(r.Files, file)
		if r.id == 0 && d.Rows > r.Rows { // a longer save of the same run
			r.Rows, r.Missing = d.Rows, d.Missing
		}
		return nil
	})
	if err != nil {
		c.Problems = append(c.Problems, err)
	}
}

// Load reads the values of a run: from the journal when it is there, which has
// all rows, or else from the file that says it has the most, of which the one
// that keeps everything in itself comes first.
func (c *Catalog) Load(r Run) (*Series, error) {
	if r.id != 0 {
		s, err := c.fromJournal(r)
		if err == nil || len(r.Files) == 0 {
			return s, err
		}
	}
	if len(r.Files) == 0 {
		return nil, fmt.Errorf("cannot load series %q: nothing holds it", r.Name)
	}
	var best *Series
	var first error
	files := slices.Clone(r.Files)
	slices.SortStableFunc(files, func(a, b File) int {
		switch {
		case a.Format.Beside() == b.Format.Beside():
			return 0
		case b.Format.Beside():
			return -1
		}
		return 1
	})
	for _, f := range files {
		at := filepath.Join(c.Dir, filepath.FromSlash(f.Name))
		if best != nil {
			if d, err := Describe(at); err != nil || d.Rows <= best.Len() {
				continue
			}
		}
		s, err := Load(at)
		if err != nil && first == nil {
			first = err
		}
		if err == nil && (best == nil || s.Len() > best.Len()) {
			best = s
		}
	}
	if best == nil {
		return nil, first
	}
	return best, nil
}

// fromJournal builds one run of a journal.
func (c *Catalog) fromJournal(r Run) (*Series, error) {
	var one Collector
	_, err := journal.Read(c.Dir, r.Session, func(e *journal.Event) error {
		if e.Run != r.id {
			return nil
		}
		return one.Add(e)
	})
	if err != nil {
		return nil, err
	}
	runs := one.Runs()
	if len(runs) == 0 {
		return nil, fmt.Errorf("cannot load series %q of session %q: the journal has given it up", r.Name, r.Session)
	}
	return runs[0].Rows.Series(), nil
}
