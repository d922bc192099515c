package sessions

import (
	"encoding/binary"
	"errors"
)

var errSnappy = errors.New("it is damaged: a compressed page can't be unpacked")

// unsnappy unpacks a block of size bytes, as google/snappy's
// format_description.txt has it.
func unsnappy(packed []byte, size int) ([]byte, error) {
	n, k := binary.Uvarint(packed)
	// An instruction of 3 bytes gives 64 at most.
	if k <= 0 || n != uint64(size) || size > 24*len(packed)+64 {
		return nil, errSnappy
	}
	packed = packed[k:]
	out := make([]byte, 0, size)
	for len(packed) > 0 {
		op := packed[0]
		length, offset := int(op>>2)+1, 0
		switch op & 3 {
		case 0: // literal
			skip := 1
			if length > 60 {
				wide := length - 60
				if len(packed) < 1+wide {
					return nil, errSnappy
				}
				length = 0
				for b := range wide {
					length |= int(packed[1+b]) << (8 * b)
				}
				length++
				skip += wide
			}
			packed = packed[skip:]
			if length > len(packed) || length > size-len(out) {
				return nil, errSnappy
			}
			out = append(out, packed[:length]...)
			packed = packed[length:]
			continue
		case 1:
			if len(packed) < 2 {
				return nil, errSnappy
			}
			length, offset = int(op>>2&7)+4, int(op>>5)<<8|int(packed[1])
			packed = packed[2:]
		case 2:
			if len(packed) < 3 {
				return nil, errSnappy
			}
			offset = int(binary.LittleEndian.Uint16(packed[1:]))
			packed = packed[3:]
		case 3:
			if len(packed) < 5 {
				return nil, errSnappy
			}
			offset = int(binary.LittleEndian.Uint32(packed[1:]))
			packed = packed[5:]
		}
		if offset == 0 || offset > len(out) || length > size-len(out) {
			return nil, errSnappy
		}
		for range length { // what is copied may be what was just written
			out = append(out, out[len(out)-offset])
		}
	}
	if len(out) != size {
		return nil, errSnappy
	}
	return out, nil
}
