//go:build tinygo

package board

import (
	"io"
	"net"
	"time"
)

// Times of the connection: how long one Read waits, and one Write.
const (
	readTime  = 2 * time.Millisecond
	writeTime = 5 * time.Second
)

// conn gives a connection what package mqtt asks for: no call waits long.
type conn struct{ net.Conn }

func (c conn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(readTime)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c conn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Dialer dials a broker, host:port; the host is best an IP address, because names
// that end in .local often fail on boards.
func Dialer(address string) func() (io.ReadWriteCloser, error) {
	return func() (io.ReadWriteCloser, error) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return nil, err
		}
		return conn{c}, nil
	}
}
