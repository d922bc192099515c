package pahomqtt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Types of packets, as the upper half of their first byte (MQTT 3.1.1, 2.2.1).
const (
	packetConnack    = 0x20
	packetPublish    = 0x30
	packetPuback     = 0x40
	packetPubrec     = 0x50
	packetPubrel     = 0x60
	packetPubcomp    = 0x70
	packetSub        = 0x80
	packetSuback     = 0x90
	packetUnsuback   = 0xb0
	packetPingresp   = 0xd0
	packetDisconnect = 0xe0
)

// rulesError is what a broker did that MQTT does not allow.
type rulesError struct{ text string }

func (e *rulesError) Error() string { return e.text }

func broken(format string, a ...any) error { return &rulesError{fmt.Sprintf(format, a...)} }

// publication is a PUBLISH packet.
type publication struct {
	topic       string
	payload     []byte
	qos         byte
	dup, retain bool
	id          uint16
}

// Read gives paho what the broker sends, except messages, which are handled
// here: paho gives a QoS 2 message that comes twice to its handler twice,
// acknowledges before it is known that somebody takes the message, and panics
// at some packets that are not as they should be. It therefore sees whole
// packets only, of the types and lengths that it expects.
func (s *stream) Read(p []byte) (int, error) {
	for len(s.checked) == 0 {
		if err := s.receive(); err != nil {
			return 0, s.readFailed(err)
		}
	}
	n := copy(p, s.checked)
	s.checked = s.checked[n:]
	return n, nil
}

// receive reads one packet. One for paho is then in s.checked.
func (s *stream) receive() error {
	head, err := s.r.ReadByte()
	if err != nil {
		return err
	}
	if !s.heard {
		s.heard, s.first = true, head
		if head != packetConnack {
			return broken("its first packet is of type %d instead of a CONNACK", head>>4)
		}
	} else if head&0xf0 == packetConnack {
		return broken("a second CONNACK")
	}
	n, err := s.receiveLength()
	if err != nil {
		return err
	}
	kind := head & 0xf0
	switch kind {
	case packetPublish:
		return s.receiveMessage(head, n)
	case packetDisconnect:
		return io.EOF // MQTT 3.1.1 has it from clients only, but some brokers say goodbye
	}
	// Everything else is short.
	most := 2
	if kind == packetSuback {
		most = 2 + s.subscribed()
	}
	switch {
	case n > most && kind == packetSuback:
		return broken("a SUBACK with %d answers to %d subscriptions", n-2, most-2)
	case n > most:
		return broken("a packet of type %d with %d bytes, where at most %d belong", kind>>4, n, most)
	}
	packet := binary.AppendUvarint(append(s.packet[:0], kind), uint64(n)) // MQTT's lengths are these varints
	body := len(packet)
	packet = append(packet, make([]byte, n)...)
	if _, err := io.ReadFull(s.r, packet[body:]); err != nil {
		return unexpected(err)
	}
	s.packet = packet
	if err := s.check(kind, packet[body:]); err != nil {
		return err
	}
	if kind == packetPubrel {
		return s.in.release(s, binary.BigEndian.Uint16(packet[body:]))
	}
	s.checked = packet
	return nil
}

// check says what is wrong with a packet that is not a message.
func (s *stream) check(kind byte, body []byte) error {
	want := 2
	if kind == packetPingresp {
		want = 0
	}
	if kind != packetSuback && len(body) != want {
		return broken("a packet of type %d with %d bytes instead of %d", kind>>4, len(body), want)
	}
	switch kind {
	case packetConnack:
		if body[1] > 5 {
			return broken("it refuses the connection with code %d, which MQTT 3.1.1 does not have", body[1])
		}
		if body[1] == 0 {
			s.in.begin(s, body[0]&1 != 0)
		}
	case packetSuback:
		if len(body) < 2 {
			return broken("a SUBACK with %d bytes", len(body))
		}
		id, codes := binary.BigEndian.Uint16(body), len(body)-2
		s.mu.Lock()
		asked, ok := s.asked[id]
		delete(s.asked, id)
		s.mu.Unlock()
		if !ok {
			return broken("a SUBACK that nobody asked for")
		}
		if codes != asked {
			return broken("a SUBACK with %d answers to %d subscriptions", codes, asked)
		}
	case packetPuback, packetPubrec, packetPubrel, packetPubcomp, packetUnsuback, packetPingresp:
	default:
		return broken("a packet of type %d, which only clients send", kind>>4)
	}
	return nil
}

