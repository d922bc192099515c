package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"iotplot/plotclient/wire"
)

// adoptWithin is how long after its first row a series that was opened by its
// rows still takes the names of a new_series that was overtaken by them: MQTT
// keeps no order between the two topics.
const adoptWithin = 5 * time.Second

// open acts on new_series of either generation.
func (e *Engine) open(now time.Time, payload []byte) {
	const topic = wire.TopicNewSeries
	o, err := wire.ParseOpening(payload)
	if err != nil {
		e.refuse(now, topic, err)
		return
	}
	// To open a run again does no harm, and the id may be one that a board has
	// used before it was reset, if its random numbers repeat: what was answered
	// then is no answer now.
	if o.ID != "" && o.Run == "" && e.remembered(o.ID) {
		return
	}
	reply := wire.Reply{ID: o.ID, Command: topic.String(), Series: o.Series}
	if err := e.mayOpen(o); err != nil {
		e.refuseAs(now, topic, reply, err)
		return
	}
	s, err := e.named(o.Series)
	if err != nil {
		e.refuseAs(now, topic, reply, err)
		return
	}
	reply.OK, reply.Warning = true, o.Warning
	if o.Run != "" {
		e.openRun(now, s, o, reply)
		return
	}
	// Without a run it opens the series for version 1's rows, which so have
	// units, and a reply with the command's id.
	r := s.v1
	line := fmt.Sprintf("new series %s: %s", quote(s.name), columnList(o.Columns))
	switch {
	case r != nil && !r.byRows.IsZero() && now.Sub(r.byRows) < adoptWithin && r.width == len(o.Columns):
		if len(o.Units) > 0 || len(o.Meta) > 0 {
			r, err = e.adopt(now, r, o)
		} else {
			e.rename(r, o.Columns)
		}
		r.byRows = time.Time{}
		line += fmt.Sprintf(" (%s that came before the names kept)", Count(int(r.count), "row"))
	default:
		if _, err = e.begin(now, s, e.freeName(now, s), false, o.Columns, o.Units, o.Meta); err != nil || r == nil {
			break
		}
		if r.count > 0 {
			line += fmt.Sprintf(" (%s of the run before go to the history)", Count(int(r.count), "row"))
		}
		e.end(now, r)
	}
	if err != nil {
		e.refuseAs(now, topic, reply, err)
		return
	}
	reply.Rows = s.v1.count
	e.answer(reply)
	e.say(line)
	if o.Warning != "" {
		e.say(o.Warning)
	}
}

// adopt gives a run that was opened by its rows the units and the meta that its
// opening names. Its few rows go to another run, since what a run is called is
// fixed when it begins; where that can't be done it stays as it is.
func (e *Engine) adopt(now time.Time, old *run, o wire.Opening) (*run, error) {
	if old.rows == nil {
		e.rename(old, o.Columns)
		return old, nil
	}
	s, rows := old.series, old.rows.Series() // before begin makes room by parking the old one
	r, err := e.begin(now, s, e.freeName(now, s), false, o.Columns, o.Units, o.Meta)
	if err != nil {
		return old, err
	}
	row := make([]float64, old.width)
	for i := range rows.Len() {
		for c := range row {
			row[c] = rows.Column(c).At(i)
		}
		e.appendRow(r, row)
	}
	r.saved, r.told, r.toldAt = old.saved, old.told, old.toldAt
	for _, w := range e.waiting {
		if w.run == old {
			w.run = r
		}
	}
	e.drop(old)
	return r, nil
}

// openRun opens a run of version 2, or finds that it is open already. It answers
// with a reply and an ack.
func (e *Engine) openRun(now time.Time, s *series, o wire.Opening, reply wire.Reply) {
	r := s.byID[o.Run]
	switch {
	case r == nil:
		var err error
		if r, err = e.begin(now, s, o.Run, true, o.Columns, o.Units, o.Meta); err != nil {
			e.refuseAs(now, wire.TopicNewSeries, reply, err)
			return
		}
		e.say(fmt.Sprintf("new series %s: %s", quote(s.name), columnList(o.Columns)))
		if o.Warning != "" {
			e.say(o.Warning)
		}
	case !r.v2 || o.Next == 0 && r.count > 0 || !slices.Equal(r.header.Columns, o.Columns):
		e.refuseAs(now, wire.TopicNewSeries, reply, &wire.Error{Code: wire.CodeRunTaken,
			Text: fmt.Sprintf("cannot open run %s of series %s: a run of that name holds %s already; draw another name",
				quote(o.Run), quote(s.name), Count(int(r.count), "row"))})
		return
	}
	r.used = now
	reply.Rows, reply.Missing = r.count, r.missing
	e.answer(reply)
	e.ackNow(now, r)
}

// longestRun is how long the name of a run, which programs draw, may be however
// short those of series have to be.
const longestRun = 64

// mayOpen holds an opening against the limits.
func (e *Engine) mayOpen(o wire.Opening) error {
	if n := len(o.Columns); n > e.limits.Columns {
		return tooLarge("cannot open series %s: it has %d columns, at most %d are allowed", quote(o.Series), n, e.limits.Columns)
	}
	if most := max(e.limits.Name, longestRun); o.V2 && len(o.Run) > most {
		return tooLarge("cannot open series %s: its run has %d bytes, at most %d are allowed", quote(o.Series), len(o.Run), most)
	}
	return nil
}

// asError returns err as the protocol's error.
func asError(err error) *wire.Error {
	var w *wire.Error
	if errors.As(err, &w) {
		return w
	}
	return &wire.Error{Code: wire.CodeFailed, Text: err.Error()}
}
