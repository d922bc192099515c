package sessions

import "slices"

// numbers is a column that is being loaded. It grows like a column of a
// [Builder], block by block, so that nothing is copied, and a file that claims
// more values than it has takes no memory for them.
type numbers struct {
	blocks [][]float64
	n      int
	block  []float64 // the last of the blocks
	at     int       // how much of it is filled
}

func (c *numbers) append(v float64) {
	if c.at == len(c.block) {
		c.grow()
	}
	c.block[c.at] = v
	c.at++
	c.n++
}

// room gives a piece of at most n values to be filled, which belong to the
// column from now on.
func (c *numbers) room(n int) []float64 {
	if c.at == len(c.block) {
		c.grow()
	}
	n = min(n, len(c.block)-c.at)
	piece := c.block[c.at : c.at+n]
	c.at += n
	c.n += n
	return piece
}

func (c *numbers) grow() {
	c.block = make([]float64, layoutOf(1).rows(len(c.blocks)))
	c.blocks = append(c.blocks, c.block)
	c.at = 0
}

// column gives what there is so far.
func (c *numbers) column() Column {
	return Column{layout: layoutOf(1), blocks: c.blocks, n: c.n}
}

// ofColumns makes a series of columns of n rows. The header's names are
// mended like those of a [Builder].
func ofColumns(h Header, columns []*numbers, n int) *Series {
	h.Columns = columnNames(h.Columns)
	h.Units = slices.Clone(h.Units)
	s := &Series{Header: h, columns: make([][][]float64, len(columns)), n: n}
	for i, c := range columns {
		s.columns[i] = c.blocks
	}
	return s
}

// markMissing marks rows as lost, as far as they are NaN in every column: a
// file that somebody changed may hold values where its notes know none. It
// takes ranges in any order.
func (s *Series) markMissing(ranges []Range) {
	ranges = slices.Clone(ranges)
	slices.SortFunc(ranges, func(a, b Range) int { return a.First - b.First })
	var gaps []Range
	for _, r := range ranges {
		r.First, r.End = max(r.First, 0), min(r.End, s.n)
		if last := len(gaps) - 1; last >= 0 && r.First <= gaps[last].End {
			r.First = gaps[last].First
			r.End = max(r.End, gaps[last].End)
			gaps = gaps[:last]
		}
		if r.First < r.End {
			gaps = append(gaps, r)
		}
	}
	for _, r := range gaps {
		for i := range s.Columns {
			c := s.Column(i)
			for row := r.First; row < r.End; row++ {
				if v := c.At(row); v == v {
					return // not the rows that the notes are about
				}
			}
		}
	}
	for _, r := range gaps {
		s.missing += r.End - r.First
	}
	if last := len(gaps) - 1; last >= 0 {
		s.gaps, s.gap = gaps[:last:last], gaps[last]
	}
}
