package host

import (
	"io"
	"net"
	"sync"
	"time"
)

// conn is a TCP connection whose Read never waits: a goroutine does, which a laptop
// can afford. So a simulation can run faster than the world.
type conn struct {
	net.Conn
	mu   sync.Mutex
	room *sync.Cond // there is room in in, or the connection has ended
	in   []byte
	err  error
}

const (
	inSize    = 4096
	dialTime  = 5 * time.Second
	writeTime = 5 * time.Second
)

func dial(address string) (io.ReadWriteCloser, error) {
	c, err := net.DialTimeout("tcp", address, dialTime)
	if err != nil {
		return nil, err
	}
	b := &conn{Conn: c}
	b.room = sync.NewCond(&b.mu)
	go b.receive()
	return b, nil
}

func (c *conn) receive() {
	var p [inSize]byte
	for {
		n, err := c.Conn.Read(p[:])
		c.mu.Lock()
		for len(c.in) >= inSize && c.err == nil {
			c.room.Wait()
		}
		c.in = append(c.in, p[:n]...)
		if err != nil && c.err == nil {
			c.err = err
		}
		ended := c.err != nil
		c.mu.Unlock()
		if ended {
			return
		}
	}
}

// Read gives what has come, nothing with a nil error if nothing has.
func (c *conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.in) == 0 {
		return 0, c.err
	}
	n := copy(p, c.in)
	c.in = c.in[:copy(c.in, c.in[n:])]
	c.room.Signal()
	return n, nil
}

func (c *conn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *conn) Close() error {
	c.mu.Lock()
	if c.err == nil {
		c.err = net.ErrClosed
	}
	c.room.Signal()
	c.mu.Unlock()
	return c.Conn.Close()
}
