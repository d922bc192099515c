//go:build !tinygo

package mqtt

import (
	"io"
	"net"
	"time"
)

// deadlines is what a program puts around a net.Conn: no call waits long.
type deadlines struct{ net.Conn }

func (d deadlines) Read(p []byte) (int, error) {
	if err := d.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
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

// shortWrites takes three bytes at a time, and at every other call none.
type shortWrites struct {
	io.ReadWriteCloser
	n int
}

func (s *shortWrites) Write(p []byte) (int, error) {
	if s.n++; s.n%2 == 0 {
		return 0, timeout{}
	}
	return s.ReadWriteCloser.Write(p[:min(3, len(p))])
}

// byteWrites takes one byte at a time and has no complaint.
type byteWrites struct{ io.ReadWriteCloser }

func (b byteWrites) Write(p []byte) (int, error) { return b.ReadWriteCloser.Write(p[:min(1, len(p))]) }

// lines are kinds of connections; stalls tells that only messages that fit into
// Out can be sent.
func lines() []line {
	return []line{
		{"plain", func(c io.ReadWriteCloser) io.ReadWriteCloser { return c }, false},
		{"one byte a read", func(c io.ReadWriteCloser) io.ReadWriteCloser { return byteReads{c} }, false},
		{"one byte a write", func(c io.ReadWriteCloser) io.ReadWriteCloser { return byteWrites{c} }, false},
		{"stalling writes", func(c io.ReadWriteCloser) io.ReadWriteCloser { return &shortWrites{ReadWriteCloser: c} }, true},
		{"both", func(c io.ReadWriteCloser) io.ReadWriteCloser {
			return &shortWrites{ReadWriteCloser: byteReads{c}}
		}, true},
	}
}

type line struct {
	name   string
	wrap   func(io.ReadWriteCloser) io.ReadWriteCloser
	stalls bool
}
