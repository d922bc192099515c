package sessions

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// dtype is a numpy type of numbers, as far as float64 can hold them.
type dtype struct {
	kind   byte // 'f', 'i', 'u' or 'b'
	size   int  // bytes of a value
	order  binary.ByteOrder
	object bool // the values are Python's
}

// parseDtype reads the short text for a type, such as "<f8".
func parseDtype(text string) (dtype, error) {
	refuse := func() (dtype, error) {
		return dtype{}, fmt.Errorf("it has values of numpy's type %q, only whole numbers, true or false, and floats of up to 8 bytes can be read", text)
	}
	d := dtype{order: binary.LittleEndian}
	rest := text
	if len(rest) > 0 {
		switch rest[0] {
		case '<', '>', '=', '|':
			if d.setOrder(rest[:1]) != nil {
				return refuse()
			}
			rest = rest[1:]
		}
	}
	switch rest {
	case "O", "O8", "O4":
		d.object = true
		return d, nil
	case "?":
		rest = "b1"
	}
	if len(rest) < 2 {
		return refuse()
	}
	d.kind = rest[0]
	size, err := strconv.Atoi(rest[1:])
	if err != nil {
		return refuse()
	}
	d.size = size
	switch {
	case d.kind == 'f' && (size == 2 || size == 4 || size == 8),
		(d.kind == 'i' || d.kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8),
		d.kind == 'b' && size == 1:
		return d, nil
	}
	return refuse()
}

// setOrder sets the byte order; = and | are this machine's, of which all that
// this program runs on have the little end first, and none.
func (d *dtype) setOrder(text string) error {
	switch text {
	case "<", "=", "|":
		d.order = binary.LittleEndian
	case ">":
		d.order = binary.BigEndian
	default:
		return errors.New("it has values of an unknown byte order")
	}
	return nil
}

// value reads one.
func (d *dtype) value(raw []byte) float64 {
	switch d.size {
	case 1:
		switch {
		case d.kind == 'i':
			return float64(int8(raw[0]))
		case d.kind == 'b' && raw[0] != 0:
			return 1
		}
		return float64(raw[0])
	case 2:
		u := d.order.Uint16(raw)
		switch d.kind {
		case 'i':
			return float64(int16(u))
		case 'f':
			return half(u)
		}
		return float64(u)
	case 4:
		u := d.order.Uint32(raw)
		switch d.kind {
		case 'i':
			return float64(int32(u))
		case 'f':
			return float64(math.Float32frombits(u))
		}
		return float64(u)
	}
	u := d.order.Uint64(raw)
	switch d.kind {
	case 'i':
		return float64(int64(u))
	case 'f':
		return math.Float64frombits(u)
	}
	return float64(u)
}

// values reads as many as there is room for.
func (d *dtype) values(room []float64, raw []byte) {
	if d.kind == 'f' && d.size == 8 && d.order == binary.LittleEndian {
		for i := range room {
			room[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
		return
	}
	for i := range room {
		room[i] = d.value(raw[i*d.size:])
	}
}

// half reads a float of 16 bits (IEEE 754 binary16).
func half(u uint16) float64 {
	exponent, fraction := int(u>>10&31), float64(u&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		if v = math.Inf(1); fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if u>>15 != 0 {
		v = -v
	}
	return v
}

// arrayColumns reads an array that is whole in memory: one column of any array
// with at most one dimension that is longer than 1, the columns of one with two.
func arrayColumns(raw []byte, d dtype, shape []int, fortran bool) ([]*numbers, error) {
	rows, width, err := tableShape(shape)
	if err != nil {
		return nil, err
	}
	columns := make([]*numbers, width)
	for i := range columns {
		c := &numbers{}
		columns[i] = c
		at, step := i*rows*d.size, d.size
		if !fortran {
			at, step = i*d.size, width*d.size
		}
		if step == d.size {
			for left := rows; left > 0; {
				room := c.room(left)
				d.values(room, raw[at:])
				at += len(room) * d.size
				left -= len(room)
			}
			continue
		}
		for range rows {
			c.append(d.value(raw[at:]))
			at += step
		}
	}
	return columns, nil
}

// tableShape gives the rows and columns of a shape. Dimensions of 1 do not count
// where there is only one other.
func tableShape(shape []int) (rows, width int, err error) {
	var long []int
	for _, n := range shape {
		if n != 1 {
			long = append(long, n)
		}
	}
	switch {
	case len(long) == 0:
		return 1, 1, nil
	case len(long) == 1:
		return long[0], 1, nil
	case len(long) > 2 || len(shape) > 2:
		return 0, 0, fmt.Errorf("it has an array of %d dimensions, at most 2 can be read", len(shape))
	case long[1] > maxColumns:
		return 0, 0, fmt.Errorf("it has %d columns, more than %d", long[1], maxColumns)
	}
	return long[0], long[1], nil
}
