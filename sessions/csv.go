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
	if len(s.Columns) == 0 {
		return nil
	}
	pieces := make([][]float64, len(s.Columns))
	for at := 0; at < s.n; at += len(pieces[0]) {
		for i := range pieces {
			pieces[i] = s.Column(i).chunk(at)
		}
		for row := range pieces[0] {
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
	}
	return nil
}

// appendField appends a text, in quotes where the RFC asks for them, where
// spaces at its ends would get lost, and where a reader could take the text for
// a number, a comment or several names.
func appendField(dst []byte, text string) []byte {
	_, number := (&table{comma: ';'}).value(field{text: []byte(text)})
	if !number && !strings.ContainsAny(text, ",;\t\"\r\n") && strings.TrimSpace(text) == text && text[0] != '#' && !strings.HasPrefix(strings.ToLower(text), "sep=") {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(text, `"`, `""`)...)
	return append(dst, '"')
}
