package pahomqtt

import (
	"bufio"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// stream is the network connection as paho sees it. It gathers what is
// written and sends it from a goroutine of its own, many packets at a time;
// paho by itself makes a system call, and passes four goroutines, for each.
// Because every Write of paho's is one whole packet, packets at QoS 0 can be
// put among them without going through paho at all. What comes in it checks, and
// handles messages itself, see Read.
type stream struct {
	net.Conn
	r *bufio.Reader

	mu      sync.Mutex
	buf     []byte // to be sent
	spare   []byte // the buffer that was sent last
	sending bool
	err     error
	closing bool       // no more is accepted; what there is goes out
	more    *sync.Cond // buf or closing or err changed
	less    *sync.Cond // something was sent, or err changed

	in    *inlet
	count *atomic.Int64  // of bytes sent
	asked map[uint16]int // SUBSCRIBE's id: number of filters, until it is answered; guarded by mu

	// Of the one who reads.
	heard   bool
	first   byte   // what came first from the other side, for errors
	topic   string // of the last message
	packet  []byte // of paho's that was read last
	checked []byte // what of it paho has not taken yet

	readEnd  chan struct{} // closed when reading has failed, as when the other side ended the connection
	readErr  error         // why, valid once readEnd is closed
	endOnce  sync.Once
	shutOnce sync.Once
	graceful bool // the peer gets time to read everything; guarded by mu
}

const (
	receiveBuffer = 32 << 10
	streamBuffer  = 64 << 10 // a publisher waits when so much waits to be sent
	sendTime      = 20 * time.Second
	lingerTime    = time.Second
)

func newStream(c net.Conn, in *inlet, count *atomic.Int64) *stream {
	s := &stream{Conn: c, count: count, r: bufio.NewReaderSize(c, receiveBuffer), in: in, asked: make(map[uint16]int), readEnd: make(chan struct{})}
	s.more, s.less = sync.NewCond(&s.mu), sync.NewCond(&s.mu)
	go s.send()
	return s
}

// readFailed remembers and returns why reading has ended.
func (s *stream) readFailed(err error) error {
	s.mu.Lock()
	if s.err != nil && !s.closing {
		err = s.err // what the network said when we wrote; paho ignores its own closing
	}
	s.mu.Unlock()
	s.endOnce.Do(func() {
		s.readErr = err
		close(s.readEnd)
	})
	return err
}

// SetDeadline bounds reading only, which is what paho needs for the handshake;
// writing has a bound of its own.
func (s *stream) SetDeadline(t time.Time) error { return s.Conn.SetReadDeadline(t) }

// SetWriteDeadline does nothing, see SetDeadline.
func (s *stream) SetWriteDeadline(time.Time) error { return nil }

// Write takes a whole packet.
func (s *stream) Write(p []byte) (int, error) {
	if err := s.lock(len(p)); err != nil {
		return 0, err
	}
	s.notice(p)
	s.buf = append(s.buf, p...)
	s.unlock()
	return len(p), nil
}

// publish writes a PUBLISH packet at QoS 0 (MQTT 3.1.1, 3.3).
func (s *stream) publish(topic string, payload []byte, retain bool) error {
	n := 2 + len(topic) + len(payload)
	if len(topic) > 0xffff || n > maxRemaining {
		return errTooLong
	}
	if err := s.lock(n); err != nil {
		return err
	}
	head := byte(0x30)
	if retain {
		head |= 1
	}
	s.buf = append(s.buf, head)
	s.buf = binary.AppendUvarint(s.buf, uint64(n)) // MQTT's lengths are these varints, up to 4 bytes
	s.buf = binary.BigEndian.AppendUint16(s.buf, uint16(len(topic)))
	s.buf = append(s.buf, topic...)
	s.buf = append(s.buf, payload...)
	s.unlock()
	return nil
}

// maxRemaining is the longest packet, without its first bytes (MQTT 3.1.1, 2.2.3).
const maxRemaining = 268_435_455

var errTooLong = errors.New("a message is longer than MQTT allows (256 MiB)")

// lock waits for room and returns with s.mu held, or with an error and without.
func (s *stream) lock(n int) error {
	s.mu.Lock()
	for len(s.buf) > 0 && len(s.buf)+n > streamBuffer && s.err == nil && !s.closing {
		s.less.Wait()
	}
	switch {
	case s.err != nil:
		defer s.mu.Unlock()
		return s.err
	case s.closing:
		s.mu.Unlock()
		return net.ErrClosed
	}
	return nil
}

func (s *stream) unlock() {
	if !s.sending {
		s.more.Signal()
	}
	s.mu.Unlock()
}

// send is the goroutine that writes to the network.
func (s *stream) send() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for len(s.buf) == 0 && s.err == nil && !s.closing {
			s.more.Wait()
		}
		if s.err != nil || len(s.buf) == 0 {
			return
		}
		out := s.buf
		s.buf, s.spare = s.spare[:0], nil
		s.sending = true
		s.less.Broadcast()
		s.mu.Unlock()
		s.Conn.SetWriteDeadline(time.Now().Add(sendTime))
		n, err := s.Conn.Write(out)
		s.count.Add(int64(n))
		s.mu.Lock()
		s.sending = false
		s.spare = out
		if err != nil && s.err == nil {
			s.err = err
			s.Conn.Close() // paho notices by its reading
		}
		s.less.Broadcast()
	}
}

// fail ends the connection for a reason of ours.
func (s *stream) fail(reason error) {
	s.mu.Lock()
	if s.err == nil {
		s.err = reason
	}
	s.more.Signal()
	s.less.Broadcast()
	s.mu.Unlock()
	s.Conn.Close() // paho notices by its reading
}

// flush waits until everything is sent, at most for limit.
func (s *stream) flush(limit time.Duration) error {
	expired := false
	t := time.AfterFunc(limit, func() {
		s.mu.Lock()
		expired = true
		s.less.Broadcast()
		s.mu.Unlock()
	})
	defer t.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for (len(s.buf) > 0 || s.sending) && s.err == nil && !expired {
		s.less.Wait()
	}
	switch {
	case s.err != nil:
		return s.err
	case expired:
		return errUnsent
	}
	return nil
}

var errUnsent = errors.New("the network did not take everything in time")

// part announces that the connection is ended on purpose: Close then sends
// everything first and gives the other side time to read it.
func (s *stream) part() {
	s.mu.Lock()
	s.graceful = true
	s.mu.Unlock()
}

// Close ends the connection. After part it lets the other side end it first:
// a socket that is closed while unread bytes are waiting in it resets the
// connection, and the other side may then lose what it has not read yet.
func (s *stream) Close() error {
	s.shutOnce.Do(func() {
		s.mu.Lock()
		graceful := s.graceful
		s.closing = true
		s.more.Signal()
		s.less.Broadcast()
		s.mu.Unlock()
		if graceful && s.flush(lingerTime) == nil {
			if half, ok := s.Conn.(interface{ CloseWrite() error }); ok {
				half.CloseWrite()
			}
			select {
			case <-s.readEnd:
			case <-time.After(lingerTime):
			}
		}
		s.mu.Lock()
		if s.err == nil {
			s.err = net.ErrClosed
		}
		s.more.Signal()
		s.less.Broadcast()
		s.mu.Unlock()
		s.Conn.Close()
	})
	return nil
}
