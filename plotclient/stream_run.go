package plotclient

import (
	"strconv"

	"iotplot/plotclient/wire"
)

// Letters of runs: those of base 32 in lower case (RFC 4648, 6), which need no
// escape anywhere.
const letters = "abcdefghijklmnopqrstuvwxyz234567"

// draw draws a run. The random number is mixed with all else that may differ
// from the last time the device was switched on, and with a count, so that even
// a source that always says the same comes to a name that is free.
func (s *Stream) draw() {
	s.draws++
	x := uint64(s.last)
	for i := 0; i < len(s.o.Client); i++ {
		x = mix(x + uint64(s.o.Client[i]))
	}
	x = s.o.Random() ^ mix(x+s.draws<<32)
	var text [13]byte // 64 bits of 5 a letter
	for i := range text {
		text[i] = letters[x&31]
		x >>= 5
	}
	s.run = string(text[:])
}

// mix spreads each bit of x over all others (the finalizer of SplitMix64:
// Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators).
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// begin begins a run from its first row.
func (s *Stream) begin() {
	s.fresh, s.replied, s.counted = true, false, false
	s.durable, s.sent, s.high = 0, 0, 0
	s.cur = s.q.tail
	s.single, s.givenUp = 0, -1
	s.attempts = 0
	for i := range s.commands {
		if c := &s.commands[i]; c.number != 0 {
			s.renew(c)
		}
	}
	s.reopen()
}

// taken draws another run, since this one is somebody else's.
func (s *Stream) taken() {
	s.lost += s.durable // what this run holds is missing in the next
	s.draw()
	s.begin()
}

// reopen opens the run, for the first time or again.
func (s *Stream) reopen() {
	s.accepted = false
	s.from = s.attempts + 1
	s.openAt, s.openWait = s.clock, 0
	s.tries = 0
}

// The kinds of ids. An id is the run, which no other client has, and a number.
const (
	openingID = 'o'
	commandID = 'c'
)

func (s *Stream) id(kind byte, number int64) string {
	var b [40]byte
	return string(strconv.AppendInt(append(append(b[:0], s.run...), '-', kind), number, 10))
}

// number is the number in an id of this run, 0 if it is no such id.
func (s *Stream) number(id string, kind byte) int64 {
	n := len(s.run)
	if len(id) < n+3 || id[:n] != s.run || id[n] != '-' || id[n+1] != kind {
		return 0
	}
	number, err := strconv.ParseInt(id[n+2:], 10, 64)
	if err != nil {
		return 0
	}
	return number
}

// ask sends the opening when it is time to. Each attempt has an id of its own: to
// open a run twice does no harm, while an id that an earlier boot with the same
// random numbers has used would be answered from the server's memory.
func (s *Stream) ask() error {
	if s.clock < s.openAt {
		return nil
	}
	s.attempts++
	o := s.opening
	o.ID, o.Run, o.Next = s.id(openingID, s.attempts), s.run, s.q.next
	if s.fresh {
		o.Next = 0 // the server is to refuse a run that holds rows
	}
	if err := s.publish(s.newSeries, wire.AppendOpening(s.o.Buffer[:0], o)); err != nil {
		s.attempts--
		return err
	}
	s.openWait = min(max(2*s.openWait, s.shortest()), longestWait)
	s.openAt = s.clock + s.spread(s.openWait)
	s.resync = true
	return nil
}

// opened takes the reply to an opening.
func (s *Stream) opened(r wire.Reply) {
	switch {
	case r.OK:
		s.reason = ""
		s.replied = true
		if !s.fresh {
			s.accept()
			return
		}
		s.settle()
	case r.Code == wire.CodeRunTaken:
		s.taken()
	case r.Code == wire.CodeBusy || r.Code == wire.CodeDiskFull || r.Code == wire.CodeFailed:
		// It may work another time.
	default:
		s.reason = r.Error
		if s.reason == "" {
			s.reason = string(r.Code)
		}
		s.openWait = longestWait
		s.openAt = s.clock + s.spread(longestWait)
	}
}

// settle accepts a fresh run when both signs are there: a reply that says yes,
// and an ack that says that nobody has stored rows in it. The reply alone may
// come from the server's memory.
func (s *Stream) settle() {
	if s.replied && s.counted {
		s.fresh = false
		s.accept()
	}
}

// accept begins to send, from the first row that is not durable.
func (s *Stream) accept() {
	s.accepted, s.away = true, false
	s.refused, s.probe = 0, 0
	s.window = max(s.target, 1)
	if s.tries == 0 {
		s.wait = s.shortest()
		s.window = unlimited
	}
	s.rewind()
	for i := range s.commands {
		s.commands[i].at = s.clock
	}
}

// publish sends one message, and pauses when that fails.
func (s *Stream) publish(topic string, payload []byte) error {
	if err := s.pub.Publish(topic, payload); err != nil {
		s.pause = min(max(2*s.pause, 10), longestPause)
		s.pauseTill = s.clock + s.spread(s.pause)
		return err
	}
	s.pause = 0
	if s.silence < 0 {
		s.silence = s.clock // all that is published has an answer
	}
	return nil
}
