package engine

import (
	"fmt"
	"time"
)

// progressEvery is how often a series that grows says so on the terminal.
const progressEvery = 10 * time.Second

// tellProgress says how a run grows, so that a person sees that rows arrive. It
// reports whether there may be more to say soon.
func (e *Engine) tellProgress(now time.Time, r *run) bool {
	switch {
	case r.count == r.told:
		r.toldAt = time.Time{}
		return false
	case r.toldAt.IsZero():
		r.toldAt = now
	case now.Sub(r.toldAt) >= progressEvery:
		e.say(fmt.Sprintf("series %s: %s", quote(r.series.name), Count(int(r.count), "row")))
		r.told, r.toldAt = r.count, now
	}
	return true
}
