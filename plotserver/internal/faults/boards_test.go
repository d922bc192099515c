package faults

import (
	"fmt"
	"testing"
)

// TestBoardReset switches a board off in the middle and on again. Its random
// numbers are the same at each boot, as those of many boards are, or they are
// good ones.
func TestBoardReset(t *testing.T) {
	for _, numbers := range []string{"repeat", "are good"} {
		t.Run("random numbers "+numbers, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			r := random(t)
			boots := either(4, 40)
			var all []*measurement
			for boot := range boots {
				m := newMeasurement(t, boot+1, "solar")
				if numbers == "repeat" {
					x := uint64(4) // chosen by a fair dice
					boardWith(m, s.addr(), func() uint64 { x = x*6364136223846793005 + 1; return x })
				} else {
					board(m, s.addr())
				}
				all = append(all, m)
				m.allow(1_000)
				if boot == boots-1 {
					m.save("last.csv")
					m.awaitMeasured(1_000)
					m.save("solar.csv")
					m.finish()
					break
				}
				m.awaitDurable(1 + r.Int64N(900))
				m.leave()
			}
			last := all[len(all)-1]
			s.holds(t, last)
			s.saved(t, last, "solar.csv", 1_000)
			// What the board had when it lost its power is gone; what was told durable is
			// not, and nothing of it was changed since.
			runs := stored(t, s.dir, s.session)
			for _, m := range all[:len(all)-1] {
				old := runs[m.run]
				if old == nil || int64(old.Len()) < m.durable || int64(old.Len()) > m.measured {
					t.Errorf("boot %d: %d rows were durable, %d measured; stored is %v", m.number, m.durable, m.measured, old)
					continue
				}
				m.measured = int64(old.Len())
				hold(t, old, m)
			}
			if len(runs) != boots {
				t.Errorf("%d boots are %d runs", boots, len(runs))
			}
		})
	}
}

// TestTwoBoardsOneName has boards that chose the same series name stream at the
// same time. Each of their runs is whole.
func TestTwoBoardsOneName(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var all []*measurement
	n := int64(either(3_000, 50_000))
	for i := range 4 {
		m := newMeasurement(t, i+1, "solar")
		all = append(all, m)
		kinds[i%2].connect(m, s.addr())
		m.allow(n)
	}
	for i, m := range all {
		m.awaitMeasured(n)
		m.save(fmt.Sprintf("%d.csv", i))
	}
	for i, m := range all {
		m.finish()
		s.holds(t, m)
		s.saved(t, m, fmt.Sprintf("%d.csv", i), n)
	}
	if runs := stored(t, s.dir, s.session); len(runs) != len(all) {
		t.Errorf("%d boards are %d runs", len(all), len(runs))
	}
}

// TestClockJumpsBack sets a board's clock back and forth while it streams, also
// when it has to wait for something. A laptop's stream goes by a clock that
// nobody sets.
func TestClockJumpsBack(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	r := random(t)
	m := newMeasurement(t, 1, "solar")
	board(m, s.addr())
	jumps := int64(either(12, 200))
	for i := range jumps {
		m.allow(100*i + 100)
		m.awaitMeasured(100*i + 1)
		m.skew.Add(r.Int64N(7_200_000) - 5_000_000)
		if i%8 == 3 {
			s.kill()
			m.skew.Add(-3_600_000)
			s.start()
		}
		m.awaitDurable(100*i + 50)
	}
	m.save("solar.csv")
	m.finish()
	s.holds(t, m)
	s.saved(t, m, "solar.csv", 100*jumps)
}
