package hoststream

import (
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// loop is the goroutine that owns the stream: nobody else touches it, so rows can
// be given while messages are written. What others have for it lies in s.
type loop struct {
	s      *Stream
	stream *plotclient.Stream

	spare []float64 // to be staged into
	rest  []float64 // taken, and not in the ring yet
	slab  []float64 // what rest is a part of
	skips []int64   // rows that there are not, by their index
	fed   int64     // rows in the ring, or dropped from it

	orders   []*order // that wait for their rows, or for other commands
	waiting  map[int]*order
	down     error
	accepted bool
	server   wire.ServerState
	news     bool // the connection came or went
	renewing bool // another connection was asked for
}

// Publish is the stream's way to the broker.
func (l *loop) Publish(topic string, payload []byte) error {
	return l.s.conn.Publish(topic, payload)
}

func (l *loop) run() {
	defer close(l.s.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		rest, done := l.turn()
		if done {
			return
		}
		if rest == 0 {
			continue
		}
		var expired <-chan time.Time
		if rest < plotclient.Forever {
			timer.Reset(time.Duration(rest) * time.Millisecond)
			expired = timer.C
		}
		select {
		case <-l.s.wake:
		case <-expired:
		}
	}
}

// turn does what is to be done, and returns for how many ms there is nothing else.
func (l *loop) turn() (rest int64, done bool) {
	s, now := l.s, l.s.now()
	s.mu.Lock()
	inbox := s.inbox
	s.inbox = nil
	if len(l.rest) == 0 && len(s.staged) > 0 {
		l.slab, s.staged = s.staged, l.spare[:0]
		l.rest, l.spare = l.slab, nil
		s.change()
	}
	l.skips = append(l.skips, s.skips...)
	s.skips = nil
	l.orders = append(l.orders, s.orders...)
	s.orders = nil
	closing, gone, staged := s.closing, s.gone, len(s.staged)
	s.mu.Unlock()

	for _, e := range inbox {
		switch e.kind {
		case up:
			l.down, l.news, l.renewing = nil, true, false
			l.stream.Connected(now)
		case down:
			l.down, l.news, l.renewing = e.err, true, false
			l.stream.Disconnected()
		case message:
			l.stream.Receive(e.topic, e.payload, now)
			if e.topic == l.stream.Topics()[2] {
				if v, err := wire.ParseServerState(e.payload); err == nil {
					l.server = v
				}
			}
		}
	}
	l.name() // before it is sent, so that no answer is taken for somebody else's
	l.feed(now)
	l.order(now)
	if gone || closing && len(l.rest) == 0 && len(l.skips) == 0 && staged == 0 && len(l.orders) == 0 && l.stream.Close(now) {
		l.end()
		return 0, true
	}
	l.stream.Poll(now) // its errors are the connection's, and it tries again
	if l.stream.Deaf() && !l.renewing {
		l.renewing = true
		s.conn.Renew()
	}
	return l.sleep(now), false
}

// name tells the run, which only messages can change.
func (l *loop) name() {
	if run, known := l.stream.Run(), l.s.run.Load(); known == nil || *known != run {
		l.s.run.Store(&run)
	}
}

// feed puts rows into the ring until it is full.
func (l *loop) feed(now int64) {
	width := l.s.width
	for {
		if len(l.skips) > 0 && l.skips[0] == l.fed && l.stream.Skip(now) == nil {
			l.skips = l.skips[1:]
		} else if len(l.rest) > 0 && l.stream.Row(now, l.rest[:width]...) == nil {
			l.rest = l.rest[width:]
		} else {
			break
		}
		l.fed++
	}
	if len(l.rest) == 0 && l.spare == nil {
		l.spare, l.slab, l.rest = l.slab[:0], nil, nil
	}
}

// sleep tells how things are, says when to be woken, and for how many ms there is
// nothing to do else.
func (l *loop) sleep(now int64) (rest int64) {
	s, st := l.s, l.stream
	rest = st.Rest(now)
	state := st.State()
	l.accepted = l.accepted || state == plotclient.Sending
	v := Status{
		State: state, Reason: st.Reason(), Down: l.down, Run: st.Run(), Accepted: l.accepted, Server: l.server,
		Durable: st.Durable(), Lost: st.Lost(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.status
	s.status = v
	v.Down, before.Down = nil, nil // errors cannot always be compared
	if v != before || l.news {
		l.news = false
		s.change()
	}
	switch {
	case len(l.rest) > 0:
		s.alarm = s.most + 1 // the ring is full: an acknowledgement wakes us
	case rest > batchTime && state == plotclient.Sending:
		s.alarm = 1 // the time that rows wait begins with the next one
	default:
		s.alarm = s.most / 2
	}
	if len(s.staged) >= s.alarm {
		return 0
	}
	return rest
}

// end answers those who still wait.
func (l *loop) end() {
	for _, o := range l.orders {
		o.answer <- unanswered(l.s.o.Series)
	}
	for _, o := range l.waiting {
		o.answer <- unanswered(l.s.o.Series)
	}
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.orders {
		o.answer <- unanswered(s.o.Series)
	}
	s.orders = nil
	s.status.State, s.status.Durable, s.status.Lost = plotclient.Idle, l.stream.Durable(), l.stream.Lost()
	s.change()
}

func unanswered(series string) wire.Reply {
	return wire.Reply{Series: series, Code: wire.CodeFailed, Error: "no answer came before the stream was closed; the server may have done it"}
}
