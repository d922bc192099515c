package sessions

import (
	"fmt"
	"math"
)

// encodeJSON writes one object with everything that is known: the fields of
// [about] and the values by column name:
//
//	"data": {
//	"t": [0.0, null, 0.05],
//	"V": [0.51, null, 1e999]
//	}
//
// It is strict JSON. NaN is null and an infinity is 1e999 or -1e999, a number
// beyond float64 that Python and JavaScript read as infinite.
func encodeJSON(out *sink, s *Series) error {
	out.buf = append(out.buf, "{\n"...)
	if err := writeAbout(out, s); err != nil {
		return err
	}
	out.buf = append(out.buf, ",\n\"data\": {"...)
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
