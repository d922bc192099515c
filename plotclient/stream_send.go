package plotclient

// Poll sends what is due: the opening of the run, rows, rows again whose ack did
// not come, commands. An error is the connection's, or ErrSpill; nothing is lost
// by it, and Poll tries again.
func (s *Stream) Poll(now int64) error {
	s.tick(now)
	if !s.open || !s.connected || s.clock < s.pauseTill {
		return nil
	}
	if s.accepted && s.sent > s.durable && s.clock >= s.retryAt {
		s.late()
	}
	if !s.accepted {
		return s.ask()
	}
	for n := 0; n < batchesAtOnce && s.due(); n++ {
		if err := s.send(); err != nil {
			return err
		}
	}
	return s.order()
}

// Rest is how many ms Poll can wait: it has nothing to do before, unless a row is
// given, a message comes in or the connection changes meanwhile. So a program can
// sleep, where it would have to poll. Without end it is Forever.
func (s *Stream) Rest(now int64) (ms int64) {
	s.tick(now)
	if !s.open {
		return Forever
	}
	at := int64(Forever)
	switch {
	case !s.connected:
	case !s.accepted:
		at = max(s.openAt, s.pauseTill)
	default:
		at = max(s.nextAt(), s.pauseTill)
	}
	if s.closing {
		at = min(at, s.closeBy)
	}
	if at == Forever {
		return Forever
	}
	return max(at-s.clock, 0)
}

// nextAt is when Poll has something to do while rows may be sent.
func (s *Stream) nextAt() int64 {
	at := int64(Forever)
	if s.sent > s.durable {
		at = s.retryAt
	}
	switch {
	case s.due():
		return s.clock
	case s.q.next > s.sent && (s.sent >= s.single || s.sent == s.durable) && s.sent-s.durable < s.window:
		at = min(at, s.unsent+s.o.BatchTime)
	}
	for i := range s.commands {
		if c := &s.commands[i]; c.number != 0 && (c.under || c.request.Rows <= s.sent) {
			at = min(at, c.at)
		}
	}
	return at
}

// due says whether a batch is to be sent now.
func (s *Stream) due() bool {
	waiting := s.q.next - s.sent
	switch {
	case waiting <= 0:
		return false
	case s.sent < s.single && s.sent > s.durable:
		return false // the one row that is under way comes first
	case s.sent-s.durable >= s.window:
		return false
	}
	return waiting >= s.target || s.sent < s.high || s.closing || s.clock-s.unsent >= s.o.BatchTime || s.wanted()
}

// send sends one batch.
func (s *Stream) send() error {
	first, at, c := s.sent, s.sent, s.cur
	most := min(int64(s.o.BatchRows), s.window-(s.sent-s.durable))
	one := s.sent < s.single
	s.batch.Begin(s.o.Buffer[:0:s.most], s.series, s.run, first)
	count := int64(0)
	for at < s.q.next && count < most && !(one && count > 0) {
		if at < c.index {
			// Rows before the oldest that is still here.
			n := min(c.index-at, gapAtOnce)
			if !s.batch.Lost(n) {
				break
			}
			at += n
			count++
			continue
		}
		p, err := s.q.record(c.slot)
		if err != nil {
			if count > 0 {
				break // the error comes back, and finds a batch that is empty
			}
			return s.unreadable()
		}
		behind := c.index + rowsOf(p)
		if behind <= at {
			c = place{c.slot + 1, behind}
			continue
		}
		n := min(behind-at, gapAtOnce)
		ok := false
		if gapOf(p) > 0 || at == s.givenUp {
			ok = s.batch.Lost(n)
		} else {
			read(s.values, p)
			ok = s.batch.Row(s.values...)
		}
		if !ok {
			break
		}
		at += n
		count++
		if at == behind {
			c = place{c.slot + 1, behind}
		}
	}
	s.failures = 0
	payload := s.batch.Bytes()
	if payload == nil {
		return ErrBuffer
	}
	if err := s.publish(s.rows, payload); err != nil {
		return err
	}
	if !one && at-first == count {
		// An eighth less than would fit, so that a batch takes all that made it due.
		full := count * int64(s.most) / int64(len(payload))
		s.target = min(max(full-full/8, 1), int64(s.o.BatchRows), max(s.q.slots/2, 1))
	}
	if s.sent == s.durable {
		s.patient()
	}
	if s.probe == 0 && first >= s.high {
		s.probe, s.probeAt, s.doubtful = at, s.clock, false
	}
	s.told = false
	s.sent, s.cur = at, c
	s.high = max(s.high, at)
	s.unsent = s.clock
	return nil
}

// unreadable gives the spill a few attempts to mend, then gives up its rows.
func (s *Stream) unreadable() error {
	s.pause = min(max(2*s.pause, 10), longestPause)
	s.pauseTill = s.clock + s.spread(s.pause)
	if s.failures++; s.failures >= refusals {
		s.failures = 0
		s.lost += s.q.dropSpill()
		s.follow()
	}
	return ErrSpill
}

// rewind goes back to the first row that is not durable.
func (s *Stream) rewind() {
	s.sent, s.cur = s.durable, s.q.tail
	s.unsent = s.clock
}

// shortest is how long an ack is waited for at the first try.
func (s *Stream) shortest() int64 {
	if s.trip < 0 {
		return max(firstWait, s.o.AckTime)
	}
	return min(max(2*s.trip, s.o.AckTime), longestWait)
}

// patient begins to wait for an ack.
func (s *Stream) patient() { s.retryAt = s.clock + s.spread(s.wait) }

// late is called when the ack of rows under way did not come. After some tries the
// run is opened again, which makes sure that the server knows it, and which rows it
// has.
func (s *Stream) late() {
	s.tries++
	s.doubtful = true
	if !s.told {
		s.wait = min(2*s.wait, longestWait)
	}
	s.window = max(s.target, 1)
	s.rewind()
	if s.tries%patience == 0 {
		tries := s.tries
		s.reopen()
		s.tries = tries
	}
}

// lower goes back to what the server still has: it was restarted, and lost some
// rows that were durable. What is not here any more is sent as lost. If the ack
// was only an old one, the server skips what it has.
func (s *Stream) lower(durable int64) {
	s.lost += max(min(s.durable, s.q.tail.index)-durable, 0)
	s.durable = durable
	s.rewind()
}
