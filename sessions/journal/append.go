package journal

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"iotplot/sessions/header"
)

// chunkSize is what the memory between callers and disk is made of. A record
// lies in one chunk; one that is longer gets a chunk of its own.
const (
	chunkSize  = 256 << 10
	freeChunks = 16
)

type chunk struct{ buf []byte }

// OpenRun begins a run and gives its number. The header's slices and map are
// copied. It refuses what no record can hold: no column, more than 65,535 of
// them, or 16 MiB of text.
func (j *Journal) OpenRun(h header.Header) (RunID, error) {
	h.Columns, h.Units, h.Meta = slices.Clone(h.Columns), slices.Clone(h.Units), maps.Clone(h.Meta)
	payload := appendHeader(nil, h)
	switch {
	case len(h.Columns) == 0 || len(h.Columns) > math.MaxUint16:
		return 0, fmt.Errorf("cannot open run %q of series %q: it has %d columns, from 1 to %d are allowed", h.Run, h.Name, len(h.Columns), math.MaxUint16)
	case len(payload) > maxPayload:
		return 0, fmt.Errorf("cannot open run %q of series %q: its description has %d bytes, at most %d are allowed", h.Run, h.Name, len(payload), maxPayload)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	r := &appendState{id: j.nextRun, header: h, columns: len(h.Columns)}
	j.nextRun++
	j.runs[r.id] = r
	j.put(head{run: r.id, kind: Opened, columns: r.columns}, payload)
	return r.id, nil
}

// AppendRow appends one row, which is copied. The row has as many values as the
// run has columns; another length, or a run that is not there, is a mistake of
// the program and panics. The same holds for the methods below.
func (j *Journal) AppendRow(run RunID, row []float64) Position {
	j.mu.Lock()
	r := j.find(run)
	if len(row) != r.columns {
		j.mu.Unlock()
		panic(fmt.Sprintf("journal: row of %d values for the %d columns of %q", len(row), r.columns, r.header.Name))
	}
	// Nearly always it joins the record that is growing.
	c := j.tail
	n := 8 * len(row)
	if j.open == r && len(c.buf)+n <= cap(c.buf) && len(c.buf)+n-j.openAt <= headSize+rowsPayload {
		from := len(c.buf)
		c.buf = c.buf[:from+n]
		putValues(c.buf[from:], row)
		j.appended += Position(n)
		r.rows++
	} else {
		j.appendRows(r, row)
	}
	at := j.appended
	j.mu.Unlock()
	return at
}

// Rows appends rows, one after the other in values.
func (j *Journal) Rows(run RunID, values []float64) Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.find(run)
	if len(values)%r.columns != 0 {
		panic(fmt.Sprintf("journal: %d values for rows of the %d columns of %q", len(values), r.columns, r.header.Name))
	}
	j.appendRows(r, values)
	return j.appended
}

func (j *Journal) appendRows(r *appendState, values []float64) {
	size := 8 * r.columns
	for len(values) > 0 {
		if j.open != r {
			j.begin(r)
		}
		c := j.tail
		full := min(cap(c.buf), j.openAt+headSize+max(rowsPayload, size))
		n := min((full-len(c.buf))/size, len(values)/r.columns)
		if n == 0 {
			j.closeRows()
			continue
		}
		from := len(c.buf)
		c.buf = c.buf[:from+n*size]
		putValues(c.buf[from:], values[:n*r.columns])
		values = values[n*r.columns:]
		j.appended += Position(n * size)
		r.rows += int64(n)
	}
}

// begin starts a record of rows with room for one row at least.
func (j *Journal) begin(r *appendState) {
	j.reopen(r)
	c := j.room(headSize + 8*r.columns)
	j.openAt = len(c.buf)
	c.buf = c.buf[:j.openAt+headSize]
	head{run: r.id, kind: Rows, columns: r.columns, first: r.rows}.put(c.buf[j.openAt:])
	j.appended += headSize
	j.open = r
}

// closeRows ends the record of rows that is growing, if there is one.
func (j *Journal) closeRows() {
	if j.open == nil {
		return
	}
	b := j.tail.buf[j.openAt:]
	payload := len(b) - headSize
	binary.LittleEndian.PutUint32(b[8:], uint32(payload))
	binary.LittleEndian.PutUint64(b[32:], uint64(payload/(8*j.open.columns)))
	j.open = nil
}

