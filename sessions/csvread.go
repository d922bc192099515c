package sessions

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// maxLine bounds a line of a text table, in bytes.
const maxLine = 16 << 20

// decodeCSV reads what encodeCSV writes, and tables of numbers that other
// programs wrote; see [table] for what is understood.
func decodeCSV(in source) (*Series, error) {
	text, err := utf8Text(in)
	if err != nil {
		return nil, err
	}
	t := &table{lines: lines{in: text}}
	if err := t.begin(); err != nil {
		return nil, err
	}
	b := NewBuilder(Header{Columns: t.names})
	row := make([]float64, len(t.names))
	if t.first != nil {
		if err := t.values(t.first, row); err != nil {
			return nil, err
		}
		b.Append(row)
	}
	for t.line != nil {
		if err := t.values(t.line, row); err != nil {
			return nil, err
		}
		// A gap in a single column is an empty line once a spreadsheet has saved
		// the file again. With more columns there are delimiters in it.
		if len(row) == 1 && t.blank > 0 {
			b.appendNaN(t.blank)
		}
		b.Append(row)
		if err := t.nextRow(); err != nil {
			return nil, err
		}
	}
	return b.Series(), nil
}

// describeCSV reads the line of names.
func describeCSV(in source) (*about, error) {
	text, err := utf8Text(in)
	if err != nil {
		return nil, err
	}
	t := &table{lines: lines{in: text}}
	if err := t.begin(); err != nil {
		return nil, err
	}
	return &about{Columns: columnNames(t.names)}, nil
}

// utf8Text takes a byte order mark off and turns UTF-16, in which spreadsheets
// write "Unicode text", and the line ends of old Macs into what the rest reads.
func utf8Text(in source) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(in.reader(), 64*1024)
	start, err := r.Peek(r.Size())
	if err != nil && err != io.EOF {
		return nil, err
	}
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		r.Discard(3)
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		order = binary.BigEndian
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("it is a spreadsheet or an archive under a wrong name, save it as CSV")
	}
	if order != nil {
		r.Discard(2)
		return bufio.NewReaderSize(&utf16Reader{in: r, order: order}, 64*1024), nil
	}
	if bytes.IndexByte(start, '\r') >= 0 && bytes.IndexByte(start, '\n') < 0 {
		return bufio.NewReaderSize(&macReader{r}, 64*1024), nil
	}
	return r, nil
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	left  []byte
}

func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.left) == 0 {
		units := make([]byte, 4096)
		n, err := io.ReadFull(r.in, units)
		if n < 2 {
			if err == io.ErrUnexpectedEOF { // half a letter
				err = errCut
			}
			return 0, err
		}
		text := make([]uint16, n/2, n/2+1)
		for i := range text {
			text[i] = r.order.Uint16(units[2*i:])
		}
		// The second half of a pair may be in the next piece.
		if last := text[len(text)-1]; last >= 0xd800 && last < 0xdc00 {
			if n, err := io.ReadFull(r.in, units[:2]); n == 2 && err == nil {
				text = append(text, r.order.Uint16(units))
			}
		}
		r.left = []byte(string(utf16.Decode(text)))
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// macReader ends lines with \n in place of \r.
type macReader struct{ in io.Reader }

func (r *macReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// lines cuts a text into lines.
type lines struct {
	in     *bufio.Reader
	long   []byte
	number int  // of the line that was read last, from 1
	ended  bool // that line had an end
}

// next gives the next line with its end; nil at the end of the file. It is
// valid until the next call.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.long = l.long[:0]
		for err == bufio.ErrBufferFull {
			if len(l.long) > maxLine {
				return nil, fmt.Errorf("line %d has more than %d MB, this is no table of numbers", l.number+1, maxLine>>20)
			}
			l.long = append(l.long, line...)
			line, err = l.in.ReadSlice('\n')
		}
		l.long = append(l.long, line...)
		line = l.long
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(line) == 0 {
		return nil, nil
	}
	l.number++
	l.ended = err == nil
	return line, nil
}

// appendNaN adds rows that nothing is known of, but which are not marked as lost.
func (b *Builder) appendNaN(n int) {
	for range n {
		b.Append([]float64{nan})
	}
}
