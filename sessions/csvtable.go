package sessions

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

var nan = math.NaN()

// table reads a text table of numbers. It takes what encodeCSV writes exactly,
// and of other programs:
//
//   - a comma, a semicolon, a tab or spaces between the values, told by the first
//     row of numbers, or by a line sep=; in front
//   - with another delimiter than the comma, or in quotes, decimal commas
//   - lines that begin with # (but for #N/A and its like), the last of which
//     names the columns when nothing else does
//   - no line of names: the columns are c1, c2 …
//   - empty delimiters at the ends of lines, and empty lines
//   - for a gap nothing, NaN, NA, N/A, null, None, - or a spreadsheet's errors
//   - true and false, which are 1 and 0
//
// Anything else is an error that says in which line.
type table struct {
	lines
	names  []string
	named  int    // the line of the names
	first  []byte // that line, when it is a row of numbers instead
	comma  byte   // ' ' is any number of spaces and tabs
	line   []byte // the row to be read next, nil at the end
	blank  int    // empty lines in front of it
	fields []field
}

type field struct {
	text   []byte
	quoted bool
}

// begin finds the delimiter and the names.
func (t *table) begin() error {
	var comment, first []byte
	for first == nil {
		line, err := t.next()
		if err != nil {
			return err
		}
		if line == nil {
			break
		}
		bare := bytes.TrimSpace(line)
		switch {
		case len(bare) == 0:
		case isComment(bare):
			comment = append([]byte(nil), bytes.TrimLeft(bare, "# \t")...)
		case len(bare) == 5 && bytes.EqualFold(bare[:4], []byte("sep=")):
			t.comma = bare[4]
		case len(bare) == 4 && bytes.EqualFold(bare[:4], []byte("sep=")) && bytes.HasSuffix(withoutEnd(line), []byte("\t")):
			t.comma = '\t'
		default:
			first = append([]byte(nil), line...)
		}
	}
	if first == nil {
		if comment == nil {
			return errors.New("it is empty, there is not even a line of column names")
		}
		first = comment
	}
	t.named = t.number
	// A name in quotes may have line ends in it.
	for bytes.Count(first, []byte{'"'})%2 == 1 {
		if len(first) > maxLine {
			return fmt.Errorf("the names in line %d have a quote that is never closed", t.named)
		}
		line, err := t.next()
		if err != nil {
			return err
		}
		if line == nil {
			return fmt.Errorf("the names in line %d have a quote that is never closed", t.named)
		}
		first = append(first, line...)
	}
	first = withoutEnd(first)
	if err := t.nextRow(); err != nil {
		return err
	}
	if t.comma == 0 {
		t.comma = t.delimiter(first)
	}
	names := t.split(first)
	if len(names) > maxColumns {
		return fmt.Errorf("line %d has %d columns, more than %d", t.named, len(names), maxColumns)
	}
	kept := trimmed(names)
	if len(kept) == 0 {
		kept = names[:1]
	}
	t.names = make([]string, len(kept))
	if t.numeric(kept) && !slices.ContainsFunc(kept, func(f field) bool { return f.quoted }) {
		t.first = first
		kept = nil
		if comment != nil {
			kept = t.split(comment)
		}
	}
	if len(kept) == len(t.names) {
		for i, name := range kept {
			text := name.text
			if !name.quoted {
				text = bytes.TrimSpace(text)
			}
			t.names[i] = string(text)
		}
	}
	return nil
}

// trimmed leaves out empty fields at the end, which a spreadsheet writes for
// columns that once held something.
func trimmed(fields []field) []field {
	n := len(fields)
	for n > 0 && !fields[n-1].quoted && len(bytes.TrimSpace(fields[n-1].text)) == 0 {
		n--
	}
	return fields[:n]
}

// nextRow goes on to the next line with values.
func (t *table) nextRow() error {
	t.blank = 0
	for {
		line, err := t.next()
		if err != nil || line == nil {
			t.line = nil
			return err
		}
		t.line = withoutEnd(line)
		switch {
		case len(bytes.TrimSpace(t.line)) == 0 && (t.comma != '\t' || len(t.line) == 0):
			t.blank++
		case t.line[0] == '#' && isComment(t.line):
		default:
			return nil
		}
	}
}

// delimiter tells which one makes numbers of the row that follows the names,
// or else as many gaps as there are names, or else which one the names have.
func (t *table) delimiter(first []byte) byte {
	candidates := []byte{',', ';', '\t', ' '}
	best, most, gaps := byte(','), 1, byte(0)
	for _, c := range candidates {
		t.comma = c
		names := len(trimmed(t.split(first)))
		if t.line == nil {
			// nothing to look at but the names
		} else if fields := t.split(t.line); len(trimmed(fields)) <= names && names <= len(fields) && t.numeric(fields) {
			return c
		} else if gaps == 0 && names > 1 && len(fields) == names && len(trimmed(fields)) == 0 {
			gaps = c
		}
		if names > most && c != ' ' {
			best, most = c, names
		}
	}
	if gaps != 0 {
		return gaps
	}
	return best
}

// numeric says whether all fields are values, one at least a number.
func (t *table) numeric(fields []field) bool {
	some := false
	for _, f := range fields {
		v, ok := t.value(f)
		if !ok {
			return false
		}
		some = some || v == v
	}
	return some
}

