package wire

import "errors"

// The errors of a Batch.
var (
	ErrNoBatch = errors.New("cannot add a row: no batch has been begun")
	ErrNoRoom  = errors.New("cannot add a row: the buffer is too small for a single one")
	ErrLost    = errors.New("cannot add lost rows: their number is not above 0")
)

// Batch writes one payload of version 2 rows into a buffer of the caller's, which it never outgrows. The zero value
// waits for Begin. The first error stays until the next Begin.
//
//	b.Begin(buf, "solar", run, first)
//	for b.Row(values...) { … the next row … }
//	send(b.Bytes())
type Batch struct {
	buf     []byte // what has been written, without the last bracket
	header  int    // length of what stands before the rows
	rows    int64
	err     error
	scratch [32]byte // a number near the buffer's end; a field, because a local array would escape
}

// Begin starts a batch in buf, whose contents are overwritten and whose capacity is the room there is. First is the
// index within the run of the first row that will be added.
func (b *Batch) Begin(buf []byte, series, run string, first int64) {
	b.rows, b.err = 0, nil
	// Six bytes for each byte of a name are the most that escapes take.
	if need := 6*(len(series)+len(run)) + 32; need > cap(buf) {
		size := len(appendInt(appendText(appendText(nil, series), run), first)) + len("[,,]")
		if size > cap(buf) {
			b.buf, b.header, b.err = buf[:0], 0, ErrNoRoom
			return
		}
	}
	dst := append(buf[:0], '[')
	dst = append(appendText(dst, series), ',')
	dst = append(appendText(dst, run), ',')
	b.buf = appendInt(dst, first)
	b.header = len(b.buf)
}

// Row adds a row. It is false if the row does not fit any more, which leaves the batch as it was: send it and begin
// another. It is false after an error too, so a loop that sends looks at Err; a row that fits no batch is ErrNoRoom.
func (b *Batch) Row(values ...float64) bool {
	if !b.ready() {
		return false
	}
	from := len(b.buf)
	ok := b.byte(',') && b.byte('[')
	for i := 0; ok && i < len(values); i++ {
		ok = (i == 0 || b.byte(',')) && b.number(values[i])
	}
	return b.done(from, ok && b.byte(']'), 1)
}

// Lost adds n rows that the client no longer has. It is false as Row is.
func (b *Batch) Lost(n int64) bool {
	if !b.ready() {
		return false
	}
	if n <= 0 {
		b.err = ErrLost
		return false
	}
	from := len(b.buf)
	ok := b.byte(',')
	if ok {
		ok = b.add(appendInt(b.scratch[:0], n))
	}
	return b.done(from, ok, n)
}

// Rows is how many rows the batch holds, the lost ones included.
func (b *Batch) Rows() int64 { return b.rows }

// Err is the first error since Begin, nil when a row merely found no room behind others.
func (b *Batch) Err() error { return b.err }

// Bytes is the payload, nil when there is no row in it. It is a part of the buffer given to Begin; more rows may be
// added after it.
func (b *Batch) Bytes() []byte {
	if b.rows == 0 {
		return nil
	}
	return append(b.buf, ']') // done keeps room for it
}

func (b *Batch) ready() bool {
	if b.err == nil && b.header == 0 {
		b.err = ErrNoBatch
	}
	return b.err == nil
}

// done ends an element that began at from, or takes it back.
func (b *Batch) done(from int, ok bool, rows int64) bool {
	if !ok || len(b.buf) == cap(b.buf) {
		b.buf = b.buf[:from]
		if b.rows == 0 {
			b.err = ErrNoRoom
		}
		return false
	}
	b.rows += rows
	return true
}

func (b *Batch) byte(c byte) bool {
	if len(b.buf) == cap(b.buf) {
		return false
	}
	b.buf = append(b.buf, c)
	return true
}

func (b *Batch) number(v float64) bool {
	if cap(b.buf)-len(b.buf) >= len(b.scratch) {
		b.buf = appendNumber(b.buf, v)
		return true
	}
	return b.add(appendNumber(b.scratch[:0], v))
}

func (b *Batch) add(text []byte) bool {
	if len(text) > cap(b.buf)-len(b.buf) {
		return false
	}
	b.buf = append(b.buf, text...)
	return true
}
