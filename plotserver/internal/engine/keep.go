package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// copyAfter is how long a run that another one followed has been idle when
	// its copy in the history is written: two boards with the name of one series
	// take turns without a new copy each time.
	copyAfter = 5 * time.Second
	// parkAfter is how long such a run stays in memory.
	parkAfter = time.Minute
	// dropAfter is how long it is not given up, whatever room it takes: a client
	// that still sends to it would leave a gap where the rows before were. It is
	// longer than the longest pause of a client that waits for an ack.
	dropAfter = 15 * time.Second
	// copies is how many are written at a time.
	copies = 2
	// copyAgain is how long after a copy that failed it is tried again, at first
	// and at the most.
	copyAgain, copyAgainMost = 5 * time.Second, time.Minute
)

// Archive asks for a readable copy of a run's rows in the history, in place of
// the one that Last tells of. The caller calls Finish with Job when it is done.
type Archive struct {
	Job uint64
	Snapshot
	Last string // the Copy of the last Result, also from before a restart; "" for none
}

func (Archive) effect() {}

// watch has Tick look after a run.
func (e *Engine) watch(r *run) {
	if !r.watched {
		r.watched = true
		e.watched = append(e.watched, r)
	}
}

// lookAfter tells how runs grow, and puts away what nobody needs in memory.
func (e *Engine) lookAfter(now time.Time) {
	e.watched = slices.DeleteFunc(e.watched, func(r *run) bool {
		if e.runs[r.key] != r {
			return true // dropped
		}
		telling := e.tellProgress(now, r)
		if r.superseded() {
			return e.putAway(now, r) && !telling
		}
		if !telling {
			r.watched = false
		}
		return !telling
	})
}

// putAway brings a run that another one followed out of memory, with its copy in
// the history. It reports whether there is nothing left to do.
func (e *Engine) putAway(now time.Time, r *run) bool {
	idle := now.Sub(r.used)
	switch {
	case r.copying:
		return false
	case r.count == 0:
		if idle < parkAfter {
			return false
		}
		if !e.inUse(r) {
			e.drop(r) // a board was reset before it measured anything
			return true
		}
	case r.count > r.readable():
		if idle >= copyAfter {
			e.keep(now, r)
		}
		return false
	case r.rows != nil && !e.unkept:
		if idle < parkAfter {
			return false
		}
		e.park(r)
	}
	r.watched = false
	return true
}

// keep asks for a copy of a run in the history.
func (e *Engine) keep(now time.Time, r *run) {
	if r.copying || r.count <= r.readable() || e.copying >= copies || now.Before(r.copyAt) {
		return // Tick comes back to it
	}
	if r.durable < r.count && now.Sub(r.used) < copyAfter {
		return // in a moment they are in the journal, whatever becomes of the copy
	}
	e.emit(e.archive(r))
}

func (e *Engine) archive(r *run) Archive {
	r.copying = true
	e.copying++
	e.lastJob++
	e.jobs[e.lastJob] = &job{run: r, copy: true, rows: r.count}
	return Archive{Job: e.lastJob, Snapshot: r.snapshot(), Last: r.copy}
}

// kept tells what became of a copy.
func (e *Engine) kept(now time.Time, j *job, res Result) {
	r := j.run
	r.copying = false
	e.copying--
	if res.Err != nil {
		if r.copyGap == 0 {
			where := "they are in the journal"
			if e.unkept || r.durable < j.rows {
				where = "they stay in memory"
			}
			e.say(fmt.Sprintf("cannot keep %s of series %s in the history: %v; %s, and it is tried again",
				Count(int(j.rows), "row"), quote(r.series.name), res.Err, where))
		}
		r.copyGap = min(max(2*r.copyGap, copyAgain), copyAgainMost)
		r.copyAt = now.Add(r.copyGap)
		return
	}
	r.copyGap, r.copyAt = 0, time.Time{}
	r.copied, r.copy = max(r.copied, j.rows), res.Copy
	r.told = max(r.told, j.rows)
	e.note(r, noteCopied, strconv.FormatInt(j.rows, 10)+" "+res.Copy)
	e.say(fmt.Sprintf("kept %s of series %s in %s", Count(int(j.rows), "row"), quote(r.series.name), list(res.Files)))
}

// Unsaved asks for copies of all runs in memory with rows that are in no file
// that people can read, oldest series first: a folder that is left behind should
// show them. Call it when no more messages come.
func (e *Engine) Unsaved() []Archive {
	var all []Archive
	for _, s := range e.order {
		for _, r := range s.runs {
			if r.rows != nil && r.count > r.readable() && !r.copying {
				all = append(all, e.archive(r))
			}
		}
	}
	return all
}

// Trim drops runs from the journal, oldest first, until about that many bytes
// are free, and returns how many runs it were and how many bytes. Only runs that
// another one followed, that nobody has used of late and whose rows are all in
// readable files are dropped.
func (e *Engine) Trim(now time.Time, bytes int64) (runs int, freed int64) {
	if e.trimmed.IsZero() {
		e.trimmed = now // after a restart, clients are about to come back
	}
	if now.Sub(e.trimmed) < dropAfter {
		return 0, 0
	}
	var old []*run
	for _, s := range e.order {
		for _, r := range s.runs {
			if r.superseded() && !r.copying && r.count <= r.readable() && !e.inUse(r) && now.Sub(r.used) >= dropAfter {
				old = append(old, r)
			}
		}
	}
	slices.SortFunc(old, func(a, b *run) int { return int(int64(a.key) - int64(b.key)) })
	for _, r := range old {
		if freed >= bytes {
			break
		}
		freed += (r.count-r.missing)*int64(r.width)*8 + 512
		e.drop(r)
		runs++
	}
	return runs, freed
}

// inUse reports whether a command waits for a run or works on it.
func (e *Engine) inUse(r *run) bool {
	for _, j := range e.jobs {
		if j.run == r || slices.Contains(j.others, r) {
			return true
		}
	}
	return slices.ContainsFunc(e.waiting, func(w *waiting) bool { return w.run == r })
}

// note keeps a fact about a run, unless it was given up meanwhile.
func (e *Engine) note(r *run, note, text string) {
	if e.runs[r.key] == r {
		e.journal.Note(r.key, note, []byte(text)) // it fails for long ones only
	}
}

// countNote reads a note that begins with a number.
func countNote(payload []byte) (n int64, rest string) {
	number, rest, _ := strings.Cut(string(payload), " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return 0, ""
	}
	return n, rest
}
