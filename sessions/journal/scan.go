package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// preamble begins every segment, so that a person who opens one sees what it is.
const preamble = "iotplot journal\n"

const preambleSize = int64(len(preamble))

// scanner reads the records of one segment in order, past damage. It goes over
// every byte once, or twice where heads are damaged, and holds one record.
type scanner struct {
	r       io.ReaderAt
	size    int64
	segment uint64

	buf   []byte // the file from base
	base  int64
	at    int64 // where the next record is
	spare []byte

	readErr error // the first failure to read; what could not be read is taken for zeros
}

// item is a record, or a stretch where there is none.
type item struct {
	head    head
	record  []byte // head and payload with its filling, valid until the next item; nil for damage
	from    int64
	to      int64
	headOK  bool // damage: the head could be read, only the payload can't
	payload []byte
}

const scanWindow = 256 << 10

func newScanner(r io.ReaderAt, size int64, segment uint64) *scanner {
	return &scanner{r: r, size: size, segment: segment, spare: make([]byte, 0, min(size, scanWindow))}
}

// next gives the next item, false at the end of the file.
func (s *scanner) next() (item, bool) {
	if s.at == 0 {
		if b := s.window(0, preambleSize); !bytes.HasPrefix(b, []byte(preamble)) {
			// Everything else may still be good.
			end := min(preambleSize, s.size)
			s.at = end
			return item{from: 0, to: end}, end > 0
		}
		s.at = preambleSize
	}
	if s.at >= s.size {
		return item{}, false
	}
	from := s.at
	b := s.window(from, headSize)
	h, ok := parseHead(b, s.segment, from)
	if !ok {
		s.at = s.resync(from)
		return item{from: from, to: s.at}, true
	}
	s.at = min(from+int64(h.size()), s.size)
	b = s.window(from, int64(h.size()))
	if len(b) < h.size() || crc32.Checksum(b[headSize:headSize+h.payload], castagnoli) != h.sum {
		return item{head: h, from: from, to: s.at, headOK: true}, true
	}
	return item{head: h, record: b, from: from, to: s.at, payload: b[headSize : headSize+h.payload]}, true
}

// resync looks for the next intact head after from. Records begin at multiples
// of 8.
func (s *scanner) resync(from int64) int64 {
	var mark [4]byte
	binary.BigEndian.PutUint32(mark[:], marker)
	at := from + 1
	for at < s.size {
		b := s.window(at, headSize)
		i := bytes.Index(b, mark[:])
		if i < 0 {
			if at+int64(len(b)) >= s.size {
				return s.size
			}
			at += int64(max(len(b)-len(mark)+1, 1))
			continue
		}
		at += int64(i)
		if at%8 == 0 {
			if _, ok := parseHead(s.window(at, headSize), s.segment, at); ok {
				return at
			}
		}
		at++
	}
	return s.size
}

// window gives the bytes from at on, at least n unless the file ends before.
func (s *scanner) window(at, n int64) []byte {
	n = min(n, s.size-at)
	if off := at - s.base; off >= 0 && off+n <= int64(len(s.buf)) {
		return s.buf[off:]
	}
	want := min(max(n, scanWindow), s.size-at)
	if int64(cap(s.spare)) < want {
		s.spare = make([]byte, 0, want)
	}
	b := s.spare[:want]
	// What is in memory already is not read again.
	kept := 0
	if off := at - s.base; off >= 0 && off < int64(len(s.buf)) {
		kept = copy(b, s.buf[off:])
	}
	s.read(b[kept:], at+int64(kept))
	s.spare = s.buf[:0]
	s.buf, s.base = b, at
	return b
}

// read fills b. Sectors that can't be read become zeros, which no record is made
// of, so that the ones around them are not lost as well.
func (s *scanner) read(b []byte, at int64) {
	if s.readFull(b, at) == nil {
		return
	}
	const sector = 4096
	for len(b) > 0 {
		n := min(len(b), sector-int(at%sector))
		if err := s.readFull(b[:n], at); err != nil {
			clear(b[:n])
			if s.readErr == nil {
				s.readErr = err
			}
		}
		b, at = b[n:], at+int64(n)
	}
}

func (s *scanner) readFull(b []byte, at int64) error {
	n, err := s.r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}
