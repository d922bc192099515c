package sessions

import (
	"encoding/binary"
	"math"
)

// Opcodes of protocol 2, which every Python from 2.3 on reads; their meaning is
// that of CPython's Lib/pickletools.py.
const (
	pickleProto      = "\x80\x02"
	pickleGlobal     = "ccollections\nOrderedDict\n"
	pickleEmptyTuple = ')'
	pickleReduce     = 'R'
	pickleMark       = '('
	pickleUnicode    = 'X' // length in 4 bytes, little end first, then UTF-8
	pickleEmptyList  = ']'
	pickleAppends    = 'e'
	pickleFloat      = 'G' // 8 bytes, big end first
	pickleSetItems   = 'u'
	pickleStop       = '.'

	// As many values go on Python's stack before they join their list; CPython
	// writes in batches of this size itself.
	pickleBatch = 1000
)

// encodePickle writes collections.OrderedDict: column name → list of floats, as
// iot-plot did. Nothing refers to anything twice, so nothing is memoized.
func encodePickle(out *sink, s *Series) error {
	out.buf = append(out.buf, pickleProto+pickleGlobal...)
	out.buf = append(out.buf, pickleEmptyTuple, pickleReduce, pickleMark)
	for i, name := range s.Columns {
		out.buf = append(out.buf, pickleUnicode)
		out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(len(name)))
		out.buf = append(out.buf, name...)
		out.buf = append(out.buf, pickleEmptyList)
		for piece := range s.Column(i).Chunks() {
			for len(piece) > 0 {
				n := min(len(piece), pickleBatch)
				out.buf = append(out.buf, pickleMark)
				for _, v := range piece[:n] {
					out.buf = append(out.buf, pickleFloat)
					out.buf = binary.BigEndian.AppendUint64(out.buf, math.Float64bits(v))
				}
				out.buf = append(out.buf, pickleAppends)
				piece = piece[n:]
				if !out.full() {
					return out.err
				}
			}
		}
		if !out.full() {
			return out.err
		}
	}
	out.buf = append(out.buf, pickleSetItems, pickleStop)
	return nil
}
