package sessions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// encodeJSON writes one object with everything that is known:
//
//	{
//	"series": "solar",
//	"run": "k3f9",
//	"started": "2026-05-04T13:37:00.5Z",
//	"columns": ["t", "V"],
//	"units": ["s", "V"],
//	"meta": {"device": "esp32-1"},
//	"rows": 3,
//	"missing": [[1, 2]],
//	"data": {
//	"t": [0.0, null, 0.05],
//	"V": [0.51, null, 1e999]
//	}
//	}
//
// It is strict JSON. NaN is null and an infinity is 1e999 or -1e999, a number
// beyond float64 that Python and JavaScript read as infinite. Each pair in
// missing is the first lost row of a gap and the first row after it. Units has
// one text a column. Started is null when it is not known, meta when there is
// none.
func encodeJSON(out *sink, s *Series) error {
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
			return fmt.Errorf("cannot write series %q as JSON: its %s holds what JSON cannot: %w", s.Name, field.name, err)
		}
		if field.name == "series" {
			out.buf = append(out.buf, "{\n"...)
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
	out.buf = append(out.buf, "],\n\"data\": {"...)
	for i, name := range s.Columns {
		if i > 0 {
			out.buf = append(out.buf, ',')
		}
		text, err := marshal(name)
		if err != nil {
			return fmt.Errorf("cannot write series %q as JSON: column %q: %w", s.Name, name, err)
		}
		out.buf = append(out.buf, '\n')
		out.buf = append(out.buf, text...)
		out.buf = append(out.buf, ": ["...)
		first := true
		for piece := range s.Column(i).Chunks() {
			for _, v := range piece {
				if !first {
					out.buf = append(out.buf, ", "...)
				}
				first = false
				switch {
				case math.IsNaN(v):
					out.buf = append(out.buf, "null"...)
				case math.IsInf(v, 1):
					out.buf = append(out.buf, "1e999"...)
				case math.IsInf(v, -1):
					out.buf = append(out.buf, "-1e999"...)
				default:
					out.buf = appendNumber(out.buf, v)
				}
				if !out.full() {
					return out.err
				}
			}
		}
		out.buf = append(out.buf, ']')
	}
	out.buf = append(out.buf, "\n}\n}\n"...)
	return nil
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
