package pahomqtt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func dial(t testing.TB, o Options) *Conn {
	t.Helper()
	c, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// inbox collects what OnMessage gets.
type inbox struct {
	mu  sync.Mutex
	got []string
}

func (in *inbox) put(topic string, payload []byte, retained bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	text := topic + " " + string(payload)
	if retained {
		text += " retained"
	}
	in.got = append(in.got, text)
}

func (in *inbox) has(want ...string) func() bool {
	return func() bool {
		in.mu.Lock()
		defer in.mu.Unlock()
		return slices.Equal(in.got, want)
	}
}

func TestMessagesGoAndComeAtEachQoS(t *testing.T) {
	config, ca := authority(t, time.Now().Add(time.Hour))
	for _, kind := range []string{"tcp", "tls", "ws", "wss"} {
		scheme := map[string]string{"tcp": "mqtt://", "tls": "mqtts://", "ws": "ws://", "wss": "wss://"}[kind]
		server, file := kind, ""
		cfg := config
		if kind == "tls" || kind == "wss" {
			file = ca
		} else {
			cfg = nil
		}
		if kind == "wss" {
			server = "ws"
		}
		b := startBroker(t, server, cfg)
		for qos := range byte(3) {
			t.Run(fmt.Sprint(kind, qos), func(t *testing.T) {
				var in inbox
				x := fmt.Sprint("x", qos)
				c := dial(t, Options{Broker: scheme + b.addr, CAFile: file, QoS: qos, User: "ann", Password: "right", Subscribe: []string{x, "y/#"}, OnMessage: in.put})
				for _, m := range []string{"one", "", "three"} {
					if err := c.Publish(x, []byte(m)); err != nil {
						t.Fatal(err)
					}
				}
				if err := c.PublishRetained("kept", []byte("1")); err != nil {
					t.Fatal(err)
				}
				await(t, "the messages", in.has(x+" one", x+" ", x+" three"))
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
				last := b.messages()
				if m := last[len(last)-1]; m != (mochiMessage{"kept", "1", true, qos}) {
					t.Errorf("the broker got %+v", m)
				}
				var old inbox
				dial(t, Options{Broker: scheme + b.addr, CAFile: file, Subscribe: []string{"kept"}, OnMessage: old.put})
				await(t, "the retained message", old.has("kept 1 retained"))
			})
		}
	}
}

func TestCloseSendsAHundredThousandMessagesInOrder(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	c := dial(t, Options{Broker: b.addr})
	const n = 100_000
	for i := range n {
		if err := c.Publish("n", fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, "all messages", func() bool { return len(b.messages()) >= n })
	for i, m := range b.messages() {
		if m.payload != fmt.Sprint(i) {
			t.Fatalf("message %d is %+v", i, m)
		}
	}
	if err := c.Publish("n", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestReceivingKeepsTheOrder(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	const n = 100_000
	next, wrong := 0, 0
	done := make(chan bool)
	dial(t, Options{Broker: b.addr, QoS: 1, Subscribe: []string{"n"}, OnMessage: func(_ string, payload []byte, _ bool) {
		if string(payload) != fmt.Sprint(next) {
			wrong++
		}
		if next++; next == n {
			close(done)
		}
	}})
	for i := range n {
		// The broker drops what a subscriber's queue of 8192 can't take.
		for i-int(b.server.Info.Clone().MessagesSent) > 4000 {
			time.Sleep(time.Millisecond)
		}
		b.server.Publish("n", fmt.Append(nil, i), false, 0)
	}
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("not all messages came")
	}
	if wrong > 0 {
		t.Errorf("%d messages out of order", wrong)
	}
}

func TestAHandlerMayPublishAndWait(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	var c *Conn
	ready := make(chan bool)
	result := make(chan error, 1)
	c = dial(t, Options{Broker: b.addr, QoS: 2, Subscribe: []string{"ask"}, OnMessage: func(string, []byte, bool) {
		<-ready
		result <- c.Publish("answer", []byte("yes"))
	}})
	close(ready)
	if err := c.Publish("ask", nil); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Fatal(err)
	}
}

// changes records OnUp and OnDown.
type changes struct {
	up   chan bool
	down chan error
}

func newChanges(o *Options) changes {
	ch := changes{make(chan bool, 100), make(chan error, 100)}
	o.OnUp = func() { ch.up <- true }
	o.OnDown = func(err error) { ch.down <- err }
	return ch
}

func receive[T any](t testing.TB, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("waited in vain for " + what)
		panic("unreachable")
	}
}

func TestABrokerThatRestarts(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	var in inbox
	o := Options{Broker: b.addr, Subscribe: []string{"x"}, OnMessage: in.put}
	ch := newChanges(&o)
	c := dial(t, o)
	receive(t, "OnUp", ch.up)
	var want []string
	for i := range 3 {
		b.stop()
		err := receive(t, "OnDown", ch.down)
		if !strings.Contains(err.Error(), "is lost: the broker ended it") {
			t.Errorf("OnDown: %v", err)
		}
		err = c.Publish("x", []byte("lost"))
		if !errors.Is(err, ErrDown) || !strings.Contains(err.Error(), b.addr) {
			t.Errorf("while down: %v", err)
		}
		b.start()
		receive(t, "OnUp", ch.up)
		for len(ch.down) > 0 {
			<-ch.down // attempts meanwhile
		}
		b.server.Publish("x", fmt.Append(nil, i), false, 0)
		if err := c.Publish("y", nil); err != nil {
			t.Errorf("up again: %v", err)
		}
		want = append(want, fmt.Sprint("x ", i))
		await(t, "the message", in.has(want...))
	}
}

func TestRenewMakesAnotherConnection(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	var in inbox
	o := Options{Broker: b.addr, Subscribe: []string{"x"}, OnMessage: in.put}
	ch := newChanges(&o)
	c := dial(t, o)
	receive(t, "OnUp", ch.up)
	var want []string
	for i := range 3 {
		c.Renew()
		c.Renew() // of the same connection
		if err := receive(t, "OnDown", ch.down); !strings.Contains(err.Error(), "is lost: the broker takes messages and delivers none") {
			t.Errorf("OnDown: %v", err)
		}
		receive(t, "OnUp", ch.up)
		b.server.Publish("x", fmt.Append(nil, i), false, 0)
		want = append(want, fmt.Sprint("x ", i))
		await(t, "the message", in.has(want...))
	}
	c.Close()
	c.Renew() // does nothing
}

func TestABrokerThatComesLater(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	b.stop()
	o := Options{Broker: b.addr, Retry: true}
	ch := newChanges(&o)
	c := dial(t, o)
	if err := c.Publish("x", nil); !errors.Is(err, ErrDown) {
		t.Errorf("before: %v", err)
	}
	if err := receive(t, "OnDown", ch.down); !strings.Contains(err.Error(), "nothing listens there") {
		t.Error(err)
	}
	b.start()
	receive(t, "OnUp", ch.up)
	if err := c.Publish("x", nil); err != nil {
		t.Error(err)
	}
}

func TestCloseWhileTheBrokerIsAway(t *testing.T) {
	o := Options{Broker: freeAddress(t), Retry: true}
	ch := newChanges(&o)
	c := dial(t, o)
	receive(t, "OnDown", ch.down)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	receive(t, "the end", c.done)
	if err := c.Publish("x", nil); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestTheLastWill(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	will := &Will{Topic: "server", Payload: []byte("offline"), QoS: 1, Retain: true}
	dial(t, Options{Broker: b.addr, Will: will}).Close()
	c := dial(t, Options{Broker: b.addr, Will: will})
	if len(b.messages()) > 0 {
		t.Errorf("after a goodbye: %v", b.messages())
	}
	c.up.Load().stream.Conn.Close() // the cable is pulled
	await(t, "the last will", func() bool {
		return slices.Contains(b.messages(), mochiMessage{"server", "offline", true, 1})
	})
}

// serve answers every connection with a function.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c)
			}()
		}
	}()
	return l.Addr().String()
}

