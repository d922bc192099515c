package engine

import (
	"slices"

	"iotplot/sessions"
)

const (
	// maxEmpty is how many runs without rows there may be; beyond it the oldest
	// that another run followed are given up, whose clients are told to open
	// theirs again should they still come.
	maxEmpty = 1024
	// maxDescribed bounds what the engine keeps in memory of runs whose rows may
	// be in the journal only: names, columns, units, meta. It is room for some
	// 300,000 ordinary runs.
	maxDescribed = 128 << 20
	// describedRun is what a run takes apart from its texts.
	describedRun = 300
)

// described estimates how many bytes a run's description takes in memory.
func described(h sessions.Header) int {
	n := describedRun + len(h.Name) + len(h.Run)
	for _, c := range h.Columns {
		n += 16 + len(c)
	}
	for _, u := range h.Units {
		n += 16 + len(u)
	}
	return n + describedValue(h.Meta)
}

func describedValue(v any) int {
	const value = 16
	n := value
	switch v := v.(type) {
	case string:
		n += len(v)
	case []any:
		for _, o := range v {
			n += describedValue(o)
		}
	case map[string]any:
		for k, o := range v {
			n += 4*value + len(k) + describedValue(o)
		}
	}
	return n
}

// makeRoomFor gives up runs without rows where there are too many, and refuses
// another run where those that have rows leave no room for it.
func (e *Engine) makeRoomFor(s *series, bytes int) error {
	if len(e.empty) >= maxEmpty || bytes > e.room {
		var kept []*run
		for i, r := range e.empty {
			switch {
			case e.runs[r.key] != r || r.count > 0:
			case len(kept)+len(e.empty)-i < maxEmpty && bytes <= e.room || !r.superseded() || e.inUse(r):
				kept = append(kept, r)
			default:
				e.drop(r)
			}
		}
		e.empty = slices.Clip(kept)
	}
	if bytes > e.room {
		return e.tooManyRuns(s.name)
	}
	return nil
}

func (e *Engine) tooManyRuns(series string) error {
	return tooLarge("cannot open series %s: the session holds %d runs already, whose names, units and meta take all the memory that they may; start the server with another --session or --dir, or with --keep",
		quote(series), len(e.runs))
}
