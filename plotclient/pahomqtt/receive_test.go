package pahomqtt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// answering is a broker that lets everybody in and answers the first SUBSCRIBE
// with what suback makes of its id.
func answering(t *testing.T, suback func(id []byte) []byte) string {
	return serve(t, func(c net.Conn) {
		if _, err := packets.ReadPacket(c); err != nil {
			return
		}
		c.Write([]byte{packetConnack, 2, 0, 0})
		p, err := packets.ReadPacket(c)
		if sub, ok := p.(*packets.SubscribePacket); ok && err == nil {
			c.Write(suback(binary.BigEndian.AppendUint16(nil, sub.MessageID)))
		}
		io.Copy(io.Discard, c)
	})
}

// What a broker must not send ends the connection with a sentence; paho alone
// panics at some of it.
func TestABrokerThatBreaksTheRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		suback func(id []byte) []byte
		want   string
	}{
		{"too many answers", func(id []byte) []byte { return slices.Concat([]byte{0x90, 11}, id, make([]byte, 9)) }, "a SUBACK with 9 answers to 2 subscriptions"},
		{"too few answers", func(id []byte) []byte { return slices.Concat([]byte{0x90, 3}, id, []byte{0}) }, "a SUBACK with 1 answers to 2 subscriptions"},
		{"no answers", func(id []byte) []byte { return slices.Concat([]byte{0x90, 2}, id) }, "a SUBACK with 0 answers to 2"},
		{"an empty answer", func([]byte) []byte { return []byte{0x90, 0} }, "a SUBACK with 0 bytes"},
		{"another answer", func(id []byte) []byte { return []byte{0x90, 4, 0xff, id[1], 0, 0} }, "a SUBACK that nobody asked for"},
		{"an answer to something else", func(id []byte) []byte { return slices.Concat([]byte{0xb0, 2}, id) }, `cannot subscribe to "a", "b"`},
		{"a second CONNACK", func([]byte) []byte { return []byte{0x20, 2, 0, 0} }, "a second CONNACK"},
		{"an empty PUBACK", func([]byte) []byte { return []byte{0x40, 0} }, "type 4 with 0 bytes instead of 2"},
		{"a long PINGRESP", func([]byte) []byte { return []byte{0xd0, 1, 0} }, "type 13 with 1 bytes instead of 0"},
		{"a client's packet", func([]byte) []byte { return []byte{0x82, 2, 0, 1} }, "type 8, which only clients send"},
		{"no packet", func([]byte) []byte { return []byte{0x00, 2, 0, 0} }, "type 0"},
		{"QoS 3", func([]byte) []byte { return []byte{0x36, 5, 0, 1, 'a', 0, 1} }, "QoS 3"},
		{"no topic", func([]byte) []byte { return []byte{0x30, 0} }, "without a topic"},
		{"a topic beyond the end", func([]byte) []byte { return []byte{0x30, 3, 0xff, 0xff, 'a'} }, "shorter than its topic"},
		{"no id", func([]byte) []byte { return []byte{0x32, 5, 0, 1, 'a', 0, 0} }, "without an id"},
		{"an endless length", func([]byte) []byte { return []byte{0x30, 0xff, 0xff, 0xff, 0xff, 0xff} }, "more than 4 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := answering(t, c.suback)
			conn, err := Dial(t.Context(), Options{Broker: addr, Subscribe: []string{"a", "b"}})
			if err == nil {
				conn.Close()
				t.Fatal("it worked")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), addr) {
				t.Error(err)
			}
		})
	}
	for _, c := range []struct {
		connack []byte
		want    string
	}{
		{[]byte{0x20, 2, 0, 0x86}, "refuses the connection with code 134"},
		{[]byte{0x20, 3, 0, 0, 0}, "with 3 bytes"},
		{[]byte{0x20, 0}, "with 0 bytes"},
		{[]byte{0x90, 3, 0, 1, 0}, "does not speak MQTT"},
	} {
		addr := serve(t, func(conn net.Conn) {
			conn.Write(c.connack)
			io.Copy(io.Discard, conn)
		})
		conn, err := Dial(t.Context(), Options{Broker: addr, Timeout: 2 * time.Second})
		if err == nil {
			conn.Close()
			t.Fatalf("%x: it worked", c.connack)
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%x: %v", c.connack, err)
		}
	}
}

