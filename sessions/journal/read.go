package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"iotplot/sessions"
)

// Sessions lists the sessions that have a journal below dir, in order.
func Sessions(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, Base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		name, ok := sessionName(e.Name())
		if !ok {
			name, ok = sessionIn(filepath.Join(dir, Base, e.Name()), e.Name())
		}
		if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// sessionIn reads the session's name out of a journal whose folder has only the
// beginning of it.
func sessionIn(path, name string) (string, bool) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return "", false
	}
	defer root.Close()
	d := &folder{root}
	segments, _, err := listSegments(d)
	if err != nil {
		return "", false
	}
	for _, seg := range segments {
		f, err := d.open(seg.name(), false)
		if err != nil {
			continue
		}
		s := newScanner(f, min(preambleSize+4096, fileSize(f)), seg.first)
		it, ok := s.next()
		f.Close()
		if !ok || it.head.kind != segmentHead {
			continue
		}
		info, err := parseSegmentInfo(it.payload)
		if err == nil && folderName(info.session) == name {
			return info.session, true
		}
	}
	return "", false
}

func fileSize(f file) int64 {
	n, err := f.Size()
	if err != nil {
		return 0
	}
	return n
}

// Run is a run as the journal has it.
type Run struct {
	ID    RunID
	Rows  *sessions.Builder
	Ended bool

	loading bool
}

// Collector builds series from events: its Add is what [Open] and [Read] are
// given. The zero value is ready.
type Collector struct {
	runs map[RunID]*Run
	// The run of the event before.
	last *Run
}

// Add takes one event. It never fails.
func (c *Collector) Add(e *Event) error {
	if e.Kind == Opened {
		if c.runs == nil {
			c.runs = map[RunID]*Run{}
		}
		c.runs[e.Run] = &Run{ID: e.Run, Rows: sessions.NewBuilder(e.Header)}
		return nil
	}
	r := c.last
	if r == nil || r.ID != e.Run {
		if r = c.runs[e.Run]; r == nil {
			return nil
		}
		c.last = r
	}
	switch e.Kind {
	case Rows:
		r.Ended = false
		n := len(e.Values) / int(e.Count)
		for v := e.Values; len(v) > 0; v = v[n:] {
			r.Rows.Append(v[:n])
		}
	case Gap:
		r.Ended = r.Ended && e.Damaged
		r.Rows.AppendMissing(int(e.Count))
	case Renamed:
		r.Rows.Rename(e.Columns)
	case Ended:
		r.Ended = true
	case Noted:
		if e.Note == NoteLoading {
			r.loading = string(e.Payload) != Whole
		}
	case Dropped:
		delete(c.runs, e.Run)
		c.last = nil
	}
	return nil
}

// Runs gives the runs in the order of their opening, without those that are still
// being loaded from a file.
func (c *Collector) Runs() []*Run {
	runs := make([]*Run, 0, len(c.runs))
	for _, r := range c.runs {
		if !r.loading {
			runs = append(runs, r)
		}
	}
	slices.SortFunc(runs, func(a, b *Run) int { return int(int64(a.ID) - int64(b.ID)) })
	return runs
}
