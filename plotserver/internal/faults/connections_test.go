package faults

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/wire"
)

// connect starts a measurement's client at a broker. It ends with the test at
// the latest.
type connect func(m *measurement, addr string)

// kinds are the ways in which rows reach a broker: a laptop's and a board's.
var kinds = []struct {
	name    string
	connect connect
}{{"laptop", laptop}, {"board", board}}

func each(t *testing.T, test func(t *testing.T, connect connect)) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			test(t, k.connect)
		})
	}
}

// ring is how many bytes a client keeps: a thousand rows.
var ring = 8 * len(columns) * 1000

// host is a laptop's client: the stream for hosts, over paho.
type host struct {
	m       *measurement
	s       *hoststream.Stream
	stop    context.CancelFunc
	ctx     context.Context
	saving  sync.WaitGroup
	running sync.WaitGroup
	once    sync.Once
}

func laptop(m *measurement, addr string) {
	s, err := hoststream.Open(hoststream.Options{
		Connection: pahomqtt.Options{Broker: addr}, Session: "hopla", Series: m.series, Columns: columns,
		Ring: ring, CloseTime: patience,
	})
	if err != nil {
		m.t.Fatal(err)
	}
	h := &host{m: m, s: s}
	h.ctx, h.stop = context.WithCancel(context.Background())
	m.client = h
	h.running.Go(h.give)
	h.running.Go(h.watch)
	m.t.Cleanup(h.leave)
}

// give gives rows. That is where a program for a laptop measures.
func (h *host) give() {
	row := make([]float64, len(columns))
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for i := int64(0); h.ctx.Err() == nil; {
		h.m.mu.Lock()
		n := min(h.m.credit-i, h.m.rate)
		h.m.mu.Unlock()
		for range n {
			h.m.values(row, i)
			if h.s.Row(h.ctx, row...) != nil {
				return // it ends
			}
			i++
		}
		<-tick.C
	}
}

// watch tells how it goes.
func (h *host) watch() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for h.ctx.Err() == nil {
		h.status()
		<-tick.C
	}
}

func (h *host) status() {
	v := h.s.Status()
	h.m.tell(func() {
		h.m.measured, h.m.durable, h.m.lost, h.m.run, h.m.state = v.Measured, v.Durable, v.Lost, v.Run, v.State
	})
}

func (h *host) save(o *order) {
	h.saving.Go(func() {
		r, err := h.s.Save(h.ctx, o.file)
		if err != nil && r.Error == "" {
			r.Error = err.Error()
		}
		h.m.tell(func() { o.replies = append(o.replies, r) })
	})
}

func (h *host) end() {
	go h.once.Do(func() {
		h.saving.Wait()
		err := h.s.Close(h.ctx)
		h.stop()
		h.running.Wait()
		h.status()
		h.m.tell(func() { h.m.ended, h.m.err = true, err })
	})
}

func (h *host) leave() {
	h.stop()
	h.end()
	h.m.await("gone", func() bool { return h.m.ended })
}

// device is a board's client: the uplink, in one loop and one goroutine.
type device struct {
	m    *measurement
	link *uplink.Link

	// Guarded by m.mu.
	given    []*order
	orders   map[int]*order
	finishes bool
	off      bool
}

func board(m *measurement, addr string) { boardWith(m, addr, rand.Uint64) }

// boardWith is a board with a source of random numbers.
func boardWith(m *measurement, addr string, random func() uint64) {
	d := &device{m: m, orders: map[int]*order{}}
	link, err := uplink.New("hopla", uplink.Options{
		Dial: func() (io.ReadWriteCloser, error) {
			conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
			if err != nil {
				return nil, err
			}
			return briefly{conn}, nil
		},
		Random: random, In: make([]byte, 640), Out: make([]byte, 256), ShortestPause: 10, LongestPause: 500,
		Stream: plotclient.StreamOptions{Ring: make([]byte, ring), Buffer: make([]byte, 1024), BatchTime: 5, CloseTime: 1 << 40, OnReply: d.answered},
	})
	if err != nil {
		m.t.Fatal(err)
	}
	d.link = link
	m.client = d
	if err := link.Stream().Open(d.now(), m.series, columns...); err != nil {
		m.t.Fatal(err)
	}
	go d.run()
	m.t.Cleanup(m.leave)
}

// briefly is a connection as boards have it: its calls don't wait for ever.
type briefly struct{ net.Conn }

func (c briefly) Read(b []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	return c.Conn.Read(b)
}

func (c briefly) Write(b []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(10 * time.Second))
	return c.Conn.Write(b)
}

var began = time.Now()

// now is the board's clock, which people set.
func (d *device) now() int64 { return time.Since(began).Milliseconds() + d.m.skew.Load() }

// run is the board's main loop.
func (d *device) run() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !d.turn() {
		<-tick.C
	}
}

// turn does what is to be done now, and is true at the end.
func (d *device) turn() bool {
	m, s := d.m, d.link.Stream()
	m.mu.Lock()
	n, given, finishes, off := min(m.credit-s.Measured(), m.rate), d.given, d.finishes, d.off
	d.given = nil
	m.mu.Unlock()
	row := make([]float64, len(columns))
	for range n {
		m.values(row, s.Measured())
		if err := s.Row(d.now(), row...); err == plotclient.ErrFull {
			break
		} else if err != nil {
			m.t.Errorf("row %d: %v", s.Measured(), err)
			break
		}
	}
	for _, o := range given {
		n, err := s.Save(d.now(), o.file)
		if err != nil {
			m.t.Errorf("save to %s: %v", o.file, err)
		}
		m.tell(func() { d.orders[n] = o })
	}
	done := off
	if finishes {
		done = d.link.Close(d.now()) || off
	} else {
		d.link.Poll(d.now()) // what it says is for people
	}
	m.tell(func() {
		m.measured, m.durable, m.lost, m.run, m.state, m.ended = s.Measured(), s.Durable(), s.Lost(), s.Run(), s.State(), done
	})
	if off {
		d.link.Rest()
	}
	return done
}

func (d *device) answered(command int, r wire.Reply) {
	d.m.tell(func() {
		if o := d.orders[command]; o != nil {
			o.replies = append(o.replies, r)
		} else {
			d.m.t.Errorf("a reply to command %d, which was not given: %+v", command, r)
		}
	})
}

func (d *device) save(o *order) { d.m.tell(func() { d.given = append(d.given, o) }) }
func (d *device) end()          { d.m.tell(func() { d.finishes = true }) }
func (d *device) leave()        { d.m.tell(func() { d.off = true }) }
