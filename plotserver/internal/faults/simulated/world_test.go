package simulated

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// world is everything in a schedule: boards, the network, a server. Times are
// ms since its beginning.
type world struct {
	schedule
	rnd     *rand.Rand
	now     int64
	calm    bool // no more faults
	server  *server
	boards  []*board
	packets []packet
	latest  map[way]int64
	logf    func(format string, args ...any) // nil: says nothing
	outcome outcome
	err     error
}

// may is true one time in so many, if that fault may happen.
func (w *world) may(f fault, one int) bool {
	return !w.calm && w.faults&f != 0 && w.rnd.IntN(one) == 0
}

// fail notes what went against the law first.
func (w *world) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("at %d ms: "+format, append([]any{w.now}, args...)...)
	}
}

func (w *world) log(format string, args ...any) {
	if w.logf != nil {
		w.logf("%6d "+format, append([]any{w.now}, args...)...)
	}
}

// packet is a message under way.
type packet struct {
	at      int64
	to      *board // nil: the server
	life    int    // of the connection to the board
	topic   string
	payload []byte
}

// way is one on which MQTT keeps the order of messages.
type way struct {
	from, to *board
	topic    string
}

// carry puts a message on its way; the server is nil.
func (w *world) carry(from, to *board, topic string, payload []byte) {
	w.outcome.messages++
	times := 1
	if w.may(losing, 8) {
		times = 0
	} else if w.may(repeating, 8) {
		times = 2
	}
	w.log("%v > %v %d× %s %s", from, to, times, topic, payload)
	for range times {
		p := packet{at: w.now + 1 + w.rnd.Int64N(5), to: to, topic: topic, payload: slices.Clone(payload)}
		if w.may(delaying, 6) {
			p.at += w.rnd.Int64N(longestDelay)
		} else if w.faults&delaying == 0 || w.calm {
			way := way{from, to, topic}
			p.at = max(p.at, w.latest[way])
			w.latest[way] = p.at
		}
		if to != nil {
			p.life = to.life
		}
		w.packets = append(w.packets, p)
	}
}

const longestDelay = 1500

// deliver delivers what is due.
func (w *world) deliver() {
	var due []packet
	w.packets = slices.DeleteFunc(w.packets, func(p packet) bool {
		if p.at <= w.now {
			due = append(due, p)
		}
		return p.at <= w.now
	})
	slices.SortStableFunc(due, func(a, b packet) int { return int(a.at - b.at) })
	for _, p := range due {
		if p.to == nil {
			w.server.receive(p.topic, p.payload)
		} else if p.to.connected && p.to.life == p.life && !p.to.deaf {
			p.to.s.Receive(p.topic, p.payload, p.to.clock())
		}
	}
}

// publish sends what the server says to all that are connected.
func (w *world) publish(topic string, payload []byte) {
	for _, b := range w.boards {
		if b.connected {
			w.carry(nil, b, topic, payload)
		}
	}
}

// play plays the schedule and holds the law. logf may be nil.
func (c schedule) play(logf func(string, ...any)) (outcome, error) {
	w := &world{schedule: c, rnd: rand.New(rand.NewPCG(c.seed, 2)), latest: map[way]int64{}, logf: logf}
	w.server = newServer(w)
	n := 1
	if c.faults&sharing != 0 {
		n = 2
	}
	for i := range n {
		b := &board{number: i + 1, w: w, runs: map[string]bool{}}
		w.boards = append(w.boards, b)
		b.start()
	}
	for i := 0; i < c.steps && w.err == nil; i++ {
		w.now += 1 + w.rnd.Int64N(20)
		w.server.step()
		for _, b := range w.boards {
			b.step()
		}
		w.deliver()
	}
	// The network calms down, and everything has to come to an end.
	w.calm = true
	for end, done := w.now+300_000, false; !done && w.err == nil; {
		w.now += 5
		w.server.step()
		done = true
		for _, b := range w.boards {
			b.step()
			done = b.s.Close(b.clock()) && done
		}
		w.deliver()
		if w.now > end {
			for _, b := range w.boards {
				w.fail("%v is not done: %v, %d measured, %d durable, %d commands waiting", b, b.s.State(), b.s.Measured(), b.s.Durable(), b.s.Waiting())
			}
		}
	}
	if w.err == nil {
		w.server.judge()
	}
	return w.outcome, w.err
}
