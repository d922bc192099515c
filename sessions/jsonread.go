package sessions

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// decodeJSON reads what encodeJSON writes. An object of lists of numbers is read
// as well, its keys are the columns, and so is a list of objects of numbers, a
// row each. NaN, Infinity and -Infinity may stand bare, as Python writes them;
// true and false are 1 and 0.
func decodeJSON(in source) (*Series, error) {
	r := &jsonReader{in: bufio.NewReaderSize(in.reader(), 64*1024)}
	if start, _ := r.in.Peek(3); string(start) == "\xef\xbb\xbf" {
		r.in.Discard(3)
	}
	var s *Series
	var err error
	switch c := r.peek(); c {
	case '{':
		s, err = r.object()
	case '[':
		s, err = r.records()
	default:
		err = r.unexpected("an object")
	}
	if err != nil {
		return nil, err
	}
	if r.peek() != 0 || r.err != io.EOF {
		return nil, r.unexpected("the end")
	}
	return s, nil
}

// jsonReader goes through JSON text without keeping it.
type jsonReader struct {
	in   *bufio.Reader
	head bool  // only what is in front of the data is asked for
	at   int64 // bytes that were read
	err  error // the first error of in, io.EOF at the end
	tmp  []byte

	known *about // when only the head was read
}

// describeJSON reads what stands in front of the data.
func describeJSON(in source) (*about, error) {
	r := &jsonReader{in: bufio.NewReaderSize(in.reader(), 64*1024), head: true}
	if r.peek() != '{' {
		return nil, r.unexpected("an object")
	}
	s, err := r.object()
	if err == nil && s != nil {
		return aboutOf(s), nil // the columns stand by themselves
	}
	return r.known, err
}

// byte takes the next byte; 0 at the end.
func (r *jsonReader) byte() byte {
	c, err := r.in.ReadByte()
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		return 0
	}
	r.at++
	return c
}

// peek gives the next byte that is not white space, and leaves it.
func (r *jsonReader) peek() byte {
	for {
		c := r.byte()
		switch c {
		case ' ', '\t', '\n', '\r':
			continue
		case 0:
			if r.err != nil {
				return 0
			}
		}
		r.in.UnreadByte() // it was just read
		r.at--
		return c
	}
}

// take takes the next byte when it is that one.
func (r *jsonReader) take(c byte) bool {
	if r.peek() != c || r.err != nil {
		return false
	}
	r.byte()
	return true
}

func (r *jsonReader) unexpected(wanted string) error {
	c := r.peek()
	if r.err != nil {
		if wanted == "the end" {
			wanted = "something"
		}
		return cut(r.err)
	}
	return fmt.Errorf("it is not a series in JSON: byte %d is %q where %s should be", r.at, c, wanted)
}

// more says whether another element follows in a list or an object; first is
// true for the first one.
func (r *jsonReader) more(closing byte, first bool) (bool, error) {
	if r.take(closing) {
		return false, nil
	}
	if !first && !r.take(',') {
		return false, r.unexpected(fmt.Sprintf(`"," or %q`, string(closing)))
	}
	return true, nil
}

// text reads a string.
func (r *jsonReader) text() (string, error) {
	if r.peek() != '"' {
		return "", r.unexpected("a name in quotes")
	}
	raw, err := r.raw()
	if err != nil {
		return "", err
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return "", fmt.Errorf("it is not a series in JSON: %w", err)
	}
	return s, nil
}

