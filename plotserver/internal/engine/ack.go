package engine

import (
	"slices"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions/journal"
)

const (
	// ackEvery is the least time between two acks of a run (protocol rule 3).
	ackEvery = 20 * time.Millisecond
	// Every client of a session hears every ack, so what acks cost grows with
	// the square of the clients: all runs together get one in ackCost on
	// average, after a first few.
	ackCost  = 2 * time.Millisecond
	ackBurst = 32
)

// Durable takes from the journal how many rows of which runs survive the server
// now, and acknowledges them.
func (e *Engine) Durable(now time.Time, progress []journal.Progress) []Effect {
	e.effects = e.effects[:0]
	for _, p := range progress {
		r := e.runs[p.Run]
		if r == nil || p.Rows <= r.durable {
			continue
		}
		r.durable = p.Rows
		if r.v2 {
			e.owe(r)
		}
	}
	e.acks(now)
	return e.effects
}

// Due tells when Tick has something to do that should not wait for the next
// regular call: an ack that came too soon after another. False: nothing.
func (e *Engine) Due() (time.Time, bool) { return e.ackAt, len(e.owed) > 0 }

// owe notes that a run's client is to hear how many rows are durable.
func (e *Engine) owe(r *run) {
	if !r.owed {
		r.owed = true
		e.owed = append(e.owed, r)
		e.ackAt = time.Time{}
	}
}

// acks sends the acks that are due.
func (e *Engine) acks(now time.Time) {
	if len(e.owed) == 0 || now.Before(e.ackAt) {
		return
	}
	next := now.Add(time.Hour)
	e.owed = slices.DeleteFunc(e.owed, func(r *run) bool {
		at := r.acked.Add(ackEvery)
		if at.After(now.Add(ackEvery)) {
			at = now // the clock was set back
		}
		if room := e.ackRoom(now); room.After(at) {
			at = room
		}
		if at.After(now) {
			if at.Before(next) {
				next = at
			}
			return false
		}
		e.ack(now, r)
		return true
	})
	e.ackAt = next
}

// ackNow answers an opening, which does not wait.
func (e *Engine) ackNow(now time.Time, r *run) {
	if r.owed {
		e.owed = slices.DeleteFunc(e.owed, func(o *run) bool { return o == r })
	}
	e.ack(now, r)
}

// ackRoom tells when another ack may be sent for all that were.
func (e *Engine) ackRoom(now time.Time) time.Time {
	if full := now.Add(ackBurst * ackCost); e.ackPaid.After(full.Add(time.Second)) {
		e.ackPaid = full // the clock was set back
	}
	return e.ackPaid.Add(-ackBurst * ackCost)
}

// ack tells a run's client how many rows are durable.
func (e *Engine) ack(now time.Time, r *run) {
	if e.ackPaid.Before(now) {
		e.ackPaid = now
	}
	e.ackPaid = e.ackPaid.Add(ackCost)
	r.owed, r.acked = false, now
	e.emit(Ack{wire.Ack{Series: r.series.name, Run: r.id, Durable: r.durable}})
}
