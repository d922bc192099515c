package wire

import "math"

// Rows is one batch of rows of version 2 as it arrived. ParseRows uses its slices again, so a Rows that is kept for the
// next message costs no allocation. After ParseRows, each call of Next is one row, or one gap of lost rows:
//
//	for rows.Next() {
//		if rows.Lost > 0 { … } else { … rows.Values … }
//	}
type Rows struct {
	Series []byte // the series' name, valid until the next ParseRows
	Run    []byte // the run, valid until the next ParseRows
	First  int64  // index within the run of the batch's first row

	Lost   int64     // how many rows the client no longer has, as large as it says; 0 if this is a row
	Values []float64 // the row, in column order; NaN is a gap. Valid until the next ParseRows
	Mended int       // how many of its values were no numbers and became NaN
	Was    Kind      // what the first of them was: null, text, list or object

	entries []entry
	flat    []float64 // the values of all rows, one row after the other
	count   int64
	at      int // index of the next entry
	from    int // index of its first value
}

// entry is one element of a batch.
type entry struct {
	lost   int64
	values int
	mended int
	was    Kind
}

// Count is how many rows the batch holds, the lost ones included.
func (r *Rows) Count() int64 { return r.count }

// Next moves to the batch's next row or gap.
func (r *Rows) Next() bool {
	if r.at >= len(r.entries) {
		r.Lost, r.Values, r.Mended, r.Was = 0, nil, 0, KindNone
		return false
	}
	e := &r.entries[r.at]
	r.at++
	to := r.from + e.values
	r.Lost, r.Values, r.Mended, r.Was = e.lost, r.flat[r.from:to:to], e.mended, e.was
	r.from = to
	return true
}

// Whole moves to the row behind the next ones that are whole, as many as there are: with width values each, all of them
// numbers. It returns their values, one row after the other, or nothing where the next entry is not such a row. The
// values are valid until the next ParseRows.
func (r *Rows) Whole(width int) []float64 {
	from := r.from
	for r.at < len(r.entries) {
		if e := &r.entries[r.at]; e.lost > 0 || e.values != width || e.mended > 0 {
			break
		}
		r.at++
		r.from += width
	}
	return r.flat[from:r.from:r.from]
}

// Skip drops the next n rows, those that the server has already; it may end within a gap. First is moved along.
func (r *Rows) Skip(n int64) {
	for n > 0 && r.at < len(r.entries) {
		e := &r.entries[r.at]
		if e.lost > n {
			e.lost -= n
			r.First += n
			r.count -= n
			return
		}
		rows := max(e.lost, 1)
		r.from += e.values
		r.at++
		n -= rows
		r.First += rows
		r.count -= rows
	}
}

func (r *Rows) clear() {
	*r = Rows{Series: r.Series[:0], Run: r.Run[:0], First: -1, entries: r.entries[:0], flat: r.flat[:0]}
}

// ParseRows reads version 2's ["series","run",first,[…],n,[…]]: rows, and in place of rows that are lost their number.
// The batch is taken as a whole or not at all. Rows are mended as ParseData does it; an element that is no row at all is
// a row without values. An error is an *[Error] with CodeBadRows that carries what could be read of series, run and
// first, and leaves rows empty, with First -1.
func ParseRows(payload []byte, rows *Rows) error {
	rows.clear()
	s := scanner{b: payload}
	if !s.batch(rows) {
		ask := "cannot read rows"
		if len(rows.Series) > 0 {
			ask += " of " + quote(string(rows.Series))
		}
		_, wrong, hint := s.problem()
		e := &Error{Code: CodeBadRows, Series: string(rows.Series), Run: string(rows.Run), First: rows.First,
			Text: ask + ": " + wrong + `, rows are ["series","run",first,[number,…],lost,[number,…],…]` + hint}
		rows.clear()
		return e
	}
	return nil
}

func (s *scanner) batch(r *Rows) bool {
	if !s.open('[', "[") {
		return false
	}
	var ok bool
	if r.Series, ok = s.nameElement(r.Series, true, "the series' name"); !ok {
		return false
	}
	if r.Run, ok = s.nameElement(r.Run, false, "the run"); !ok {
		return false
	}
	if !s.element(false, "the index of the first row") {
		return false
	}
	if r.First, ok = s.count(); !ok {
		r.First = -1
		return s.fail(faultByte, s.i, "the index of the first row, a whole number from 0 on")
	}
	for s.more(false, ']') {
		if !s.entry(r) {
			return false
		}
	}
	return s.fault == faultNone && s.end()
}

// element is more where there has to be one.
func (s *scanner) element(first bool, want string) bool {
	if s.more(first, ']') {
		return true
	}
	return s.fail(faultByte, s.i-1, want)
}

// nameElement reads an element that is a text and not empty.
func (s *scanner) nameElement(dst []byte, first bool, what string) ([]byte, bool) {
	if !s.element(first, what) {
		return dst, false
	}
	if s.kind() != KindText {
		return dst, s.fail(faultByte, s.i, what)
	}
	at := s.i
	dst, ok := s.text(dst, true)
	if !ok {
		return dst[:0], false
	}
	if len(dst) == 0 {
		return dst, s.fail(faultEmpty, at, what)
	}
	return dst, true
}

// entry reads one row, or the number of rows that are lost.
func (s *scanner) entry(r *Rows) bool {
	e := entry{}
	rows := int64(1)
	switch k := s.kind(); k {
	case KindList:
		s.i++
		s.depth++
		before := len(r.flat)
		var ok bool
		if r.flat, e.mended, e.was, ok = s.values(r.flat, true); !ok {
			return false
		}
		e.values = len(r.flat) - before
	case KindNumber:
		at := s.i
		n, ok := s.count()
		if !ok {
			if _, ok = s.number(); ok {
				s.fail(faultByte, at, "a row, or how many are lost")
			}
			return false
		}
		if n == 0 {
			return true
		}
		e.lost, rows = n, n
	default:
		if !s.skip() {
			return false
		}
		e.mended, e.was = 1, k
	}
	if rows > math.MaxInt64-r.First-r.count {
		return s.fail(faultMany, s.i, "")
	}
	r.count += rows
	r.entries = append(r.entries, e)
	return true
}
