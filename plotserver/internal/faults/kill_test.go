package faults

import (
	"os"
	"strconv"
	"testing"
)

// TestServerKilled kills the server again and again while a laptop and a board
// stream rows to it, at any moment of that, and starts it again.
func TestServerKilled(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) (s *plotserver, broker string){
		"alone":          alone(),
		"without fsync":  alone("--sync", "off"),
		"in little room": alone("--keep", "1MB"),
		"behind another broker": func(t *testing.T) (*plotserver, string) {
			b := newMosquitto(t)
			return joinServer(t, b.port), b.addr()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, addr := start(t)
			r := random(t)
			var all []*measurement
			for i, k := range kinds {
				m := newMeasurement(t, i+1, "solar")
				k.connect(m, addr)
				all = append(all, m)
			}
			kills := either(3, 50)
			n := int64(0)
			for i := range kills {
				n += 1 + r.Int64N(3_000)
				for _, m := range all {
					m.allow(n + 2_000)
				}
				one := all[r.IntN(len(all))]
				if r.IntN(4) == 0 {
					one.save(strconv.Itoa(i) + ".csv")
				}
				if r.IntN(2) == 0 {
					one.awaitMeasured(n)
				} else {
					one.awaitDurable(n)
				}
				if i%5 == 4 {
					s.signal(os.Interrupt)
				} else {
					s.kill()
				}
				s.start()
			}
			for i, m := range all {
				file := strconv.Itoa(i) + "/all.csv"
				m.awaitMeasured(n + 2_000)
				m.save(file)
				m.finish()
				s.holds(t, m)
				s.saved(t, m, file, n+2_000)
			}
			t.Logf("%d kills, %d rows", kills, n+2_000)
		})
	}
}

// alone is a server with its own broker.
func alone(args ...string) func(*testing.T) (*plotserver, string) {
	return func(t *testing.T) (*plotserver, string) {
		s := newServer(t, args...)
		return s, s.addr()
	}
}
