package mqtt

// Packet types in the upper half of a fixed header's first byte, with the flags
// that the standard reserves for them (tables 2.1 and 2.2).
const (
	connect     = 0x10
	connack     = 0x20
	publish     = 0x30
	puback      = 0x40
	pubrec      = 0x50
	pubrel      = 0x60
	pubcomp     = 0x70
	subscribe   = 0x82
	suback      = 0x90
	unsubscribe = 0xa2
	unsuback    = 0xb0
	pingreq     = 0xc0
	pingresp    = 0xd0
	disconnect  = 0xe0

	kind = 0xf0 // of the first byte, the type

	flagDup    = 0x08
	flagRetain = 0x01
)

// longestPacket is the largest remaining length, 2.2.3.
const longestPacket = 268_435_455

// header reads a fixed header: the remaining length and how many bytes the
// header has, which is 0 if b does not hold all of it yet. Not ok: the remaining
// length has more than four bytes.
func header(b []byte) (remaining, size int, ok bool) {
	for i := 1; i < len(b); i++ {
		if i > 4 {
			return 0, 0, false
		}
		remaining |= int(b[i]&0x7f) << (7 * (i - 1))
		if b[i] < 0x80 {
			return remaining, i + 1, true
		}
	}
	return 0, 0, len(b) < 5
}

// headerSize is the length of the fixed header before remaining bytes.
func headerSize(remaining int) int {
	size := 2
	for ; remaining > 0x7f; remaining >>= 7 {
		size++
	}
	return size
}

// allowed finds out from its fixed header whether a packet may come from a
// broker at all: 0, or why the connection must end [MQTT-4.8.0-1].
func allowed(first byte, remaining int, s State) Error {
	if (first&kind == connack) != (s == Connecting) { // [MQTT-3.2.0-1]; and only once
		return ErrMalformed
	}
	ok := false
	switch first & kind {
	case connack, puback, unsuback:
		ok = first&^kind == 0 && remaining == 2
	case suback:
		ok = first&^kind == 0 && remaining == 3 // one filter a SUBSCRIBE
	case pingresp:
		ok = first&^kind == 0 && remaining == 0
	case publish:
		switch qos(first) {
		case 0:
			ok = first&flagDup == 0 && remaining >= 3 // [MQTT-3.3.1-2]; a topic has a character
		case 1:
			ok = remaining >= 5
		case 2:
			return ErrQoS2
		}
	case pubrec, pubrel, pubcomp:
		return ErrQoS2
	case disconnect:
		// Only clients may send it (3.14), but brokers that also speak version 5 do
		// when they shut down, mochi for one: no reason to call it malformed.
		return ErrEnded
	}
	if !ok {
		return ErrMalformed
	}
	return 0
}

func qos(first byte) byte { return first >> 1 & 3 }
