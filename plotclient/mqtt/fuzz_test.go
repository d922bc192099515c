//go:build !tinygo

package mqtt

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mochi-mqtt/server/v2/packets"
)

// FuzzReceive holds the law that a connection's pieces don't matter: what a
// client handles, sends and ends with is the same if a broker's bytes come one
// at a time, some at a time, or all at once. And nothing panics.
func FuzzReceive(f *testing.F) {
	for _, p := range packetCases() {
		f.Add(unhex(f, p.bytes+" d0 00"), byte(0), byte(3))
		f.Add(unhex(f, "20 02 0000 "+p.bytes+" d0 00"), byte(31), byte(3))
	}
	f.Add(unhex(f, "20 02 0000 "+strings.Repeat("32 e901 0003 'a/b' 0107 '"+strings.Repeat("z", 226)+"' 30 04 0001 'a' 'x' ", 3)), byte(9), byte(5))
	f.Fuzz(func(t *testing.T, data []byte, room, piece byte) {
		once := transcript(t, data, int(room), len(data)+1)
		for _, most := range []int{1, int(piece) + 1} {
			if got := transcript(t, data, int(room), most); got != once {
				t.Fatalf("%x in a buffer of %d bytes more than the least:\nall at once:\n%s\n%d at a time:\n%s", data, room, once, most, got)
			}
		}
	})
}

// transcript is all that a client does with a broker's bytes. With an even room
// its connection is up and waits for answers, with an odd one it is connecting.
func transcript(t *testing.T, data []byte, room, most int) string {
	var log strings.Builder
	o := options(func(s string) { log.WriteString(s + "\n") })
	o.In = make([]byte, shortestBuffer+room)
	c, m := mustNew(t, o), &memory{}
	if room%2 == 0 {
		c, m = inFlightClient(t, o)
	} else {
		c.Reset(m)
		if err := c.Connect(0); err != nil {
			t.Fatal(err)
		}
	}
	m.in, m.readMost, m.ended = data, most, true
	var err error
	for range len(data) + 2 {
		if err = c.Poll(0); err != nil && err != ErrRefused {
			break
		}
	}
	if c.State() != Closed || m.closed != 1 {
		t.Fatalf("%x: state %v at the end of the connection, closed %d times", data, c.State(), m.closed)
	}
	for _, n := range []int{int(c.Skipped()), int(c.Refused()), c.InFlight()} {
		log.WriteString(strconv.Itoa(n) + " ")
	}
	log.WriteString(m.takeOut() + "\n" + err.Error())
	return log.String()
}

// FuzzPublish holds that a broker reads what was given, whatever the size of the
// buffer and of the connection's writes. The broker is mochi's decoder.
func FuzzPublish(f *testing.F) {
	f.Add("hopla/data", []byte(`["solar", 1.5]`), byte(0), false, byte(0), byte(0))
	f.Add("a", bytes.Repeat([]byte("x"), 300), byte(1), true, byte(3), byte(1))
	f.Add(strings.Repeat("t", 200), []byte("x"), byte(1), true, byte(200), byte(7))
	f.Add("a/#", []byte("x"), byte(0), true, byte(200), byte(7))
	f.Fuzz(func(t *testing.T, topic string, payload []byte, qos byte, retain bool, room, piece byte) {
		o := options(func(string) {})
		o.Out = make([]byte, shortestBuffer+int(room))
		c, m := up(t, o)
		s := &inPieces{*m, int(piece) + 1}
		c.conn = s
		id, err := c.Send(Message{Topic: topic, Payload: payload, QoS: qos, Retain: retain})
		if err != nil {
			if len(s.out) > 0 || c.State() != Up {
				t.Fatalf("%v, but %x was sent and the state is %v", err, s.out, c.State())
			}
			if qos < 2 && topic != "" && utf8.ValidString(topic) && !strings.ContainsAny(topic, "+#\x00") {
				t.Fatalf("%q: %v", topic, err)
			}
			return
		}
		header := packets.FixedHeader{}
		if err := header.Decode(s.out[0]); err != nil {
			t.Fatal(err)
		}
		n, used, err := packets.DecodeLength(bytes.NewReader(s.out[1:]))
		if err != nil || n != len(s.out)-1-used {
			t.Fatalf("length %d (%v) before %d bytes", n, err, len(s.out)-1-used)
		}
		header.Remaining = n
		p := packets.Packet{FixedHeader: header, ProtocolVersion: 4}
		if err := p.PublishDecode(s.out[1+used:]); err != nil {
			t.Fatal(err)
		}
		if p.TopicName != topic || !bytes.Equal(p.Payload, payload) || p.FixedHeader.Qos != qos || p.FixedHeader.Retain != retain || p.FixedHeader.Dup || p.PacketID != id {
			t.Fatalf("sent %q %x, came as %+v", topic, payload, p)
		}
	})
}