// A claim of 256 MiB must not take the memory before the bytes come.
func TestLongMessagesArriveWhole(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	got := make(chan []byte, 1)
	dial(t, Options{Broker: b.addr, Subscribe: []string{"x"}, OnMessage: func(_ string, p []byte, _ bool) { got <- p }})
	want := bytes.Repeat([]byte("abcdefg"), 500_000)
	b.server.Publish("x", want, false, 0)
	if p := receive(t, "the message", got); !bytes.Equal(p, want) {
		t.Errorf("%d bytes, want %d", len(p), len(want))
	}
}

// fixed is a connection on which the given bytes come in, a few at a time.
type fixed struct {
	net.Conn
	rest []byte
	few  int
}

func (f *fixed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), f.few)], f.rest)
	f.rest = f.rest[n:]
	return n, nil
}
func (*fixed) Write(p []byte) (int, error)      { return len(p), nil }
func (*fixed) Close() error                     { return nil }
func (*fixed) SetWriteDeadline(time.Time) error { return nil }

// FuzzReceive holds: whatever comes, paho is given whole packets only, which it
// can read, of types that it knows what to do with, and no SUBACK that was not
// asked for or has another number of answers; and every message that came before
// the first fault is handled.
func FuzzReceive(f *testing.F) {
	for _, s := range []string{
		"\x20\x02\x00\x00\x90\x04\x00\x01\x00\x00\x30\x04\x00\x01aX",
		"\x20\x02\x01\x00\x32\x06\x00\x01a\x00\x07X\x3a\x06\x00\x01a\x00\x07X\x34\x05\x00\x01a\x00\x08\x62\x02\x00\x08",
		"\x20\x02\x00\x00\x90\x0b\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x20\x02\x00\x00\xd0\x00\x40\x02\x00\x01\x50\x02\x00\x01\x70\x02\x00\x01\xb0\x02\x00\x01",
		"\x20\x02\x00\x00\x30\xff\xff\xff\x7f\x00\x01a",
		"HTTP/1.1 400 Bad Request\r\n\r\n",
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, few int) {
		q := newQueue()
		s := newStream(&fixed{rest: data, few: max(1, few)}, &inlet{queue: q}, new(atomic.Int64))
		defer s.Close()
		sub := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
		sub.MessageID, sub.Topics, sub.Qoss = 1, []string{"a", "bc"}, []byte{0, 0}
		if err := sub.Write(s); err != nil {
			t.Fatal(err)
		}
		subacks := 0
		for i := 0; ; i++ {
			p, err := packets.ReadPacket(s)
			if err != nil {
				select {
				case <-s.readEnd:
				default:
					t.Fatalf("paho cannot read it: %v", err)
				}
				break
			}
			switch p := p.(type) {
			case *packets.ConnackPacket:
				if i != 0 || p.ReturnCode > 5 {
					t.Fatalf("packet %d: %v", i, p)
				}
			case *packets.SubackPacket:
				if subacks++; p.MessageID != 1 || len(p.ReturnCodes) != 2 || subacks > 1 {
					t.Fatalf("packet %d: %v", i, p)
				}
			case *packets.PubackPacket, *packets.PubrecPacket, *packets.PubcompPacket, *packets.UnsubackPacket, *packets.PingrespPacket:
			default:
				t.Fatalf("packet %d: %v", i, p)
			}
		}
		if got, want := texts(q.items), published(data); !slices.Equal(got, want) {
			t.Fatalf("handled %q, want %q", got, want)
		}
	})
}

