package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"iotplot/sessions/header"
)

// Headers are written in a binary form of their own, not as JSON, since what a
// client tells may hold what JSON cannot: NaN, infinities, bytes that are not
// UTF-8. It has to come back as it was.

var errCodec = errors.New("the record does not hold what its kind says")

const maxDepth = 64 // of lists and objects within each other

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendTexts(dst []byte, texts []string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(texts)))
	for _, s := range texts {
		dst = appendText(dst, s)
	}
	return dst
}

func appendHeader(dst []byte, h header.Header) []byte {
	dst = appendText(dst, h.Name)
	dst = appendText(dst, h.Run)
	dst = appendTexts(dst, h.Columns)
	dst = appendTexts(dst, h.Units)
	dst = binary.AppendVarint(dst, h.Started.Unix())
	dst = binary.AppendVarint(dst, int64(h.Started.Nanosecond()))
	_, offset := h.Started.Zone()
	dst = binary.AppendVarint(dst, int64(offset))
	if h.Meta == nil {
		return appendAny(dst, nil, 0)
	}
	return appendAny(dst, h.Meta, 0)
}

// appendAny writes what a client may have told about its run. Values of types
// that no message brings become numbers or text.
func appendAny(dst []byte, v any, depth int) []byte {
	if depth > maxDepth {
		return append(dst, 'n')
	}
	switch v := v.(type) {
	case nil:
		return append(dst, 'n')
	case bool:
		if v {
			return append(dst, 't')
		}
		return append(dst, 'f')
	case float64:
		return binary.LittleEndian.AppendUint64(append(dst, 'd'), math.Float64bits(v))
	case int:
		return appendAny(dst, float64(v), depth)
	case string:
		return appendText(append(dst, 's'), v)
	case []any:
		dst = binary.AppendUvarint(append(dst, 'l'), uint64(len(v)))
		for _, e := range v {
			dst = appendAny(dst, e, depth+1)
		}
		return dst
	case map[string]any:
		dst = binary.AppendUvarint(append(dst, 'o'), uint64(len(v)))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			dst = appendAny(appendText(dst, k), v[k], depth+1)
		}
		return dst
	}
	return appendText(append(dst, 's'), fmt.Sprint(v))
}

// decoder reads what the append functions wrote; after an error all that follows
// is zero.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) fail() { d.b, d.err = nil, errCodec }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

// count reads how many items follow, each of which takes at least a byte, so
// that no more is made than the bytes that are there can fill.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.b) {
		d.fail()
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) text() string { return string(d.bytes(d.count())) }

func (d *decoder) texts() []string {
	n := d.count()
	if n == 0 {
		return nil
	}
	texts := make([]string, 0, min(n, 1024))
	for range n {
		texts = append(texts, d.text())
		if d.err != nil {
			return nil
		}
	}
	return texts
}

func (d *decoder) any(depth int) any {
	kind := d.bytes(1)
	if d.err != nil || depth > maxDepth+1 {
		d.fail()
		return nil
	}
	switch kind[0] {
	case 'n':
		return nil
	case 't', 'f':
		return kind[0] == 't'
	case 'd':
		b := d.bytes(8)
		if b == nil {
			return nil
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case 's':
		return d.text()
	case 'l':
		n := d.count()
		list := make([]any, 0, min(n, 1024))
		for i := 0; i < n && d.err == nil; i++ {
			list = append(list, d.any(depth+1))
		}
		return list
	case 'o':
		n := d.count()
		object := make(map[string]any, min(n, 1024))
		for i := 0; i < n && d.err == nil; i++ {
			k := d.text()
			object[k] = d.any(depth + 1)
		}
		return object
	}
	d.fail()
	return nil
}

func parseHeader(b []byte) (header.Header, error) {
	d := decoder{b: b}
	h := header.Header{Name: d.text(), Run: d.text(), Columns: d.texts(), Units: d.texts()}
	seconds, nanoseconds, offset := d.varint(), d.varint(), d.varint()
	h.Started = time.Unix(seconds, nanoseconds)
	if _, local := h.Started.Zone(); int64(local) != offset {
		h.Started = h.Started.In(time.FixedZone("", int(offset)))
	}
	h.Meta, _ = d.any(0).(map[string]any)
	if d.err != nil {
		return header.Header{}, d.err
	}
	return h, nil
}

func parseTexts(b []byte) ([]string, error) {
	d := decoder{b: b}
	texts := d.texts()
	return texts, d.err
}

func parseNote(b []byte) (string, []byte, error) {
	d := decoder{b: b}
	note := d.text()
	return note, d.b, d.err
}

// segmentInfo is what the first record of a segment says.
type segmentInfo struct {
	version     uint64
	first, last uint64 // the sequence numbers it stands for; more than one after a compaction
	nextRun     RunID  // the first number that no run had
	session     string
}

func appendSegmentInfo(dst []byte, i segmentInfo) []byte {
	dst = binary.AppendUvarint(dst, i.version)
	dst = binary.AppendUvarint(dst, i.first)
	dst = binary.AppendUvarint(dst, i.last)
	dst = binary.AppendUvarint(dst, uint64(i.nextRun))
	return appendText(dst, i.session)
}

func parseSegmentInfo(b []byte) (segmentInfo, error) {
	d := decoder{b: b}
	i := segmentInfo{version: d.uvarint()}
	if d.err == nil && i.version > version {
		return i, nil // the rest is the later version's own
	}
	i.first, i.last, i.nextRun, i.session = d.uvarint(), d.uvarint(), RunID(d.uvarint()), d.text()
	return i, d.err
}
