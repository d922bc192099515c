package pahomqtt

import (
	"net"
	"sync/atomic"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// script is a broker that a test plays by hand, one connection at a time.
type script struct {
	t     *testing.T
	conns chan net.Conn
	net.Conn
}

func newScript(t *testing.T) (*script, string) {
	s := &script{t: t, conns: make(chan net.Conn, 10)}
	end := make(chan bool)
	t.Cleanup(func() { close(end) })
	return s, serve(t, func(c net.Conn) {
		s.conns <- c
		<-end
	})
}

// accept waits for the next connection and its CONNECT, and accepts it.
func (s *script) accept(present bool) *packets.ConnectPacket {
	s.t.Helper()
	s.Conn = receive(s.t, "a connection", s.conns)
	connect := expect[*packets.ConnectPacket](s)
	p := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
	p.SessionPresent = present
	p.Write(s)
	return connect
}

// expect returns the next packet, which has to be of a kind.
func expect[P packets.ControlPacket](s *script) P {
	s.t.Helper()
	p, err := packets.ReadPacket(s)
	if err != nil {
		s.t.Fatal(err)
	}
	want, ok := p.(P)
	if !ok {
		s.t.Fatalf("got %v, want %T", p, want)
	}
	return want
}

func (s *script) suback(sub *packets.SubscribePacket) {
	p := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
	p.MessageID, p.ReturnCodes = sub.MessageID, sub.Qoss
	p.Write(s)
}

func (s *script) send(text string, qos byte, id uint16, dup bool) {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Qos, p.MessageID, p.Dup = "x", []byte(text), qos, id, dup
	p.Write(s)
}

func (s *script) release(id uint16) {
	p := packets.NewControlPacket(packets.Pubrel).(*packets.PubrelPacket)
	p.MessageID = id
	p.Write(s)
}

// What the broker has kept comes before it answers the subscription.
func TestKeptMessagesComeBeforeTheSubscription(t *testing.T) {
	s, addr := newScript(t)
	var in inbox
	o := Options{Broker: addr, QoS: 1, KeepSession: true, Subscribe: []string{"x"}, OnMessage: in.put, Retry: true}
	ch := newChanges(&o)
	c := dial(t, o)
	first := s.accept(false)
	if first.CleanSession {
		t.Error("the first connection asks for a clean session")
	}
	s.suback(expect[*packets.SubscribePacket](s))
	receive(t, "OnUp", ch.up)
	s.send("1", 1, 1, false)
	if p := expect[*packets.PubackPacket](s); p.MessageID != 1 {
		t.Error(p)
	}
	s.Close()
	if again := s.accept(true); again.CleanSession || again.ClientIdentifier != first.ClientIdentifier {
		t.Errorf("the second connection is %v, the first was %v", again, first)
	}
	for i, text := range []string{"2", "3", "4"} {
		s.send(text, 1, uint16(i+2), false)
	}
	var sub *packets.SubscribePacket
	for acked := uint16(1); acked < 5; {
		switch p := expect[packets.ControlPacket](s).(type) {
		case *packets.SubscribePacket:
			sub = p
			s.send("5", 1, 5, false)
		case *packets.PubackPacket:
			if acked++; p.MessageID != acked {
				t.Error(p)
			}
		}
	}
	await(t, "the kept messages", in.has("x 1", "x 2", "x 3", "x 4", "x 5"))
	s.suback(sub)
	receive(t, "OnUp", ch.up)

	// Close ends the session: it unsubscribes, and comes once more to say so.
	closed := make(chan error)
	go func() { closed <- c.Close() }()
	un := expect[*packets.UnsubscribePacket](s)
	p := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
	p.MessageID = un.MessageID
	p.Write(s)
	expect[*packets.DisconnectPacket](s)
	s.Close()
	if last := s.accept(false); !last.CleanSession || last.ClientIdentifier != first.ClientIdentifier {
		t.Errorf("the last connection is %v", last)
	}
	expect[*packets.DisconnectPacket](s)
	if err := receive(t, "Close", closed); err != nil {
		t.Error(err)
	}
}

// A message that comes again is handled again only where it may be another one.
func TestMessagesThatComeTwice(t *testing.T) {
	s, addr := newScript(t)
	var in inbox
	hold, held := make(chan bool), make(chan bool)
	var holding atomic.Bool
	holding.Store(true)
	o := Options{Broker: addr, QoS: 2, KeepSession: true, Retry: true, OnMessage: func(topic string, p []byte, retained bool) {
		if string(p) == "slow" && holding.Load() {
			held <- true
			<-hold
		}
		in.put(topic, p, retained)
	}}
	ch := newChanges(&o)
	dial(t, o)
	s.accept(false)
	receive(t, "OnUp", ch.up)

	// QoS 2: again on the same connection, and on the next one.
	s.send("a", 2, 7, false)
	expect[*packets.PubrecPacket](s)
	s.send("a", 2, 7, true)
	expect[*packets.PubrecPacket](s)
	// QoS 1: acknowledged, then lost; its id may stand for something else.
	s.send("b", 1, 8, false)
	expect[*packets.PubackPacket](s)
	// QoS 1: not acknowledged before the connection is lost.
	s.send("slow", 1, 9, false)
	s.send("c", 2, 10, false)
	receive(t, "the handler", held)
	s.Close()
	receive(t, "OnDown", ch.down)

	s.accept(true)
	receive(t, "OnUp", ch.up)
	s.send("a", 2, 7, true)
	if p := expect[*packets.PubrecPacket](s); p.MessageID != 7 {
		t.Error(p)
	}
	s.send("slow", 1, 9, true)
	s.send("c", 2, 10, true)
	s.send("b", 1, 8, true)
	s.send("a", 2, 7, true)
	expect[*packets.PubrecPacket](s) // so it has read the others
	holding.Store(false)
	close(hold)
	if p := expect[*packets.PubackPacket](s); p.MessageID != 9 {
		t.Error(p)
	}
	if p := expect[*packets.PubrecPacket](s); p.MessageID != 10 {
		t.Error(p)
	}
	if p := expect[*packets.PubackPacket](s); p.MessageID != 8 {
		t.Error(p)
	}
	for _, id := range []uint16{7, 10, 11} { // 11 is none that we know of
		s.release(id)
		if p := expect[*packets.PubcompPacket](s); p.MessageID != id {
			t.Error(p)
		}
	}
	s.send("d", 2, 7, false) // the id is free again
	expect[*packets.PubrecPacket](s)
	await(t, "the messages", in.has("x a", "x b", "x slow", "x c", "x b", "x d"))

	// A broker that has lost the session begins anew.
	s.Close()
	receive(t, "OnDown", ch.down)
	s.accept(false)
	s.send("e", 2, 7, true)
	expect[*packets.PubrecPacket](s)
	await(t, "the messages", in.has("x a", "x b", "x slow", "x c", "x b", "x d", "x e"))
}

func TestWithoutKeepSessionEveryConnectionBeginsAnew(t *testing.T) {
	s, addr := newScript(t)
	for _, o := range []Options{{QoS: 1}, {QoS: 0, KeepSession: true}} {
		o.Broker, o.Retry = addr, true
		c := dial(t, o)
		if p := s.accept(false); !p.CleanSession {
			t.Errorf("%+v asks for a session", o)
		}
		c.Close()
	}
}
