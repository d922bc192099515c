package sessions

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// parquetReader reads a column's part of a row group.
type parquetReader struct {
	source
	column     parquetColumn
	chunk      parquetChunk
	out        *numbers
	left       *int // how many more values the file may hold
	dictionary []float64
	raw        []byte
}

// parquetPage is the head of a page.
type parquetPage struct {
	kind           int
	size, packed   int // bytes
	values         int
	encoding       int
	version2       bool
	levels         int // bytes in front of the values, in version 2
	repetitions    int
	compressed     bool
	levelsEncoding int
}

func (r *parquetReader) read() error {
	c := r.chunk
	if c.at < 0 || c.size < 0 || c.values < 0 || c.at > r.source.size || c.size > r.source.size-c.at {
		return errThrift
	}
	switch c.codec {
	case parquetUncompressed, parquetSnappy, parquetGzip:
	default:
		names := map[int]string{3: "LZO", 4: "Brotli", 5: "LZ4", 6: "Zstandard", 7: "LZ4"}
		return fmt.Errorf("it is compressed with %s, write the file with compression snappy, gzip or none", names[c.codec])
	}
	in := bufio.NewReaderSize(io.NewSectionReader(r.ReaderAt, c.at, c.size), 64*1024)
	for left := c.values; left > 0; {
		page, err := readPageHead(in)
		if err != nil {
			return err
		}
		switch page.kind {
		case parquetDictionaryPage:
			if err := r.readDictionary(in, page); err != nil {
				return err
			}
		case parquetDataPage, parquetDataPage2:
			if int64(page.values) > left {
				return errThrift
			}
			left -= int64(page.values)
			if *r.left -= page.values; *r.left < 0 {
				return errManyValues
			}
			if err := r.readPage(in, page); err != nil {
				return err
			}
		default:
			if _, err := in.Discard(page.packed); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPageHead reads the structure in front of a page, of which nothing says
// how long it is.
func readPageHead(in *bufio.Reader) (parquetPage, error) {
	window, err := in.Peek(in.Size())
	if err != nil && err != io.EOF {
		return parquetPage{}, err
	}
	if len(window) == 0 {
		return parquetPage{}, errCut
	}
	r := &thriftReader{buf: window}
	page := parquetPage{kind: -1, compressed: true, levelsEncoding: parquetRLE}
	r.fields(func(number, kind int) {
		switch number {
		case 1:
			page.kind = r.small()
		case 2:
			page.size = r.small()
		case 3:
			page.packed = r.small()
		case 5, 7:
			r.fields(func(number2, kind int) {
				switch {
				case number2 == 1:
					page.values = r.small()
				case number2 == 2:
					page.encoding = r.small()
				case number2 == 3 && number == 5:
					page.levelsEncoding = r.small()
				default:
					r.skip(kind)
				}
			})
		case 8:
			page.version2 = true
			r.fields(func(number, kind int) {
				switch number {
				case 1:
					page.values = r.small()
				case 4:
					page.encoding = r.small()
				case 5:
					page.levels = r.small()
				case 6:
					page.repetitions = r.small()
				case 7:
					page.compressed = kind == thriftTrue
				default:
					r.skip(kind)
				}
			})
		default:
			r.skip(kind)
		}
	})
	if r.err != nil {
		return page, r.err
	}
	in.Discard(r.at) // it was just peeked at
	return page, nil
}

// body reads a page's bytes: the levels, not compressed in version 2, and the
// values.
func (r *parquetReader) body(in *bufio.Reader, page parquetPage) (levels, values []byte, err error) {
	if int64(page.packed) > r.chunk.size || page.levels > page.packed || page.repetitions > 0 ||
		int64(page.size) > 16*int64(page.values)+1<<16 { // 8 bytes a value, and which are there
		return nil, nil, errThrift
	}
	r.raw = slices.Grow(r.raw[:0], page.packed)
	raw := r.raw[:page.packed]
	if _, err := io.ReadFull(in, raw); err != nil {
		return nil, nil, err
	}
	levels, values = raw[:page.levels], raw[page.levels:]
	size := page.size - page.levels
	if page.compressed && r.chunk.codec != parquetUncompressed && len(values) > 0 {
		if r.chunk.codec == parquetSnappy {
			values, err = unsnappy(values, size)
		} else {
			values, err = ungzip(values, size)
		}
	}
	if err == nil && len(values) != size {
		err = errors.New("it is damaged: a page is of another size than it says")
	}
	return levels, values, err
}

func ungzip(packed []byte, size int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(z, int64(size)+1))
	return b.Bytes(), err
}

func (r *parquetReader) readDictionary(in *bufio.Reader, page parquetPage) error {
	_, raw, err := r.body(in, page)
	if err != nil {
		return err
	}
	size := r.column.size()
	if r.dictionary != nil || size == 0 || page.encoding != parquetPlain && page.encoding != parquetPlainDictionary || page.values > len(raw)/max(size, 1) {
		return errThrift
	}
	r.dictionary = make([]float64, page.values)
	for i := range r.dictionary {
		r.dictionary[i] = r.column.value(raw[i*size:])
	}
	return nil
}

// readPage appends the values of a page.
func (r *parquetReader) readPage(in *bufio.Reader, page parquetPage) error {
	levels, raw, err := r.body(in, page)
	if err != nil {
		return err
	}
	there := page.values
	var present []bool
	if r.column.optional {
		if !page.version2 {
			if page.levelsEncoding != parquetRLE || len(raw) < 4 {
				return errThrift
			}
			n := binary.LittleEndian.Uint32(raw)
			if uint64(n) > uint64(len(raw)-4) {
				return errThrift
			}
			levels, raw = raw[4:4+n], raw[4+n:]
		}
		runs := &hybrid{buf: levels, width: 1}
		there = 0
		if n, bit := runs.uniform(page.values); n {
			there = page.values * int(bit)
			if bit == 0 {
				present = []bool{}
			}
		} else {
			present = make([]bool, page.values)
			if err := runs.read(page.values, func(i int, v uint32) { present[i] = v != 0 }); err != nil {
				return err
			}
			for _, p := range present {
				if p {
					there++
				}
			}
		}
	}
	if present != nil {
		return r.scatter(page, raw, there, present)
	}
	return r.decode(page, raw, there, func(n int) []float64 { return r.out.room(n) })
}

// scatter puts the values to where they are, with gaps in between.
func (r *parquetReader) scatter(page parquetPage, raw []byte, there int, present []bool) error {
	values := make([]float64, 0, min(there, 8*len(raw)+1<<16))
	if err := r.decode(page, raw, there, func(n int) []float64 {
		n = min(n, 1<<12)
		values = append(values, make([]float64, n)...)
		return values[len(values)-n:]
	}); err != nil {
		return err
	}
	at := 0
	for i := range page.values {
		if len(present) > 0 && present[i] {
			r.out.append(values[at])
			at++
		} else {
			r.out.append(nan)
		}
	}
	return nil
}

// decode reads n values into the rooms that it is given.
func (r *parquetReader) decode(page parquetPage, raw []byte, n int, room func(int) []float64) error {
	size := r.column.size()
	bad := errors.New("it is damaged: a page has fewer values than it says")
	switch page.encoding {
	case parquetPlain:
		if size == 0 {
			if n > 8*len(raw) {
				return bad
			}
			for i := 0; i < n; {
				for k, out := 0, room(n-i); k < len(out); k++ {
					out[k] = float64(raw[i>>3] >> (i & 7) & 1)
					i++
				}
			}
			return nil
		}
		if n > len(raw)/size {
			return bad
		}
		double := r.column.kind == parquetDouble
		for i := 0; i < n; {
			out := room(n - i)
			part := raw[i*size:]
			if double {
				for k := range out {
					out[k] = math.Float64frombits(binary.LittleEndian.Uint64(part[8*k:]))
				}
			} else {
				for k := range out {
					out[k] = r.column.value(part[k*size:])
				}
			}
			i += len(out)
		}
		return nil
	case parquetByteStreamSplit:
		if size == 0 || n > len(raw)/size {
			return bad
		}
		stride := len(raw) / size
		one := make([]byte, size)
		for i := 0; i < n; {
			out := room(n - i)
			for k := range out {
				for b := range one {
					one[b] = raw[b*stride+i]
				}
				out[k] = r.column.value(one)
				i++
			}
		}
		return nil
	case parquetPlainDictionary, parquetRLEDictionary:
		if n == 0 {
			return nil
		}
		if len(raw) == 0 || raw[0] > 32 {
			return errThrift
		}
		indices := &hybrid{buf: raw[1:], width: int(raw[0])}
		return r.runs(indices, n, room, func(v uint32) (float64, bool) {
			if int64(v) >= int64(len(r.dictionary)) {
				return 0, false
			}
			return r.dictionary[v], true
		})
	case parquetRLE: // of true and false, with their length in front
		if size != 0 || len(raw) < 4 {
			return errThrift
		}
		return r.runs(&hybrid{buf: raw[4:], width: 1}, n, room, func(v uint32) (float64, bool) { return float64(v), true })
	}
	return fmt.Errorf("it is written in an encoding (%d) that can't be read here, write the file with pandas' or DuckDB's own settings", page.encoding)
}

func (r *parquetReader) runs(h *hybrid, n int, room func(int) []float64, value func(uint32) (float64, bool)) error {
	var out []float64
	ok := true
	err := h.read(n, func(i int, v uint32) {
		if len(out) == 0 {
			out = room(n - i)
		}
		var known bool
		out[0], known = value(v)
		ok = ok && known
		out = out[1:]
	})
	if err == nil && !ok {
		err = errThrift
	}
	return err
}

// size gives the bytes of a plain value, 0 for true and false, which are bits.
func (c parquetColumn) size() int {
	switch c.kind {
	case parquetInt32, parquetFloat:
		return 4
	case parquetInt64, parquetDouble:
		return 8
	}
	return 0
}

// value reads a plain value.
func (c parquetColumn) value(raw []byte) float64 {
	switch c.kind {
	case parquetFloat:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))
	case parquetDouble:
		return math.Float64frombits(binary.LittleEndian.Uint64(raw))
	case parquetInt32:
		u := binary.LittleEndian.Uint32(raw)
		if c.converted >= 11 && c.converted <= 13 {
			return float64(u)
		}
		return float64(int32(u))
	}
	u := binary.LittleEndian.Uint64(raw)
	switch {
	case c.converted == 14:
		return float64(u)
	case c.second > 0:
		return float64(int64(u)/int64(c.second)) + float64(int64(u)%int64(c.second))/c.second
	}
	return float64(int64(u))
}
