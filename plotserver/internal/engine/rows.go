package engine

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"iotplot/plotclient/wire"
)

// data appends one row of version 1. A measured row is worth more than its
// form: what can be kept is kept, and the client is told.
func (e *Engine) data(now time.Time, payload []byte) {
	if err := wire.ParseData(payload, &e.row); err != nil {
		e.refuse(now, wire.TopicData, err)
		return
	}
	s := e.series[string(e.row.Series)]
	if s == nil || s.v1 == nil {
		var ok bool
		if s, ok = e.openByRow(now, string(e.row.Series), len(e.row.Values)); !ok {
			return
		}
	}
	r := s.v1
	r.used = now
	e.appendRow(r, e.fit(r, e.row.Values))
	e.tellMended(now, r, wire.TopicData, len(e.row.Values), e.row.Mended, e.row.Was)
}

// openByRow opens a series that new_series never named, with columns c1 … cn.
func (e *Engine) openByRow(now time.Time, name string, n int) (*series, bool) {
	reply := wire.Reply{Command: wire.TopicData.String(), Series: name}
	switch {
	case n == 0:
		e.refuseAs(now, wire.TopicData, reply, &wire.Error{Code: wire.CodeBadMessage,
			Text: fmt.Sprintf("cannot store a row of series %s: the series is not open and the row holds no value", quote(name))})
		return nil, false
	case n > e.limits.Columns:
		e.refuseAs(now, wire.TopicData, reply, tooLarge("cannot store a row of series %s: it has %d values, at most %d columns are allowed",
			quote(name), n, e.limits.Columns))
		return nil, false
	}
	s, err := e.named(name)
	if err != nil {
		e.refuseAs(now, wire.TopicData, reply, err)
		return nil, false
	}
	columns := make([]string, n)
	for i := range columns {
		columns[i] = "c" + strconv.Itoa(i+1)
	}
	r, err := e.begin(now, s, e.freeName(now, s), false, columns, nil, nil)
	if err != nil {
		e.refuseAs(now, wire.TopicData, reply, err)
		return nil, false
	}
	r.byRows = now
	last := columns[n-1]
	if n > 1 {
		last = "c1 … " + last
	}
	e.complain(now, wire.TopicData, reply, fmt.Sprintf(
		"series %s was not opened by new_series: its rows are kept with columns named %s", quote(name), last))
	return s, true
}

// fit returns values with exactly as many columns as the run has.
func (e *Engine) fit(r *run, values []float64) []float64 {
	n := r.width
	if len(values) >= n {
		return values[:n]
	}
	e.scratch = append(e.scratch[:0], values...)
	for len(e.scratch) < n {
		e.scratch = append(e.scratch, math.NaN())
	}
	return e.scratch
}

// tellMended tells what was mended in a row of n values, of which some were no
// numbers; the first of those was of kind was.
func (e *Engine) tellMended(now time.Time, r *run, topic wire.Topic, n, mended int, was wire.Kind) {
	if n == r.width && mended == 0 {
		return
	}
	name, want := quote(r.series.name), r.width
	reply := wire.Reply{Command: topic.String(), Series: r.series.name}
	if r.v2 {
		reply.Run = r.id
	}
	switch {
	case n < want:
		e.complain(now, topic, reply, fmt.Sprintf(
			"a row of series %s has %s for %s: the missing ones are kept as gaps (NaN)", name, Count(n, "value"), Count(want, "column")))
	case n > want:
		e.complain(now, topic, reply, fmt.Sprintf(
			"a row of series %s has %s for %s: the extra ones are dropped", name, Count(n, "value"), Count(want, "column")))
	}
	if mended > 0 {
		hint := ""
		if was == wire.KindText {
			hint = "; send numbers without quotes, in Python float(x)"
		}
		e.complain(now, topic, reply, fmt.Sprintf(
			"a row of series %s holds %s where a number belongs: kept as a gap (NaN)%s", name, was, hint))
	}
}
