package plotclient

import "iotplot/plotclient/wire"

// Receive takes a message that came in on one of Topics. Messages that are for
// others are ignored, as are those that cannot be read. It publishes nothing.
// Acks cost no allocation.
func (s *Stream) Receive(topic string, payload []byte, now int64) {
	s.tick(now)
	s.silence = -1
	switch topic {
	case s.topics[0]:
		if a, err := wire.ParseAck(payload); err == nil && s.open && a.Run == s.run {
			s.ack(a.Durable)
		}
	case s.topics[1]:
		// Ids begin with the run, so this finds all that concerns it.
		if s.open && contains(payload, s.run) {
			if r, err := wire.ParseReply(payload); err == nil {
				s.reply(r)
			}
		}
	case s.topics[2]:
		if v, err := wire.ParseServerState(payload); err == nil {
			s.server(v)
		}
	}
}

// contains says whether text, which is not empty, stands anywhere in b. It makes
// no text of b, for which TinyGo would take memory.
func contains(b []byte, text string) bool {
	for n := 0; len(b) >= len(text); b, n = b[1:], 0 {
		for n < len(text) && b[n] == text[n] {
			n++
		}
		if n == len(text) {
			return true
		}
	}
	return false
}

func (s *Stream) ack(n int64) {
	if n > s.high {
		s.taken() // it holds rows that were never sent
		return
	}
	if s.fresh {
		if s.attempts > 0 {
			s.counted = true
			s.settle()
		}
		return
	}
	switch {
	case n > s.durable:
		s.progress(n)
	case n < s.durable && s.resync:
		s.lower(n)
	}
	s.resync = false
}

// progress takes an ack that moved.
func (s *Stream) progress(n int64) {
	s.durable = n
	s.away = false // whatever was heard of it
	s.q.free(n)
	s.follow()
	s.sent = max(s.sent, n)
	s.tries, s.refused = 0, 0
	if s.window < unlimited {
		s.window *= 2
	}
	if s.probe > 0 && n >= s.probe {
		// From the first time that the rows were sent. If that message was lost, this
		// is too long; from the second time it could be too short, and then no ack
		// would ever be waited for long enough to measure it.
		trip := s.clock - s.probeAt
		s.probe = 0
		if s.trip < 0 {
			s.trip = trip
		} else {
			if s.doubtful {
				// Else a wait for what was lost lengthens the next one, and that the next.
				trip = min(trip, max(2*s.trip, shortestWait))
			}
			s.trip += (trip - s.trip) / 8
		}
	}
	s.wait = s.shortest()
	s.patient()
}

func (s *Stream) reply(r wire.Reply) {
	switch {
	case r.ID != "":
		if n := s.number(r.ID, openingID); n >= s.from && n > 0 {
			if !s.accepted && r.Command == wire.TopicNewSeries.String() {
				s.opened(r)
			}
			return
		}
		s.answered(r)
	case r.OK || r.Run != s.run || !s.accepted:
	case r.Code == wire.CodeUnknownRun || r.Code == wire.CodeUnknownSeries:
		s.reopen()
	case r.Code == wire.CodeBadRows:
		s.unread(r.First)
	case r.Code == wire.CodeTooLarge:
		if s.most /= 2; s.most < s.smallest() {
			s.most = s.smallest()
			s.unread(-1)
		}
	}
}

// smallest is the room that any single row fits into.
func (s *Stream) smallest() int {
	return min(6*(len(s.series)+len(s.run))+32+25*len(s.values)+4, cap(s.o.Buffer))
}

// unread is told that the server could not read a batch. Then rows are sent one
// by one, and one that is refused again and again is given up.
func (s *Stream) unread(first int64) {
	if s.sent == s.durable || first >= 0 && first < s.durable {
		return // of a message whose rows have come through since
	}
	if s.sent > s.single {
		s.single = s.sent
		s.refused = 0
		s.rewind()
		return
	}
	if s.told || first > s.durable || s.sent != s.durable+1 {
		return
	}
	s.told = true // it is sent again when its time is up, so that no echo counts twice
	if s.refused++; s.refused >= refusals && s.givenUp != s.durable {
		s.givenUp = s.durable
		s.lost++
	}
}

// server takes what a server says of itself.
func (s *Stream) server(v wire.ServerState) {
	if v.State != wire.StateOnline {
		if v.Instance == s.instance {
			s.away = true
		}
		return
	}
	another := s.away || s.instance != "" && s.instance != v.Instance
	s.instance, s.away = v.Instance, false
	if v.Limits.Payload > 0 {
		s.most = min(cap(s.o.Buffer), max(v.Limits.Payload, 1))
		if s.open {
			s.most = max(s.most, s.smallest())
		}
	}
	if another && s.open {
		s.reopen()
	}
}
