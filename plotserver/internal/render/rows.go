package render

import (
	"iter"
	"math"

	"iotplot/sessions"
)

// rows are those rows of a series that are drawn: one in every so many of some
// stretches. Between two stretches there is a gap, so that no line joins them.
type rows struct {
	kept  []sessions.Range // ascending, not empty
	every int
	all   bool // of the series
}

// rowsOf chooses rows by their x and number.
func rowsOf(s *dataSpec, x values) rows {
	n := x.Len()
	r := rows{every: max(s.every, 1)}
	if s.from == s.from || s.to == s.to {
		lo, hi := math.Inf(-1), math.Inf(1)
		if s.from == s.from {
			lo = s.from
		}
		if s.to == s.to {
			hi = s.to
		}
		if lo > hi {
			lo, hi = hi, lo
		}
		r.kept = stretches(x, lo, hi)
	} else if n > 0 {
		r.kept = []sessions.Range{{First: 0, End: n}}
	}
	if s.last > 0 {
		left := s.last
		at := len(r.kept)
		for at > 0 && left > 0 {
			at--
			k := &r.kept[at]
			if size := k.End - k.First; size > left {
				k.First = k.End - left
			}
			left -= k.End - k.First
		}
		r.kept = r.kept[at:]
	}
	r.all = r.every == 1 && (n == 0 || len(r.kept) == 1 && r.kept[0] == sessions.Range{First: 0, End: n})
	return r
}

// stretches are the stretches of rows with values from lo to hi.
func stretches(x values, lo, hi float64) []sessions.Range {
	var kept []sessions.Range
	row, from := 0, -1
	for chunk := range x.Chunks() {
		for _, v := range chunk {
			if in := v >= lo && v <= hi; in && from < 0 {
				from = row
			} else if !in && from >= 0 {
				kept = append(kept, sessions.Range{First: from, End: row})
				from = -1
			}
			row++
		}
	}
	if from >= 0 {
		kept = append(kept, sessions.Range{First: from, End: row})
	}
	return kept
}

// hull is the rows from the first to the last that is drawn.
func (r rows) hull() sessions.Range {
	if len(r.kept) == 0 {
		return sessions.Range{}
	}
	return sessions.Range{First: r.kept[0].First, End: r.kept[len(r.kept)-1].End}
}

// of gives the chosen ones of values, the first of which belongs to row first.
func (r rows) of(v values, first int) values {
	if r.all {
		return v
	}
	return picked{v, r, first}
}

// picked is the values of chosen rows, with NaN between stretches.
type picked struct {
	values
	rows  rows
	first int // row of the first of the values
}

// Len is the number of rows, gaps included.
func (p picked) Len() int {
	n := max(len(p.rows.kept)-1, 0)
	skip := 0
	for _, k := range p.rows.kept {
		size := k.End - k.First - skip
		took := max(size+p.rows.every-1, 0) / p.rows.every
		n += took
		skip = took*p.rows.every - size
	}
	return n
}

// At is slow and only there for the interface.
func (p picked) At(i int) float64 {
	for chunk := range p.Chunks() {
		if i < len(chunk) {
			return chunk[i]
		}
		i -= len(chunk)
	}
	panic("render: no such row")
}

func (p picked) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		var buffer []float64
		if p.rows.every > 1 {
			buffer = make([]float64, 0, 1024)
		}
		gap := []float64{math.NaN()}
		at := p.first // row of the chunk's first value
		k := 0
		var next int // row that is the next to be drawn
		if len(p.rows.kept) > 0 {
			next = p.rows.kept[0].First
		}
		for chunk := range p.values.Chunks() {
			end := at + len(chunk)
			for k < len(p.rows.kept) && next < end {
				kept := p.rows.kept[k]
				stop := min(kept.End, end)
				if p.rows.every == 1 {
					if next < stop && !yield(chunk[next-at:stop-at]) {
						return
					}
					next = max(next, stop)
				} else {
					for next < stop {
						buffer = append(buffer, chunk[next-at])
						next += p.rows.every
						if len(buffer) == cap(buffer) {
							if !yield(buffer) {
								return
							}
							buffer = buffer[:0]
						}
					}
					if len(buffer) > 0 {
						if !yield(buffer) {
							return
						}
						buffer = buffer[:0]
					}
				}
				if next < kept.End {
					break // the stretch goes on in the next chunk
				}
				if k++; k < len(p.rows.kept) {
					if !yield(gap) {
						return
					}
					next = p.rows.kept[k].First + (next - kept.End)
				}
			}
			at = end
		}
		// Stretches shorter than a step may be left over without a row.
		for k++; k < len(p.rows.kept); k++ {
			if !yield(gap) {
				return
			}
		}
	}
}
