package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// syncWithin bounds the wait for rows that are to be read back from the journal.
const syncWithin = 10 * time.Second

// stored reads runs that are in the journal only.
type stored struct {
	dir, session string
	journal      *journal.Journal
}

// series gives the rows of a snapshot, wherever they are.
func (s *stored) series(snap engine.Snapshot) (*sessions.Series, error) {
	if snap.Series != nil {
		return snap.Series, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), syncWithin)
	defer cancel()
	if err := s.journal.Sync(ctx); err != nil {
		return nil, err
	}
	one := oneRun{key: snap.Key, rows: snap.Rows}
	report, err := journal.Read(s.dir, s.session, one.add)
	if err != nil {
		return nil, err
	}
	if one.built == nil {
		return nil, fmt.Errorf("cannot read run %q of series %q: it is not in the journal any more", snap.Run, snap.Name)
	}
	if n := int64(one.built.Rows()); n < snap.Rows {
		// Nobody is to take a part for the whole, the history least of all: what it
		// has may be dropped from the journal.
		text := fmt.Sprintf("cannot read run %q of series %q: it has %d rows, and only %d of them are in the journal", snap.Run, snap.Name, snap.Rows, n)
		if words := report.Words(); words != "" {
			text += "; " + words
		}
		return nil, errors.New(text)
	}
	return one.built.Series(), nil
}

// oneRun collects the first rows of one run.
type oneRun struct {
	key   journal.RunID
	rows  int64
	built *sessions.Builder
}

func (o *oneRun) add(e *journal.Event) error {
	if e.Run != o.key {
		return nil
	}
	if e.Kind == journal.Opened {
		o.built = sessions.NewBuilder(e.Header)
		return nil
	}
	if o.built == nil {
		return nil
	}
	left := o.rows - int64(o.built.Rows())
	switch e.Kind {
	case journal.Rows:
		columns := int64(len(e.Values)) / e.Count
		o.built.AppendRows(e.Values[:min(left, e.Count)*columns])
	case journal.Gap:
		o.built.AppendMissing(int(min(left, e.Count)))
	case journal.Renamed:
		o.built.Rename(e.Columns)
	case journal.Dropped:
		o.built = nil
	}
	return nil
}
