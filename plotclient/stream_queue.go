package plotclient

import "math"

// Spill is a second level behind a [Stream]'s ring, for boards with storage: a
// file on a card, pages of a flash chip. It is a queue of bytes. Offsets count
// from the first byte that was ever appended to it, and all data begin and end
// where an earlier Append began or ended a row, so a Spill needs to know nothing
// of rows.
//
// It is memory for one measurement: [Stream.Open] begins behind what it was left
// with, and releases it.
type Spill interface {
	// Append keeps p behind what is there, all of it or, with an error, nothing.
	// It must have copied p when it returns.
	Append(p []byte) error
	// ReadAt fills p with what was appended at offset.
	ReadAt(p []byte, offset int64) error
	// Release says that nothing below offset is read again.
	Release(offset int64)
}

// queue is the rows that are not durable yet, the oldest first. A record is one
// row, as its float64 values, or one gap: how many rows in a row were dropped at
// this place. All records are of one size, and counted from the measurement's
// first: record number slot lies in the ring at slot modulo slots, or in the
// spill if it is older than the ring's first.
type queue struct {
	ring    []byte
	stride  int64 // bytes of a record
	slots   int64 // records the ring has room for
	spill   Spill
	spilled int64  // bytes ever appended to the spill
	scratch []byte // one record, read from the spill

	tail place // the oldest record
	ram  place // the oldest record in the ring, tail unless the spill holds some
	head int64 // number behind the newest record
	next int64 // index behind the newest row: how many were measured
}

// place is a record: its number, and the index of its row or of its first one.
type place struct{ slot, index int64 }

// A gap is written in the place of a record's first value as a quiet NaN with
// the sign set, the count being its other 51 bits. No row has that value: NaN in
// a row is written with its sign clear.
const (
	gapMark  = 0x1FFF << 51
	gapCount = 1<<51 - 1
)

// smallestRing is how many rows a ring must hold; one of them stays free for a
// gap.
const smallestRing = 4

// reset makes the queue empty, for rows of width values. It is false if the ring
// is too small.
func (q *queue) reset(ring []byte, width int, spill Spill) bool {
	if spill != nil {
		spill.Release(q.spilled)
	}
	*q = queue{ring: ring, stride: int64(width) * 8, spill: spill, spilled: q.spilled, scratch: q.scratch}
	q.slots = int64(len(ring)) / q.stride
	if spill != nil && int64(len(q.scratch)) != q.stride {
		q.scratch = make([]byte, q.stride)
	}
	return q.slots >= smallestRing
}

// full says whether there is no room for a row. The last record is for a gap.
func (q *queue) full() bool { return q.head-q.ram.slot >= q.slots-1 }

// put adds a row, for which there must be room.
func (q *queue) put(values []float64) {
	p := q.at(q.head)
	for i, v := range values {
		bits := math.Float64bits(v)
		if v != v {
			bits = 0x7FF8 << 48
		}
		put64(p[8*i:8*i+8], bits)
	}
	q.head++
	q.next++
}

// skip adds a row that is dropped, for which there is always room.
func (q *queue) skip() {
	q.next++
	if q.head > q.ram.slot {
		p := q.at(q.head - 1)
		if n := gapOf(p); n > 0 {
			put64(p, gapMark|uint64(n+1))
			return
		}
	}
	put64(q.at(q.head), gapMark|1)
	q.head++
}

// last is the newest record, which must be a gap.
func (q *queue) last() place {
	return place{q.head - 1, q.next - gapOf(q.at(q.head-1))}
}

// at is a record in the ring.
func (q *queue) at(slot int64) []byte {
	from := slot % q.slots * q.stride
	return q.ring[from : from+q.stride]
}

// record is any record; one from the spill is valid until the next call.
func (q *queue) record(slot int64) ([]byte, error) {
	if slot >= q.ram.slot {
		return q.at(slot), nil
	}
	err := q.spill.ReadAt(q.scratch, q.offset(slot))
	return q.scratch, err
}

// offset is where a record lies in the spill.
func (q *queue) offset(slot int64) int64 { return q.spilled - (q.ram.slot-slot)*q.stride }

// free forgets the rows below index. An error of the spill leaves some of them,
// which does no harm.
func (q *queue) free(index int64) error {
	old := q.tail
	if index >= q.ram.index {
		q.tail = q.ram
	}
	var err error
	for q.tail.slot < q.head {
		var p []byte
		if p, err = q.record(q.tail.slot); err != nil {
			break
		}
		n := rowsOf(p)
		if q.tail.index+n > index {
			break
		}
		q.tail.slot++
		q.tail.index += n
	}
	q.release(old)
	return err
}

// release tells the spill that the tail has moved from old.
func (q *queue) release(old place) {
	if old.slot < q.ram.slot && q.tail.slot > old.slot {
		q.spill.Release(q.offset(min(q.tail.slot, q.ram.slot)))
	}
	if q.ram.slot < q.tail.slot {
		q.ram = q.tail
	}
}

// some is how many records are moved or dropped at once.
func (q *queue) some() int64 { return max(q.slots/4, 1) }

// move moves the ring's oldest records to the spill. It is false if there is
// none, or if it does not take them.
func (q *queue) move() bool {
	if q.spill == nil {
		return false
	}
	from := q.ram.slot % q.slots
	n := min(q.some(), q.slots-from, q.head-q.ram.slot)
	p := q.ring[from*q.stride : (from+n)*q.stride]
	if q.spill.Append(p) != nil {
		return false
	}
	q.spilled += int64(len(p))
	for ; len(p) > 0; p = p[q.stride:] {
		q.ram.slot++
		q.ram.index += rowsOf(p)
	}
	return true
}

// drop drops the oldest records and returns how many rows that were.
func (q *queue) drop() (rows int64) {
	old := q.tail
	n := int64(1)
	if q.tail.slot < q.ram.slot {
		n = min(q.some(), q.ram.slot-q.tail.slot)
	}
	for ; n > 0; n-- {
		p, err := q.record(q.tail.slot)
		if err != nil {
			return rows + q.dropSpill()
		}
		if gapOf(p) == 0 {
			rows++
		}
		q.tail.slot++
		q.tail.index += rowsOf(p)
	}
	q.release(old)
	return rows
}

// dropSpill drops all that the spill holds. Without reading it the gaps in it
// can't be told from rows, so the result is how many rows it was at the most.
func (q *queue) dropSpill() (rows int64) {
	old := q.tail
	rows = q.ram.index - q.tail.index
	q.tail = q.ram
	q.release(old)
	return rows
}

// gapOf is how many rows a gap stands for, 0 for a row.
func gapOf(p []byte) int64 {
	bits := get64(p)
	if bits>>51 != gapMark>>51 {
		return 0
	}
	return int64(bits & gapCount)
}

// rowsOf is how many rows a record stands for.
func rowsOf(p []byte) int64 { return max(gapOf(p), 1) }

// read reads a row's values.
func read(values []float64, p []byte) {
	for i := range values {
		values[i] = math.Float64frombits(get64(p[8*i : 8*i+8]))
	}
}

// encoding/binary would bring reflect to the board. The compiler makes one load
// or store of these where the processor has it.

func put64(p []byte, v uint64) {
	_ = p[7]
	p[0], p[1], p[2], p[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	p[4], p[5], p[6], p[7] = byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56)
}

func get64(p []byte) uint64 {
	_ = p[7]
	return uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
		uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
}
