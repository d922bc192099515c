package engine

import (
	"fmt"
	"time"

	"iotplot/plotclient/wire"
)

// maxGap bounds the rows that one message may declare lost, since a gap takes
// room in the columns like any rows.
const maxGap = 1 << 24

// batch appends rows of version 2, which are counted within their run: what the
// run holds already is skipped, and rows beyond its end are not stored, since
// the ones between are still to come (protocol rule 2).
func (e *Engine) batch(now time.Time, payload []byte) {
	const topic = wire.TopicRows
	if err := wire.ParseRows(payload, &e.rows); err != nil {
		w := asError(err)
		e.refuseAs(now, topic, wire.Reply{Command: topic.String(), Series: w.Series, Run: w.Run, First: w.First}, w)
		return
	}
	reply := wire.Reply{Command: topic.String(), Series: string(e.rows.Series), Run: string(e.rows.Run)}
	var r *run
	if s := e.series[string(e.rows.Series)]; s != nil {
		r = s.find(string(e.rows.Run))
	}
	if r == nil || !r.v2 {
		e.refuseAs(now, topic, reply, &wire.Error{Code: wire.CodeUnknownRun,
			Text: fmt.Sprintf("cannot store rows of series %s: it has no run %s open; open it with new_series", quote(reply.Series), quote(reply.Run))})
		return
	}
	r.used = now
	have := int64(r.rows.Rows())
	if e.rows.First > have {
		return
	}
	e.rows.Skip(have - e.rows.First)
	for e.rows.Next() {
		if e.rows.Lost > maxGap {
			e.refuseAs(now, topic, reply, tooLarge("cannot store a gap of %d rows in series %s: at most %d are allowed at a time",
				e.rows.Lost, quote(reply.Series), maxGap))
			return
		}
		if e.rows.Lost > 0 {
			r.rows.AppendMissing(int(e.rows.Lost))
			continue
		}
		r.rows.Append(e.fit(r, e.rows.Values))
		if len(e.rows.Values) != r.width || e.rows.Mended > 0 {
			e.tellMended(now, r, topic, len(e.rows.Values), e.rows.Mended, e.rows.Was)
		}
	}
	if len(e.waiting) > 0 {
		e.wake(now)
	}
}
