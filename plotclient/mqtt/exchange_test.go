//go:build !tinygo

package mqtt

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient/internal/brokertest"
)

// board is a client with the loop that a program has.
type board struct {
	*Client
	t   testing.TB
	b   brokertest.Broker
	ln  line
	got []string // messages
	raw net.Conn
}

func newBoard(t testing.TB, b brokertest.Broker, ln line, id string, change func(*Options)) *board {
	d := &board{t: t, b: b, ln: ln}
	o := Options{
		ClientID: id, User: "ann", Password: "right",
		In: make([]byte, 256), Out: make([]byte, 512),
		OnMessage: func(topic, payload []byte, retained bool) {
			s := string(topic) + "=" + string(payload)
			if retained {
				s += " (retained)"
			}
			d.got = append(d.got, s)
		},
	}
	if change != nil {
		change(&o)
	}
	d.Client = mustNew(t, o)
	return d
}

func nowMillis() int64 { return time.Now().UnixMilli() }

// dial connects once; the error is what the broker said.
func (d *board) dial() error {
	conn, err := net.Dial("tcp", d.b.Address())
	if err != nil {
		return err
	}
	d.raw = conn
	d.Reset(d.ln.wrap(deadlines{conn}))
	if err := d.Connect(nowMillis()); err != nil {
		return err
	}
	for d.State() != Up {
		if err := d.Poll(nowMillis()); err != nil {
			return err
		}
	}
	return nil
}

func (d *board) mustDial() *board {
	d.t.Helper()
	if err := d.dial(); err != nil {
		d.t.Fatal(err)
	}
	return d
}

// until polls until it is so.
func (d *board) until(what string, so func() bool) {
	d.t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); {
		if err := d.Poll(nowMillis()); err != nil {
			d.t.Fatalf("%v (%v), waiting for %s", err, d.Cause(), what)
		}
		if time.Now().After(end) {
			d.t.Fatalf("waited in vain for %s; there are %d messages", what, len(d.got))
		}
	}
}

func (d *board) subscribe(filter string, qos byte) {
	d.t.Helper()
	id, err := d.Subscribe(filter, qos)
	if err != nil {
		d.t.Fatal(err)
	}
	d.until("subscription", func() bool { return !d.Waiting(id) })
}

