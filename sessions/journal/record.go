package journal

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

// A record is a head of headSize bytes and a payload, filled with zeros to a
// multiple of 8 bytes; see FORMAT.md.
const (
	headSize   = 40
	maxPayload = 16 << 20 // of any record, a bound for readers
	maxRow     = math.MaxInt64 / 2

	// rowsPayload is how much a record of rows holds at most (but at least one
	// row): what one flipped bit costs. The head adds half a percent to it.
	rowsPayload = 8 << 10
)

// marker begins every record. No UTF-8 text holds these bytes.
const marker = 0xF1_4A_52_C0

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// segmentHead is the kind of the record at the start of every segment. The other
// kinds are those of events.
const segmentHead Kind = 'S'

// head is the fixed part of a record.
type head struct {
	payload int // bytes, without the filling
	sum     uint32
	run     RunID
	columns int
	kind    Kind
	first   int64
	count   int64
}

// size is that of the record, filling included.
func (h head) size() int { return headSize + filled(h.payload) }

func filled(n int) int { return (n + 7) &^ 7 }

// put writes the head without its marker and checksums, which seal adds.
func (h head) put(b []byte) {
	binary.LittleEndian.PutUint32(b[8:], uint32(h.payload))
	binary.LittleEndian.PutUint32(b[16:], uint32(h.run))
	binary.LittleEndian.PutUint16(b[20:], uint16(h.columns))
	b[22], b[23] = byte(h.kind), 0
	binary.LittleEndian.PutUint64(b[24:], uint64(h.first))
	binary.LittleEndian.PutUint64(b[32:], uint64(h.count))
}

// fields reads a head that is known to be good.
func fields(b []byte) head {
	return head{
		payload: int(binary.LittleEndian.Uint32(b[8:])),
		sum:     binary.LittleEndian.Uint32(b[12:]),
		run:     RunID(binary.LittleEndian.Uint32(b[16:])),
		columns: int(binary.LittleEndian.Uint16(b[20:])),
		kind:    Kind(b[22]),
		first:   int64(binary.LittleEndian.Uint64(b[24:])),
		count:   int64(binary.LittleEndian.Uint64(b[32:])),
	}
}

// seal puts marker and checksums into a record that goes to offset at of the
// segment.
func seal(record []byte, segment uint64, at int64) {
	n := binary.LittleEndian.Uint32(record[8:])
	binary.BigEndian.PutUint32(record, marker)
	binary.LittleEndian.PutUint32(record[12:], crc32.Checksum(record[headSize:headSize+int(n)], castagnoli))
	binary.LittleEndian.PutUint32(record[4:], headSum(record, segment, at))
}

// headSum covers the place as well, so that a record which got to a wrong place
// or is left over from another file is none.
func headSum(b []byte, segment uint64, at int64) uint32 {
	var place [16]byte
	binary.LittleEndian.PutUint64(place[:], segment)
	binary.LittleEndian.PutUint64(place[8:], uint64(at))
	return crc32.Update(crc32.Checksum(b[8:headSize], castagnoli), castagnoli, place[:])
}

// parseHead reads the head at offset at of a segment and tells whether there is
// an intact one.
func parseHead(b []byte, segment uint64, at int64) (head, bool) {
	if len(b) < headSize || binary.BigEndian.Uint32(b) != marker ||
		binary.LittleEndian.Uint32(b[4:]) != headSum(b, segment, at) {
		return head{}, false
	}
	h := fields(b)
	ok := h.payload <= maxPayload && h.first >= 0 && h.first <= maxRow && h.count >= 0 && h.count <= maxRow
	if h.kind == Rows {
		// Compared by division: the product of two numbers from a file may overflow.
		row := int64(h.columns) * 8
		ok = ok && row > 0 && h.count > 0 && int64(h.payload)%row == 0 && int64(h.payload)/row == h.count
	}
	return h, ok
}

// appendRecord appends a record that is still to be sealed.
func appendRecord(dst []byte, h head, payload []byte) []byte {
	h.payload = len(payload)
	from := len(dst)
	dst = append(dst, make([]byte, h.size())...)
	h.put(dst[from:])
	copy(dst[from+headSize:], payload)
	return dst
}

// putValues writes values little-endian; dst has room for them.
func putValues(dst []byte, values []float64) {
	dst = dst[:8*len(values)]
	for _, v := range values {
		binary.LittleEndian.PutUint64(dst, math.Float64bits(v))
		dst = dst[8:]
	}
}

// appendValues reads what putValues wrote.
func appendValues(dst []float64, b []byte) []float64 {
	for len(b) >= 8 {
		dst = append(dst, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		b = b[8:]
	}
	return dst
}
