package engine

import (
	"fmt"
	"time"

	"iotplot/plotclient/wire"
)

// maxGap bounds the rows that one message may declare lost.
const maxGap = 1 << 24

// maxLost bounds the values that a run's lost rows stand for, since every file
// and every plot of the run has them.
const maxLost = 1 << 28

// batch appends rows of version 2, which are counted within their run: what the
// run holds already is skipped, and rows beyond its end are not stored, since
// the ones between are still to come (protocol rule 2). All of them are
// acknowledged, new ones when they are durable.
func (e *Engine) batch(now time.Time, payload []byte) {
	const topic = wire.TopicRows
	if err := wire.ParseRows(payload, &e.rows); err != nil {
		w := asError(err)
		e.refuseAs(now, topic, wire.Reply{Command: topic.String(), Series: w.Series, Run: w.Run, First: w.First}, w)
		return
	}
	var r *run
	if s := e.series[string(e.rows.Series)]; s != nil {
		r = s.byID[string(e.rows.Run)]
	}
	if r == nil || !r.v2 {
		series, run := string(e.rows.Series), string(e.rows.Run)
		e.refuseRows(now, &wire.Error{Code: wire.CodeUnknownRun,
			Text: fmt.Sprintf("cannot store rows of series %s: it has no run %s open; open it with new_series", quote(series), quote(run))})
		return
	}
	r.used = now
	if e.journal.Backlog() > e.backlog {
		// The disk is full or slow. Who gets no ack sends the rows again.
		return
	}
	before := r.count
	if e.rows.First <= before {
		e.rows.Skip(before - e.rows.First)
		e.take(now, r)
	}
	if r.count == before || e.unkept {
		e.owe(r)
	}
	if len(e.waiting) > 0 {
		e.wake(now)
	}
	e.acks(now)
}

// take stores what is left of the batch.
func (e *Engine) take(now time.Time, r *run) {
	const topic = wire.TopicRows
	lost := int64(0)
	for {
		if values := e.rows.Whole(r.width); len(values) > 0 {
			e.appendRows(r, values)
		}
		if !e.rows.Next() {
			return
		}
		if n := e.rows.Lost; n > 0 {
			if n > maxGap-lost {
				e.refuseRows(now, tooLarge("cannot store a gap of %d rows in series %s: at most %d are allowed in a message",
					n, quote(r.series.name), maxGap))
				return
			}
			if n > maxLost/int64(r.width)-r.missing {
				e.refuseRows(now, tooLarge("cannot store a gap of %d rows in series %s: its run has %d lost rows already, and with its columns at most %d are allowed; open another run",
					n, quote(r.series.name), r.missing, maxLost/r.width))
				return
			}
			lost += n
			e.appendGap(r, n)
			continue
		}
		e.appendRow(r, e.fit(r, e.rows.Values))
		e.tellMended(now, r, topic, len(e.rows.Values), e.rows.Mended, e.rows.Was)
	}
}

// refuseRows refuses the batch that was read last.
func (e *Engine) refuseRows(now time.Time, err error) {
	e.refuseAs(now, wire.TopicRows, wire.Reply{Command: wire.TopicRows.String(),
		Series: string(e.rows.Series), Run: string(e.rows.Run), First: e.rows.First}, err)
}

// tooLong refuses a batch whose payload is too long, and tells whose it was.
func (e *Engine) tooLong(now time.Time, payload []byte, err error) {
	reply := wire.Reply{Command: wire.TopicRows.String()}
	if unread := wire.ParseRows(payload, &e.rows); unread != nil {
		w := asError(unread)
		reply.Series, reply.Run = w.Series, w.Run
	} else {
		reply.Series, reply.Run = string(e.rows.Series), string(e.rows.Run)
	}
	e.refuseAs(now, wire.TopicRows, reply, err)
}