// reopen says again what an ended run was, so that its further rows can be read
// even where the files before are lost.
func (j *Journal) reopen(r *appendState) {
	if r.ended {
		r.ended = false
		j.put(head{run: r.id, kind: Opened, columns: r.columns, first: r.rows}, appendHeader(nil, r.header))
	}
}

// Gap appends n rows that the client no longer has. Nothing happens when n is
// not positive.
func (j *Journal) Gap(run RunID, n int64) Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.find(run)
	if n = min(n, maxRow-r.rows); n > 0 {
		j.reopen(r)
		j.put(head{run: r.id, kind: Gap, first: r.rows, count: n}, nil)
		r.rows += n
	}
	return j.appended
}

// Rename gives a run's columns other names; there are as many as before.
func (j *Journal) Rename(run RunID, columns []string) Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.find(run)
	if len(columns) != r.columns {
		panic(fmt.Sprintf("journal: %d names for the %d columns of %q", len(columns), r.columns, r.header.Name))
	}
	j.reopen(r)
	r.header.Columns = slices.Clone(columns)
	j.put(head{run: r.id, kind: Renamed, first: r.rows}, appendTexts(nil, columns))
	return j.appended
}

// End marks a run as put away. It stays in the journal, and rows that come
// nevertheless are appended and open it again.
func (j *Journal) End(run RunID) Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	if r := j.find(run); !r.ended {
		j.put(head{run: r.id, kind: Ended, first: r.rows}, nil)
		r.ended = true
	}
	return j.appended
}

// Drop gives a run up: its rows are gone from the journal, and their room is
// given back in the background. The number is not to be used any more.
func (j *Journal) Drop(run RunID) Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.find(run)
	j.put(head{run: r.id, kind: Dropped, first: r.rows}, nil)
	delete(j.runs, run)
	j.last = nil
	return j.appended
}

// Note keeps a small fact of at most 1 MiB about a run, or about the session
// with run 0: which file holds it, for example. A note lasts as long as its run.
// After a failing disk one may be told twice.
func (j *Journal) Note(run RunID, note string, payload []byte) (Position, error) {
	b := append(appendText(nil, note), payload...)
	if len(b) > 1<<20 {
		return 0, fmt.Errorf("cannot keep the note %.40q: it has %d bytes, at most %d are allowed", note, len(b), 1<<20)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if run != 0 {
		j.find(run)
	}
	j.put(head{run: run, kind: Noted}, b)
	return j.appended, nil
}

// Count gives the number of rows appended to a run, lost ones included; false
// when there is no such run.
func (j *Journal) Count(run RunID) (int64, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.runs[run]
	if r == nil {
		return 0, false
	}
	return r.rows, true
}

func (j *Journal) find(run RunID) *appendState {
	if j.last != nil && j.last.id == run {
		return j.last
	}
	r := j.runs[run]
	if r == nil {
		panic(fmt.Sprintf("journal: there is no run %d", run))
	}
	j.last = r
	return r
}

// put appends one record.
func (j *Journal) put(h head, payload []byte) {
	j.closeRows()
	h.payload = len(payload)
	c := j.room(h.size())
	c.buf = appendRecord(c.buf, h, payload)
	j.appended += Position(h.size())
}

// room gives the chunk to append n bytes to; no record of rows is growing.
func (j *Journal) room(n int) *chunk {
	j.closeRows()
	if c := j.tail; c != nil && len(c.buf)+n <= cap(c.buf) {
		return c
	}
	var c *chunk
	if k := len(j.free); k > 0 && n <= chunkSize {
		c, j.free = j.free[k-1], j.free[:k-1]
	} else {
		c = &chunk{make([]byte, 0, max(n, chunkSize))}
	}
	j.chunks = append(j.chunks, c)
	j.tail = c
	j.signal()
	return c
}

// take gives the writer what was appended since.
func (j *Journal) take(queue []*chunk) []*chunk {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closeRows()
	queue = append(queue, j.chunks...)
	clear(j.chunks)
	j.chunks, j.tail = j.chunks[:0], nil
	j.taken = j.appended
	return queue
}