func TestWhyDialFails(t *testing.T) {
	config, ca := authority(t, time.Now().Add(time.Hour))
	_, otherCA := authority(t, time.Now().Add(time.Hour))
	old, oldCA := authority(t, time.Now().Add(-time.Hour))
	plain := startBroker(t, "tcp", nil)
	secure := startBroker(t, "tls", config)
	expired := startBroker(t, "tls", old)
	garbage := filepath.Join(t.TempDir(), "garbage.pem")
	if err := os.WriteFile(garbage, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	web := serve(t, func(c net.Conn) {
		bufio.NewReader(c).ReadByte()
		io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
	})
	silent := serve(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	rude := serve(t, func(c net.Conn) {})
	free := freeAddress(t)
	_, port, _ := net.SplitHostPort(free)
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"nothing there", Options{Broker: free}, "cannot reach a broker at " + free + ": nothing listens there; start it (`plotserver` brings one along), or name another with --broker"},
		{"nothing there by name", Options{Broker: "localhost:" + port}, "cannot reach a broker at localhost:" + port + ": nothing listens there; start it (`plotserver` brings one along), or name another with --broker"},
		{"wrong password", Options{Broker: plain.addr, User: "ann", Password: "wrong"}, `it does not accept user "ann" with this password`},
		{"a web server", Options{Broker: web}, "does not speak MQTT"},
		{"a silent server", Options{Broker: silent, Timeout: 100 * time.Millisecond}, "does not answer"},
		{"a rude server", Options{Broker: rude}, "ended the connection"},
		{"a web server without WebSocket", Options{Broker: "ws://" + web}, "does not offer one on /mqtt"},
		{"TLS to a plain broker", Options{Broker: "mqtts://" + plain.addr, Timeout: time.Second}, "cannot "},
		{"plain to a TLS broker", Options{Broker: secure.addr, Timeout: time.Second}, "use mqtts:// if it wants TLS"},
		{"an unknown authority", Options{Broker: "mqtts://" + secure.addr}, "give the authority's file with --ca"},
		{"another authority", Options{Broker: "mqtts://" + secure.addr, CAFile: otherCA}, "give the authority's file with --ca"},
		{"another name", Options{Broker: "mqtts://" + strings.Replace(secure.addr, "127.0.0.1", "127.0.0.2", 1), CAFile: ca}, "its certificate is for another name"},
		{"an expired certificate", Options{Broker: "mqtts://" + expired.addr, CAFile: oldCA}, "its certificate is not valid"},
		{"no such file", Options{Broker: "mqtts://x", CAFile: "/no/such/file"}, "cannot read the authority's certificate \"/no/such/file\""},
		{"no certificate in it", Options{Broker: "mqtts://x", CAFile: garbage}, "it holds none in PEM form"},
		{"an authority without TLS", Options{Broker: plain.addr, CAFile: ca}, "use mqtts:// or wss://"},
		{"a refused subscription", Options{Broker: plain.addr, Subscribe: []string{"a", "forbidden/#"}}, `cannot subscribe to "forbidden/#": the broker at ` + plain.addr + " does not allow it"},
		{"a bad QoS", Options{Broker: plain.addr, QoS: 3}, "cannot use QoS 3"},
		{"a password alone", Options{Broker: plain.addr, Password: "x"}, "--user"},
		{"a bad broker", Options{Broker: "http://x"}, "cannot use"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "another name" {
				// Only Linux has all of 127.0.0.0/8 on the loopback interface.
				if l, err := net.Listen("tcp", "127.0.0.2:0"); err != nil {
					t.Skip("127.0.0.2 is no address of this machine")
				} else {
					l.Close()
				}
				proxied := proxyTo(t, "127.0.0.2:0", secure.addr)
				c.o.Broker = "mqtts://" + proxied
			}
			conn, err := Dial(t.Context(), c.o)
			if err == nil {
				conn.Close()
				t.Fatal("it worked")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a sentence: %q", err)
			}
		})
	}
}

