package mqtt

import "errors"

// begin makes room for a packet and writes its fixed header.
func (c *Client) begin(first byte, remaining int) error {
	if err := c.room(headerSize(remaining) + remaining); err != nil {
		return err
	}
	c.start(first, remaining)
	return nil
}

// room makes sure that size bytes fit into Out, or that Out is empty so that
// they can go through it in pieces. ErrBusy: neither.
func (c *Client) room(size int) error {
	if c.to+size <= len(c.o.Out) {
		return nil
	}
	if err := c.push(); err != nil {
		return err
	}
	c.to = copy(c.o.Out, c.o.Out[c.from:c.to])
	c.from = 0
	if c.to > 0 && c.to+size > len(c.o.Out) {
		return ErrBusy
	}
	return nil
}

// start writes a fixed header, 2.2.
func (c *Client) start(first byte, remaining int) {
	c.put(first)
	for ; remaining > 0x7f; remaining >>= 7 {
		c.put(byte(remaining) | 0x80)
	}
	c.put(byte(remaining))
}

func (c *Client) put(b byte) {
	if c.to == len(c.o.Out) {
		c.drain() // a packet longer than Out
	}
	if c.state != Closed {
		c.o.Out[c.to] = b
		c.to++
	}
}

func (c *Client) put16(v uint16) {
	c.put(byte(v >> 8))
	c.put(byte(v))
}

// putText writes a text with its length, 1.5.3.
func (c *Client) putText(s string) {
	c.put16(uint16(len(s)))
	for len(s) > 0 && c.state != Closed {
		if c.to == len(c.o.Out) {
			c.drain()
			continue
		}
		n := copy(c.o.Out[c.to:], s)
		c.to += n
		s = s[n:]
	}
}

// putPayload copies a payload behind its header, or writes it from where it is
// if it does not fit.
func (c *Client) putPayload(p []byte) {
	if len(p) > len(c.o.Out)-c.to {
		c.drain()
		if c.state != Closed {
			p = c.drainFrom(p)
		}
	}
	if c.state != Closed {
		c.to += copy(c.o.Out[c.to:], p)
	}
}

// finish hands a complete packet to the connection.
func (c *Client) finish() error {
	if c.state == Closed { // it ended within the packet
		return c.err
	}
	c.clock.sent = c.clock.elapsed
	return c.push()
}

// push writes what Out holds. What a connection that stalls does not take stays
// there.
func (c *Client) push() error {
	for c.from < c.to {
		n, stalled, err := c.write(c.o.Out[c.from:c.to])
		if err != nil {
			return err
		}
		c.from += n
		if stalled {
			return nil
		}
	}
	c.from, c.to = 0, 0
	return nil
}

// drain empties Out; a connection that takes nothing at all ends.
func (c *Client) drain() {
	c.drainFrom(c.o.Out[c.from:c.to])
	c.from, c.to = 0, 0
}

// drainFrom writes p. When the connection takes nothing more, it returns what is
// left of p if Out, which is empty, can hold it. Otherwise the connection ends:
// the broker would take the next packet for the rest of this one.
func (c *Client) drainFrom(p []byte) (left []byte) {
	own := c.to > 0 // p is in Out itself
	for len(p) > 0 {
		n, stalled, err := c.write(p)
		if err != nil {
			return nil
		}
		p = p[n:]
		if !stalled || n > 0 {
			continue
		}
		if !own && len(p) <= len(c.o.Out) {
			return p
		}
		c.end(ErrWrite, errStalled)
		return nil
	}
	return nil
}

// errStalled is the cause when the connection itself had no complaint.
var errStalled = errors.New("the connection takes no bytes in the middle of a packet: longer packets need a longer Out or a Write that waits")

// write calls the connection's Write once. stalled: it takes no more now.
func (c *Client) write(p []byte) (n int, stalled bool, err error) {
	n, failed := c.conn.Write(p)
	switch {
	case n < 0 || n > len(p):
		return 0, false, c.end(ErrWrite, failed)
	case n == len(p):
		return n, false, nil
	case failed == nil:
		return n, n == 0, nil
	case isTimeout(failed):
		return n, true, nil
	}
	return n, false, c.end(ErrWrite, failed)
}

// isTimeout reports whether an error means that a deadline passed, by the method
// that the errors of Go's net have. The operating system's "connection timed
// out" has it too; the next call then gives the end of the connection.
func isTimeout(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
			return true
		}
	}
	return false
}