// receiveLength reads the length of a packet's rest (2.2.3).
func (s *stream) receiveLength() (n int, err error) {
	for shift := 0; shift < 28; shift += 7 {
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n, nil
		}
	}
	return 0, broken("a packet whose length has more than 4 bytes")
}

// receiveMessage reads the n bytes of a PUBLISH packet and passes it on (3.3).
func (s *stream) receiveMessage(head byte, n int) error {
	m := publication{qos: head >> 1 & 3, dup: head&8 != 0, retain: head&1 != 0}
	if m.qos == 3 {
		return broken("a message of QoS 3")
	}
	var two [2]byte
	if n < len(two) {
		return broken("a message without a topic")
	}
	if _, err := io.ReadFull(s.r, two[:]); err != nil {
		return unexpected(err)
	}
	length := int(binary.BigEndian.Uint16(two[:]))
	rest := n - len(two) - length
	if m.qos > 0 {
		rest -= len(two)
	}
	if rest < 0 {
		return broken("a message that is shorter than its topic")
	}
	if err := s.receiveTopic(length); err != nil {
		return err
	}
	m.topic = s.topic
	if m.qos > 0 {
		if _, err := io.ReadFull(s.r, two[:]); err != nil {
			return unexpected(err)
		}
		if m.id = binary.BigEndian.Uint16(two[:]); m.id == 0 {
			return broken("a message of QoS %d without an id", m.qos)
		}
	}
	var err error
	if m.payload, err = receiveBytes(s.r, rest); err != nil {
		return err
	}
	return s.in.message(s, &m)
}

// receiveTopic reads s.topic, which is mostly the same as the time before.
func (s *stream) receiveTopic(n int) error {
	if peek, err := s.r.Peek(min(n, receiveBuffer)); err == nil && len(peek) == n {
		if string(peek) != s.topic {
			s.topic = string(peek)
		}
		s.r.Discard(n)
		return nil
	}
	text, err := receiveBytes(s.r, n)
	s.topic = string(text)
	return err
}

// receiveBytes reads n bytes. It does not take the broker's word for a large n:
// memory grows with what comes.
func receiveBytes(r io.Reader, n int) ([]byte, error) {
	const trusted = 1 << 20
	if n <= trusted {
		b := make([]byte, n)
		_, err := io.ReadFull(r, b)
		return b, unexpected(err)
	}
	var b bytes.Buffer
	_, err := io.CopyN(&b, r, int64(n))
	return b.Bytes(), unexpected(err)
}

// unexpected is the error when a packet is cut through.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// subscribed is the highest number of filters in a SUBSCRIBE that waits for its
// answer.
func (s *stream) subscribed() (most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.asked {
		most = max(most, n)
	}
	return most
}

// notice remembers how many filters a SUBSCRIBE of paho's has (3.8). s.mu is held.
func (s *stream) notice(packet []byte) {
	if len(packet) == 0 || packet[0]&0xf0 != packetSub {
		return
	}
	_, size := binary.Uvarint(packet[1:])
	body := packet[1+size:]
	id, n := binary.BigEndian.Uint16(body), 0
	for body = body[2:]; len(body) > 2; n++ {
		body = body[2+int(binary.BigEndian.Uint16(body))+1:]
	}
	s.asked[id] = n
}

// answer sends a packet that has nothing but an id. It does not wait for room:
// it is called by the one who reads, and the other side may wait for that.
func (s *stream) answer(kind byte, id uint16) error {
	s.mu.Lock()
	switch {
	case s.err != nil:
		defer s.mu.Unlock()
		return s.err
	case s.closing:
		defer s.mu.Unlock()
		return errClosing
	}
	s.buf = append(s.buf, kind, 2, byte(id>>8), byte(id))
	s.unlock()
	return nil
}

var errClosing = errors.New("the connection is being closed")
