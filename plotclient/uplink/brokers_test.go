//go:build !tinygo

package uplink_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/internal/brokertest"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/uplink/uplinktest"
	"iotplot/plotclient/wire"
)

// patience bounds every wait for something that must happen.
const patience = 30 * time.Second

// serve puts a plot server behind a broker, through the host's MQTT.
func serve(t *testing.T, address string, s *uplinktest.Server) *sync.Mutex {
	t.Helper()
	var mu sync.Mutex
	var conn *pahomqtt.Conn
	say := func(topic string, payload []byte) { conn.Publish(topic, payload) }
	ready := make(chan struct{})
	var once sync.Once
	mu.Lock()
	var err error
	conn, err = pahomqtt.Dial(context.Background(), pahomqtt.Options{
		Broker: address, Retry: true,
		Subscribe: []string{"hopla/new_series", "hopla/rows", "hopla/save_series", "hopla/plot_series"},
		OnUp:      func() { once.Do(func() { close(ready) }) },
		OnMessage: func(topic string, payload []byte, retained bool) {
			mu.Lock()
			defer mu.Unlock()
			s.Handle(topic, payload, say)
		},
	})
	mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("the server did not come up")
	}
	return &mu
}

// deadlines is what a program puts around a net.Conn: no call waits long.
type deadlines struct{ net.Conn }

func (d deadlines) Read(p []byte) (int, error) {
	if err := d.SetReadDeadline(time.Now().Add(200 * time.Microsecond)); err != nil {
		return 0, err
	}
	return d.Conn.Read(p)
}

func (d deadlines) Write(p []byte) (int, error) {
	if err := d.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return 0, err
	}
	return d.Conn.Write(p)
}

// byteReads delivers one byte at a time.
type byteReads struct{ io.ReadWriteCloser }

func (b byteReads) Read(p []byte) (int, error) { return b.ReadWriteCloser.Read(p[:min(1, len(p))]) }

// board is a Link over real TCP, with the clock of the wall.
type board struct {
	*uplink.Link
	t       *testing.T
	start   time.Time
	rows    int
	replies []wire.Reply
	dials   int
}

func newBoard(t *testing.T, address string, wrap func(io.ReadWriteCloser) io.ReadWriteCloser) *board {
	t.Helper()
	b := &board{t: t, start: time.Now()}
	link, err := uplink.New("hopla", uplink.Options{
		Dial: func() (io.ReadWriteCloser, error) {
			b.dials++
			conn, err := net.DialTimeout("tcp", address, 5*time.Second)
			if err != nil {
				return nil, err
			}
			return wrap(deadlines{conn}), nil
		},
		Random: xorshift(uint64(time.Now().UnixNano())), In: make([]byte, 600), Out: make([]byte, 1100),
		ShortestPause: 20, LongestPause: 200,
		Stream: plotclient.StreamOptions{
			Ring: make([]byte, 16<<10), Buffer: make([]byte, 1024), BatchTime: 5, CloseTime: patience.Milliseconds(),
			OnReply: func(_ int, r wire.Reply) { b.replies = append(b.replies, r) },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Link = link
	if err := link.Stream().Open(b.now(), "solar", "t", "V"); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *board) now() int64 { return time.Since(b.start).Milliseconds() }

// give gives so many rows, as fast as the ring takes them.
func (b *board) give(n int) {
	b.t.Helper()
	end := time.Now().Add(patience)
	for n > 0 {
		switch err := b.Stream().Row(b.now(), float64(b.rows), 10*float64(b.rows)); err {
		case nil:
			b.rows++
			n--
		case plotclient.ErrFull:
			if time.Now().After(end) {
				b.t.Fatalf("the ring stays full: the link is %v, %v", b.State(), b.Failure())
			}
		default:
			b.t.Fatal(err)
		}
		b.Poll(b.now())
	}
}

func (b *board) until(what string, so func() bool) {
	b.t.Helper()
	for end := time.Now().Add(patience); !so(); b.Poll(b.now()) {
		if time.Now().After(end) {
			b.t.Fatalf("%s did not come: the link is %v, %v", what, b.State(), b.Failure())
		}
		if b.State() == uplink.Offline {
			time.Sleep(time.Millisecond) // there is no Read that waits
		}
	}
}

// finish saves, closes and compares.
func (b *board) finish(mu *sync.Mutex, s *uplinktest.Server) {
	b.t.Helper()
	if _, err := b.Stream().Save(b.now(), ""); err != nil {
		b.t.Fatal(err)
	}
	b.until("the reply", func() bool { return len(b.replies) == 1 })
	for !b.Close(b.now()) {
	}
	mu.Lock()
	defer mu.Unlock()
	run := s.Find("solar")
	if len(run.Rows) != b.rows || !b.replies[0].OK || b.replies[0].Rows != int64(b.rows) {
		b.t.Fatalf("%d rows arrived of %d, the reply is %+v", len(run.Rows), b.rows, b.replies[0])
	}
	for i, row := range run.Rows {
		if len(row) != 2 || row[0] != float64(i) || row[1] != 10*row[0] {
			b.t.Fatalf("row %d arrived as %v", i, row)
		}
	}
	if len(s.Commands) != 1 {
		b.t.Errorf("%d commands were carried out, want 1", len(s.Commands))
	}
}

func TestBrokers(t *testing.T) {
	for name, wrap := range map[string]func(io.ReadWriteCloser) io.ReadWriteCloser{
		"plain":           func(c io.ReadWriteCloser) io.ReadWriteCloser { return c },
		"one byte a read": func(c io.ReadWriteCloser) io.ReadWriteCloser { return byteReads{c} },
	} {
		t.Run(name, func(t *testing.T) {
			brokertest.Each(t, brokertest.Everybody, func(t *testing.T, br brokertest.Broker) {
				s := &uplinktest.Server{Session: "hopla"}
				mu := serve(t, br.Address(), s)
				b := newBoard(t, br.Address(), wrap)
				b.give(3000)
				b.finish(mu, s)
				if b.dials != 1 {
					t.Errorf("%d dials", b.dials)
				}
			})
		})
	}
}

// TestBrokersRestart kills the broker while rows stream, and starts it again.
func TestBrokersRestart(t *testing.T) {
	brokertest.Each(t, brokertest.Everybody, func(t *testing.T, br brokertest.Broker) {
		s := &uplinktest.Server{Session: "hopla"}
		mu := serve(t, br.Address(), s)
		b := newBoard(t, br.Address(), func(c io.ReadWriteCloser) io.ReadWriteCloser { return c })
		for range 4 {
			b.give(500)
			br.Kill()
			b.until("the end of the connection", func() bool { return b.State() == uplink.Offline })
			b.give(100) // the ring takes them, if the server has the older ones
			if err := br.Start(); err != nil {
				t.Fatal(err)
			}
			b.until("the connection", func() bool { return b.State() == uplink.Online })
			b.until("acks", func() bool { return b.Stream().Pending() == 0 })
		}
		b.finish(mu, s)
		if b.dials < 5 {
			t.Errorf("%d dials, and the broker was killed 4 times", b.dials)
		}
	})
}
