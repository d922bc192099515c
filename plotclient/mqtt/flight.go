package mqtt

// MaxInFlight is how many packets may wait for the broker's answer at a time:
// messages of QoS 1, subscriptions and unsubscriptions together.
const MaxInFlight = 8

// waiting is a packet that the broker has not answered. The zero value is free.
type waiting struct {
	since  int64  // timer.waited, when it was sent
	id     uint16 // never 0, [MQTT-2.3.1-1]
	answer byte   // the type of the packet that answers it
	unsent bool   // not sent in this connection: no answer is owed
}

type inFlight struct {
	last uint16 // packet id given last
	list [MaxInFlight]waiting
}

// take reserves a place with a new packet id; 0 if there is none.
func (f *inFlight) take(answer byte, now int64) uint16 {
	place := f.find(0, 0)
	if place == nil {
		return 0
	}
	for {
		f.last++
		if f.last != 0 && !f.holds(f.last) {
			*place = waiting{id: f.last, answer: answer, since: now}
			return f.last
		}
	}
}

// find is the place of a packet id and the type of its answer, nil if there is
// none. Of (0, 0) it is a free place.
func (f *inFlight) find(id uint16, answer byte) *waiting {
	for i := range f.list {
		if w := &f.list[i]; w.id == id && w.answer == answer {
			return w
		}
	}
	return nil
}

func (f *inFlight) holds(id uint16) bool {
	for i := range f.list {
		if f.list[i].id == id {
			return id != 0
		}
	}
	return false
}

// reconnect forgets subscriptions, which the program makes again, and keeps
// messages.
func (f *inFlight) reconnect() {
	for i := range f.list {
		if w := &f.list[i]; w.answer == puback {
			w.unsent = true
		} else {
			*w = waiting{}
		}
	}
}

// late reports whether an answer is overdue.
func (f *inFlight) late(t *timer, timeout int) bool {
	for i := range f.list {
		if w := &f.list[i]; w.id != 0 && !w.unsent && t.late(w.since, timeout) {
			return true
		}
	}
	return false
}

// Waiting reports whether the packet with this id still waits for the broker's
// answer: a message for its acknowledgement, also across a Reset, and a
// subscription for being granted or refused.
func (c *Client) Waiting(id uint16) bool { return c.flight.holds(id) }

// InFlight is how many packets wait for the broker's answer.
func (c *Client) InFlight() int {
	n := 0
	for i := range c.flight.list {
		if c.flight.list[i].id != 0 {
			n++
		}
	}
	return n
}

// Forget gives up waiting for an answer and makes room for another packet.
func (c *Client) Forget(id uint16) {
	for i := range c.flight.list {
		if w := &c.flight.list[i]; w.id == id {
			*w = waiting{}
		}
	}
}
