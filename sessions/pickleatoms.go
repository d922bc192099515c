package sessions

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// number reads the argument of an instruction that pushes a number.
func (m *pickleMachine) number(op byte) (v pickleValue, err error) {
	var raw []byte
	switch op {
	case 'G': // BINFLOAT
		if raw, err = m.take(8); err == nil {
			v.number = math.Float64frombits(binary.BigEndian.Uint64(raw))
		}
	case 'K': // BININT1
		if raw, err = m.take(1); err == nil {
			v.number = float64(raw[0])
		}
	case 'M': // BININT2
		if raw, err = m.take(2); err == nil {
			v.number = float64(binary.LittleEndian.Uint16(raw))
		}
	case 'J': // BININT
		if raw, err = m.take(4); err == nil {
			v.number = float64(int32(binary.LittleEndian.Uint32(raw)))
		}
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		v.number = float64(0x89 - int(op))
	case 0x8a, 0x8b: // LONG1, LONG4
		n := uint64(0)
		if n, err = m.size(uint64(1 + 3*(op-0x8a))); err != nil {
			break
		}
		if n > maxPickleLine {
			return v, errHostile
		}
		if raw, err = m.take(n); err == nil {
			v.number = longNumber(raw)
		}
	case 'F', 'I', 'L': // FLOAT, INT, LONG
		text := ""
		if text, err = m.shortLine(); err != nil {
			break
		}
		ok := false
		if v.number, ok = parseNumber([]byte(strings.TrimSuffix(text, "L"))); !ok {
			err = fmt.Errorf("it is damaged: %q is not a number", text[:min(len(text), 40)])
		}
	}
	return v, err
}

// longNumber reads an integer of any length, little end first.
func longNumber(raw []byte) float64 {
	if len(raw) == 0 {
		return 0
	}
	be := make([]byte, len(raw))
	for i, c := range raw {
		be[len(raw)-1-i] = c
	}
	n := new(big.Int).SetBytes(be)
	if be[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	f, _ := new(big.Float).SetInt(n).Float64() // beyond float64 it is an infinity
	return f
}

// string reads the argument of an instruction that pushes a text or bytes.
func (m *pickleMachine) string(op byte) error {
	switch op {
	case 'S', 'V': // STRING, UNICODE
		line, err := m.line()
		if err != nil {
			return err
		}
		if op == 'V' {
			return m.pushRef(pickleText(rawUnicode(line)))
		}
		raw, err := quotedBytes(line)
		if err != nil {
			return err
		}
		return m.pushRef(pickleBytes(raw))
	}
	width := map[byte]uint64{'T': 4, 'U': 1, 'X': 4, 0x8c: 1, 0x8d: 8, 'B': 4, 'C': 1, 0x8e: 8, 0x96: 8}[op]
	n, err := m.size(width)
	if err != nil {
		return err
	}
	raw, err := m.kept(n)
	if err != nil {
		return err
	}
	switch op {
	case 'X', 0x8c, 0x8d:
		return m.pushRef(pickleText(raw))
	}
	return m.pushRef(pickleBytes(raw))
}

// rawUnicode undoes Python's raw-unicode-escape: Latin-1 with \uXXXX and
// \UXXXXXXXX in it.
func rawUnicode(line []byte) string {
	var b strings.Builder
	b.Grow(len(line))
	var high rune
	for i := 0; i < len(line); {
		r, size := rune(line[i]), 1
		if line[i] == '\\' && i+1 < len(line) {
			if digits := map[byte]int{'u': 4, 'U': 8}[line[i+1]]; digits > 0 && i+2+digits <= len(line) {
				if n, err := strconv.ParseUint(string(line[i+2:i+2+digits]), 16, 32); err == nil {
					r, size = rune(n), 2+digits
				}
			}
		}
		i += size
		switch { // Python 2 writes what is beyond 16 bits as a pair
		case r >= 0xd800 && r < 0xdc00:
			high = r
			continue
		case r >= 0xdc00 && r < 0xe000 && high != 0:
			r = 0x10000 + (high-0xd800)<<10 + (r - 0xdc00)
		}
		high = 0
		b.WriteRune(r)
	}
	return b.String()
}

// quotedBytes undoes Python's repr of bytes.
func quotedBytes(line []byte) ([]byte, error) {
	bad := errors.New("it is damaged: a text in it has no quotes")
	line = bytes.TrimRight(line, "\r ")
	if len(line) < 2 || line[0] != line[len(line)-1] || line[0] != '\'' && line[0] != '"' {
		return nil, bad
	}
	line = line[1 : len(line)-1]
	out := make([]byte, 0, len(line))
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' || i+1 == len(line) {
			out = append(out, line[i])
			continue
		}
		i++
		if at := strings.IndexByte(`\'"abfnrtv`, line[i]); at >= 0 {
			out = append(out, "\\'\"\a\b\f\n\r\t\v"[at])
			continue
		}
		digits, base := line[i:min(i+3, len(line))], 8
		if line[i] == 'x' {
			digits, base = line[i+1:min(i+3, len(line))], 16
		}
		n, err := strconv.ParseUint(string(digits), base, 8)
		if err != nil {
			return nil, bad
		}
		out = append(out, byte(n))
		if base == 16 {
			i++
		}
		i += len(digits) - 1
	}
	return out, nil
}
