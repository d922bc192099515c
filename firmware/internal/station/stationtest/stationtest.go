// Package stationtest is what the tests of boards' programs stand on: a clock, a
// broker with a plot server in memory, a lamp, a watchdog and a button. Begin with
// [New].
package stationtest

import (
	"testing"

	"iotplot/firmware/internal/station"
	"iotplot/plotclient/uplink/uplinktest"
	"iotplot/plotclient/wire"
)

// Desk is all of it. Step is the program's loop, which the test sets.
type Desk struct {
	T      testing.TB
	Step   func(now int64)
	Now    int64 // ms
	Broker *uplinktest.Broker

	Lit     bool // the lamp
	Flashes int
	Fed     int  // how often the watchdog was fed
	Down    bool // the button is held
	Replies []wire.Reply
	Trouble []error
}

// New makes a desk for the session hopla.
func New(t testing.TB) *Desk {
	return &Desk{T: t, Broker: &uplinktest.Broker{Server: &uplinktest.Server{Session: "hopla"}}}
}

// Options are a station's on this desk, with a ring of so many bytes, 0 for the
// usual.
func (d *Desk) Options(ring int) station.Options {
	o := station.Options{
		Session: "hopla", LED: lamp{d}, Watchdog: watchdog{d},
		OnReply:   func(r wire.Reply) { d.Replies = append(d.Replies, r) },
		OnTrouble: func(err error) { d.Trouble = append(d.Trouble, err) },
	}
	o.Uplink.Dial, o.Uplink.Random = d.Broker.Dial, random()
	if ring > 0 {
		o.Uplink.Stream.Ring = make([]byte, ring)
	}
	new(station.Memory).Use(&o.Uplink)
	return o
}

// random is xorshift (Marsaglia 2003).
func random() func() uint64 {
	x := uint64(88172645463325252)
	return func() uint64 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		return x
	}
}

type lamp struct{ *Desk }

func (l lamp) Set(on bool) {
	if on && !l.Lit {
		l.Flashes++
	}
	l.Lit = on
}

type watchdog struct{ *Desk }

func (w watchdog) Feed() { w.Fed++ }

// Pressed makes the desk a button.
func (d *Desk) Pressed() bool { return d.Down }

// Run lets so many ms pass.
func (d *Desk) Run(ms int) {
	for range ms {
		d.Now++
		d.Step(d.Now)
	}
}

// Until lets time pass until something is so.
func (d *Desk) Until(what string, so func() bool) {
	d.T.Helper()
	for n := 0; !so(); n++ {
		if n > 600_000 {
			d.T.Fatalf("%s did not come in ten minutes", what)
		}
		d.Run(1)
	}
}

// Push pushes the button.
func (d *Desk) Push() {
	d.Down = true
	d.Run(100)
	d.Down = false
	d.Run(100)
}

// Count is how many flashes the lamp makes between two pauses.
func (d *Desk) Count() int {
	d.T.Helper()
	pause := func() {
		dark := 0
		d.Until("a pause of the lamp", func() bool {
			if dark++; d.Lit {
				dark = 0
			}
			return dark > 1_000
		})
	}
	pause()
	before := d.Flashes
	d.Until("a flash", func() bool { return d.Lit })
	pause()
	return d.Flashes - before
}

// Rows are those that the server has of the newest run of a series.
func (d *Desk) Rows(series string) [][]float64 {
	d.T.Helper()
	run := d.Broker.Server.Find(series)
	if run == nil {
		d.T.Fatalf("there is no run of %s", series)
	}
	return run.Rows
}
