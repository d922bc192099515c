package link_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotserver/internal/link"
)

// cable is a network between the server and the broker that can be cut.
type cable struct {
	addr string

	mu    sync.Mutex
	conns []net.Conn
}

func newCable(t *testing.T, to string) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close(); c.cut() })
	pass := func(to, from net.Conn) {
		io.Copy(to, from)
		to.Close()
		from.Close()
	}
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
			c.mu.Lock()
			c.conns = append(c.conns, a, b)
			c.mu.Unlock()
			go pass(a, b)
			go pass(b, a)
		}
	}()
	return c
}

// cut ends the connections that there are.
func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

// Rows that a client publishes while the server's own connection breaks again
// and again wait at the broker. At QoS 2 each arrives once; at QoS 1 those whose
// acknowledgement was on its way may arrive twice, as MQTT allows.
func TestNoRowIsLostWhenTheServersConnectionBreaks(t *testing.T) {
	const rows, cuts = 3000, 6
	for _, qos := range []byte{1, 2} {
		t.Run(fmt.Sprint("QoS ", qos), func(t *testing.T) {
			b := newMosquitto(t)
			b.(*mosquitto).more = "max_queued_messages 100000\n"
			b.start(t)
			cable := newCable(t, b.address())
			in := link.NewInbox(0)
			states := make(chan link.State, 100)
			l, err := link.Join(link.JoinOptions{
				Session: "hopla", Connection: pahomqtt.Options{Broker: cable.addr, QoS: qos},
				State: func(s link.State) { states <- s },
			}, in)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			awaitState(t, states, link.Up)
			c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: b.address(), QoS: qos})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			published := make(chan struct{})
			go func() {
				defer close(published)
				pace := time.NewTicker(time.Millisecond) // a connection is to be up for longer than it was down
				defer pace.Stop()
				for i := range rows {
					<-pace.C
					if err := c.Publish("hopla/data", strconv.AppendInt(nil, int64(i), 10)); err != nil {
						t.Error(err)
					}
					switch i % (rows / (cuts + 1)) {
					case 0:
						for i > 0 && (<-states).Phase != link.Up {
						}
					case 300:
						cable.cut()
					}
				}
			}()
			var batch link.Batch
			seen := make([]int, rows)
			order, twice := -1, 0
			for last := false; !last; {
				text, _ := strings.CutPrefix(take(t, in, &batch), "data ")
				i, err := strconv.Atoi(text)
				if err != nil || i >= rows {
					t.Fatalf("got %q", text)
				}
				if seen[i]++; seen[i] > 1 {
					twice++
				} else if i != order+1 {
					t.Errorf("row %d came after row %d", i, order)
				}
				order = max(order, i)
				last = order == rows-1
			}
			<-published // the last row may be here before its sender knows
			if n := slices.Index(seen, 0); n >= 0 {
				t.Errorf("row %d is lost", n)
			}
			if qos == 2 && twice > 0 {
				t.Errorf("%d rows came twice", twice)
			}
			t.Logf("%d of %d rows came twice", twice, rows)
		})
	}
}

// The link is there again at once when the broker is.
func TestTheLinkComesBackQuickly(t *testing.T) {
	b := newMosquitto(t)
	b.start(t)
	cable := newCable(t, b.address())
	states := make(chan link.State, 100)
	l, err := link.Join(link.JoinOptions{
		Session: "hopla", Connection: pahomqtt.Options{Broker: cable.addr, QoS: 1},
		State: func(s link.State) { states <- s },
	}, link.NewInbox(0))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	awaitState(t, states, link.Up)
	for range 3 {
		cable.cut()
		awaitState(t, states, link.Down)
		began := time.Now()
		awaitState(t, states, link.Up)
		t.Logf("up again after %v", time.Since(began))
	}
}

// Close leaves no session behind that would go on collecting messages.
func TestCloseEndsTheSession(t *testing.T) {
	b := newMosquitto(t)
	b.start(t)
	in := link.NewInbox(0)
	states := make(chan link.State, 100)
	join := func() link.Link {
		l, err := link.Join(link.JoinOptions{
			Session: "hopla", Connection: pahomqtt.Options{Broker: b.address(), QoS: 1, ClientID: "same"},
			State: func(s link.State) { states <- s },
		}, in)
		if err != nil {
			t.Fatal(err)
		}
		awaitState(t, states, link.Up)
		return l
	}
	l := join()
	began := time.Now()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("Close took %v", time.Since(began))
	c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: b.address(), QoS: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Publish("hopla/data", []byte("while it was away")); err != nil {
		t.Fatal(err)
	}
	defer join().Close()
	if err := c.Publish("hopla/data", []byte("now")); err != nil {
		t.Fatal(err)
	}
	var batch link.Batch
	if got := take(t, in, &batch); got != "data now" {
		t.Errorf("got %q", got)
	}
}
