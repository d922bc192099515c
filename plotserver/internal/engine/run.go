package engine

import (
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// run is one measurement. Version 1 has at most one open run a series; runs of
// version 2 stand beside it and beside each other. What is over stays, so that
// it can be saved and plotted by its name.
type run struct {
	series *series
	id     string
	v2     bool
	key    journal.RunID
	header sessions.Header
	width  int // columns
	size   int // bytes that the description takes in memory, about
	place  int // among the engine's held, while rows is not nil

	// The rows. Those of a run that is parked are in the journal only, and rows
	// nil; it is counted all the same.
	rows    *sessions.Builder
	count   int64 // lost ones included
	missing int64 // lost ones
	durable int64 // how many survive the server

	gathered []float64 // of the newest rows those that the journal has not got yet

	// byRows is when the run was opened by a row instead of new_series, zero
	// otherwise: a new_series shortly after names its columns.
	byRows time.Time
	used   time.Time

	owed  bool      // the client is to get an ack
	acked time.Time // when it got the last one

	saved   int64  // rows that a finished save has written
	copied  int64  // rows of the copy in the history
	copy    string // what the caller wants to know of that copy
	copying bool
	copyAt  time.Time     // not before: the last attempt failed
	copyGap time.Duration // until the next attempt

	watched bool // it is among those that Tick looks at
	told    int64
	toldAt  time.Time
}

// Snapshot is a run's rows as they were at one moment: in memory, or, where
// Series is nil, the first Rows of a run in the journal.
type Snapshot struct {
	Series *sessions.Series
	Name   string // of the series
	Run    string
	Key    journal.RunID
	Rows   int64
}

func (r *run) snapshot() Snapshot {
	s := Snapshot{Name: r.series.name, Run: r.id, Key: r.key, Rows: r.count}
	if r.rows != nil {
		s.Series = r.rows.Series()
	}
	return s
}

// readable is how many of the rows are in a file that people can read.
func (r *run) readable() int64 { return max(r.saved, r.copied) }

// superseded reports whether commands and rows that name no run mean another
// one by now.
func (r *run) superseded() bool { return r != r.series.v1 && r != r.series.newest() }

// appendRow appends one row with as many values as the run has columns.
func (e *Engine) appendRow(r *run, row []float64) {
	if r.rows != nil {
		r.rows.Append(row)
	}
	r.count++
	if r.v2 || e.unkept {
		e.journal.AppendRow(r.key, row)
	} else {
		e.journal.row(r, row)
	}
	e.grown(r)
}

// appendRows appends rows that stand one after the other in values.
func (e *Engine) appendRows(r *run, values []float64) {
	if r.rows != nil {
		r.rows.AppendRows(values)
	}
	r.count += int64(len(values) / r.width)
	e.journal.Rows(r.key, values)
	e.grown(r)
}

// appendGap appends n rows that the client no longer has.
func (e *Engine) appendGap(r *run, n int64) {
	if r.rows != nil {
		r.rows.AppendMissing(int(n))
	}
	r.count += n
	r.missing += n
	e.journal.Gap(r.key, n)
	e.grown(r)
}

func (e *Engine) grown(r *run) {
	if e.unkept {
		r.durable = r.count
	}
	if !r.watched {
		e.watch(r)
	}
}

// rename gives the columns of a run other names.
func (e *Engine) rename(r *run, columns []string) {
	if r.rows != nil {
		r.rows.Rename(columns)
		r.header = r.rows.Header()
	} else {
		r.header.Columns = columns
	}
	e.journal.Rename(r.key, r.header.Columns)
}

// park leaves a run's rows to the journal alone.
func (e *Engine) park(r *run) {
	if r.rows == nil || e.unkept {
		return
	}
	e.journal.flush() // what is not in memory any more is read from the journal
	r.gathered = nil
	e.leave(r)
	if r != r.series.v1 { // which a restart takes for the one that goes on
		e.journal.End(r.key)
	}
}

// makeRoom parks the longest idle run when more are in memory than may be.
func (e *Engine) makeRoom(but *run) {
	if e.unkept || len(e.held) <= e.limits.Runs {
		return
	}
	var oldest *run
	for _, r := range e.held {
		if r != but && (oldest == nil || r.used.Before(oldest.used)) {
			oldest = r
		}
	}
	if oldest != nil {
		e.park(oldest)
	}
}

// hold lists a run among those in memory.
func (e *Engine) hold(r *run) {
	r.place = len(e.held)
	e.held = append(e.held, r)
}

// leave takes a run's rows out of memory.
func (e *Engine) leave(r *run) {
	if r.rows == nil {
		return
	}
	last := len(e.held) - 1
	e.held[r.place] = e.held[last]
	e.held[r.place].place = r.place
	e.held[last] = nil
	e.held = e.held[:last]
	r.rows = nil
}

// drop gives a run up, in memory and in the journal.
func (e *Engine) drop(r *run) {
	e.forget(r)
	e.journal.Drop(r.key)
}
