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

// decodeParquet reads what encodeParquet writes and flat tables of numbers of
// other programs: integers, floats, true and false, and times, which become
// seconds since 1970; null is a gap. Pages may be plain, split by bytes, or with
// a dictionary, and not compressed or with snappy or gzip, which is what pandas
// and DuckDB write by themselves.
func decodeParquet(in source) (*Series, error) {
	file, err := readParquetNotes(in)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(file.columns))
	columns := make([]*numbers, len(file.columns))
	left := in.mostValues()
	var raw []byte // of a page, used again
	for i := range columns {
		names[i], columns[i] = file.columns[i].name, &numbers{}
	}
	room := in.size
	for _, group := range file.groups {
		if len(group) != len(columns) {
			return nil, errThrift
		}
		for _, chunk := range group {
			// No two are at the same place, or reading could go on for ever.
			if room -= max(chunk.size, 0); room < 0 {
				return nil, errThrift
			}
		}
		for i := range columns {
			r := &parquetReader{source: in, column: file.columns[i], chunk: group[i], out: columns[i], left: &left, raw: raw}
			if err := r.read(); err != nil {
				return nil, fmt.Errorf("column %q: %w", names[i], cut(err))
			}
			raw = r.raw
		}
	}
	if len(columns) == 0 {
		return nil, errors.New("it holds no column")
	}
	s, err := equalColumns(names, columns)
	if err != nil {
		return nil, err
	}
	if int64(s.n) != file.rows {
		return nil, fmt.Errorf("it has %d rows and says that it has %d", s.n, file.rows)
	}
	if text, ok := file.meta[parquetKey]; ok {
		known, err := parseAbout([]byte(text))
		if err != nil {
			return nil, err
		}
		known.apply(s)
	}
	return s, nil
}

// describeParquet reads the notes at the end.
func describeParquet(in source) (*about, error) {
	file, err := readParquetNotes(in)
	if err != nil {
		return nil, err
	}
	if text, ok := file.meta[parquetKey]; ok {
		return parseAbout([]byte(text))
	}
	rows := int(file.rows)
	a := &about{Rows: &rows}
	for _, c := range file.columns {
		a.Columns = append(a.Columns, c.name)
	}
	return a, nil
}

type parquetFile struct {
	rows    int64
	columns []parquetColumn
	groups  [][]parquetChunk // by column
	meta    map[string]string
}

type parquetColumn struct {
	name      string
	kind      int
	optional  bool
	converted int     // parquet.thrift's ConvertedType, -1: none
	second    float64 // of a time, in the column's unit; 0: no time
	children  int
	repeated  bool
	other     bool // a logical type that is no number
}

type parquetChunk struct {
	codec  int
	values int64
	at     int64 // of its first page
	size   int64
}

// readParquetNotes reads what stands at the file's end.
func readParquetNotes(in source) (*parquetFile, error) {
	var head [4]byte
	var tail [8]byte
	if in.size < 12 {
		return nil, errCut
	}
	if _, err := in.ReadAt(head[:], 0); err != nil {
		return nil, cut(err)
	}
	if _, err := in.ReadAt(tail[:], in.size-8); err != nil {
		return nil, cut(err)
	}
	switch {
	case string(head[:]) != parquetMagic:
		return nil, errors.New("it is not a Parquet file")
	case string(tail[4:]) == "PARE":
		return nil, errors.New("it is encrypted")
	case string(tail[4:]) != parquetMagic:
		return nil, errCut
	}
	size := int64(binary.LittleEndian.Uint32(tail[:]))
	if size > in.size-12 {
		return nil, errThrift
	}
	notes := make([]byte, size)
	if _, err := in.ReadAt(notes, in.size-8-size); err != nil {
		return nil, cut(err)
	}
	r := &thriftReader{buf: notes}
	file := &parquetFile{meta: map[string]string{}}
	var schema []parquetColumn
	r.fields(func(number, kind int) {
		switch number {
		case 2:
			r.list(func(int) { schema = append(schema, r.schemaElement()) })
		case 3:
			file.rows = r.int()
		case 4:
			r.list(func(int) { file.groups = append(file.groups, r.rowGroup()) })
		case 5:
			r.list(func(int) {
				var key, value string
				r.fields(func(number, kind int) {
					switch number {
					case 1:
						key = r.text()
					case 2:
						value = r.text()
					default:
						r.skip(kind)
					}
				})
				file.meta[key] = value
			})
		default:
			r.skip(kind)
		}
	})
	if r.err != nil {
		return nil, r.err
	}
	if len(schema) == 0 || schema[0].children != len(schema)-1 {
		return nil, errors.New("it has columns within columns, only a flat table of numbers can be read")
	}
	file.columns = schema[1:]
	if len(file.columns) > maxColumns {
		return nil, fmt.Errorf("it has %d columns, more than %d", len(file.columns), maxColumns)
	}
	for _, c := range file.columns {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("column %q %w", c.name, err)
		}
	}
	return file, nil
}

// check refuses columns that are no numbers.
func (c parquetColumn) check() error {
	switch {
	case c.children > 0 || c.repeated:
		return errors.New("is a list, only a flat table of numbers can be read")
	case c.kind == parquetByteArray, c.kind == parquetFixed, c.kind == parquetInt96, c.other:
		return errors.New("holds no numbers, leave it out when you write the file")
	}
	switch c.converted {
	case -1, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18: // times and integers
		return nil
	}
	return errors.New("holds no numbers, leave it out when you write the file")
}

func (r *thriftReader) schemaElement() parquetColumn {
	c := parquetColumn{kind: -1, converted: -1}
	r.fields(func(number, kind int) {
		switch number {
		case 1:
			c.kind = r.small()
		case 3:
			repetition := r.small()
			c.optional, c.repeated = repetition == parquetOptional, repetition == parquetRepeated
		case 4:
			c.name = r.text()
		case 5:
			c.children = r.small()
		case 6:
			if c.converted = r.small(); c.converted == 9 && c.second == 0 {
				c.second = 1e3
			} else if c.converted == 10 && c.second == 0 {
				c.second = 1e6
			}
		case 10:
			r.fields(func(number, kind int) {
				switch number {
				case 8: // a time: which of its parts is a second
					r.fields(func(number, kind int) {
						if number != 2 {
							r.skip(kind)
							return
						}
						r.fields(func(number, kind int) {
							if number >= 1 && number <= 3 {
								c.second = math.Pow10(3 * number)
							}
							r.skip(kind)
						})
					})
				case 10, 11: // integers, and columns of nothing
					r.skip(kind)
				default:
					c.other = true
					r.skip(kind)
				}
			})
		default:
			r.skip(kind)
		}
	})
	return c
}

func (r *thriftReader) rowGroup() []parquetChunk {
	var chunks []parquetChunk
	r.fields(func(number, kind int) {
		if number != 1 {
			r.skip(kind)
			return
		}
		r.list(func(int) {
			c := parquetChunk{}
			dictionary := int64(0)
			r.fields(func(number, kind int) {
				if number != 3 {
					r.skip(kind)
					return
				}
				r.fields(func(number, kind int) {
					switch number {
					case 4:
						c.codec = r.small()
					case 5:
						c.values = r.int()
					case 7:
						c.size = r.int()
					case 9:
						c.at = r.int()
					case 11:
						dictionary = r.int()
					default:
						r.skip(kind)
					}
				})
			})
			if dictionary > 0 {
				c.at = min(c.at, dictionary)
			}
			chunks = append(chunks, c)
		})
	})
	return chunks
}

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