// inPieces takes a few bytes a Write and has no complaint.
type inPieces struct {
	memory
	most int
}

func (s *inPieces) Write(p []byte) (int, error) { return s.memory.Write(p[:min(s.most, len(p))]) }

// FuzzCalls lets a program do anything in any order on a connection that stalls
// anywhere. What the connection took is whole packets, the last one perhaps cut.
func FuzzCalls(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09"), []byte{0, 1, 2, 3, 255, 0, 0, 9})
	f.Add(bytes.Repeat([]byte{0, 5, 1, 2}, 20), bytes.Repeat([]byte{0, 30}, 40))
	f.Fuzz(func(t *testing.T, calls, takes []byte) {
		c, m := up(t, options(func(string) {}))
		for _, n := range takes {
			m.writeN = append(m.writeN, int(n)-128) // half of them take all
		}
		long := bytes.Repeat([]byte("y"), 150)
		var ids []uint16
		now := int64(0)
		accepted := 0
		for _, k := range calls {
			before := c.InFlight()
			switch k % 8 {
			case 0:
				if c.Publish("a", long[:k/8]) == nil {
					accepted++
				}
			case 1:
				if c.Publish("a", long) == nil {
					accepted++
				}
			case 2:
				id, err := c.Send(Message{Topic: "q", Payload: long[:k/8], QoS: 1})
				if (err == nil) != (c.InFlight() == before+1) && c.State() == Up {
					t.Fatalf("%v, in flight %d, before %d", err, c.InFlight(), before)
				}
				if err == nil {
					ids = append(ids, id)
					accepted++
				}
			case 3:
				if _, err := c.Subscribe("a", k&1); err == nil {
					accepted++
				}
			case 4:
				for _, id := range ids {
					m.in = binary.BigEndian.AppendUint16(append(m.in, 0x40, 2), id)
				}
				ids = nil
			case 5:
				now += int64(k) * 100
				c.Poll(now)
			case 6:
				m.in = append(m.in, 0x32, 5, 0, 1, 'a', 0, k|1)
			case 7:
				c.Poll(now)
			}
		}
		checkStream(t, m.out, c.State() == Up && c.from == c.to, accepted)
	})
}

// checkStream reads packets as a broker would.
func checkStream(t *testing.T, b []byte, complete bool, accepted int) {
	all := hex.EncodeToString(b)
	count := 0
	for len(b) > 0 {
		n, size, ok := header(b)
		if !ok {
			t.Fatalf("not packets: %s", all)
		}
		switch b[0] {
		case 0x30, 0x32, 0x40, 0x82, 0xc0:
		default:
			t.Fatalf("not packets: %s", all)
		}
		if size == 0 || len(b) < size+n {
			if complete {
				t.Fatalf("cut: %s", all)
			}
			return
		}
		if b[0] != 0x40 && b[0] != 0xc0 {
			count++
		}
		b = b[size+n:]
	}
	if complete && count != accepted {
		t.Fatalf("%d packets for %d accepted calls: %s", count, accepted, all)
	}
}
