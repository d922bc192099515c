package app

import (
	"fmt"
	"strings"
	"time"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions/journal"
)

// maxTold bounds how many places of damage, and how many stretches of missing
// rows, are told one by one.
const maxTold = 8

// restore opens the session's journal and gives the engine what it holds. Nobody
// can reach the server before (protocol rule 11).
func (s *server) restore() error {
	began := time.Now()
	past := &engine.Past{}
	s.commits = newCommits(s.inbox.Wake)
	j, report, err := journal.Open(s.dir, s.Session, past.Add, journal.Options{
		Interval: s.syncEvery,
		NoSync:   s.syncOff,
		Durable:  s.commits.durable,
		State:    s.commits.changed,
	})
	if err != nil {
		return err
	}
	s.journal = j
	s.engine = engine.New(engine.Config{Limits: s.limits, Jobs: jobs, Journal: j, Past: past, Backlog: backlog})
	s.past = past.Instances
	s.restored = restored(s.engine.Restored(), report, time.Since(began))
	return nil
}

// restored says what a journal held, a line each.
func restored(n engine.Restored, r *journal.Report, took time.Duration) []string {
	var lines []string
	if n.Runs > 0 {
		lines = append(lines, fmt.Sprintf("restored %s of %d series (%s) from the journal in %d ms",
			engine.Count(int(n.Rows), "row"), n.Series, engine.Count(n.Runs, "run"), took.Milliseconds()))
	}
	if r.Cut > 0 {
		lines = append(lines, fmt.Sprintf("the journal ended in the middle of a write: %s cut off, nothing that was acknowledged",
			engine.Count(int(r.Cut), "byte")))
	}
	if len(r.Damage) > 0 {
		lines = append(lines, damaged(r))
	}
	if r.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("the journal holds %s of a kind that this version does not know: skipped",
			engine.Count(r.Unknown, "record")))
	}
	return lines
}

// damaged says where a journal is damaged and what that took.
func damaged(r *journal.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "the journal is damaged, %s cannot be read; ", engine.Count(int(r.DamagedBytes), "byte"))
	if len(r.Missing) == 0 {
		b.WriteString("no row is missing")
	} else {
		b.WriteString("missing and kept as a gap:")
	}
	more := func(i, n int, what string) bool {
		if i == maxTold {
			fmt.Fprintf(&b, "\nand %d more %s", n-i, what)
		}
		return i == maxTold
	}
	for i, m := range r.Missing {
		if more(i, len(r.Missing), "stretches of rows") {
			break
		}
		last := m.First + m.Rows - 1
		switch {
		case m.Series == "":
			fmt.Fprintf(&b, "\nrows %d to %d of a run whose name cannot be read either", m.First, last)
		case m.Rows == 1:
			fmt.Fprintf(&b, "\nrow %d of series %q (run %q)", m.First, m.Series, m.Name)
		default:
			fmt.Fprintf(&b, "\nrows %d to %d of series %q (run %q)", m.First, last, m.Series, m.Name)
		}
	}
	for i, d := range r.Damage {
		if more(i, len(r.Damage), "places") {
			break
		}
		if d.To == 0 {
			fmt.Fprintf(&b, "\nfile %s is missing", d.File)
		} else {
			fmt.Fprintf(&b, "\nfile %s, bytes %d to %d", d.File, d.From, d.To-1)
		}
	}
	return b.String()
}
