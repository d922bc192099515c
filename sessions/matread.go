package sessions

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decodeMAT reads what encodeMAT writes and files of level 5 that MATLAB, Octave
// and SciPy write, compressed or not: each vector of numbers is a column, a
// matrix has several. Texts, structures and the like are passed over, and single
// values beside columns.
func decodeMAT(in source) (*Series, error) {
	m, err := readMAT(in, false)
	if err != nil {
		return nil, err
	}
	return m.arrays.series(m.known)
}

// describeMAT reads as far as about.
func describeMAT(in source) (*about, error) {
	m, err := readMAT(in, true)
	if err != nil || m.known != nil {
		return m.known, err
	}
	return &about{Columns: m.arrays.names}, nil
}

// readMAT reads the variables, of which head asks for about only.
func readMAT(in source, head bool) (*matReader, error) {
	m := &matReader{arrays: &arrays{left: in.mostValues()}}
	start := make([]byte, 128)
	if n, err := in.ReadAt(start, 0); n < len(start) {
		if bytes.HasPrefix(start, []byte("\x89HDF")) {
			return m, errMAT73
		}
		if !bytes.HasPrefix([]byte("MATLAB"), start[:min(n, 6)]) {
			return m, errNotMAT
		}
		return m, cut(err)
	}
	switch string(start[126:]) {
	case "IM":
		m.order = binary.LittleEndian
	case "MI":
		m.order = binary.BigEndian
	default:
		if bytes.HasPrefix(start, []byte("\x89HDF")) {
			return m, errMAT73
		}
		return m, errNotMAT
	}
	if m.order.Uint16(start[124:])>>8 == 2 {
		return m, errMAT73
	}
	body := matElements{bufio.NewReaderSize(io.NewSectionReader(in, 128, in.size-128), 64*1024), in.size - 128}
	for body.left > 0 && !(head && m.known != nil) {
		if err := m.variable(&body, true); err != nil {
			return m, cut(err)
		}
	}
	return m, nil
}

var errNotMAT = errors.New("it is not a MAT-file of level 5, save it with -v7 or -v6")

var errMAT73 = errors.New("it is a MAT-file of version 7.3, save it with -v7 or -v6")

const matUint16 = 4

type matReader struct {
	order  binary.ByteOrder
	arrays *arrays
	known  *about
}

// matElements is a stretch of elements.
type matElements struct {
	in   *bufio.Reader
	left int64
}

// take reads n bytes, where the file has them.
func (e *matElements) take(n int64) ([]byte, error) {
	if n > e.left {
		return nil, errCut
	}
	// Compressed data may claim more than it has: no room is made ahead.
	var b bytes.Buffer
	if n <= 64*1024 {
		b.Grow(int(n))
	}
	got, err := io.Copy(&b, io.LimitReader(e.in, n))
	e.left -= got
	if err == nil && got < n {
		err = errCut
	}
	return b.Bytes(), err
}

func (e *matElements) skip(n int64) error {
	if n > e.left {
		return errCut
	}
	got, err := io.Copy(io.Discard, io.LimitReader(e.in, n))
	e.left -= got
	if err == nil && got < n {
		err = errCut
	}
	return err
}

// tag reads an element's type and size. Small elements have their data in the
// tag.
func (m *matReader) tag(e *matElements) (kind int, size int64, small []byte, err error) {
	raw, err := e.take(8)
	if err != nil {
		return 0, 0, nil, err
	}
	first := m.order.Uint32(raw)
	if n := first >> 16; n != 0 {
		if n > 4 {
			return 0, 0, nil, errors.New("it is damaged: a small element is too large")
		}
		return int(first & 0xffff), int64(n), raw[4 : 4+n], nil
	}
	return int(first), int64(m.order.Uint32(raw[4:])), nil, nil
}

// element reads a whole small element with its padding.
func (m *matReader) element(e *matElements, most int64) (kind int, data []byte, err error) {
	kind, size, small, err := m.tag(e)
	if err != nil || small != nil {
		return kind, small, err
	}
	if size > most {
		return 0, nil, errors.New("it is damaged: a part of a variable's head is too large")
	}
	if data, err = e.take(size); err == nil {
		err = e.skip(min((8-size%8)%8, e.left))
	}
	return kind, data, err
}

