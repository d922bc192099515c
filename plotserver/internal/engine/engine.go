// Package engine owns the live series of a session: a message goes in, effects
// come out. It does no input or output, starts no goroutine and reads no clock,
// so that every rule of the protocol can be tested without a network or a disk.
//
// One goroutine calls an Engine: Handle for every message in the order of
// arrival, Durable when the journal has made rows durable, Finish when a save, a
// plot or a load that it asked for is done, Tick now and then. Each returns the effects
// to carry out, in order; the slice is valid until the next call. The first
// thing to look at is Handle; Gather and Flush are the same for many messages.
//
// Every row goes to a [Journal] as it goes to memory, and is acknowledged when it
// is durable there. What the journal holds from before is a [Past].
package engine

import (
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions/journal"
)

// Message is one message from a client.
type Message struct {
	Topic    wire.Topic
	Payload  []byte
	Retained bool // arrived with MQTT's retain flag: old, not meant for now
}

// Config is what an engine has to know. The zero value of a field means its
// default.
type Config struct {
	Limits wire.Limits            // wire.DefaultLimits
	NewRun func(time.Time) string // names a run that a version 1 client opens; local time and a count
	Jobs   int                    // saves, plots and loads under way at most, 1024

	// Journal is where rows are kept; nil: in memory only, and acknowledged at
	// once. Past is what it held, nil for nothing.
	Journal Journal
	Past    *Past
	// Backlog is how many bytes may wait in the journal before rows of version 2,
	// whose clients send them again, are no longer taken; 256 MiB.
	Backlog int64
}

// Engine holds the series of one session.
type Engine struct {
	limits wire.Limits
	newRun func(time.Time) string
	max    int

	journal gathering
	unkept  bool // there is no journal
	backlog int64
	runs    map[journal.RunID]*run
	held    []*run // those in memory
	empty   []*run // those that were opened and had no rows when it was last looked
	room    int    // bytes that the descriptions of runs may still take
	watched []*run
	copying int
	trimmed time.Time // when it was first asked to drop runs

	owed    []*run    // runs whose clients are to get an ack
	ackAt   time.Time // when the first of them is due
	ackPaid time.Time // until when the acks sent so far use up what all may have

	series  map[string]*series
	order   []*series // by first opening, for lists that people read
	jobs    map[uint64]*job
	lastJob uint64
	waiting []*waiting
	asked   int // bytes of the options of jobs and waiting
	memory  memory
	floods  floods

	effects []Effect
	row     wire.Row
	rows    wire.Rows
	scratch []float64
}

// New returns an engine with the series of its past, without series if it has none.
func New(c Config) *Engine {
	if c.Limits == (wire.Limits{}) {
		c.Limits = wire.DefaultLimits()
	}
	if c.NewRun == nil {
		c.NewRun = runNames()
	}
	if c.Jobs == 0 {
		c.Jobs = 1024
	}
	if c.Backlog == 0 {
		c.Backlog = 256 << 20
	}
	e := &Engine{
		limits:  c.Limits,
		newRun:  c.NewRun,
		max:     c.Jobs,
		journal: gathering{Journal: c.Journal},
		backlog: c.Backlog,
		runs:    map[journal.RunID]*run{},
		room:    maxDescribed,
		series:  map[string]*series{},
		jobs:    map[uint64]*job{},
	}
	if c.Journal == nil {
		e.journal.Journal, e.unkept = &noJournal{}, true
	}
	if c.Past != nil {
		e.restore(c.Past)
	}
	return e
}

// Handle acts on one message that arrived at now.
func (e *Engine) Handle(now time.Time, m Message) []Effect {
	effects := e.Gather(now, m)
	e.Flush()
	return effects
}

// Gather is Handle for one of many messages: where it is a row of version 1, the
// row may be written to the journal with others later. Flush has to be called
// behind the last message.
func (e *Engine) Gather(now time.Time, m Message) []Effect {
	e.effects = e.effects[:0]
	if m.Topic != wire.TopicData {
		e.journal.flush()
	}
	switch {
	case m.Retained:
		e.refuse(now, m.Topic, &wire.Error{Code: wire.CodeBadMessage,
			Text: "ignored a retained message to " + m.Topic.String() + ": it is old; publish without the retain flag"})
	case len(m.Payload) > e.limits.Payload:
		err := tooLarge("cannot take a message to %s: it has %d bytes, at most %d are allowed",
			m.Topic, len(m.Payload), e.limits.Payload)
		if m.Topic == wire.TopicRows {
			e.tooLong(now, m.Payload, err)
		} else {
			e.refuse(now, m.Topic, err)
		}
	case m.Topic == wire.TopicData:
		e.data(now, m.Payload)
	case m.Topic == wire.TopicRows:
		e.batch(now, m.Payload)
	case m.Topic == wire.TopicNewSeries:
		e.open(now, m.Payload)
	case m.Topic == wire.TopicSaveSeries, m.Topic == wire.TopicPlotSeries, m.Topic == wire.TopicLoadSeries:
		e.request(now, m.Topic, m.Payload)
	}
	return e.effects
}

// Flush writes all rows to the journal that Gather left.
func (e *Engine) Flush() { e.journal.flush() }

// Tick tells what became due by the clock: counts of complaints that came in a
// flood, commands whose wait for rows is over, copies for the history, acks. Call
// it a few times a second, and when Due says so.
func (e *Engine) Tick(now time.Time) []Effect {
	e.effects = e.effects[:0]
	e.journal.flush()
	e.wake(now)
	e.floods.flush(now, e)
	e.lookAfter(now)
	e.acks(now)
	return e.effects
}
