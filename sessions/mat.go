package sessions

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Numbers of MathWorks' "MAT-File Format", level 5: types of data and classes
// of arrays.
const (
	matInt8       = 1
	matInt32      = 5
	matUint32     = 6
	matDouble     = 9
	matMatrix     = 14
	matCompressed = 15
	matUTF8       = 16

	matCellClass   = 1
	matCharClass   = 4
	matDoubleClass = 6
)

// maxIdentifier is how long a variable's name may be in MATLAB.
const maxIdentifier = 63

// Variables of an .mat that are not columns.
const (
	matNames = "column_names" // cell array of the columns' names
	matUnits = "column_units" // cell array of their units
	matAbout = "about"        // JSON text, see about
)

// encodeMAT writes what MATLAB and Octave load: each column as a variable, a
// column vector of double, under its name, mended where that is no identifier;
// besides about, column_names with the exact names, and column_units.
func encodeMAT(out *sink, s *Series) error {
	if 8*int64(s.n) > math.MaxUint32-1024 {
		return fmt.Errorf("cannot write series %q for MATLAB: it has %d rows, in this format there is room for %d", s.Name, s.n, (math.MaxUint32-1024)/8)
	}
	text, err := aboutText(s)
	if err != nil {
		return err
	}
	head := fmt.Sprintf("%-124s", "MATLAB 5.0 MAT-file, written by iotplot")
	out.buf = append(out.buf, head...)
	out.buf = append(out.buf, 0x00, 0x01, 'I', 'M')
	// First, so that it is found without going through the columns.
	matChar(out, matAbout, string(text))
	for i, name := range identifiers(s.Columns) {
		matHead(out, name, matDoubleClass, s.n, 1, 8+pad8(8*s.n))
		matTag(out, matDouble, 8*s.n)
		if !out.floats(s.Column(i)) {
			return out.err
		}
	}
	units := make([]string, len(s.Columns))
	for i := range units {
		units[i] = s.Unit(i)
	}
	matCell(out, matNames, s.Columns)
	matCell(out, matUnits, units)
	return nil
}

func pad8(n int) int { return (n + 7) &^ 7 }

func matTag(out *sink, kind, size int) {
	out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(kind))
	out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(size))
}

func matPad(out *sink, size int) {
	for ; size%8 != 0; size++ {
		out.buf = append(out.buf, 0)
	}
}

// matHead begins an array whose data takes size bytes with tags and padding.
func matHead(out *sink, name string, class, rows, columns, size int) {
	matTag(out, matMatrix, matHeadSize(name)+size)
	matTag(out, matUint32, 8)
	out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(class))
	out.buf = binary.LittleEndian.AppendUint32(out.buf, 0)
	matTag(out, matInt32, 8)
	out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(rows))
	out.buf = binary.LittleEndian.AppendUint32(out.buf, uint32(columns))
	matTag(out, matInt8, len(name))
	out.buf = append(out.buf, name...)
	matPad(out, len(name))
}

func matHeadSize(name string) int { return 16 + 16 + 8 + pad8(len(name)) }

// matChar writes a text. Readers differ in what its length counts: bytes
// (Octave) or letters (SciPy and MATLAB). So a text beyond ASCII has NULs behind
// it, as many as it has more bytes than letters: Octave does not get to see them,
// SciPy takes them off, and both counts are right.
func matChar(out *sink, name, text string) {
	spare := len(text) - utf8.RuneCountInString(text)
	matHead(out, name, matCharClass, min(len(text), 1), len(text), 8+pad8(len(text)+spare))
	matTag(out, matUTF8, len(text)+spare)
	out.buf = append(out.buf, text...)
	for range spare {
		out.buf = append(out.buf, 0)
	}
	matPad(out, len(text)+spare)
	out.full() // its error is seen by the caller of the encoder
}

func matCell(out *sink, name string, texts []string) {
	size := 0
	for _, text := range texts {
		size += 8 + matHeadSize("") + 8 + pad8(2*len(text)-utf8.RuneCountInString(text))
	}
	matHead(out, name, matCellClass, 1, len(texts), size)
	for _, text := range texts {
		matChar(out, "", text)
	}
}

// identifiers makes names of variables of column names: a letter, then letters,
// digits and underscores, no word of the language, none of our own.
func identifiers(columns []string) []string {
	return distinct(columns, func(name string) string {
		var b strings.Builder
		for _, r := range name {
			if b.Len() >= maxIdentifier {
				break
			}
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
			if b.Len() == 0 && !letter {
				b.WriteByte('x')
			}
			if !letter && (r < '0' || r > '9') {
				r = '_'
			}
			b.WriteRune(r)
		}
		mended := b.String()[:min(b.Len(), maxIdentifier)]
		if slices.Contains(notIdentifiers, mended) {
			mended = "x_" + mended
		}
		return mended
	}, func(name string) string { return name })
}

// notIdentifiers are the words of MATLAB and Octave, and our own variables.
var notIdentifiers = strings.Fields(`break case catch classdef continue do else elseif end end_try_catch end_unwind_protect endclassdef
	endenumeration endevents endfor endfunction endif endmethods endparfor endproperties endswitch endwhile enumeration events for
	function global if methods otherwise parfor persistent properties return spmd switch try until unwind_protect
	unwind_protect_cleanup while ` + matNames + " " + matUnits + " " + matAbout)