// raw takes a whole value as it is, valid until the next call.
func (r *jsonReader) raw() ([]byte, error) {
	r.peek()
	r.tmp = r.tmp[:0]
	depth, quoted := 0, false
	for {
		c := r.byte()
		if r.err != nil {
			return nil, cut(r.err)
		}
		if len(r.tmp) >= maxAbout {
			return nil, fmt.Errorf("it has a value of more than %d MB in front of the data", maxAbout>>20)
		}
		r.tmp = append(r.tmp, c)
		switch {
		case quoted && c == '\\':
			r.tmp = append(r.tmp, r.byte())
		case c == '"':
			quoted = !quoted
		case quoted:
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > 0 || quoted {
			continue
		}
		if c == '"' || c == '}' || c == ']' {
			return r.tmp, nil
		}
		// A number or a word ends in front of what comes after it.
		if next, err := r.in.Peek(1); err != nil || bytes.IndexByte([]byte(",]} \t\r\n"), next[0]) >= 0 {
			return r.tmp, nil
		}
	}
}

// object reads everything there is to an object.
func (r *jsonReader) object() (*Series, error) {
	r.take('{')
	header := []byte{'{'}
	var names []string
	var columns []*numbers
	data := false
	for first := true; ; first = false {
		more, err := r.more('}', first)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if !r.take(':') {
			return nil, r.unexpected(`":"`)
		}
		switch c := r.peek(); {
		case key == "data" && c == '{' && r.head:
			r.known, err = parseAbout(append(header, '}'))
			return nil, err
		case key == "data" && c == '{' && !data:
			// What looked like columns until now was not.
			data = true
			if names, columns, err = r.columns(); err != nil {
				return nil, err
			}
		case c == '[' && !isAbout(key) && !data:
			column, err := r.list(key)
			if err != nil {
				return nil, err
			}
			names, columns = append(names, key), append(columns, column)
		case isAbout(key):
			raw, err := r.raw()
			if err != nil {
				return nil, err
			}
			if len(header) > 1 {
				header = append(header, ',')
			}
			header = append(strconv.AppendQuote(header, key), ':')
			header = append(header, raw...)
		default:
			if _, err := r.raw(); err != nil {
				return nil, err
			}
		}
	}
	about, err := parseAbout(append(header, '}'))
	if err != nil {
		return nil, err
	}
	if names, columns, err = inOrder(names, columns, about.Columns); err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, errors.New("it holds no column: a series in JSON is an object of lists of numbers, or has one under data")
	}
	s, err := equalColumns(names, columns)
	if err != nil {
		return nil, err
	}
	about.apply(s)
	return s, nil
}

// isAbout says whether a key of a series' object is not that of a column.
func isAbout(key string) bool {
	switch key {
	case "series", "run", "started", "columns", "units", "meta", "rows", "missing":
		return true
	}
	return false
}

// inOrder puts columns in the order of names that are listed. Those that are
// not come after them.
func inOrder(names []string, columns []*numbers, listed []string) ([]string, []*numbers, error) {
	at := make(map[string]int, len(names))
	for i, name := range names {
		if _, twice := at[name]; twice {
			return nil, nil, fmt.Errorf("it has two columns named %q", name)
		}
		at[name] = i
	}
	var outNames []string
	var out []*numbers
	for _, name := range listed {
		i, ok := at[name]
		if !ok {
			return nil, nil, fmt.Errorf("it names the column %q and holds no values of it", name)
		}
		if i >= 0 {
			outNames, out = append(outNames, name), append(out, columns[i])
			at[name] = -1
		}
	}
	for i, name := range names {
		if at[name] >= 0 {
			outNames, out = append(outNames, name), append(out, columns[i])
		}
	}
	return outNames, out, nil
}

// equalColumns makes a series of columns, which must be of the same length.
func equalColumns(names []string, columns []*numbers) (*Series, error) {
	if len(columns) > maxColumns {
		return nil, fmt.Errorf("it has %d columns, more than %d", len(columns), maxColumns)
	}
	for i, c := range columns {
		if c.n != columns[0].n {
			return nil, fmt.Errorf("column %q has %d values, but column %q has %d", names[i], c.n, names[0], columns[0].n)
		}
	}
	n := 0
	if len(columns) > 0 {
		n = columns[0].n
	}
	return ofColumns(Header{Columns: names}, columns, n), nil
}

