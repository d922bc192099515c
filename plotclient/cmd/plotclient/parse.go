package main

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"unicode/utf8"
)

// parseLine appends the numbers of a line to values and returns them all, how many
// of its fields are no numbers, which are NaN, and the index of the first of those.
//
// Fields are separated by a comma, a semicolon or a tab, with blanks around it, or
// by blanks alone. A number is what strconv.ParseFloat takes; beyond float64 it is
// infinite. A dash, and nothing between two commas, semicolons or tabs, is a gap:
// NaN. A line of blanks has no fields.
func parseLine(values []float64, line []byte) (_ []float64, wrong, first int) {
	i := skipBlanks(line, 0)
	if i == len(line) {
		return values, 0, 0
	}
	fields := 0
	for {
		begin := i
		for i < len(line) && !isBlank(line[i]) && !isSeparator(line[i]) {
			i++
		}
		field := line[begin:i]
		v, ok := math.NaN(), true
		if len(field) > 0 {
			v, ok = parseNumber(field)
		}
		if !ok {
			if wrong == 0 {
				first = fields
			}
			wrong++
		}
		values = append(values, v)
		fields++
		i = skipBlanks(line, i)
		if i == len(line) {
			return values, wrong, first
		}
		if isSeparator(line[i]) {
			// What follows is a field, even at the line's end.
			i = skipBlanks(line, i+1)
		}
	}
}

// parseNumber is the value of a field: a number, or a dash for a gap. What is
// neither is NaN and not ok.
func parseNumber(field []byte) (v float64, ok bool) {
	if len(field) == 1 && field[0] == '-' {
		return math.NaN(), true
	}
	v, err := strconv.ParseFloat(string(field), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return math.NaN(), false
	}
	return v, true
}

func skipBlanks(line []byte, i int) int {
	for i < len(line) && isBlank(line[i]) {
		i++
	}
	return i
}

func isBlank(c byte) bool     { return c == ' ' || c == '\r' }
func isSeparator(c byte) bool { return c == ',' || c == ';' || c == '\t' }

// endsInSeparator tells the line whose last field is nothing but what a print of
// "value, comma" leaves behind.
func endsInSeparator(line []byte) bool {
	line = bytes.TrimRight(line, " \r")
	return len(line) > 0 && isSeparator(line[len(line)-1])
}

// hasDecimalCommas tells a line whose commas are inside numbers, because
// something else separates them: 1,5;2,5.
func hasDecimalCommas(line []byte) bool {
	if bytes.IndexByte(line, ',') < 0 || bytes.IndexByte(line, '.') >= 0 ||
		bytes.IndexByte(line, ';') < 0 && bytes.IndexByte(line, '\t') < 0 {
		return false
	}
	for i, c := range line {
		if c == ',' && (i == 0 || i == len(line)-1 || !isDigit(line[i-1]) || !isDigit(line[i+1])) {
			return false
		}
	}
	return true
}

// hasBlankedDecimalCommas tells a line whose fields are separated by blanks and
// have a comma in them, all of them, one field a column: 1,5 2,5. As commas
// between values it would be twice as many.
func hasBlankedDecimalCommas(line []byte, columns int) bool {
	fields := 0
	for i := skipBlanks(line, 0); i < len(line); i = skipBlanks(line, i) {
		if line[i] == '-' || line[i] == '+' {
			i++
		}
		whole := i
		for i < len(line) && isDigit(line[i]) {
			i++
		}
		if i == whole || i == len(line) || line[i] != ',' {
			return false
		}
		i++
		fraction := i
		for i < len(line) && isDigit(line[i]) {
			i++
		}
		if i == fraction || i < len(line) && !isBlank(line[i]) {
			return false
		}
		fields++
	}
	return fields > 0 && fields == columns
}

// isGarbage tells what no program writes as text: the noise of a serial line at
// the wrong speed, or a file that is something else.
func isGarbage(line []byte) bool {
	return bytes.IndexByte(line, 0) >= 0 || !utf8.Valid(line)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
