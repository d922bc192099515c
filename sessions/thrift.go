package sessions

import (
	"encoding/binary"
	"errors"
	"math"
)

// Parquet's notes are structures in Thrift's compact protocol
// (thrift-compact-protocol.md in apache/thrift): fields with a number and a type
// each. Types:
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
)

// thriftWriter appends a structure.
type thriftWriter struct {
	buf  []byte
	last []int // number of the last field of each open structure
}

func (w *thriftWriter) open() { w.last = append(w.last, 0) }

func (w *thriftWriter) close() {
	w.buf = append(w.buf, 0)
	w.last = w.last[:len(w.last)-1]
}

func (w *thriftWriter) field(number, kind int) {
	last := &w.last[len(w.last)-1]
	w.buf = append(w.buf, byte((number-*last)<<4|kind)) // numbers are never 16 apart here
	*last = number
}

func (w *thriftWriter) varint(v int64) { w.buf = binary.AppendVarint(w.buf, v) } // zigzag

func (w *thriftWriter) i32(number, v int) {
	w.field(number, thriftI32)
	w.varint(int64(v))
}

func (w *thriftWriter) i64(number int, v int64) {
	w.field(number, thriftI64)
	w.varint(v)
}

func (w *thriftWriter) text(number int, s string) {
	w.field(number, thriftBinary)
	w.bytes(s)
}

func (w *thriftWriter) bytes(s string) {
	w.buf = binary.AppendUvarint(w.buf, uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *thriftWriter) list(number, kind, n int) {
	w.field(number, thriftList)
	if n < 15 {
		w.buf = append(w.buf, byte(n<<4|kind))
		return
	}
	w.buf = append(w.buf, byte(0xf0|kind))
	w.buf = binary.AppendUvarint(w.buf, uint64(n))
}

func (w *thriftWriter) structure(number int) {
	w.field(number, thriftStruct)
	w.open()
}

// thriftReader reads structures; its first error stays.
type thriftReader struct {
	buf   []byte
	at    int
	err   error
	depth int
}

var errThrift = errors.New("it is damaged: its notes can't be read")

func (r *thriftReader) fail() {
	if r.err == nil {
		r.err = errThrift
	}
	r.at = len(r.buf)
}

func (r *thriftReader) byte() byte {
	if r.at >= len(r.buf) {
		r.fail()
		return 0
	}
	r.at++
	return r.buf[r.at-1]
}

func (r *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.buf[r.at:])
	if n <= 0 {
		r.fail()
		return 0
	}
	r.at += n
	return v
}

func (r *thriftReader) int() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// small gives an integer that fits 32 bits and is not negative.
func (r *thriftReader) small() int {
	v := r.int()
	if v < 0 || v > math.MaxInt32 {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *thriftReader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.buf)-r.at) {
		r.fail()
		return ""
	}
	r.at += int(n)
	return string(r.buf[r.at-int(n) : r.at])
}

// fields calls f for each field of a structure. What f does not read it must
// skip.
func (r *thriftReader) fields(f func(number, kind int)) {
	if r.depth++; r.depth > 32 {
		r.fail()
	}
	defer func() { r.depth-- }()
	for number := 0; r.err == nil; {
		head := r.byte()
		if head == 0 {
			return
		}
		if delta := int(head >> 4); delta > 0 {
			number += delta
		} else {
			number = int(r.int())
		}
		f(number, int(head&15))
	}
}

// list calls f for each element of a list.
func (r *thriftReader) list(f func(kind int)) {
	head := r.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = r.uvarint()
	}
	if n > uint64(len(r.buf)-r.at) {
		r.fail() // each element has a byte at least
	}
	for ; n > 0 && r.err == nil; n-- {
		f(int(head & 15))
	}
}

// skip passes over a value.
func (r *thriftReader) skip(kind int) {
	switch kind {
	case thriftTrue, thriftFalse:
	case thriftByte:
		r.byte()
	case thriftI16, thriftI32, thriftI64:
		r.uvarint()
	case thriftDouble:
		for range 8 {
			r.byte()
		}
	case thriftBinary:
		r.text()
	case thriftList, thriftSet:
		if r.depth++; r.depth > 32 {
			r.fail()
		}
		r.list(func(kind int) {
			if kind == thriftTrue || kind == thriftFalse {
				r.byte() // in lists they take a byte
				return
			}
			r.skip(kind)
		})
		r.depth--
	case thriftMap:
		n := r.uvarint()
		if n == 0 {
			return
		}
		kinds := int(r.byte())
		if r.depth++; r.depth > 32 || n > uint64(len(r.buf)-r.at) {
			r.fail()
		}
		for ; n > 0 && r.err == nil; n-- {
			r.skip(kinds >> 4)
			r.skip(kinds & 15)
		}
		r.depth--
	case thriftStruct:
		r.fields(func(_, kind int) { r.skip(kind) })
	default:
		r.fail()
	}
}
