package faults

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// value is what column c of row i of measurement number n holds: the row's
// index, what a sensor gives, full precision with a gap now and then.
func value(n int, i int64, c int) float64 {
	switch {
	case c == 0:
		return float64(i)
	case c == 1:
		return float64(n) + float64(i%10_000)/10_000
	case i%101 == 7:
		return math.NaN()
	}
	return math.Sin(float64(i)*math.Pi + float64(n))
}

var columns = []string{"i", "U", "x"}

// measurement is a client that measures rows, as many as it is allowed to, and
// how far it is.
type measurement struct {
	t      testing.TB
	number int
	series string
	rate   int64 // rows a millisecond at the most
	client client

	skew atomic.Int64 // ms that its clock is ahead

	mu       sync.Mutex
	cond     *sync.Cond
	credit   int64 // rows that it may measure
	ended    bool
	err      error // what the client says of its end
	measured int64
	durable  int64
	lost     int64
	run      string
	state    plotclient.State
	orders   []*order
}

// order is a command to save.
type order struct {
	file    string
	rows    int64 // measured when it was given
	replies []wire.Reply
}

// client is what drives a stream. It gives rows while credit is above measured,
// and calls tell when anything changes.
type client interface {
	save(o *order)
	end()   // when all rows are safe and all commands are answered
	leave() // at once, as when it loses its power
}

func newMeasurement(t testing.TB, number int, series string) *measurement {
	m := &measurement{t: t, number: number, series: series, rate: 1 << 30}
	m.cond = sync.NewCond(&m.mu)
	return m
}

// values fills row with those of the next one.
func (m *measurement) values(row []float64, i int64) {
	for c := range row {
		row[c] = value(m.number, i, c)
	}
}

// tell changes what is known of the measurement.
func (m *measurement) tell(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
	m.cond.Broadcast()
}

// allow lets it measure up to n rows in all.
func (m *measurement) allow(n int64) { m.tell(func() { m.credit = n }) }

// save has the series saved to a file.
func (m *measurement) save(file string) *order {
	o := &order{file: file}
	m.tell(func() {
		o.rows = m.measured
		m.orders = append(m.orders, o)
	})
	m.client.save(o)
	return o
}

// await waits until something is so; so is called with the lock held.
func (m *measurement) await(what string, so func() bool) {
	m.t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() { m.tell(func() { late = true }) })
	defer timer.Stop()
	m.mu.Lock()
	defer m.mu.Unlock()
	for !so() {
		if late {
			m.t.Fatalf("measurement %d never came to be %s: %s", m.number, what, m.status())
		}
		m.cond.Wait()
	}
}

func (m *measurement) status() string {
	text := fmt.Sprintf("%v, %d of %d rows measured, %d durable, %d lost", m.state, m.measured, m.credit, m.durable, m.lost)
	for _, o := range m.orders {
		text += fmt.Sprintf("; save to %s after %d rows: %+v", o.file, o.rows, o.replies)
	}
	return text
}

func (m *measurement) awaitMeasured(n int64) {
	m.t.Helper()
	m.await(fmt.Sprintf("%d rows long", n), func() bool { return m.measured >= n })
}

func (m *measurement) awaitDurable(n int64) {
	m.t.Helper()
	m.await(fmt.Sprintf("safe to row %d", n), func() bool { return m.durable >= n })
}

func (m *measurement) awaitReply(o *order) {
	m.t.Helper()
	m.await("answered", func() bool { return len(o.replies) > 0 })
}

// finish ends the measurement. Then all rows are safe, and every command has had
// its one reply, which says that the file has the rows measured before it.
func (m *measurement) finish() {
	m.t.Helper()
	m.await("measured", func() bool { return m.measured == m.credit })
	m.client.end()
	m.await("done", func() bool { return m.ended })
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.durable != m.credit || m.measured != m.credit || m.lost != 0 || m.err != nil {
		m.t.Errorf("measurement %d: %s, %v", m.number, m.status(), m.err)
	}
	for _, o := range m.orders {
		if len(o.replies) != 1 {
			m.t.Errorf("measurement %d: save to %s has replies %+v", m.number, o.file, o.replies)
			continue
		}
		if r := o.replies[0]; !r.OK || r.Rows < o.rows || r.Missing != 0 {
			m.t.Errorf("measurement %d: save to %s after %d rows: %+v", m.number, o.file, o.rows, r)
		}
	}
}

// leave ends it as when a board loses its power.
func (m *measurement) leave() {
	m.t.Helper()
	m.client.leave()
	m.await("gone", func() bool { return m.ended })
}
