package sessions

import (
	"encoding/binary"
	"math"
)

// Numbers of parquet.thrift in apache/parquet-format.
const (
	parquetMagic = "PAR1"

	parquetBoolean   = 0
	parquetInt32     = 1
	parquetInt64     = 2
	parquetInt96     = 3
	parquetFloat     = 4
	parquetDouble    = 5
	parquetByteArray = 6
	parquetFixed     = 7

	parquetRequired = 0
	parquetOptional = 1
	parquetRepeated = 2

	parquetPlain           = 0
	parquetPlainDictionary = 2
	parquetRLE             = 3
	parquetDelta           = 5
	parquetRLEDictionary   = 8
	parquetByteStreamSplit = 9

	parquetUncompressed = 0
	parquetSnappy       = 1
	parquetGzip         = 2

	parquetDataPage       = 0
	parquetIndexPage      = 1
	parquetDictionaryPage = 2
	parquetDataPage2      = 3
)

const (
	parquetGroupRows = 1 << 17 // as many rows as DuckDB gives to a thread
	parquetPageRows  = 1 << 16 // half a megabyte
	parquetKey       = "iotplot"
)

// encodeParquet writes a column of doubles for each column, not compressed,
// with null for NaN, which is what query languages leave out of their means.
// The key-value metadata has the text of [about] under iotplot.
func encodeParquet(out *sink, s *Series) error {
	text, err := aboutText(s)
	if err != nil {
		return err
	}
	p := &parquetWriter{out: out}
	p.append([]byte(parquetMagic))
	meta := &thriftWriter{}
	meta.open()
	meta.i32(1, 1) // version
	meta.list(2, thriftStruct, len(s.Columns)+1)
	meta.open()
	meta.text(4, "schema")
	meta.i32(5, len(s.Columns))
	meta.close()
	for _, name := range s.Columns {
		meta.open()
		meta.i32(1, parquetDouble)
		meta.i32(3, parquetOptional)
		meta.text(4, name)
		meta.close()
	}
	meta.i64(3, int64(s.n))
	groups := (s.n + parquetGroupRows - 1) / parquetGroupRows
	meta.list(4, thriftStruct, groups)
	for g := range groups {
		if err := p.group(meta, s, g*parquetGroupRows, min((g+1)*parquetGroupRows, s.n)); err != nil {
			return err
		}
	}
	meta.list(5, thriftStruct, 1)
	meta.open()
	meta.text(1, parquetKey)
	meta.text(2, string(text))
	meta.close()
	meta.text(6, "iotplot")
	meta.close()
	p.append(meta.buf)
	p.append(binary.LittleEndian.AppendUint32(nil, uint32(len(meta.buf))))
	p.append([]byte(parquetMagic))
	return p.out.err
}

type parquetWriter struct {
	out *sink
	at  int64 // bytes of the file so far

}

func (p *parquetWriter) append(b []byte) bool {
	p.at += int64(len(b))
	p.out.Write(b) // its error stays in the sink
	return p.out.err == nil
}

// group writes the rows [first, end) as a row group and notes it.
func (p *parquetWriter) group(meta *thriftWriter, s *Series, first, end int) error {
	began := p.at
	meta.open()
	meta.list(1, thriftStruct, len(s.Columns))
	for i, name := range s.Columns {
		at := p.at
		for from := first; from < end; from += parquetPageRows {
			if !p.page(s.Column(i).Slice(from, min(from+parquetPageRows, end))) {
				return p.out.err
			}
		}
		meta.open()
		meta.i64(2, at)
		meta.structure(3)
		meta.i32(1, parquetDouble)
		meta.list(2, thriftI32, 2)
		meta.varint(parquetPlain)
		meta.varint(parquetRLE)
		meta.list(3, thriftBinary, 1)
		meta.bytes(name)
		meta.i32(4, parquetUncompressed)
		meta.i64(5, int64(end-first))
		meta.i64(6, p.at-at)
		meta.i64(7, p.at-at)
		meta.i64(9, at)
		meta.close()
		meta.close()
	}
	meta.i64(2, p.at-began)
	meta.i64(3, int64(end-first))
	meta.close()
	return nil
}

// page writes a page of at most parquetPageRows values.
func (p *parquetWriter) page(c Column) bool {
	gaps := 0
	for piece := range c.Chunks() {
		for _, v := range piece {
			if v != v {
				gaps++
			}
		}
	}
	// Which values are there is one run, or a bit for each.
	var there []byte
	if gaps == 0 || gaps == c.n {
		there = binary.AppendUvarint(there, uint64(c.n)<<1)
		there = append(there, byte(1-gaps/max(c.n, 1)))
	} else {
		groups := (c.n + 7) / 8
		there = binary.AppendUvarint(there, uint64(groups)<<1|1)
		first := len(there)
		there = append(there, make([]byte, groups)...)
		i := 0
		for piece := range c.Chunks() {
			for _, v := range piece {
				if v == v {
					there[first+i>>3] |= 1 << (i & 7)
				}
				i++
			}
		}
	}
	size := 4 + len(there) + 8*(c.n-gaps)
	head := &thriftWriter{}
	head.open()
	head.i32(1, parquetDataPage)
	head.i32(2, size)
	head.i32(3, size)
	head.structure(5)
	head.i32(1, c.n)
	head.i32(2, parquetPlain)
	head.i32(3, parquetRLE)
	head.i32(4, parquetRLE)
	head.close()
	head.close()
	p.append(head.buf)
	p.append(binary.LittleEndian.AppendUint32(nil, uint32(len(there))))
	if !p.append(there) {
		return false
	}
	p.at += int64(8 * (c.n - gaps))
	if gaps == 0 {
		return p.out.floats(c)
	}
	for piece := range c.Chunks() {
		for _, v := range piece {
			if v == v {
				p.out.buf = binary.LittleEndian.AppendUint64(p.out.buf, math.Float64bits(v))
			}
		}
		if !p.out.full() {
			return false
		}
	}
	return true
}
