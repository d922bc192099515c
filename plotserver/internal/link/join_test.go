package link_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
	"iotplot/plotserver/internal/link"
)

// outside is a broker that is not the server's own. It can be stopped and
// started again at the same address, and lets everybody say everything.
type outside interface {
	start(t *testing.T)
	stop(t *testing.T)
	address() string
}

// mosquitto is the real one.
type mosquitto struct {
	program, config, addr string
	text, more            string // its configuration
	cmd                   *exec.Cmd
}

func newMosquitto(t *testing.T) outside {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil { // Debian keeps it out of a user's PATH
			t.Skip("mosquitto is not installed: apt-get install mosquitto")
		}
	}
	addr := freeAddress(t)
	_, port, _ := net.SplitHostPort(addr)
	config := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\n"
	m := &mosquitto{program: program, config: config, addr: addr, text: text}
	t.Cleanup(func() { m.stop(t) })
	return m
}

func (m *mosquitto) address() string { return m.addr }

func (m *mosquitto) start(t *testing.T) {
	if err := os.WriteFile(m.config, []byte(m.text+m.more), 0o600); err != nil {
		t.Fatal(err)
	}
	m.cmd = exec.Command(m.program, "-c", m.config)
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "mosquitto to listen", func() bool {
		c, err := net.Dial("tcp", m.addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (m *mosquitto) stop(t *testing.T) {
	if m.cmd == nil {
		return
	}
	if m.cmd.Process.Signal(syscall.SIGTERM) != nil {
		m.cmd.Process.Kill()
	}
	m.cmd.Wait()
	m.cmd = nil
}

// embedded is another server's broker.
type embedded struct {
	b    *broker.Broker
	addr string
	port int
}

func (e *embedded) address() string { return e.addr }

func (e *embedded) start(t *testing.T) {
	b, err := broker.Listen(broker.Config{Session: "hopla", Address: "127.0.0.1", Port: e.port})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	e.b, e.addr, e.port = b, b.Addr().String(), b.Addr().(*net.TCPAddr).Port
}

func (e *embedded) stop(t *testing.T) {
	if e.b != nil {
		e.b.Close()
		e.b = nil
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

// awaitState waits for a state and returns it; others on the way are dropped.
func awaitState(t *testing.T, states <-chan link.State, want link.Phase) link.State {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case s := <-states:
			if s.Phase == want {
				return s
			}
		case <-limit:
			t.Fatalf("waited in vain for phase %d", want)
		}
	}
}

// take returns the next message as text.
func take(t *testing.T, in *link.Inbox, b *link.Batch) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if m, ok := b.Next(); ok {
			text := m.Topic.String() + " " + string(m.Payload)
			if m.Retained {
				text += " retained"
			}
			return text
		}
		if !in.Take(b, time.Second) {
			t.Fatal("the inbox is closed")
		}
	}
	t.Fatal("no message came")
	return ""
}

func TestJoinSurvivesRestartsOfTheBroker(t *testing.T) {
	for name, create := range map[string]func(*testing.T) outside{
		"mosquitto": newMosquitto,
		"embedded": func(t *testing.T) outside {
			e := new(embedded)
			t.Cleanup(func() { e.stop(t) })
			return e
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := create(t)
			if name == "embedded" {
				b.start(t) // to have an address
				b.stop(t)
			}
			in := link.NewInbox(0)
			var batch link.Batch
			states := make(chan link.State, 100)
			l, err := link.Join(link.JoinOptions{
				Session: "hopla", Connection: pahomqtt.Options{Broker: b.address(), QoS: 1},
				State: func(s link.State) { states <- s },
			}, in)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if s := <-states; s.Phase != link.Connecting || s.Broker != b.address() {
				t.Errorf("first state %v", s)
			}
			// The broker comes up later.
			if s := awaitState(t, states, link.Down); !strings.Contains(s.String(), "nothing listens there") {
				t.Error(s)
			}
			if err := l.Publish("hopla/reply", nil, false); !errors.Is(err, pahomqtt.ErrDown) {
				t.Errorf("while down: %v", err)
			}
			for i := range 3 {
				b.start(t)
				s := awaitState(t, states, link.Up)
				if s.Again != (i > 0) {
					t.Errorf("state %v", s)
				}
				c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: b.address(), QoS: 1})
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"new_series", "data", "rows", "save_series", "plot_series", "load_series"} {
					payload := fmt.Sprint(name, i)
					if err := c.Publish("hopla/"+name, []byte(payload)); err != nil {
						t.Fatal(err)
					}
					if got := take(t, in, &batch); got != name+" "+payload {
						t.Errorf("got %q", got)
					}
				}
				c.Close()
				b.stop(t)
				if s := awaitState(t, states, link.Down); !strings.Contains(s.String(), "is lost: the broker ended it; trying again") {
					t.Error(s)
				}
			}
		})
	}
}