// values reads the row of a line.
func (t *table) values(line []byte, row []float64) error {
	if t.comma != ' ' && t.plain(line, row) {
		return nil
	}
	fields := t.split(line)
	if extra := trimmed(fields); len(extra) > len(row) || len(fields) < len(row) {
		if !t.ended {
			return fmt.Errorf("it ends in the middle of line %d, a part of it is missing", t.number)
		}
		return fmt.Errorf("line %d has %d values, but line %d has names for %d", t.number, max(len(extra), min(len(fields), len(row))), t.named, len(row))
	}
	for i := range row {
		v, ok := t.value(fields[i])
		if !ok {
			text := fields[i].text
			if len(text) > 40 {
				text = append(bytes.ToValidUTF8(text[:40:40], nil), "…"...)
			}
			return fmt.Errorf("line %d: %q in column %q is not a number", t.number, text, t.names[i])
		}
		row[i] = v
	}
	return nil
}

// plain reads a line the way encodeCSV writes them, in one go; false when it
// has anything else in it.
func (t *table) plain(line []byte, row []float64) bool {
	last := len(row) - 1
	for i := range row {
		end := bytes.IndexByte(line, t.comma)
		if (end < 0) != (i == last) {
			return false
		}
		text := line
		if i < last {
			text, line = line[:end], line[end+1:]
		}
		if len(text) == 0 {
			row[i] = nan
			continue
		}
		v, ok := parseNumber(text)
		if !ok {
			return false
		}
		row[i] = v
	}
	return true
}

// value reads a field: NaN for the many words for a gap.
func (t *table) value(f field) (float64, bool) {
	text := bytes.TrimSpace(f.text)
	if len(text) == 0 {
		return nan, true
	}
	if v, ok := parseNumber(text); ok {
		return v, true
	}
	if len(text) <= 400 && (f.quoted || t.comma != ',') && bytes.Count(text, []byte{','}) == 1 && !bytes.Contains(text, []byte{'.'}) {
		return parseNumber(bytes.Replace(text, []byte{','}, []byte{'.'}, 1))
	}
	switch strings.ToLower(string(text[:min(len(text), 20)])) {
	case "nan", "na", "n/a", "null", "none", "-", "--":
		return nan, true
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	return nan, isSpreadsheetError(text)
}

// split cuts a line into fields, which are valid until the next call.
func (t *table) split(line []byte) []field {
	t.fields = t.fields[:0]
	if t.comma == ' ' {
		line = bytes.TrimSpace(line)
	}
	for {
		var f field
		if len(line) > 0 && line[0] == '"' {
			f.text, line = unquote(line)
			f.quoted = true
		}
		end := t.fieldEnd(line)
		if !f.quoted {
			f.text = line[:end:end]
		} else if end > 0 {
			f.text = append(f.text, line[:end]...)
		}
		t.fields = append(t.fields, f)
		if end == len(line) {
			return t.fields
		}
		line = line[end+1:]
		if t.comma == ' ' {
			line = bytes.TrimLeft(line, " \t")
		}
	}
}

func (t *table) fieldEnd(line []byte) int {
	end := bytes.IndexByte(line, t.comma)
	if t.comma == ' ' {
		end = bytes.IndexAny(line, " \t")
	}
	if end < 0 {
		return len(line)
	}
	return end
}

// unquote takes the field in quotes off a line.
func unquote(line []byte) (text, rest []byte) {
	rest = line[1:]
	for {
		end := bytes.IndexByte(rest, '"')
		if end < 0 {
			return append(text, rest...), nil
		}
		text = append(text, rest[:end]...)
		rest = rest[end+1:]
		if len(rest) == 0 || rest[0] != '"' {
			return text, rest
		}
		text = append(text, '"')
		rest = rest[1:]
	}
}

// withoutEnd takes the end off a line, also one that was doubled on the way
// through Windows.
func withoutEnd(line []byte) []byte {
	return bytes.TrimRight(bytes.TrimSuffix(line, []byte{'\n'}), "\r")
}

func isComment(line []byte) bool {
	if line[0] != '#' {
		return false
	}
	end := bytes.IndexAny(line, ",;\t ")
	if end < 0 {
		end = len(line)
	}
	return !isSpreadsheetError(line[:end])
}

// isSpreadsheetError knows what a spreadsheet writes where it can't compute.
func isSpreadsheetError(text []byte) bool {
	switch string(text) {
	case "#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#WERT!", "#ZAHL!", "#BEZUG!", "#NV":
		return true
	}
	return false
}

// parseNumber reads a number; beyond float64 it is an infinity.
func parseNumber(text []byte) (float64, bool) {
	if v, ok := shortNumber(text); ok {
		return v, true
	}
	if len(text) > maxDigits {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(text), 64)
	return v, err == nil || errors.Is(err, strconv.ErrRange)
}

// maxDigits bounds the text of one number, in bytes: no float64 needs more than
// 1,077 digits to be written exactly.
const maxDigits = 4096

// shortNumber reads a decimal of at most 15 digits, which is the quotient of two
// exact float64 and so is rounded once, as it should be.
func shortNumber(text []byte) (float64, bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	if len(text) == 0 || len(text) > 16 {
		return 0, false
	}
	digits, point := int64(0), -1
	for i, c := range text {
		switch {
		case c-'0' <= 9:
			digits = digits*10 + int64(c-'0')
		case c == '.' && point < 0:
			point = i
		default:
			return 0, false
		}
	}
	places := 0
	if point >= 0 {
		places = len(text) - 1 - point
	}
	if len(text) == 1 && point == 0 || len(text) == 16 && point < 0 {
		return 0, false
	}
	v := float64(digits) / powersOfTen[places]
	if negative {
		v = -v
	}
	return v, true
}

// powersOfTen are exact.
var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
