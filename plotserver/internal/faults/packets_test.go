package faults

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient"
)

// tampering is what happens to MQTT messages that pass: to one in so many of
// them, 0 to none.
type tampering struct {
	lose   int
	repeat int
	delay  int                     // so that others overtake it
	most   time.Duration           // of a delay
	lost   func(topic string) bool // whether one is lost in any case; may be nil
}

// tamper carries MQTT packets and does that to those which are messages of QoS 0
// (MQTT 3.1.1, 3.3): nothing of this is in the way of the connection itself.
func (f tampering) tamper(seed uint64) carry {
	return func(to, from net.Conn) {
		r := rand.New(rand.NewPCG(seed, 3))
		var late sync.WaitGroup
		defer late.Wait()
		var mu sync.Mutex // packets are written whole
		write := func(packet []byte) error {
			mu.Lock()
			defer mu.Unlock()
			_, err := to.Write(packet)
			return err
		}
		in := bufio.NewReader(from)
		one := func(n int) bool { return n > 0 && r.IntN(n) == 0 }
		for {
			packet, err := readPacket(in)
			if err != nil {
				return
			}
			times := 1
			if topic, ok := messageTopic(packet); ok {
				if f.lost != nil && f.lost(topic) || one(f.lose) {
					times = 0
				} else if one(f.repeat) {
					times = 2
				}
				if times > 0 && one(f.delay) {
					wait := time.Duration(r.Int64N(int64(f.most)))
					late.Go(func() {
						time.Sleep(wait) // this is the fault
						write(packet)
					})
					times--
				}
			}
			for range times {
				if write(packet) != nil {
					return
				}
			}
		}
	}
}

// readPacket reads a whole packet (MQTT 3.1.1, 2.2).
func readPacket(in *bufio.Reader) ([]byte, error) {
	first, err := in.ReadByte()
	if err != nil {
		return nil, err
	}
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	packet := binary.AppendUvarint([]byte{first}, n)
	head := len(packet)
	packet = slices.Grow(packet, int(n))[:head+int(n)]
	_, err = io.ReadFull(in, packet[head:])
	return packet, err
}

// messageTopic is the topic of a message of QoS 0, false for other packets.
func messageTopic(packet []byte) (string, bool) {
	if packet[0]&0xF6 != 0x30 {
		return "", false
	}
	_, n := binary.Uvarint(packet[1:])
	body := packet[1+n:]
	return string(body[2 : 2+binary.BigEndian.Uint16(body)]), true
}

// TestMessagesLostRepeatedDelayed has the network do to messages what MQTT allows
// at QoS 0, and what it does not: they overtake each other.
func TestMessagesLostRepeatedDelayed(t *testing.T) {
	each(t, func(t *testing.T, connect connect) {
		r := random(t)
		s := newServer(t)
		f := tampering{lose: 15, repeat: 8, delay: 6, most: 30 * time.Millisecond}
		p := newProxy(t, s.addr(), func(int) (up, down carry) { return f.tamper(r.Uint64()), f.tamper(r.Uint64()) })
		m := newMeasurement(t, 1, "solar")
		connect(m, p.addr())
		n := int64(either(2_000, 10_000))
		for i := range int64(4) {
			m.allow((i + 1) * n / 4)
			m.awaitMeasured((i + 1) * n / 4)
			m.awaitReply(m.save("solar.csv"))
		}
		m.finish()
		s.holds(t, m)
		s.saved(t, m, "solar.csv", n)
		if done := strings.Count(s.out.String(), "saved series"); done != len(m.orders) {
			t.Errorf("%d saves were asked for, %d were done:\n%s", len(m.orders), done, s.out)
		}
	})
}

// TestNothingComesBack has a connection on which the broker takes everything and
// delivers nothing, as a broker does that has mixed up its clients. The client
// makes another one.
func TestNothingComesBack(t *testing.T) {
	if !*full {
		t.Skip("takes a minute: -faults.full")
	}
	each(t, func(t *testing.T, connect connect) {
		s := newServer(t)
		nothing := tampering{lost: func(string) bool { return true }}
		p := newProxy(t, s.addr(), func(n int) (up, down carry) {
			if n > 0 {
				return whole, whole
			}
			return whole, nothing.tamper(0)
		})
		m := newMeasurement(t, 1, "solar")
		connect(m, p.addr())
		m.allow(500)
		m.awaitMeasured(500)
		m.save("solar.csv")
		m.finish()
		s.holds(t, m)
		s.saved(t, m, "solar.csv", 500)
	})
}

// TestAcksLost loses every ack, or all that the server says, for a while.
func TestAcksLost(t *testing.T) {
	each(t, func(t *testing.T, connect connect) {
		for _, what := range []string{"/ack", ""} {
			r := random(t)
			s := newServer(t)
			var mu sync.Mutex
			deaf := false
			f := tampering{lost: func(topic string) bool {
				mu.Lock()
				defer mu.Unlock()
				return deaf && strings.HasSuffix(topic, what)
			}}
			p := newProxy(t, s.addr(), func(int) (up, down carry) { return whole, f.tamper(r.Uint64()) })
			m := newMeasurement(t, 1, "solar")
			connect(m, p.addr())
			m.allow(100)
			m.awaitDurable(100)
			mu.Lock()
			deaf = true
			mu.Unlock()
			m.allow(2_000) // more than the ring holds
			m.await("stalled", func() bool { return m.state == plotclient.Stalled })
			m.save("solar.csv")
			mu.Lock()
			deaf = false
			mu.Unlock()
			m.awaitDurable(2_000)
			m.finish()
			s.holds(t, m)
			s.saved(t, m, "solar.csv", 1_000)
		}
	})
}
