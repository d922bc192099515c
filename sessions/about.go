package sessions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// about is what is known of a series besides its values, as it stands in a JSON
// file, in the .meta.json beside a file that can't hold it, and inside of files
// that can:
//
//	{
//	"series": "solar",
//	"run": "k3f9",
//	"started": "2026-05-04T13:37:00.5Z",
//	"columns": ["t", "V"],
//	"units": ["s", "V"],
//	"meta": {"device": "esp32-1"},
//	"rows": 3,
//	"missing": [[1, 2]]
//	}
//
// Each pair in missing is the first lost row of a gap and the first row after
// it. Units has one text a column. Started is null when it is not known, meta
// when there is none; numbers that JSON lacks stand in it as in the data.
type about struct {
	Series  string         `json:"series"`
	Run     string         `json:"run"`
	Started *time.Time     `json:"started"`
	Columns []string       `json:"columns"`
	Units   []string       `json:"units"`
	Meta    map[string]any `json:"meta"`
	Rows    *int           `json:"rows"`
	Missing [][2]int       `json:"missing"`
}

// maxAbout bounds what is read of it, in bytes: room for a gap every few rows
// of a long series.
const maxAbout = 256 << 20

// writeAbout appends its fields without the braces around them.
func writeAbout(out *sink, s *Series) error {
	units := make([]string, len(s.Columns))
	for i := range units {
		units[i] = s.Unit(i)
	}
	var started any
	if !s.Started.IsZero() {
		started = s.Started.Format(time.RFC3339Nano)
	}
	var meta any // a nil map would be null too, but mend makes it an empty one
	if s.Meta != nil {
		meta = mend(s.Meta, 0)
	}
	for _, field := range []struct {
		name  string
		value any
	}{
		{"series", s.Name}, {"run", s.Run}, {"started", started},
		{"columns", s.Columns}, {"units", units}, {"meta", meta}, {"rows", s.n},
	} {
		text, err := marshal(field.value)
		if err != nil {
			return fmt.Errorf("cannot write series %q: its %s holds what JSON cannot: %w", s.Name, field.name, err)
		}
		out.buf = append(out.buf, '"')
		out.buf = append(out.buf, field.name...)
		out.buf = append(out.buf, `": `...)
		out.buf = append(out.buf, text...)
		out.buf = append(out.buf, ",\n"...)
	}
	out.buf = append(out.buf, `"missing": [`...)
	for i, r := range s.MissingRanges() {
		if i > 0 {
			out.buf = append(out.buf, ", "...)
		}
		out.buf = append(out.buf, '[')
		out.buf = strconv.AppendInt(out.buf, int64(r.First), 10)
		out.buf = append(out.buf, ", "...)
		out.buf = strconv.AppendInt(out.buf, int64(r.End), 10)
		out.buf = append(out.buf, ']')
		if !out.full() {
			return out.err
		}
	}
	out.buf = append(out.buf, ']')
	return nil
}

// worthSaving says whether a format that holds names and numbers only would
// lose anything that a file of its own is made for. Run and time alone, which
// every series has, are not.
func worthSaving(s *Series) bool {
	if len(s.Meta) > 0 || s.Missing() > 0 {
		return true
	}
	for i := range s.Columns {
		if s.Unit(i) != "" {
			return true
		}
	}
	return false
}

// encodeAbout writes it as a whole file.
func encodeAbout(out *sink, s *Series) error {
	out.buf = append(out.buf, "{\n"...)
	if err := writeAbout(out, s); err != nil {
		return err
	}
	out.buf = append(out.buf, "\n}\n"...)
	return nil
}

// aboutText gives it as a text, to be kept inside of a file. What JSON has no
// need to escape but others can't read, everything beyond ASCII, is escaped.
func aboutText(s *Series) ([]byte, error) {
	var b bytes.Buffer
	out := &sink{w: &b}
	if err := encodeAbout(out, s); err != nil {
		return nil, err
	}
	out.flush()
	return appendASCII(nil, b.Bytes()), nil
}

// appendASCII appends JSON with \u escapes for what is not ASCII.
func appendASCII(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	unit := func(u rune) {
		dst = append(dst, '\\', 'u', hex[u>>12&15], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	for _, r := range string(text) {
		switch {
		case r < 0x80:
			dst = append(dst, byte(r))
		case r < 0x10000:
			unit(r)
		default:
			r -= 0x10000
			unit(0xd800 + r>>10)
			unit(0xdc00 + r&0x3ff)
		}
	}
	return dst
}

// parseAbout reads what writeAbout wrote; fields that are not there stay empty.
func parseAbout(text []byte) (*about, error) {
	a := &about{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // a number beyond float64 is an infinity, not an error
	if err := d.Decode(a); err != nil {
		return nil, fmt.Errorf("what is known of the series (columns, units, meta, …) is not as it should be: %w", err)
	}
	for k, v := range a.Meta {
		a.Meta[k] = plainNumbers(v)
	}
	return a, nil
}

// plainNumbers turns the numbers that JSON's decoder left as texts into float64.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64) // out of range is the infinity it gives
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k])
		}
	}
	return v
}

// apply gives a series what is known of it. Units are those of the columns of
// the same name; lost rows are taken over where the number of rows is the same,
// for else somebody changed the file.
func (a *about) apply(s *Series) {
	if a.Series != "" {
		s.Name = a.Series
	}
	s.Run = a.Run
	if a.Started != nil {
		s.Started = *a.Started
	}
	s.Meta = a.Meta
	s.Units = nil
	places := make(map[string]int, len(s.Columns)) // there may be very many
	for i, name := range s.Columns {
		places[name] = i
	}
	for i, name := range a.Columns {
		if at, ok := places[name]; ok && i < len(a.Units) && a.Units[i] != "" {
			if s.Units == nil {
				s.Units = make([]string, len(s.Columns))
			}
			s.Units[at] = a.Units[i]
		}
	}
	if a.Rows != nil && *a.Rows == s.n {
		ranges := make([]Range, len(a.Missing))
		for i, pair := range a.Missing {
			ranges[i] = Range{First: pair[0], End: pair[1]}
		}
		s.markMissing(ranges)
	}
}

// aboutOf gives what is known of a series.
func aboutOf(s *Series) *about {
	a := &about{Series: s.Name, Run: s.Run, Columns: s.Columns, Units: s.Units, Meta: s.Meta, Rows: &s.n}
	if !s.Started.IsZero() {
		a.Started = &s.Started
	}
	for _, r := range s.MissingRanges() {
		a.Missing = append(a.Missing, [2]int{r.First, r.End})
	}
	return a
}

// marshal is json.Marshal without the escapes that make JSON safe inside HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// mend copies what a client told about its series with the numbers that JSON
// lacks written as in the data. Values nested deeper than any message can be are
// left to the encoder, which finds cycles.
func mend(v any, depth int) any {
	if depth > 1000 {
		return v
	}
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsNaN(v):
			return nil
		case math.IsInf(v, 1):
			return json.RawMessage("1e999")
		case math.IsInf(v, -1):
			return json.RawMessage("-1e999")
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = mend(v[i], depth+1)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = mend(v[k], depth+1)
		}
		return out
	}
	return v
}
