package mqtt

import (
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
)

// memory is a connection without a network: Read gives from in, Write adds to
// out.
type memory struct {
	in, out  []byte
	readMost int   // bytes a Read gives at most; 0 is no bound
	writeN   []int // bytes that the coming Writes take; -1 is all with no error, others a timeout if too few
	ended    bool  // Read gives the end after in
	readErr  error // Read gives this after in
	writes   int
	closed   int
}

func (m *memory) Read(p []byte) (int, error) {
	if len(m.in) == 0 {
		if m.ended {
			return 0, io.EOF
		}
		return 0, m.readErr
	}
	if m.readMost > 0 && len(p) > m.readMost {
		p = p[:m.readMost]
	}
	n := copy(p, m.in)
	m.in = m.in[n:]
	return n, nil
}

func (m *memory) Write(p []byte) (int, error) {
	m.writes++
	n, err := len(p), error(nil)
	if len(m.writeN) > 0 {
		if k := m.writeN[0]; k >= 0 && k < n {
			n, err = k, timeout{}
		}
		m.writeN = m.writeN[1:]
	}
	m.out = append(m.out, p[:n]...)
	return n, err
}

func (m *memory) Close() error { m.closed++; return nil }

// timeout is like the errors of Go's net.
type timeout struct{}

func (timeout) Error() string { return "timed out" }
func (timeout) Timeout() bool { return true }

// wrapped hides an error behind Unwrap, as net.OpError does.
type wrapped struct{ err error }

func (w wrapped) Error() string { return "read: " + w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }

var errCable = errors.New("cable pulled")

// takeOut is what was written since the last call, in hexadecimal.
func (m *memory) takeOut() string {
	s := hex.EncodeToString(m.out)
	m.out = nil
	return s
}

// unhex reads a packet as the tables write it, with spaces and 'text'.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	var b []byte
	for _, word := range strings.Fields(s) {
		if text, ok := strings.CutPrefix(word, "'"); ok {
			b = append(b, strings.TrimSuffix(text, "'")...)
			continue
		}
		x, err := hex.DecodeString(word)
		if err != nil {
			t.Fatal(word, err)
		}
		b = append(b, x...)
	}
	return b
}

// options are small buffers and a handler that logs.
func options(log func(string)) Options {
	return Options{
		ClientID: "b",
		In:       make([]byte, 64),
		Out:      make([]byte, 64),
		OnMessage: func(topic, payload []byte, retained bool) {
			s := "message " + string(topic) + " " + strconv.Quote(string(payload))
			if retained {
				s += " retained"
			}
			log(s)
		},
	}
}

func mustNew(t testing.TB, o Options) *Client {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var connackOK = []byte{0x20, 2, 0, 0}

// up is a client whose connection was accepted at time 0.
func up(t testing.TB, o Options) (*Client, *memory) {
	t.Helper()
	c, m := mustNew(t, o), &memory{in: connackOK}
	c.Reset(m)
	if err := c.Connect(0); err != nil {
		t.Fatal(err)
	}
	for c.State() != Up {
		if err := c.Poll(0); err != nil {
			t.Fatal(err)
		}
	}
	m.out, m.writes = nil, 0
	return c, m
}

func want(t testing.TB, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
