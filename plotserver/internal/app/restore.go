package app

import (
	"fmt"
	"time"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions/journal"
)

// restore opens the session's journal and gives the engine what it holds. Nobody
// can reach the server before (protocol rule 11).
func (s *server) restore() error {
	began := time.Now()
	past := &engine.Past{}
	s.commits = newCommits(s.inbox.Wake)
	j, report, err := journal.Open(s.dir, s.Session, past.Add, journal.Options{
		Interval: s.syncEvery,
		NoSync:   s.syncOff,
		Segment:  segmentSize(s.keep),
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
	if r.DamagedBytes > 0 || len(r.Damage) > 0 {
		lines = append(lines, r.Words())
	}
	if r.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("the journal holds %s of a kind that this version does not know: skipped",
			engine.Count(r.Unknown, "record")))
	}
	return lines
}
