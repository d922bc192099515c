package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// maxLine is the longest line that is read, in bytes: a row of 256 numbers at full
// precision is a tenth of it.
const maxLine = 64 << 10

// lines reads lines without allocating one by one, and gives up waiting for input
// when its context is done. A line ends with LF, CR LF, or CR, as old boards and
// instruments have it.
type lines struct {
	r       *bufio.Reader
	number  int             // of the line that next returned, counted from 1
	ended   <-chan struct{} // closed when the input has no more than what is read already
	afterCR bool            // a LF that comes now belongs to the last line's end
}

func newLines(ctx context.Context, r io.Reader) *lines {
	in := interruptible(ctx, r)
	return &lines{r: bufio.NewReaderSize(in, maxLine), ended: in.ended}
}

var errLineTooLong = errors.New("line too long")

// next returns the next line without its end, valid until the next call. It
// returns errLineTooLong for a line beyond maxLine, which is then passed over, and
// io.EOF or the context's error at the end. A line that the context's end cut
// through is not returned: half a number is a wrong number.
func (l *lines) next() ([]byte, error) {
	tooLong := false
	for searched := 0; ; {
		buf, _ := l.r.Peek(l.r.Buffered())
		if l.afterCR && len(buf) > 0 {
			l.afterCR = false
			if buf[0] == '\n' {
				l.r.Discard(1)
				continue
			}
		}
		if i := lineEnd(buf[searched:]); i >= 0 {
			line := buf[:searched+i]
			// The LF of a CR LF may come later: who waited for it would hold
			// up every row of a board that sends CR only.
			l.afterCR = buf[len(line)] == '\r'
			l.r.Discard(len(line) + 1)
			l.number++
			if tooLong {
				return nil, errLineTooLong
			}
			return line, nil
		}
		searched = len(buf)
		if len(buf) == maxLine {
			tooLong, searched = true, 0
			l.r.Discard(len(buf))
		}
		if _, err := l.r.Peek(searched + 1); err != nil {
			return l.last(searched, tooLong, err)
		}
	}
}

// last is next's answer when the input ends after n bytes of a line.
func (l *lines) last(n int, tooLong bool, err error) ([]byte, error) {
	switch {
	case tooLong:
		l.number++
		return nil, errLineTooLong
	case errors.Is(err, io.EOF) && n > 0:
		line, _ := l.r.Peek(n)
		l.r.Discard(n)
		l.number++
		return line, nil
	}
	return nil, err
}

// lineEnd is the index of the first LF or CR, or -1.
func lineEnd(b []byte) int {
	lf := bytes.IndexByte(b, '\n')
	if lf >= 0 {
		b = b[:lf]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return lf
}

// interruptible is r, but a Read returns when ctx is done, even if r has nothing
// to give. The goroutine that reads r then stays behind in r.Read: nothing can
// call it back, the program's end does.
func interruptible(ctx context.Context, r io.Reader) *interruptibleReader {
	ended := make(chan struct{})
	in := &interruptibleReader{ctx: ctx, full: make(chan block), empty: make(chan []byte, 2), ended: ended}
	for range cap(in.empty) {
		in.empty <- make([]byte, 32<<10)
	}
	if isFile(r) {
		close(ended) // all of it is there, read or not
		go in.fill(r, func() {})
	} else {
		go in.fill(r, func() { close(ended) })
	}
	return in
}

type interruptibleReader struct {
	ctx   context.Context
	full  chan block
	empty chan []byte
	ended <-chan struct{}
	now   block // what is being read
	rest  []byte
}

type block struct {
	buf []byte
	n   int
	err error
}

func isFile(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

func (in *interruptibleReader) fill(r io.Reader, end func()) {
	for {
		select {
		case buf := <-in.empty:
			n, err := r.Read(buf)
			if err != nil {
				end()
			}
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
