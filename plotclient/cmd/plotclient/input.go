package main

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// maxLine is the longest line that is read, in bytes: a row of 256 numbers at full
// precision is a tenth of it.
const maxLine = 64 << 10

// lines reads lines without allocating one by one, and gives up waiting for input
// when its context is done.
type lines struct {
	r      *bufio.Reader
	number int // of the line that next returned, counted from 1
}

func newLines(ctx context.Context, r io.Reader) *lines {
	return &lines{r: bufio.NewReaderSize(interruptible(ctx, r), maxLine)}
}

var errLineTooLong = errors.New("line too long")

// next returns the next line without its end, valid until the next call. It
// returns errLineTooLong for a line beyond maxLine, which is then passed over, and
// io.EOF or the context's error at the end. A line that the context's end cut
// through is not returned: half a number is a wrong number.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	switch {
	case err == nil:
		l.number++
		return line[:len(line)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		l.number++
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.r.ReadSlice('\n')
		}
		return nil, errLineTooLong
	case errors.Is(err, io.EOF) && len(line) > 0:
		l.number++
		return line, nil
	}
	return nil, err
}

// interruptible is r, but a Read returns when ctx is done, even if r has nothing
// to give. The goroutine that reads r then stays behind in r.Read: nothing can
// call it back, the program's end does.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	in := &interruptibleReader{ctx: ctx, full: make(chan block), empty: make(chan []byte, 2)}
	for range cap(in.empty) {
		in.empty <- make([]byte, 32<<10)
	}
	go in.fill(r)
	return in
}

type interruptibleReader struct {
	ctx   context.Context
	full  chan block
	empty chan []byte
	now   block // what is being read
	rest  []byte
}

type block struct {
	buf []byte
	n   int
	err error
}

func (in *interruptibleReader) fill(r io.Reader) {
	for {
		select {
		case buf := <-in.empty:
			n, err := r.Read(buf)
			select {
			case in.full <- block{buf, n, err}:
			case <-in.ctx.Done():
				return
			}
			if err != nil {
				return
			}
		case <-in.ctx.Done():
			return
		}
	}
}

func (in *interruptibleReader) Read(p []byte) (int, error) {
	for len(in.rest) == 0 {
		if err := in.now.err; err != nil {
			return 0, err
		}
		if err := in.ctx.Err(); err != nil {
			return 0, err
		}
		if in.now.buf != nil {
			in.empty <- in.now.buf // has room for all there are
			in.now = block{}
		}
		select {
		case in.now = <-in.full:
			in.rest = in.now.buf[:in.now.n]
		case <-in.ctx.Done():
			return 0, in.ctx.Err()
		}
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}
