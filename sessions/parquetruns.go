package sessions

import (
	"encoding/binary"
	"errors"
)

// hybrid reads Parquet's mixture of runs and packed bits.
type hybrid struct {
	buf   []byte
	width int
}

var errRuns = errors.New("it is damaged: a page has fewer values than it says")

// uniform says whether the next n values are one run, and of what.
func (h *hybrid) uniform(n int) (bool, byte) {
	head, k := binary.Uvarint(h.buf)
	if k <= 0 || head&1 == 1 || head>>1 < uint64(n) || len(h.buf) < k+1 || h.buf[k] > 1 {
		return false, 0
	}
	return true, h.buf[k]
}

// read calls f with n values.
func (h *hybrid) read(n int, f func(i int, v uint32)) error {
	buf, wide := h.buf, (h.width+7)/8
	for i := 0; i < n; {
		head, k := binary.Uvarint(buf)
		if k <= 0 {
			return errRuns
		}
		buf = buf[k:]
		if head&1 == 0 {
			if len(buf) < wide {
				return errRuns
			}
			var v uint32
			for b := range wide {
				v |= uint32(buf[b]) << (8 * b)
			}
			buf = buf[wide:]
			run := int(min(head>>1, uint64(n-i)))
			if run == 0 {
				return errRuns
			}
			for range run {
				f(i, v)
				i++
			}
			continue
		}
		groups := head >> 1
		if groups == 0 || h.width > 0 && groups > uint64(len(buf)/h.width) {
			return errRuns
		}
		count := int(min(groups*8, uint64(n-i)))
		var bits uint64
		have, at := 0, 0
		for range count {
			for have < h.width {
				bits |= uint64(buf[at]) << have
				at++
				have += 8
			}
			f(i, uint32(bits&(1<<h.width-1)))
			bits >>= h.width
			have -= h.width
			i++
		}
		if h.width > 0 {
			buf = buf[int(groups)*h.width:]
		}
	}
	return nil
}