// proxyTo passes connections on.
func proxyTo(t *testing.T, listen, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			a, err := l.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("tcp", to)
			if err != nil {
				a.Close()
				continue
			}
			go func() { io.Copy(a, b); a.Close() }()
			go func() { io.Copy(b, a); b.Close() }()
		}
	}()
	return l.Addr().String()
}

func TestNamesThatDoNotResolve(t *testing.T) {
	u, _ := ParseBroker("nowhere", 0)
	err := dialFailure(u, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nowhere", IsNotFound: true}})
	if !strings.Contains(err.Error(), `cannot find the broker "nowhere"`) {
		t.Error(err)
	}
	var c *ConnectError
	if !errors.As(err, &c) || c.Broker != "nowhere:1883" {
		t.Errorf("%#v", err)
	}
}

func TestDialCanBeGivenUp(t *testing.T) {
	silent := serve(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := Dial(ctx, Options{Broker: silent, Timeout: time.Minute}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// A broker that accepts everything and acknowledges nothing.
func TestAnUnconfirmedMessageIsAnError(t *testing.T) {
	mute := serve(t, func(c net.Conn) {
		c.Write([]byte{0x20, 2, 0, 0}) // CONNACK
		io.Copy(io.Discard, c)
	})
	c := dial(t, Options{Broker: mute, QoS: 1, Timeout: 500 * time.Millisecond})
	if err := c.Publish("x", nil); err == nil || !strings.Contains(err.Error(), "did not confirm it within 500ms") {
		t.Error(err)
	}
}

// A broker that stops reading: Publish must not wait for ever, and must not
// say that all is well.
func TestABrokerThatStopsReading(t *testing.T) {
	stuck := make(chan net.Conn, 1)
	addr := serve(t, func(c net.Conn) {
		c.Write([]byte{0x20, 2, 0, 0})
		stuck <- c
		select {}
	})
	c := dial(t, Options{Broker: addr})
	peer := <-stuck
	result := make(chan error, 1)
	go func() {
		block := make([]byte, 1<<20)
		for {
			if err := c.Publish("x", block); err != nil {
				result <- err
				return
			}
		}
	}()
	await(t, "the buffer to fill", func() bool {
		s := c.up.Load().stream
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.sending && len(s.buf) > 0
	})
	peer.Close()
	if err := receive(t, "Publish to end", result); !errors.Is(err, ErrDown) {
		t.Error(err)
	}
}

func TestTopicsThatCannotBePublishedTo(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	c := dial(t, Options{Broker: b.addr})
	for _, topic := range []string{"", "a/+", "#", "a\x00b", "\xff"} {
		if err := c.Publish(topic, nil); err == nil {
			t.Errorf("%q was accepted", topic)
		}
	}
	if err := c.Publish(strings.Repeat("a", 1<<16), nil); err == nil {
		t.Error("a topic of 64 KiB was accepted")
	}
	if err := c.Publish("fine", nil); err != nil {
		t.Error(err)
	}
}

func TestClientIDsAreUniqueAndShort(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := uniqueID()
		if seen[id] || len(id) > 23 {
			t.Fatal(id)
		}
		seen[id] = true
	}
}

func BenchmarkPublish(b *testing.B) {
	broker := startBroker(b, "tcp", nil)
	broker.server.Unsubscribe("#", 1)
	c := dial(b, Options{Broker: broker.addr})
	payload := []byte(`["sinusoid", 0.025, 0.98, 0.15, 0.147]`)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Publish("hopla/data", payload); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func TestSentCountsWhatGoesToTheNetwork(t *testing.T) {
	b := startBroker(t, "tcp", nil)
	c := dial(t, Options{Broker: b.addr})
	before := c.Sent()
	for ; before == 0 && t.Context().Err() == nil; before = c.Sent() {
		time.Sleep(time.Millisecond) // the broker may have answered before its question counts as sent
	}
	if err := c.Publish("topic", []byte("ten bytes!")); err != nil {
		t.Fatal(err)
	}
	c.Close()
	// The message with its 2 bytes in front and those of its topic's length, and the
	// 2 bytes of the goodbye.
	if n := c.Sent() - before; before == 0 || n != 2+2+5+10+2 {
		t.Errorf("sent %d bytes, then %d more", before, n)
	}
}
