package sessions

import (
	"math"
	"strings"
)

// encodeCSV writes CSV by RFC 4180 in UTF-8: the first line holds the exact
// column names, then follows one line a row. A value that is NaN is an empty
// field; infinities are inf and -inf, which pandas and numpy read.
//
// Lines end with \n where the RFC has \r\n: spreadsheets, pandas and R open
// both, while awk, gnuplot and Python's split would find a \r in the last
// column. There is no byte order mark, which most of them would take for a part
// of the first name.
func encodeCSV(out *sink, s *Series) error {
	for i, name := range s.Columns {
		if i > 0 {
			out.buf = append(out.buf, ',')
		}
		out.buf = appendField(out.buf, name)
	}
	out.buf = append(out.buf, '\n')
	// A single empty field would make an empty line, and readers skip those.
	empty := ""
	if len(s.Columns) == 1 {
		empty = `""`
	}
	pieces := make([][]float64, len(s.Columns))
	left := s.n
	for k := 0; left > 0; k++ {
		rows := min(left, s.layout.rows(k))
		for i := range pieces {
			pieces[i] = s.Column(i).chunk(k, left)
		}
		for row := range rows {
			for i, piece := range pieces {
				if i > 0 {
					out.buf = append(out.buf, ',')
				}
				switch v := piece[row]; {
				case math.IsNaN(v):
					out.buf = append(out.buf, empty...)
				case math.IsInf(v, 1):
					out.buf = append(out.buf, "inf"...)
				case math.IsInf(v, -1):
					out.buf = append(out.buf, "-inf"...)
				default:
					out.buf = appendNumber(out.buf, v)
				}
			}
			out.buf = append(out.buf, '\n')
			if !out.full() {
				return out.err
			}
		}
		left -= rows
	}
	return nil
}

// appendField appends a text, in quotes where the RFC asks for them and where
// spaces at its ends would get lost.
func appendField(dst []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"\r\n") && strings.TrimSpace(text) == text && text != "" {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(text, `"`, `""`)...)
	return append(dst, '"')
}
