package mqtt

import "errors"

// errCount is the cause when a Read broke its contract.
var errCount = errors.New("the connection returned a count of bytes that is not possible")

// past is a message too long for In, of which only the packet id is of use.
type past struct {
	left int    // bytes still to come
	idAt int    // how many bytes before the packet id's first; negative once it came
	ack  bool   // QoS 1
	id   uint16 // as far as it came
}

// handle takes every complete packet out of In.
func (c *Client) handle() {
	for c.polling {
		if c.owed != 0 && !c.acknowledge(c.owed) {
			return // nothing is handled that could not be acknowledged
		}
		if c.past.left > 0 {
			if c.head == c.tail {
				return
			}
			c.readPast()
			continue
		}
		b := c.o.In[c.head:c.tail]
		remaining, size, ok := header(b)
		if !ok {
			c.end(ErrMalformed, nil)
			return
		}
		if size == 0 {
			return
		}
		if why := allowed(b[0], remaining, c.state); why != 0 {
			c.end(why, nil)
			return
		}
		if remaining > len(c.o.In)-size {
			if len(b) < size+2 {
				return
			}
			c.head += size + 2
			c.startPast(b[0], remaining, b[size:])
			continue
		}
		if len(b)-size < remaining {
			return
		}
		c.head += size + remaining
		c.packet(b[0], b[size:size+remaining])
	}
}

// packet handles one that [allowed] found possible.
func (c *Client) packet(first byte, body []byte) {
	switch first & kind {
	case connack:
		c.accepted(body)
	case publish:
		c.message(first, body)
	case puback, suback, unsuback:
		c.answered(first&kind, body)
	case pingresp:
		c.clock.pinging, c.clock.unsent = false, false
	}
}

// accepted handles a CONNACK, 3.2.
func (c *Client) accepted(body []byte) {
	present, code := body[0], body[1]
	switch {
	case present > 1 || present == 1 && (code != 0 || !c.o.KeepSession): // [MQTT-3.2.2-1], [MQTT-3.2.2-4]
		c.end(ErrMalformed, nil)
	case code == 0:
		c.present = present == 1
		c.state = Up
	case code <= 5:
		c.end(ErrVersion+Error(code-1), nil)
	default: // 6 to 255 are reserved, table 3.1
		c.end(ErrMalformed, nil)
	}
}

// message handles a PUBLISH, 3.3.
func (c *Client) message(first byte, body []byte) {
	n := int(body[0])<<8 | int(body[1])
	rest := body[2:]
	var id uint16
	if qos(first) == 1 {
		if n > len(rest)-2 {
			c.end(ErrMalformed, nil)
			return
		}
		if id = uint16(rest[n])<<8 | uint16(rest[n+1]); id == 0 { // [MQTT-2.3.1-1]
			c.end(ErrMalformed, nil)
			return
		}
	} else if n > len(rest) {
		c.end(ErrMalformed, nil)
		return
	}
	topic, payload := rest[:n:n], rest[n:]
	if id != 0 {
		payload = payload[2:]
	}
	if !isTopicReceived(topic) {
		c.end(ErrMalformed, nil)
		return
	}
	if c.o.OnMessage != nil {
		c.o.OnMessage(topic, payload[:len(payload):len(payload)], first&flagRetain != 0)
	}
	if id != 0 && c.polling {
		c.acknowledge(id)
	}
}

// answered handles PUBACK, SUBACK and UNSUBACK. An answer that nobody waits for
// is ignored: its message was forgotten.
func (c *Client) answered(answer byte, body []byte) {
	id := uint16(body[0])<<8 | uint16(body[1])
	if id == 0 {
		c.end(ErrMalformed, nil)
		return
	}
	if answer == suback && body[2] > 1 && body[2] != 0x80 {
		if body[2] == 2 {
			c.end(ErrQoS2, nil) // more than was asked for
		} else {
			c.end(ErrMalformed, nil) // [MQTT-3.9.3-2]
		}
		return
	}
	w := c.flight.find(id, answer)
	if w == nil {
		return
	}
	*w = waiting{}
	if answer == suback && body[2] == 0x80 {
		c.refused = id
	}
}

// acknowledge sends a PUBACK, 3.4; if Out has no room, the next Poll does.
func (c *Client) acknowledge(id uint16) bool {
	if c.begin(puback, 2) != nil {
		c.owed = id
		return false
	}
	c.owed = 0
	c.put16(id)
	return c.finish() == nil
}

// startPast begins to read past a PUBLISH; its body begins with the topic's
// length, which has come.
func (c *Client) startPast(first byte, remaining int, body []byte) {
	n := int(body[0])<<8 | int(body[1])
	ack := qos(first) == 1
	if n == 0 || n > remaining-2 || ack && n > remaining-4 {
		c.end(ErrMalformed, nil)
		return
	}
	c.past = past{left: remaining - 2, idAt: n, ack: ack}
}

func (c *Client) readPast() {
	p := &c.past
	b := c.o.In[c.head:c.tail]
	if len(b) > p.left {
		b = b[:p.left]
	}
	for i := p.idAt; i < p.idAt+2; i++ {
		if i >= 0 && i < len(b) {
			p.id = p.id<<8 | uint16(b[i])
		}
	}
	p.idAt -= len(b)
	p.left -= len(b)
	c.head += len(b)
	if p.left > 0 {
		return
	}
	c.skipped++
	if !p.ack {
		return
	}
	if p.id == 0 {
		c.end(ErrMalformed, nil)
		return
	}
	// A message that this board can never take must not stay first in the
	// broker's queue.
	c.acknowledge(p.id)
}
