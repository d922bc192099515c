package sessions

import (
	"slices"

	"iotplot/sessions/journal"
)

// Recorded is a run as its journal has it.
type Recorded struct {
	ID    journal.RunID
	Rows  *Builder
	Ended bool

	loading bool
}

// Collector builds series from the events of a journal: its Add is what
// [journal.Open] and [journal.Read] are given. The zero value is ready.
type Collector struct {
	runs map[journal.RunID]*Recorded
	// The run of the event before.
	last *Recorded
}

// Add takes one event. It never fails.
func (c *Collector) Add(e *journal.Event) error {
	if e.Kind == journal.Opened {
		if c.runs == nil {
			c.runs = map[journal.RunID]*Recorded{}
		}
		c.runs[e.Run] = &Recorded{ID: e.Run, Rows: NewBuilder(e.Header)}
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
	case journal.Rows:
		r.Ended = false
		r.Rows.AppendRows(e.Values)
	case journal.Gap:
		r.Ended = r.Ended && e.Damaged
		r.Rows.AppendMissing(int(e.Count))
	case journal.Renamed:
		r.Rows.Rename(e.Columns)
	case journal.Ended:
		r.Ended = true
	case journal.Noted:
		if e.Note == journal.NoteLoading {
			r.loading = string(e.Payload) != journal.Whole
		}
	case journal.Dropped:
		delete(c.runs, e.Run)
		c.last = nil
	}
	return nil
}

// Runs gives the runs in the order of their opening, without those that are still
// being loaded from a file.
func (c *Collector) Runs() []*Recorded {
	runs := make([]*Recorded, 0, len(c.runs))
	for _, r := range c.runs {
		if !r.loading {
			runs = append(runs, r)
		}
	}
	slices.SortFunc(runs, func(a, b *Recorded) int { return int(int64(a.ID) - int64(b.ID)) })
	return runs
}
