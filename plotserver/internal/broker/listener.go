package broker

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
)

const (
	listenerID    = "tcp"
	connectTime   = 10 * time.Second // from the TCP connection to CONNECT
	writeTime     = 5 * time.Second  // a subscriber that takes nothing for so long is let go
	acceptPause   = 50 * time.Millisecond
	deadlineSlack = time.Second
)

// listener is mochi's listener over one port. It knows its connections, so
// that they can be ended, and keeps a panic within the one that caused it.
type listener struct {
	net.Listener
	ended func(c net.Conn, err error)

	mu     sync.Mutex
	closed bool
	conns  map[*conn]struct{}
	wg     sync.WaitGroup
}

var _ listeners.Listener = (*listener)(nil)

func newListener(l net.Listener, ended func(net.Conn, error)) *listener {
	return &listener{Listener: l, ended: ended, conns: make(map[*conn]struct{})}
}

func (l *listener) ID() string              { return listenerID }
func (l *listener) Address() string         { return l.Addr().String() }
func (l *listener) Protocol() string        { return "tcp" }
func (l *listener) Init(*slog.Logger) error { return nil }

// Serve accepts connections until the port is closed.
func (l *listener) Serve(establish listeners.EstablishFn) {
	for {
		raw, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Out of file descriptors, for example: it passes.
			time.Sleep(acceptPause)
			continue
		}
		c := &conn{Conn: raw}
		if !l.add(c) {
			raw.Close()
			return
		}
		go l.handle(c, establish)
	}
}

func (l *listener) handle(c *conn, establish listeners.EstablishFn) {
	defer l.remove(c)
	defer func() {
		if p := recover(); p != nil {
			l.ended(c, panicked{p})
		}
	}()
	// mochi sets no limit before it has read CONNECT.
	c.SetDeadline(time.Now().Add(connectTime))
	l.ended(c, establish(listenerID, c))
}

func (l *listener) add(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.conns[c] = struct{}{}
	l.wg.Add(1)
	return true
}

func (l *listener) remove(c *conn) {
	c.Close()
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	l.wg.Done()
}

func (l *listener) connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// closeAll ends all connections. The channel is closed when their goroutines
// have returned.
func (l *listener) closeAll() <-chan struct{} {
	l.mu.Lock()
	l.closed = true
	for c := range l.conns {
		c.Close()
	}
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.wg.Wait()
		close(done)
	}()
	return done
}

// Close is for mochi; [Broker.Close] has ended everything by then.
func (l *listener) Close(listeners.CloseFn) { l.Listener.Close() }

// conn is a client's connection as mochi sees it.
type conn struct {
	net.Conn
	bounded  bool      // SetDeadline was called
	deadline time.Time // for reading, as set last
}

// SetDeadline bounds reading only. mochi calls it before every packet; what
// changes it by less than a second is not passed on, and to make up for it the
// deadline is set a second late.
func (c *conn) SetDeadline(t time.Time) error {
	switch {
	case !c.bounded:
	case t.IsZero() && c.deadline.IsZero():
		return nil
	case !t.IsZero() && !t.After(c.deadline) && c.deadline.Sub(t) <= deadlineSlack:
		return nil
	}
	if !t.IsZero() {
		t = t.Add(deadlineSlack)
	}
	c.bounded, c.deadline = true, t
	return c.Conn.SetReadDeadline(t)
}

// Write bounds writing: mochi holds a lock meanwhile, and would go on after an
// error in the middle of a packet.
func (c *conn) Write(p []byte) (int, error) {
	c.Conn.SetWriteDeadline(time.Now().Add(writeTime))
	n, err := c.Conn.Write(p)
	if err != nil {
		c.Conn.Close()
	}
	return n, err
}
