package mqtt

import "io"

// State is how far a connection has come.
type State uint8

const (
	Closed     State = iota // no connection, or it has ended
	Ready                   // Reset gave a connection, Connect was not called yet
	Connecting              // the broker has not accepted it yet
	Up                      // the broker has accepted it
)

// String is the state in a word.
func (s State) String() string {
	switch s {
	case Ready:
		return "ready"
	case Connecting:
		return "connecting"
	case Up:
		return "up"
	}
	return "closed"
}

// Client is one client of one broker. Make it with [New].
type Client struct {
	o    Options
	conn io.ReadWriteCloser

	state   State
	polling bool  // Poll runs; Reset and the end of the connection clear it
	present bool  // the broker had kept a session
	err     Error // why the connection ended
	cause   error // what the connection said at its end

	clock  timer
	flight inFlight

	// Output: Out[from:to] is not written yet.
	from, to int

	// Input: In[head:tail] is not looked at yet.
	head, tail int
	past       past
	skipped    uint32
	owed       uint16 // packet id whose PUBACK found no room in Out
	refused    uint16 // packet id of the last refused subscription
}

// New makes a client; o.In and o.Out are its own from now on. The errors are
// those of options.
func New(o Options) (*Client, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	return &Client{o: o, err: ErrClosed}, nil
}

// Reset gives the client a new connection; an older one is closed. With nil it
// only does that. Messages of
// QoS 1 that were not acknowledged stay in flight, to be sent again (see
// [Client.Send]); everything else about the older connection is forgotten.
func (c *Client) Reset(conn io.ReadWriteCloser) {
	if c.conn != nil {
		c.conn.Close()
	}
	c.conn = conn
	c.state, c.err, c.cause = Ready, 0, nil
	if conn == nil {
		c.state, c.err = Closed, ErrClosed
	}
	c.polling, c.present = false, false
	c.from, c.to, c.head, c.tail = 0, 0, 0, 0
	c.past, c.owed, c.refused = past{}, 0, 0
	c.clock.pinging = false
	c.flight.reconnect()
}

// Connect asks the broker to accept the connection that Reset gave. now is the
// time in milliseconds, from any moment that stays the same. Whether the broker
// did is seen later: [Client.State] is Up, or Poll says why not.
func (c *Client) Connect(now int64) error {
	if c.state != Ready || len(c.o.Out) == 0 { // the latter in a Client that New did not make
		return ErrNotReady
	}
	c.clock.advance(now, c.o.Timeout)
	c.clock.connecting()
	c.state = Connecting

	w, user, password := c.o.Will, c.o.User, c.o.Password
	var flags byte
	size := 10 + 2 + len(c.o.ClientID)
	if !c.o.KeepSession {
		flags |= 0x02
	}
	if w.Topic != "" {
		flags |= 0x04 | w.QoS<<3
		if w.Retain {
			flags |= 0x20
		}
		size += 2 + len(w.Topic) + 2 + len(w.Payload)
	}
	if user != "" {
		flags |= 0x80
		size += 2 + len(user)
		if password != "" {
			flags |= 0x40
			size += 2 + len(password)
		}
	}
	if err := c.begin(connect, size); err != nil {
		return err
	}
	c.putText("MQTT") // 3.1.2.1
	c.put(4)          // 3.1.2.2: the level of 3.1.1
	c.put(flags)
	c.put16(uint16(c.o.KeepAlive))
	c.putText(c.o.ClientID) // 3.1.3: the order of the payload's fields
	if w.Topic != "" {
		c.putText(w.Topic)
		c.putText(w.Payload)
	}
	if user != "" {
		c.putText(user)
		if password != "" {
			c.putText(password)
		}
	}
	return c.finish()
}

// Disconnect says goodbye, so that the broker forgets the last will, and closes
// the connection. The error is ErrWrite if the goodbye could not be sent.
// Messages of QoS 0 just published may still be lost with a connection that
// drops what it holds when it is closed: a program that must know waits for an
// answer first.
func (c *Client) Disconnect() error {
	if c.state == Closed {
		return nil
	}
	if c.state != Ready {
		c.drain()
		if c.state != Closed && c.begin(disconnect, 0) == nil {
			c.drain()
		}
		if c.state == Closed {
			return c.err
		}
	}
	c.end(ErrClosed, nil)
	return nil
}

// State is how far the connection has come.
func (c *Client) State() State { return c.state }

// Cause is what the connection itself said when it ended, nil if it did not
// complain.
func (c *Client) Cause() error { return c.cause }

// SessionPresent reports whether the broker had kept a session for this client
// (3.2.2.2). False unless Options.KeepSession is set.
func (c *Client) SessionPresent() bool { return c.present }

// Skipped is how many messages, since New, were longer than Options.In and so
// were read past.
func (c *Client) Skipped() uint32 { return c.skipped }

// end closes the connection and keeps the reason, which Poll returns from now
// on.
func (c *Client) end(why Error, cause error) error {
	if c.state != Closed {
		c.state, c.err, c.cause = Closed, why, cause
		c.polling = false
		c.from, c.to = 0, 0
		c.conn.Close()
		c.conn = nil
	}
	return c.err
}
