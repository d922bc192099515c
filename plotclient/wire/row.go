package wire

import "math"

// Row is one row of version 1 as it arrived. ParseData uses its slices again, so a Row that is kept for the next
// message costs no allocation.
type Row struct {
	Series []byte    // the series' name, valid until the next ParseData
	Values []float64 // in column order; NaN is a gap
	Mended int       // how many values were no numbers and became NaN
	Was    Kind      // what the first of them was: null, text, list or object
}

// ParseData reads version 1's ["series", number, …]. Values that are no numbers are mended: true and false are 1 and 0,
// anything else is NaN and counted. An error is an *[Error] with CodeBadMessage, and leaves the row empty.
func ParseData(payload []byte, row *Row) error {
	row.Series, row.Values = row.Series[:0], row.Values[:0]
	row.Mended, row.Was = 0, KindNone
	s := scanner{b: payload}
	if !s.row(row) {
		e := s.refuseRow(row.Series)
		row.Series, row.Values = row.Series[:0], row.Values[:0]
		row.Mended, row.Was = 0, KindNone
		return e
	}
	return nil
}

func (s *scanner) row(row *Row) bool {
	if !s.open('[', "[") {
		return false
	}
	s.space()
	if s.kind() != KindText {
		return s.fail(faultByte, s.i, "the series' name, a text")
	}
	var ok bool
	at := s.i
	if row.Series, ok = s.text(row.Series, true); !ok {
		row.Series = row.Series[:0]
		return false
	}
	if len(row.Series) == 0 {
		return s.fail(faultEmpty, at, "the series' name")
	}
	row.Values, row.Mended, row.Was, ok = s.values(row.Values, false)
	return ok && s.end()
}

func (s *scanner) refuseRow(series []byte) error {
	ask := "cannot read a row"
	if len(series) > 0 {
		ask += " of " + quote(string(series))
	}
	code, wrong, hint := s.problem()
	return &Error{Code: code, Series: string(series), First: -1,
		Text: ask + ": " + wrong + `, a row is ["series", number, …]` + hint}
}

// values reads the rest of a list of numbers up to its bracket, appending to dst. The list is mended: what is no number
// is counted. With first the list has no element before this one.
func (s *scanner) values(dst []float64, first bool) (values []float64, mended int, was Kind, ok bool) {
	for ; s.more(first, ']'); first = false {
		if s.b[s.i]-'0' <= 9 || s.b[s.i] == '-' {
			v, ok := s.number()
			if !ok {
				return dst, mended, was, false
			}
			dst = append(dst, v)
			continue
		}
		v, k, ok := s.mend()
		if !ok {
			return dst, mended, was, false
		}
		if k != KindNone {
			if mended == 0 {
				was = k
			}
			mended++
		}
		dst = append(dst, v)
	}
	return dst, mended, was, s.fault == faultNone
}

// mend reads a value that may be no number; its kind is KindNone if it is one.
func (s *scanner) mend() (v float64, was Kind, ok bool) {
	switch k := s.kind(); k {
	case KindNumber:
		v, ok := s.number()
		return v, KindNone, ok
	case KindBool:
		on, ok := s.boolean()
		if on {
			return 1, KindNone, ok
		}
		return 0, KindNone, ok
	default:
		return math.NaN(), k, s.skip()
	}
}
