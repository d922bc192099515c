package sessions

import (
	"encoding/binary"
	"io"
	"math"
)

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

// Write makes a writer of it, for what others encode.
func (s *sink) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && s.err == nil {
		k := min(len(p), sinkSize)
		s.buf = append(s.buf, p[:k]...)
		p = p[k:]
		s.full()
	}
	return n, s.err
}

// floats appends a column as float64, little end first.
func (s *sink) floats(c Column) bool {
	for piece := range c.Chunks() {
		for len(piece) > 0 {
			k := min(len(piece), sinkSlack/8)
			for _, v := range piece[:k] {
				s.buf = binary.LittleEndian.AppendUint64(s.buf, math.Float64bits(v))
			}
			piece = piece[k:]
			if !s.full() {
				return false
			}
		}
	}
	return true
}
