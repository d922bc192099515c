package engine

import (
	"fmt"
	"time"
)

// progressEvery is how often a series that grows says so on the terminal.
const progressEvery = 10 * time.Second

// progress says how the series grow, so that a person sees that rows arrive.
func (e *Engine) progress(now time.Time) {
	for _, s := range e.order {
		for _, r := range s.runs {
			n := r.rows.Rows()
			if n == r.told {
				r.toldAt = now
				continue
			}
			if now.Sub(r.toldAt) < progressEvery {
				continue
			}
			e.say(fmt.Sprintf("series %s: %s", quote(s.name), Count(n, "row")))
			r.told, r.toldAt = n, now
		}
	}
}
