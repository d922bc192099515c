package canvas

import (
	"encoding/binary"
	"math"

	"iotplot/plotserver/internal/render/fonts"
)

// cffFont makes a Compact Font Format file of a few outlines, numbered from 1 in
// their order; number 0 is empty. It is CID-keyed, so a PDF addresses the glyphs
// by number, and holds the cubic curves as they are.
//
// Source: Adobe Technical Notes #5176 (CFF) and #5177 (Type 2 charstrings).
func cffFont(name string, glyphs []*fonts.Outline) []byte {
	const (
		rosAdobe, rosIdentity = 391, 392 // the first two own strings
		opCharset             = 15
		opCharStrings         = 17
		opPrivate             = 18
		opFontBBox            = 5
		opROS                 = 30 | escape12
		opCIDCount            = 34 | escape12
		opFDArray             = 36 | escape12
		opFDSelect            = 37 | escape12
	)
	n := len(glyphs) + 1
	strings := make([][]byte, 0, n)
	strings = append(strings, charString(&fonts.Outline{}))
	x0, y0, x1, y1 := 0.0, 0.0, 0.0, 0.0
	for _, g := range glyphs {
		strings = append(strings, charString(g))
		x0, y0, x1, y1 = min(x0, g.XMin), min(y0, g.YMin), max(x1, g.XMax), max(y1, g.YMax)
	}

	top := func(charset, fdSelect, charStrings, fdArray int) []byte {
		var d []byte
		d = dictEntry(d, opROS, rosAdobe, rosIdentity, 0)
		d = dictEntry(d, opFontBBox, int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1)))
		d = dictEntry(d, opCIDCount, n)
		d = dictEntry(d, opCharset, charset)
		d = dictEntry(d, opFDSelect, fdSelect)
		d = dictEntry(d, opCharStrings, charStrings)
		return dictEntry(d, opFDArray, fdArray)
	}
	charset := binary.BigEndian.AppendUint16([]byte{2}, 1) // format 2: one range from 1 on
	charset = binary.BigEndian.AppendUint16(charset, uint16(max(0, n-2)))
	if n < 2 {
		charset = []byte{0} // format 0 with nothing in it
	}
	fdSelect := []byte{3, 0, 1, 0, 0, 0} // format 3: one range, all glyphs
	fdSelect = binary.BigEndian.AppendUint16(fdSelect, uint16(n))
	charStrings := cffIndex(strings...)

	out := []byte{1, 0, 4, 4}
	out = append(out, cffIndex([]byte(name))...)
	// Offsets in a dictionary always take five bytes here, so that its length is
	// known before they are.
	at := len(out) + len(cffIndex(top(0, 0, 0, 0)))
	rest := cffIndex([]byte("Adobe"), []byte("Identity"))
	rest = append(rest, 0, 0) // no global subroutines
	atCharset := at + len(rest)
	atSelect := atCharset + len(charset)
	atStrings := atSelect + len(fdSelect)
	atPrivate := atStrings + len(charStrings)
	private := []byte{139, 20, 139, 21} // defaultWidthX and nominalWidthX 0: widths are given in full
	atArray := atPrivate + len(private)
	out = append(out, cffIndex(top(atCharset, atSelect, atStrings, atArray))...)
	out = append(out, rest...)
	out = append(out, charset...)
	out = append(out, fdSelect...)
	out = append(out, charStrings...)
	out = append(out, private...)
	return append(out, cffIndex(dictEntry(nil, opPrivate, len(private), atPrivate))...)
}

// escape12 marks the operators of two bytes, the first of which is 12.
const escape12 = 12 << 8

func dictEntry(d []byte, op int, args ...int) []byte {
	for _, a := range args {
		d = append(d, 29)
		d = binary.BigEndian.AppendUint32(d, uint32(int32(a)))
	}
	if op >= escape12 {
		return append(d, 12, byte(op))
	}
	return append(d, byte(op))
}

// cffIndex writes a CFF INDEX with offsets of four bytes.
func cffIndex(items ...[]byte) []byte {
	d := binary.BigEndian.AppendUint16(nil, uint16(len(items)))
	d = append(d, 4)
	at := 1
	d = binary.BigEndian.AppendUint32(d, uint32(at))
	for _, i := range items {
		at += len(i)
		d = binary.BigEndian.AppendUint32(d, uint32(at))
	}
	for _, i := range items {
		d = append(d, i...)
	}
	return d
}

// charString writes an outline as a Type 2 charstring, in whole units.
func charString(o *fonts.Outline) []byte {
	const (
		rlineto   = 5
		rrcurveto = 8
		endchar   = 14
		rmoveto   = 21
	)
	d := csNumber(nil, int(math.Round(o.Advance)))
	var x, y int
	to := func(p fonts.Point) {
		px, py := int(math.Round(float64(p.X))), int(math.Round(float64(p.Y)))
		d = csNumber(csNumber(d, px-x), py-y)
		x, y = px, py
	}
	for _, s := range o.Segments {
		switch s.Op {
		case fonts.MoveTo:
			to(s.P[0])
			d = append(d, rmoveto)
		case fonts.LineTo:
			to(s.P[0])
			d = append(d, rlineto)
		case fonts.CubeTo:
			to(s.P[0])
			to(s.P[1])
			to(s.P[2])
			d = append(d, rrcurveto)
		}
	}
	return append(d, endchar)
}

// csNumber writes a charstring's whole number.
func csNumber(d []byte, v int) []byte {
	switch {
	case v >= -107 && v <= 107:
		return append(d, byte(v+139))
	case v >= 108 && v <= 1131:
		v -= 108
		return append(d, byte(v>>8+247), byte(v))
	case v >= -1131 && v <= -108:
		v = -v - 108
		return append(d, byte(v>>8+251), byte(v))
	}
	return append(d, 28, byte(v>>8), byte(v))
}
