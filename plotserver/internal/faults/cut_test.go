package faults

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestConnectionCutAtEveryByte cuts the first connection of a short exchange
// after each number of bytes that it carries, in either direction. What is
// carried on is a second connection, which is left alone.
func TestConnectionCutAtEveryByte(t *testing.T) {
	each(t, func(t *testing.T, connect connect) {
		s := newServer(t, "--limit", "series=100000")
		step := int64(either(16, 1))
		for _, way := range []string{"up", "down"} {
			var exchanges sync.WaitGroup
			places := make(chan int64)
			var last atomic.Int64 // the shortest number of bytes at which nothing was cut
			last.Store(1 << 40)
			var number atomic.Int64
			for range 32 {
				exchanges.Go(func() {
					for n := range places {
						if !exchange(t, s, connect, int(number.Add(1)), way, n) {
							for m := last.Load(); n < m && !last.CompareAndSwap(m, n); m = last.Load() {
							}
						}
					}
				})
			}
			n := random(t).Int64N(step)
			for ; n < last.Load() && n < 20_000; n += step {
				places <- n
			}
			close(places)
			exchanges.Wait()
			t.Logf("%s: %d cuts at one in %d bytes, up to %d", way, n/step, step, last.Load())
			if last.Load() < 200 || n >= 20_000 {
				t.Errorf("%s: the exchange has %d bytes", way, last.Load())
			}
		}
	})
}

// exchange measures ten rows and saves them. It is false when the connection
// ended before it was to be cut.
func exchange(t *testing.T, s *plotserver, connect connect, number int, way string, n int64) bool {
	t.Helper()
	var cut atomic.Bool
	p := newProxy(t, s.addr(), func(connection int) (up, down carry) {
		if connection > 0 {
			return whole, whole
		}
		c := cutAfter(n, n%2 == 0, func() { cut.Store(true) })
		if way == "up" {
			return c, whole
		}
		return whole, c
	})
	name := fmt.Sprint(way, n)
	m := newMeasurement(t, number, name)
	connect(m, p.addr())
	m.allow(4)
	m.awaitMeasured(4)
	m.save(name + "/early.csv")
	m.allow(10)
	m.awaitMeasured(10)
	m.save(name + ".csv")
	m.finish()
	s.holds(t, m)
	s.saved(t, m, name+".csv", 10)
	return cut.Load()
}

// TestConnectionCutAtRandom cuts connections at random while rows are streamed,
// each after it has stood for a while: clients pause longer and longer before they
// come back to a broker that throws them out at once.
func TestConnectionCutAtRandom(t *testing.T) {
	each(t, func(t *testing.T, connect connect) {
		var mu sync.Mutex
		r := random(t)
		s := newServer(t)
		cuts := int64(either(12, 200))
		rows := cuts * 500
		made := int64(0)
		last := time.Now()
		cut := func() {
			mu.Lock()
			defer mu.Unlock()
			made++
			last = time.Now()
		}
		enough := func() bool {
			mu.Lock()
			defer mu.Unlock()
			return made >= cuts
		}
		p := newProxy(t, s.addr(), func(int) (up, down carry) {
			if enough() {
				return whole, whole
			}
			mu.Lock()
			defer mu.Unlock()
			age := max(300*time.Millisecond, 2*time.Since(last)) + time.Duration(r.IntN(200))*time.Millisecond
			if r.IntN(3) == 0 {
				return whole, cutLater(age, r.Int64N(200), r.IntN(2) == 0, cut)
			}
			return cutLater(age, r.Int64N(2_000), r.IntN(2) == 0, cut), whole
		})
		m := newMeasurement(t, 1, "solar")
		m.rate = 2
		connect(m, p.addr())
		m.allow(rows)
		m.awaitDurable(rows / 2)
		m.save("half.csv")
		for n := rows; !enough(); n += 100 {
			m.allow(n)
			m.awaitDurable(n)
		}
		m.save("solar.csv")
		m.finish()
		s.holds(t, m)
		s.saved(t, m, "half.csv", rows/2)
		s.saved(t, m, "solar.csv", rows)
		t.Logf("%d rows, %d cuts", m.measured, made)
	})
}

// cutLater carries bytes for a while, and then n bytes more.
func cutLater(age time.Duration, n int64, hard bool, cut func()) carry {
	return func(to, from net.Conn) {
		from.SetReadDeadline(time.Now().Add(age))
		_, err := io.Copy(to, from)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		from.SetReadDeadline(time.Time{})
		cutAfter(n, hard, cut)(to, from)
	}
}