// try repeats a call that the connection has no room for.
func (d *board) try(f func() error) {
	d.t.Helper()
	err := f()
	for ; err == ErrBusy || err == ErrInFlight; err = f() {
		if err := d.Poll(nowMillis()); err != nil {
			d.t.Fatal(err)
		}
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *board) publish(topic, payload string) {
	d.t.Helper()
	d.try(func() error { return d.Publish(topic, []byte(payload)) })
}

func (d *board) send(m Message) (id uint16) {
	d.t.Helper()
	d.try(func() (err error) { id, err = d.Send(m); return err })
	return id
}

func (d *board) expect(messages ...string) {
	d.t.Helper()
	d.until(strings.Join(messages, ", "), func() bool { return len(d.got) >= len(messages) })
	want(d.t, "messages", strings.Join(d.got, ", "), strings.Join(messages, ", "))
	d.got = nil
}

func TestExchange(t *testing.T) {
	brokertest.Each(t, brokertest.AnnOnly, func(t *testing.T, b brokertest.Broker) {
		for i, ln := range lines() {
			t.Run(ln.name, func(t *testing.T) {
				exchange(t, b, ln, "room"+strconv.Itoa(i))
			})
		}
	})
}

func exchange(t *testing.T, b brokertest.Broker, ln line, room string) {
	d := newBoard(t, b, ln, room+"-board", nil).mustDial()
	other := newBoard(t, b, lines()[0], room+"-other", nil).mustDial()
	defer other.Disconnect()

	d.subscribe(room+"/to/+", 0)
	d.subscribe(room+"/sure", 1)
	other.subscribe(room+"/from", 1)

	// Both ways at QoS 0 and 1.
	d.publish(room+"/from", "row")
	id := d.send(Message{Topic: room + "/from", Payload: []byte("sure"), QoS: 1})
	d.until("acknowledgement", func() bool { return !d.Waiting(id) })
	other.expect(room+"/from=row", room+"/from=sure")
	other.publish(room+"/to/a", "zero")
	other.send(Message{Topic: room + "/sure", Payload: []byte("one"), QoS: 1})
	d.expect(room+"/to/a=zero", room+"/sure=one")

	// Many, in order. The broker holds back what is not acknowledged, so all of
	// them arrive only if acknowledgements do.
	var all []string
	for i := range 100 {
		text := strconv.Itoa(i)
		all = append(all, room+"/sure="+text)
		other.send(Message{Topic: room + "/sure", Payload: []byte(text), QoS: 1})
		if i%5 == 0 {
			d.Poll(nowMillis())
		}
	}
	d.expect(all...)

	// Longer than the buffers, both ways.
	long := strings.Repeat("0123456789", 10_000)
	if ln.stalls {
		long = strings.Repeat("0123456789", 40) // fits into Out
	}
	d.publish(room+"/sure", long)
	d.send(Message{Topic: room + "/sure", Payload: []byte(long), QoS: 1})
	d.publish(room+"/sure", "short")
	d.expect(room + "/sure=short")
	want(t, "skipped", d.Skipped(), uint32(2))

	// Retained, then no longer subscribed.
	d.send(Message{Topic: room + "/to/kept", Payload: []byte("old"), QoS: 1, Retain: true})
	d.expect(room + "/to/kept=old")
	d.subscribe(room+"/to/kept", 0)
	d.expect(room + "/to/kept=old (retained)")
	for _, filter := range []string{room + "/to/kept", room + "/to/+"} {
		id, err := d.Unsubscribe(filter)
		if err != nil {
			t.Fatal(err)
		}
		d.until("end of the subscription", func() bool { return !d.Waiting(id) })
	}
	other.publish(room+"/to/a", "nobody hears")
	other.publish(room+"/sure", "heard")
	d.expect(room + "/sure=heard")

	// A ping, by a clock that runs ahead: first it is sent, then it is answered.
	now := nowMillis() + 60_000
	for d.clock.pinging = false; !d.clock.pinging; {
		if err := d.Poll(now); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(20 * time.Second); d.clock.pinging; {
		if err := d.Poll(now); err != nil || time.Now().After(end) {
			t.Fatal("no answer to a ping", err)
		}
	}
	for d.InFlight() > 0 {
		if err := d.Poll(now); err != nil {
			t.Fatal(err)
		}
	}
	// A line that takes nothing at the wrong moment may fail the goodbye.
	if err := d.Disconnect(); err != nil && !ln.stalls {
		t.Fatal(err)
	}
}

func TestRefusals(t *testing.T) {
	brokertest.Each(t, brokertest.AnnOnly, func(t *testing.T, b brokertest.Broker) {
		d := newBoard(t, b, lines()[0], "stranger", func(o *Options) { o.Password = "wrong" })
		if err := d.dial(); err != ErrLogin && err != ErrNotAuthorized {
			t.Errorf("a wrong password: %v", err)
		}
		d = newBoard(t, b, lines()[0], "ann", nil).mustDial()
		want(t, "topic", d.Publish("a/#", nil), error(ErrTopic))

		// mosquitto 2.0 grants a filter that its rules forbid, and sends nothing.
		if _, isMochi := b.(*brokertest.Mochi); isMochi {
			id, err := d.Subscribe("forbidden/#", 0)
			if err != nil {
				t.Fatal(err)
			}
			for err == nil && d.Waiting(id) {
				err = d.Poll(nowMillis())
			}
			want(t, "a forbidden filter", err, error(ErrRefused))
			want(t, "refused", d.Refused(), id)
		}
		d.subscribe("allowed", 0)
		d.publish("allowed", "x")
		d.expect("allowed=x")
	})
}

func TestLastWill(t *testing.T) {
	brokertest.Each(t, brokertest.AnnOnly, func(t *testing.T, b brokertest.Broker) {
		other := newBoard(t, b, lines()[0], "other", nil).mustDial()
		other.subscribe("will", 1)
		dying := func(o *Options) { o.Will = Will{Topic: "will", Payload: "gone", QoS: 1} }
		newBoard(t, b, lines()[0], "polite", dying).mustDial().Disconnect()
		d := newBoard(t, b, lines()[0], "dying", dying).mustDial()
		d.raw.Close()
		other.expect("will=gone") // one only
		if err := d.Poll(nowMillis()); err == nil || d.State() != Closed {
			t.Errorf("polling a dead connection: %v, %v", err, d.State())
		}
	})
}

// TestBrokerKilled loses a broker again and again; messages at QoS 1 that it did
// not acknowledge are sent again.
func TestBrokerKilled(t *testing.T) {
	brokertest.Each(t, brokertest.AnnOnly, func(t *testing.T, b brokertest.Broker) {
		for _, ln := range lines() {
			t.Run(ln.name, func(t *testing.T) {
				d := newBoard(t, b, ln, "board", nil).mustDial()
				for range 3 {
					d.subscribe("t", 1)
					b.Kill()
					id, err := d.Send(Message{Topic: "t", Payload: []byte("late"), QoS: 1})
					sent := err == nil
					for end := time.Now().Add(20 * time.Second); d.State() != Closed; {
						err = d.Poll(nowMillis())
						if time.Now().After(end) {
							t.Fatal("the end was not noticed")
						}
					}
					if err != ErrEnded && err != ErrRead && err != ErrWrite {
						t.Fatal(err)
					}
					if sent && (!d.Waiting(id) || d.InFlight() != 1) {
						t.Fatal("the message is not in flight")
					}
					if err := b.Start(); err != nil {
						t.Fatal(err)
					}
					d.mustDial()
					d.subscribe("t", 1)
					m := Message{Topic: "t", Payload: []byte("late"), QoS: 1}
					if sent {
						m.ID = id
					}
					id = d.send(m)
					d.expect("t=late")
					d.until("acknowledgement", func() bool { return !d.Waiting(id) })
				}
				d.Disconnect()
			})
		}
	})
}

// TestKeptSession gets what came while it was away, without subscribing again.
func TestKeptSession(t *testing.T) {
	brokertest.Each(t, brokertest.AnnOnly, func(t *testing.T, b brokertest.Broker) {
		d := newBoard(t, b, lines()[0], "kept", func(o *Options) { o.KeepSession = true }).mustDial()
		want(t, "session present at first", d.SessionPresent(), false)
		d.subscribe("t", 1)
		d.raw.Close()
		other := newBoard(t, b, lines()[0], "other", nil).mustDial()
		id := other.send(Message{Topic: "t", Payload: []byte("x"), QoS: 1})
		other.until("acknowledgement", func() bool { return !other.Waiting(id) })
		d.mustDial()
		want(t, "session present", d.SessionPresent(), true)
		d.expect("t=x")
	})
}

// TestASilentBroker accepts the connection and says nothing more: the clock is
// the test's, so nothing waits.
func TestASilentBroker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err == nil {
			conn.Write(connackOK)
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := mustNew(t, options(nil))
	c.Reset(deadlines{conn})
	want(t, "connect", c.Connect(0), nil)
	for end := time.Now().Add(20 * time.Second); c.State() != Up && time.Now().Before(end); {
		want(t, "poll", c.Poll(0), nil)
	}
	now := int64(0)
	for err == nil && now < 200_000 {
		now += 500
		err = c.Poll(now)
	}
	want(t, "error", err, error(ErrNoAnswer))
	want(t, "after", now, int64(22_500+15_000)) // three quarters of 30 s, and the timeout
}