func texts(items []incoming) (s []string) {
	for _, m := range items {
		s = append(s, fmt.Sprintf("%q %q %t", m.topic, m.payload, m.retained))
	}
	return s
}

// published is what paho's own parser finds in a broker's bytes, as far as they
// keep to the rules and a SUBSCRIBE of two topics under id 1 was sent.
func published(data []byte) (s []string) {
	r := bytes.NewReader(data)
	known := map[uint16]bool{}
	asked := true
	for i := 0; ; i++ { // packets
		start := len(data) - r.Len()
		p, err := packets.ReadPacket(r)
		if err != nil {
			return s
		}
		raw := data[start : len(data)-r.Len()]
		body := raw[1:]
		for body[0] >= 0x80 {
			body = body[1:]
		}
		if len(raw)-len(body) > 4 {
			return s
		}
		body = body[1:]
		if i == 0 && raw[0] != packetConnack {
			return s
		}
		two := len(body) == 2
		switch p := p.(type) {
		case *packets.ConnackPacket:
			if i > 0 || !two || p.ReturnCode > 5 {
				return s
			}
			if p.ReturnCode != 0 {
				return nil // what follows is on no connection
			}
		case *packets.PublishPacket:
			if len(body) < 2 || p.Qos == 3 {
				return s
			}
			n := 2 + int(binary.BigEndian.Uint16(body))
			if p.Qos > 0 {
				n += 2
			}
			if len(body) < n || p.Qos > 0 && binary.BigEndian.Uint16(body[n-2:]) == 0 {
				return s
			}
			if p.Qos == 2 && known[p.MessageID] {
				continue
			}
			if p.Qos > 0 {
				known[p.MessageID] = true
			}
			s = append(s, fmt.Sprintf("%q %q %t", p.TopicName, body[n:], p.Retain))
		case *packets.PubrelPacket:
			if !two {
				return s
			}
			delete(known, p.MessageID)
		case *packets.SubackPacket:
			if len(body) != 4 || p.MessageID != 1 || !asked {
				return s
			}
			asked = false
		case *packets.PubackPacket, *packets.PubrecPacket, *packets.PubcompPacket, *packets.UnsubackPacket:
			if !two {
				return s
			}
		case *packets.PingrespPacket:
			if len(body) != 0 {
				return s
			}
		default:
			return s
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	for qos := range byte(3) {
		b.Run(fmt.Sprint("QoS ", qos), func(b *testing.B) { benchmarkReceive(b, qos) })
	}
}

func benchmarkReceive(b *testing.B, qos byte) {
	// At QoS 1 and 2 all ids are in use before the first acknowledgement is
	// looked at.
	const n = 50_000
	var all bytes.Buffer
	for i := range n {
		p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
		p.TopicName, p.Payload, p.Qos, p.MessageID = "hopla/data", []byte(`["sinusoid", 0.025, 0.98, 0.15, 0.147]`), qos, uint16(i+1)
		p.Write(&all)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	peers := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		packets.ReadPacket(c)
		c.Write([]byte{0x20, 2, 0, 0})
		peers <- c
		io.Copy(io.Discard, c)
	}()
	got, batch := 0, make(chan bool)
	c, err := Dial(b.Context(), Options{Broker: l.Addr().String(), OnMessage: func(string, []byte, bool) {
		if got++; got%n == 0 {
			batch <- true
		}
	}})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	peer := <-peers
	var release []byte
	if qos == 2 {
		for i := range n {
			release = append(release, 0x62, 2, byte((i+1)>>8), byte(i+1))
		}
	}
	b.ReportAllocs()
	rounds := 0
	for b.Loop() {
		rounds++
		if _, err := peer.Write(all.Bytes()); err != nil && !errors.Is(err, net.ErrClosed) {
			b.Fatal(err)
		}
		<-batch
		peer.Write(release)
	}
	b.ReportMetric(float64(rounds*n)/b.Elapsed().Seconds(), "messages/s")
}
