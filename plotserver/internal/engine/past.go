package engine

import (
	"maps"
	"slices"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// Past is what a journal holds when a server starts: its Add is what
// [journal.Open] is given, and the whole is then part of a [Config]. The zero
// value is ready. Only runs that commands mean without naming them are kept in
// memory; of the others it keeps how many rows they have.
type Past struct {
	runs map[journal.RunID]*pastRun
	last *pastRun
	used int64                  // events about rows so far
	now  [2]map[string]*pastRun // by series, the newest run with rows of version 1 and of 2

	// Instances are the names under which servers with this journal announced
	// themselves.
	Instances map[string]bool
}

type pastRun struct {
	key            journal.RunID
	header         sessions.Header
	v1, ended      bool
	loading        bool              // not all of its rows have come from the file
	rows           *sessions.Builder // nil: in the journal only
	count, missing int64
	used           int64 // the number of the last event about rows
	saved, copied  int64
	copy           string
}

// Add takes one event. It never fails.
func (p *Past) Add(ev *journal.Event) error {
	r := p.last
	if r == nil || r.key != ev.Run {
		if r = p.runs[ev.Run]; r == nil && ev.Kind != journal.Opened {
			p.session(ev)
			return nil
		}
		p.last = r
	}
	switch ev.Kind {
	case journal.Opened:
		if p.runs == nil {
			p.runs = map[journal.RunID]*pastRun{}
		}
		r = &pastRun{key: ev.Run, header: ev.Header, rows: sessions.NewBuilder(ev.Header)}
		p.runs[ev.Run], p.last = r, r
	case journal.Rows:
		p.grown(r, ev.Count)
		if r.rows != nil {
			r.rows.AppendRows(ev.Values)
		}
	case journal.Gap:
		p.grown(r, ev.Count)
		r.missing += ev.Count
		if r.rows != nil {
			r.rows.AppendMissing(int(ev.Count))
		}
	case journal.Renamed:
		r.header.Columns = ev.Columns
		if r.rows != nil {
			r.rows.Rename(ev.Columns)
		}
	case journal.Ended:
		r.ended = true
		if r.v1 {
			r.rows = nil
		}
	case journal.Dropped:
		delete(p.runs, ev.Run)
		p.last = nil
		for _, now := range p.now {
			if now[r.header.Name] == r {
				delete(now, r.header.Name)
			}
		}
	case journal.Noted:
		switch ev.Note {
		case noteVersion:
			r.v1 = true
		case journal.NoteLoading:
			if r.loading = string(ev.Payload) != journal.Whole; !r.loading {
				r.saved = r.count // the file has them
				if r.count > 0 {
					p.newest(r)
				}
			}
		case noteSaved:
			r.saved, _ = countNote(ev.Payload)
		case noteCopied:
			r.copied, r.copy = countNote(ev.Payload)
		}
	}
	return nil
}

func (p *Past) session(ev *journal.Event) {
	if ev.Kind == journal.Noted && ev.Run == 0 && ev.Note == NoteInstance {
		if p.Instances == nil {
			p.Instances = map[string]bool{}
		}
		p.Instances[string(ev.Payload)] = true
	}
}

// grown counts rows.
func (p *Past) grown(r *pastRun, n int64) {
	p.used++
	r.used = p.used
	r.count += n
	if r.count == n && !r.loading {
		p.newest(r)
	}
}

// newest keeps a run that has rows now in memory if it is the newest of them.
func (p *Past) newest(r *pastRun) {
	version := 1
	if r.v1 {
		version = 0
	}
	if p.now[version] == nil {
		p.now[version] = map[string]*pastRun{}
	}
	switch before := p.now[version][r.header.Name]; {
	case before == nil:
	case before.key > r.key:
		r.rows = nil
		return
	default:
		before.rows = nil
	}
	p.now[version][r.header.Name] = r
}

// restore builds the series that a journal held.
func (e *Engine) restore(p *Past) {
	for _, key := range slices.Sorted(maps.Keys(p.runs)) {
		o := p.runs[key]
		if o.loading {
			e.journal.Drop(key) // the server ended in the middle of it; the file is still there
			continue
		}
		s := e.series[o.header.Name]
		if s == nil {
			s = e.addSeries(o.header.Name)
		}
		r := &run{series: s, id: o.header.Run, v2: !o.v1, key: key, header: o.header, width: len(o.header.Columns),
			rows: o.rows, count: o.count, missing: o.missing, durable: o.count,
			used:  time.Unix(0, o.used), // long ago, in the right order
			saved: o.saved, copied: o.copied, copy: o.copy, told: o.count}
		if r.rows != nil {
			r.header = r.rows.Header()
			e.hold(r)
		}
		before := s.v1
		e.add(r)
		if before != nil && before != s.v1 && before.rows != nil {
			e.leave(before) // another run of version 1 followed it
		}
		if o.v1 && o.ended {
			s.v1 = nil
		}
	}
	for _, s := range e.order {
		for _, r := range s.runs {
			if r.count == 0 {
				e.empty = append(e.empty, r)
			}
			if r.superseded() && (r.count > r.readable() || r.rows != nil || r.count == 0) {
				e.watch(r)
			}
		}
	}
	oldest := slices.SortedStableFunc(slices.Values(e.held), func(a, b *run) int { return a.used.Compare(b.used) })
	for len(oldest) > e.limits.Runs {
		e.park(oldest[0])
		oldest = oldest[1:]
	}
}

// Restored is what an engine began with.
type Restored struct {
	Series, Runs int
	Rows         int64 // lost ones included
}

// Restored returns what the engine holds; asked at once, what it began with.
func (e *Engine) Restored() Restored {
	n := Restored{Series: len(e.order)}
	for _, s := range e.order {
		for _, r := range s.runs {
			n.Runs++
			n.Rows += r.count
		}
	}
	return n
}