// columns reads an object of lists of numbers.
func (r *jsonReader) columns() (names []string, columns []*numbers, err error) {
	r.take('{')
	for first := true; ; first = false {
		more, err := r.more('}', first)
		if err != nil || !more {
			return names, columns, err
		}
		name, err := r.text()
		if err != nil {
			return nil, nil, err
		}
		if !r.take(':') {
			return nil, nil, r.unexpected(`":"`)
		}
		column, err := r.list(name)
		if err != nil {
			return nil, nil, err
		}
		names, columns = append(names, name), append(columns, column)
	}
}

// list reads a list of numbers.
func (r *jsonReader) list(name string) (*numbers, error) {
	if !r.take('[') {
		return nil, r.unexpected("a list of numbers")
	}
	c := &numbers{}
	if r.take(']') {
		return c, nil
	}
	for {
		v, err := r.number()
		if err != nil {
			return nil, fmt.Errorf("row %d of column %q: %w", c.n, name, err)
		}
		c.append(v)
		// The common way goes without the machinery for white space.
		end := r.byte()
		if end != ',' {
			if end != 0 {
				r.in.UnreadByte() // it was just read
				r.at--
			}
			if r.take(']') {
				return c, nil
			}
			if !r.take(',') {
				return nil, r.unexpected(`"," or "]"`)
			}
		}
	}
}

// number reads a number, or a word for one.
func (r *jsonReader) number() (float64, error) {
	if c := r.peek(); r.err != nil || c == '"' || c == '{' || c == '[' {
		return 0, r.unexpected("a number")
	}
	window, _ := r.in.Peek(64)
	n := 0
	for n < len(window) && !ends(window[n]) {
		n++
	}
	text := window[:n]
	if n == len(window) { // a long number, or the end of the file
		raw, err := r.raw()
		if err != nil {
			return 0, err
		}
		text = raw
	} else {
		r.in.Discard(n) // they were just peeked at
		r.at += int64(n)
	}
	if len(text) > 0 && (text[0] == '-' || text[0]-'0' <= 9) {
		if v, ok := parseNumber(text); ok {
			return v, nil
		}
	}
	switch string(text) {
	case "null", "NaN", "nan":
		return nan, nil
	case "Infinity", "inf":
		return parseWord("inf")
	case "-Infinity", "-inf":
		return parseWord("-inf")
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	if len(text) > 40 {
		text = append(bytes.ToValidUTF8(text[:40:40], nil), "…"...)
	}
	return 0, fmt.Errorf("%q is not a number", text)
}

func parseWord(word string) (float64, error) { return strconv.ParseFloat(word, 64) }

func ends(c byte) bool {
	switch c {
	case ',', ']', '}', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// records reads a list of objects with the same keys.
func (r *jsonReader) records() (*Series, error) {
	r.take('[')
	var names []string
	at := map[string]int{}
	var columns []*numbers
	rows := 0
	for first := true; ; first = false {
		more, err := r.more(']', first)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if !r.take('{') {
			return nil, r.unexpected("an object of numbers")
		}
		for first := true; ; first = false {
			more, err := r.more('}', first)
			if err != nil {
				return nil, err
			}
			if !more {
				break
			}
			name, err := r.text()
			if err != nil {
				return nil, err
			}
			if !r.take(':') {
				return nil, r.unexpected(`":"`)
			}
			i, known := at[name]
			if !known {
				if rows > 0 {
					return nil, fmt.Errorf("row %d has %q, which the first row has not", rows, name)
				}
				i = len(columns)
				at[name] = i
				names, columns = append(names, name), append(columns, &numbers{})
			}
			v, err := r.number()
			if err != nil {
				return nil, fmt.Errorf("row %d of column %q: %w", rows, name, err)
			}
			if columns[i].n > rows {
				return nil, fmt.Errorf("row %d has %q twice", rows, name)
			}
			columns[i].append(v)
		}
		rows++
		for _, c := range columns {
			if c.n < rows {
				c.append(nan)
			}
		}
	}
	if len(columns) == 0 {
		return nil, errors.New("it holds no column")
	}
	return equalColumns(names, columns)
}
