package app

import (
	"sync"

	"iotplot/sessions/journal"
)

// commits hands what the journal tells over to the loop that owns the engine:
// the journal's goroutine is not to be held up.
type commits struct {
	wake func()

	mu    sync.Mutex
	rows  map[journal.RunID]int64
	state []journal.State
}

func newCommits(wake func()) *commits {
	return &commits{wake: wake, rows: map[journal.RunID]int64{}}
}

// durable is told which runs have more durable rows.
func (c *commits) durable(_ journal.Position, progress []journal.Progress) {
	if len(progress) == 0 {
		return
	}
	c.mu.Lock()
	for _, p := range progress {
		c.rows[p.Run] = p.Rows
	}
	c.mu.Unlock()
	c.wake()
}

// changed is told when the journal can't write, and when it can again.
func (c *commits) changed(s journal.State) {
	c.mu.Lock()
	c.state = append(c.state, s)
	c.mu.Unlock()
	c.wake()
}

// take appends what is durable since the last call to dst, and gives the changes.
func (c *commits) take(dst []journal.Progress) ([]journal.Progress, []journal.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for run, rows := range c.rows {
		dst = append(dst, journal.Progress{Run: run, Rows: rows})
	}
	clear(c.rows)
	state := c.state
	c.state = nil
	return dst, state
}
