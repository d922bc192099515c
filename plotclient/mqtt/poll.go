package mqtt

import "io"

// Poll receives: it reads from the connection once, handles every packet that
// is complete, and sends acknowledgements and pings that are due. now is the
// time in milliseconds, best from a clock that is never set. Call it often: at
// least four times in Options.Timeout, and in a quarter of Options.KeepAlive.
//
// nil means that the connection stands, ErrRefused that it stands but the broker
// refused a subscription. Every other error says why the connection has ended,
// and comes again at each call until Reset.
func (c *Client) Poll(now int64) error {
	if c.polling {
		return ErrPolling
	}
	c.clock.advance(now, c.o.Timeout)
	switch c.state {
	case Closed:
		return c.err
	case Ready:
		return ErrNotReady
	}
	refused := c.refused
	c.polling = true // cleared when OnMessage ends or replaces the connection
	c.poll()
	c.polling = false
	switch {
	case c.state == Closed:
		return c.err
	case c.refused != refused && c.refused != 0:
		return ErrRefused
	}
	return nil
}

func (c *Client) poll() {
	if c.push() != nil {
		return
	}
	failed := c.read()
	c.handle()
	if c.polling && failed != nil {
		if failed == io.EOF {
			c.end(ErrEnded, failed)
		} else {
			c.end(ErrRead, failed)
		}
	}
	if c.polling {
		c.ping()
	}
	if c.polling && c.overdue() {
		c.end(ErrNoAnswer, nil)
	}
}

// read calls the connection's Read once. Its error is nil when nothing came.
func (c *Client) read() error {
	in := c.o.In
	// At the beginning of Poll rather than at its end, because the last message
	// handed out is the program's until now.
	c.tail = copy(in, in[c.head:c.tail])
	c.head = 0
	if c.tail == len(in) { // an acknowledgement holds up what follows
		return nil
	}
	n, err := c.conn.Read(in[c.tail:])
	if n < 0 || n > len(in)-c.tail {
		return errCount
	}
	c.tail += n
	if n > 0 {
		c.clock.heard = c.clock.elapsed
	}
	if err != nil && (isTimeout(err) || c.o.Idle != nil && c.o.Idle(err)) {
		return nil
	}
	return err
}

// ping sends a PINGREQ when it is due (3.12).
func (c *Client) ping() {
	if c.state != Up {
		return
	}
	if c.clock.pingDue(c.o.KeepAlive) {
		c.clock.pinging, c.clock.unsent, c.clock.asked = true, true, c.clock.waited
	}
	if c.clock.unsent && c.begin(pingreq, 0) == nil {
		c.clock.unsent = false
		c.finish()
	}
}

// overdue reports whether the broker owes an answer for too long.
func (c *Client) overdue() bool {
	t := &c.clock
	if (c.state == Connecting || t.pinging) && t.late(t.asked, c.o.Timeout) {
		return true
	}
	return c.flight.late(t, c.o.Timeout)
}
