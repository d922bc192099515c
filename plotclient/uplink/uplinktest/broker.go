package uplinktest

import (
	"errors"
	"io"
)

// Broker is an MQTT broker in memory, with a plot server behind it and faults on
// demand. It is for one goroutine at a time, the one that polls its clients.
type Broker struct {
	Server *Server

	Down     bool   // dials fail
	Silent   bool   // it takes connections and answers nothing
	Password string // that clients must log in with, as any user; "" is none
	Forbid   string // a topic that nobody may subscribe to
	ReadMost int    // bytes that one Read of a client gets at the most; 0 is no bound
	CutAfter int    // bytes that a client may send before its connection is cut, once; 0 is no bound

	Kept map[string]string // messages that it keeps, by topic, beside what the server says of itself

	Dials    int      // how many there were, failed ones included
	Logins   int      // how many clients were accepted
	Goodbyes int      // how many ended their connection as one should
	Clients  []string // client ids of the logins
	Wills    []string // last wills that were published: topic and payload

	conns []*conn
}

// ErrDown is what Dial says when the broker is down.
var ErrDown = errors.New("connection refused")

// Dial is for uplink.Options.
func (b *Broker) Dial() (io.ReadWriteCloser, error) {
	b.Dials++
	if b.Down {
		return nil, ErrDown
	}
	c := &conn{b: b}
	b.conns = append(b.conns, c)
	return c, nil
}

// Connections is how many are open.
func (b *Broker) Connections() int { return len(b.conns) }

// Cut ends all connections, as a network does that fails.
func (b *Broker) Cut() {
	for len(b.conns) > 0 {
		b.conns[0].cut()
	}
}

// publish hands a message to all who subscribed to its topic.
func (b *Broker) publish(topic string, payload []byte) {
	for _, c := range b.conns {
		for _, f := range c.filters {
			if f == topic {
				c.message(topic, payload, false)
				break
			}
		}
	}
}

// conn is a client's connection.
type conn struct {
	b       *Broker
	ended   bool
	sent    int
	in      []byte // from the client, packets that are not complete
	out     []byte // to the client
	will    string
	filters []string
}

func (c *conn) Read(p []byte) (int, error) {
	if len(c.out) == 0 {
		if c.ended {
			return 0, io.EOF
		}
		return 0, nil
	}
	if m := c.b.ReadMost; m > 0 && len(p) > m {
		p = p[:m]
	}
	n := copy(p, c.out)
	c.out = c.out[:copy(c.out, c.out[n:])]
	return n, nil
}

func (c *conn) Write(p []byte) (int, error) {
	if c.ended {
		return 0, io.ErrClosedPipe
	}
	n := len(p)
	cut := c.b.CutAfter > 0 && c.sent+n >= c.b.CutAfter
	if cut {
		p = p[:c.b.CutAfter-c.sent]
		c.b.CutAfter = 0
	}
	c.sent += len(p)
	c.in = append(c.in, p...)
	used := 0
	for !c.ended {
		m := c.packet(c.in[used:])
		if m == 0 {
			break
		}
		used += m
	}
	c.in = c.in[:copy(c.in, c.in[used:])]
	if cut {
		c.cut()
	}
	if len(p) < n {
		return len(p), io.ErrClosedPipe
	}
	return n, nil
}

// Close ends the connection from the client's side.
func (c *conn) Close() error {
	if !c.ended {
		c.cut()
	}
	return nil
}

// cut ends the connection; what was on its way to the client is lost.
func (c *conn) cut() {
	c.leave()
	c.out = c.out[:0]
	if c.will != "" {
		c.b.Wills = append(c.b.Wills, c.will)
	}
}

func (c *conn) leave() {
	c.ended = true
	for i, o := range c.b.conns {
		if o == c {
			c.b.conns = append(c.b.conns[:i], c.b.conns[i+1:]...)
			return
		}
	}
}

// packet handles the packet at the beginning of p, and returns its length, 0 if
// it is not complete.
func (c *conn) packet(p []byte) int {
	size, head := 0, 1
	for shift := 0; ; shift += 7 {
		if head == len(p) || len(p) == 0 {
			return 0
		}
		size |= int(p[head]&0x7f) << shift
		head++
		if p[head-1] < 0x80 {
			break
		}
	}
	if len(p) < head+size {
		return 0
	}
	if body := p[head : head+size]; !c.b.Silent {
		c.handle(p[0], body)
	}
	return head + size
}

func (c *conn) handle(first byte, p []byte) {
	switch first >> 4 {
	case 1:
		c.connect(p)
	case 3:
		topic, p := text(p)
		if first&0x06 != 0 { // QoS 1: acknowledged
			c.out = append(c.out, 0x40, 2, p[0], p[1])
			p = p[2:]
		}
		c.b.Server.Handle(topic, p, c.b.publish)
	case 8:
		c.subscribe(p)
	case 12:
		c.out = append(c.out, 0xd0, 0)
	case 14:
		c.will = ""
		c.b.Goodbyes++
		c.leave()
	}
}

func (c *conn) connect(p []byte) {
	flags := p[7]
	id, p := text(p[10:])
	var topic, will, password string
	if flags&0x04 != 0 {
		topic, p = text(p)
		will, p = text(p)
		c.will = topic + " " + will
	}
	if flags&0x80 != 0 {
		_, p = text(p)
	}
	if flags&0x40 != 0 {
		password, _ = text(p)
	}
	if password != c.b.Password {
		c.out = append(c.out, 0x20, 2, 0, 4)
		c.will = ""
		c.leave()
		return
	}
	c.b.Logins++
	c.b.Clients = append(c.b.Clients, id)
	c.out = append(c.out, 0x20, 2, 0, 0)
}

func (c *conn) subscribe(p []byte) {
	filter, _ := text(p[2:])
	code := byte(0)
	if filter == c.b.Forbid {
		code = 0x80
	} else {
		c.filters = append(c.filters, filter)
	}
	c.out = append(c.out, 0x90, 3, p[0], p[1], code)
	if kept, ok := c.b.Kept[filter]; ok {
		c.message(filter, []byte(kept), true)
	}
	if code == 0 && !c.b.Server.Deaf {
		c.b.Server.Online(func(topic string, payload []byte) {
			if topic == filter {
				c.message(topic, payload, true)
			}
		})
	}
}

// message sends a PUBLISH packet.
func (c *conn) message(topic string, payload []byte, retained bool) {
	first := byte(0x30)
	if retained {
		first |= 1
	}
	c.out = append(c.out, first)
	size := 2 + len(topic) + len(payload)
	for ; size > 0x7f; size >>= 7 {
		c.out = append(c.out, byte(size)|0x80)
	}
	c.out = append(c.out, byte(size), byte(len(topic)>>8), byte(len(topic)))
	c.out = append(append(c.out, topic...), payload...)
}

// text is a text with its length before it, and what follows.
func text(p []byte) (string, []byte) {
	n := int(p[0])<<8 | int(p[1])
	return string(p[2 : 2+n]), p[2+n:]
}
