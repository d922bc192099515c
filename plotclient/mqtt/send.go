package mqtt

// Message is a message to publish.
type Message struct {
	Topic   string
	Payload []byte
	QoS     byte // 0 or 1
	Retain  bool

	// ID, at QoS 1, is 0 for a new message. To repeat one that was not
	// acknowledged, it is the id that Send returned.
	ID uint16
}

// Publish sends a message at QoS 0. The payload belongs to the caller again when
// it returns. nil means that the connection took it, or that Out holds what the
// connection did not take yet.
func (c *Client) Publish(topic string, payload []byte) error {
	_, err := c.Send(Message{Topic: topic, Payload: payload})
	return err
}

// Send sends a message. At QoS 1 it returns its packet id, never 0, which is in
// flight until the broker has acknowledged it: [Client.Waiting]. The client does
// not keep the message. When the connection ended before, the caller sends it
// again in the new one, with ID set; it is then marked as a repeat (3.3.1.1).
// With ErrBusy and ErrInFlight a later call can succeed.
func (c *Client) Send(m Message) (id uint16, err error) {
	if c.state != Up {
		return 0, ErrNotUp
	}
	if !isTopic(m.Topic) {
		return 0, ErrTopic
	}
	if m.QoS > 1 {
		return 0, ErrQoS
	}
	first := byte(publish) | m.QoS<<1
	size := 2 + len(m.Topic)
	if m.Retain {
		first |= flagRetain
	}
	if m.QoS > 0 {
		size += 2
	}
	if len(m.Payload) > longestPacket-size {
		return 0, ErrTooLong
	}
	size += len(m.Payload)

	var repeated *waiting
	if m.QoS > 0 && m.ID != 0 {
		if repeated = c.flight.find(m.ID, puback); repeated == nil {
			return 0, ErrPacketID
		}
		first |= flagDup // [MQTT-3.3.1-1]
	}
	if err := c.room(headerSize(size) + size); err != nil {
		return 0, err
	}
	switch {
	case repeated != nil:
		id = m.ID
		repeated.unsent, repeated.since = false, c.clock.waited
	case m.QoS > 0:
		if id = c.flight.take(puback, c.clock.waited); id == 0 {
			return 0, ErrInFlight
		}
	}
	c.start(first, size)
	c.putText(m.Topic)
	if m.QoS > 0 {
		c.put16(id)
	}
	c.putPayload(m.Payload)
	return id, c.finish()
}

// Subscribe asks for the messages that match filter, at most at the given QoS,
// 0 or 1. It returns the packet's id. Once the broker has answered, Waiting(id)
// is false; if it refused, Poll returned ErrRefused and [Client.Refused] is id.
func (c *Client) Subscribe(filter string, qos byte) (id uint16, err error) {
	if qos > 1 {
		return 0, ErrQoS
	}
	return c.ask(subscribe, suback, filter, 1, qos)
}

// Unsubscribe ends a subscription. Waiting(id) is false once the broker has
// answered.
func (c *Client) Unsubscribe(filter string) (id uint16, err error) {
	return c.ask(unsubscribe, unsuback, filter, 0, 0)
}

// Refused is the packet id of the subscription that the broker refused last, in
// this connection; 0 if it refused none.
func (c *Client) Refused() uint16 { return c.refused }

// ask sends a SUBSCRIBE (3.8) or an UNSUBSCRIBE (3.10) of one filter, with the
// requested QoS behind it or not.
func (c *Client) ask(first, answer byte, filter string, tail int, qos byte) (uint16, error) {
	if c.state != Up {
		return 0, ErrNotUp
	}
	if !isFilter(filter) {
		return 0, ErrFilter
	}
	size := 2 + 2 + len(filter) + tail
	if err := c.room(headerSize(size) + size); err != nil {
		return 0, err
	}
	id := c.flight.take(answer, c.clock.waited)
	if id == 0 {
		return 0, ErrInFlight
	}
	c.start(first, size)
	c.put16(id)
	c.putText(filter)
	if tail > 0 {
		c.put(qos)
	}
	return id, c.finish()
}