// What the server says does not come back to it, its last will is its own,
// and messages that the broker had kept are marked.
func TestJoinTalks(t *testing.T) {
	for qos := range byte(3) {
		t.Run(fmt.Sprint("QoS ", qos), func(t *testing.T) {
			b := newMosquitto(t)
			b.start(t)
			heard := make(chan string, 100)
			c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{
				Broker: b.address(), QoS: qos, Subscribe: []string{"hopla/#"},
				OnMessage: func(topic string, p []byte, retained bool) { heard <- fmt.Sprint(topic, " ", string(p), " ", retained) },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.PublishRetained("hopla/new_series", []byte("old")); err != nil {
				t.Fatal(err)
			}
			<-heard
			in := link.NewInbox(0)
			states := make(chan link.State, 100)
			l, err := link.Join(link.JoinOptions{
				Session: "hopla", Connection: pahomqtt.Options{Broker: b.address(), QoS: qos},
				State: func(s link.State) { states <- s },
				Lost:  func(topic string, err error) { t.Errorf("lost %s: %v", topic, err) },
			}, in)
			if err != nil {
				t.Fatal(err)
			}
			awaitState(t, states, link.Up)
			payload := []byte("1")
			for _, topic := range []string{"hopla/reply", "hopla/ack", "hopla/server"} {
				if err := l.Publish(topic, payload, topic == "hopla/server"); err != nil {
					t.Fatal(err)
				}
			}
			payload[0] = 'x' // it is ours again
			c.Publish("hopla/data", []byte("2"))
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			var got []string
			for range 4 {
				got = append(got, <-heard)
			}
			slices.Sort(got)
			if want := []string{"hopla/ack 1 false", "hopla/data 2 false", "hopla/reply 1 false", "hopla/server 1 false"}; !slices.Equal(got, want) {
				t.Errorf("heard %q", got)
			}
			in.Close()
			var batch link.Batch
			var put []string
			for in.Take(&batch, 0) {
				for m, ok := batch.Next(); ok; m, ok = batch.Next() {
					put = append(put, fmt.Sprint(m.Topic, " ", string(m.Payload), " ", m.Retained))
				}
			}
			if len(put) == 0 || put[0] != "new_series old true" || slices.ContainsFunc(put, func(s string) bool { return strings.Contains(s, " 1 ") }) {
				t.Errorf("the server got %q", put)
			}
		})
	}
}

func TestJoinRefusesBadOptions(t *testing.T) {
	for _, o := range []link.JoinOptions{
		{Session: "+"},
		{Session: "hopla", Connection: pahomqtt.Options{Broker: "http://x"}},
		{Session: "hopla", Connection: pahomqtt.Options{QoS: 3}},
	} {
		if l, err := link.Join(o, link.NewInbox(0)); err == nil {
			l.Close()
			t.Errorf("%+v was accepted", o)
		}
	}
}

// A hundred thousand rows from a client over TCP, through the embedded broker
// and a small inbox, come out whole and in order.
func TestEmbeddedKeepsOrder(t *testing.T) {
	b, err := broker.Listen(broker.Config{Session: "hopla", Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	in := link.NewInbox(16 << 10)
	l, err := link.Embed(b, "hopla", in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := link.Embed(b, "other", in); err == nil {
		t.Error("another session was accepted")
	}
	b.Serve()
	replies := make(chan string, 10)
	c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{
		Broker: b.Addr().String(), Subscribe: []string{"hopla/reply"},
		OnMessage: func(_ string, p []byte, _ bool) { replies <- string(p) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const n = 100_000
	go func() {
		for i := range n {
			c.Publish("hopla/data", fmt.Append(nil, i))
		}
	}()
	var batch link.Batch
	var want []byte
	for i := 0; i < n; {
		if !in.Take(&batch, 20*time.Second) {
			t.Fatal("closed")
		}
		for m, ok := batch.Next(); ok; m, ok = batch.Next() {
			if want = fmt.Append(want[:0], i); !bytes.Equal(m.Payload, want) || m.Topic != wire.TopicData {
				t.Fatalf("message %d is %+v", i, m)
			}
			if i == 0 {
				if err := l.Publish("hopla/reply", []byte("got the first"), false); err != nil {
					t.Error(err)
				}
			}
			i++
		}
	}
	if got := <-replies; got != "got the first" {
		t.Error(got)
	}
}