// variable reads one variable with all that is in it.
func (m *matReader) variable(e *matElements, mayBeCompressed bool) error {
	kind, size, small, err := m.tag(e)
	if err != nil {
		return err
	}
	if small != nil {
		return nil // nothing that a variable could be
	}
	if size > e.left {
		return errCut
	}
	inner := matElements{e.in, size}
	switch {
	case kind == matCompressed && mayBeCompressed:
		packed := &io.LimitedReader{R: e.in, N: size}
		z, err := zlib.NewReader(packed)
		if err != nil {
			return err
		}
		unpacked := matElements{bufio.NewReader(z), 8*int64(m.arrays.left) + 1<<20}
		if err := m.variable(&unpacked, false); err != nil {
			return err
		}
		// To the end, where the sum is compared.
		if n, err := unpacked.in.Read(make([]byte, 1)); n > 0 {
			return errors.New("it is damaged: a compressed variable has more in it than it says")
		} else if err != io.EOF {
			return err
		}
		if _, err := io.Copy(io.Discard, packed); err != nil {
			return err
		}
	case kind != matMatrix:
		if err := inner.skip(size); err != nil {
			return err
		}
	default:
		if err := m.matrix(&inner); err != nil {
			return err
		}
		if err := inner.skip(inner.left); err != nil {
			return err
		}
	}
	e.left -= size
	return nil
}

// matrix reads an array, of which e is the inside.
func (m *matReader) matrix(e *matElements) error {
	_, flags, err := m.element(e, 64)
	if err != nil {
		return err
	}
	if len(flags) < 4 {
		return errors.New("it is damaged: a variable has no class")
	}
	class, complex := m.order.Uint32(flags)&0xff, m.order.Uint32(flags)&0x800 != 0
	_, dims, err := m.element(e, 4*32)
	if err != nil {
		return err
	}
	var shape []int
	for ; len(dims) >= 4; dims = dims[4:] {
		n := int32(m.order.Uint32(dims))
		if n < 0 {
			return errors.New("it is damaged: a variable has a negative size")
		}
		shape = append(shape, int(n))
	}
	_, rawName, err := m.element(e, 1024)
	if err != nil {
		return err
	}
	name := string(bytes.TrimRight(rawName, "\x00"))
	switch {
	case class == matCharClass && name == matAbout:
		return m.about(e)
	case class < matDoubleClass || class > 15:
		return nil // no numbers
	case complex:
		return fmt.Errorf("variable %q has complex numbers, save its real and imaginary parts", name)
	}
	rows, width, err := matTable(shape)
	if err != nil {
		return fmt.Errorf("variable %q: %w", name, err)
	}
	if width > 0 && rows > m.arrays.left/width {
		return errManyValues
	}
	m.arrays.left -= rows * width
	kind, size, small, err := m.tag(e)
	if err != nil {
		return err
	}
	d, ok := map[int]dtype{1: {kind: 'i', size: 1}, 2: {kind: 'u', size: 1}, 3: {kind: 'i', size: 2}, 4: {kind: 'u', size: 2}, 5: {kind: 'i', size: 4},
		6: {kind: 'u', size: 4}, 7: {kind: 'f', size: 4}, 9: {kind: 'f', size: 8}, 12: {kind: 'i', size: 8}, 13: {kind: 'u', size: 8}}[kind]
	if !ok || size != int64(d.size)*int64(rows)*int64(width) {
		return fmt.Errorf("it is damaged: variable %q is of another size than it says", name)
	}
	d.order = m.order
	var data io.Reader = bytes.NewReader(small)
	if small == nil {
		if size > e.left {
			return errCut
		}
		e.left -= size
		data = io.LimitReader(e.in, size)
	}
	columns, err := readArray(data, d, rows, width, true)
	if err != nil {
		return err
	}
	return m.arrays.add(name, columns, rows*width == 1)
}

// matTable is tableShape for arrays that have at least two dimensions, of which
// one of 0 makes an empty column.
func matTable(shape []int) (rows, width int, err error) {
	for _, n := range shape {
		if n == 0 {
			return 0, 1, nil
		}
	}
	return tableShape(shape)
}

// about reads the text with all that is known of a series. One of another
// program is passed over.
func (m *matReader) about(e *matElements) error {
	kind, data, err := m.element(e, 2*maxAbout)
	if err != nil {
		return err
	}
	text := string(data)
	if kind == matUint16 { // which MATLAB makes of it
		ascii := make([]byte, len(data)/2)
		for i := range ascii {
			ascii[i] = byte(m.order.Uint16(data[2*i:]))
		}
		text = string(ascii)
	}
	if !strings.HasPrefix(text, "{") {
		return nil
	}
	m.known, err = parseAbout([]byte(text))
	return err
}
