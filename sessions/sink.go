package sessions

import "io"

const (
	sinkSize  = 64 * 1024
	sinkSlack = 16 * 1024 // so that what is appended between two calls of full rarely makes the buffer grow
)

// sink collects bytes for a writer and keeps the writer's first error. The
// encoders append to buf and call full now and then, at least once a row.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// full hands the bytes on when there are enough, and says whether to go on.
func (s *sink) full() bool {
	if len(s.buf) >= sinkSize {
		s.flush()
	}
	return s.err == nil
}

func (s *sink) flush() {
	if s.err == nil && len(s.buf) > 0 {
		var n int
		n, s.err = s.w.Write(s.buf)
		if n < len(s.buf) && s.err == nil {
			s.err = io.ErrShortWrite
		}
	}
	s.buf = s.buf[:0]
}
