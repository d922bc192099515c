package sessions

import (
	"fmt"
	"iter"
	"slices"
)

// Series is a series as it was at one moment. Nothing changes it, so any number
// of goroutines may read it; what its header holds is to be read only.
type Series struct {
	Header
	layout  layout
	blocks  [][]float64   // of all columns, as a Builder fills them
	columns [][][]float64 // or else the blocks of each column, as files are loaded
	from    int           // rows of the blocks in front of the first one
	n       int
	gaps    []Range
	gap     Range
	missing int
}

// Range is a stretch of rows: First is the first of them, End the first one
// after them.
type Range struct{ First, End int }

// Len gives the number of rows, lost ones included.
func (s *Series) Len() int { return s.n }

// Missing gives how many of the rows were lost on the way. They are NaN in
// every column; NaN in other rows was measured as such.
func (s *Series) Missing() int { return s.missing }

// MissingRanges gives the lost rows as stretches in ascending order that neither
// overlap nor touch, nil when no row was lost.
func (s *Series) MissingRanges() []Range {
	if s.missing == 0 {
		return nil
	}
	return append(slices.Clone(s.gaps), s.gap)
}

// Lookup gives the number of the column with that very name, -1 when there is
// none.
func (s *Series) Lookup(name string) int { return slices.Index(s.Columns, name) }

// Unit gives the unit of column i, "" when it has none.
func (s *Series) Unit(i int) string {
	if i < 0 || i >= len(s.Units) {
		return ""
	}
	return s.Units[i]
}

// Column gives column i, counted from 0. It panics when there is no such column.
func (s *Series) Column(i int) Column {
	if i < 0 || i >= len(s.Columns) {
		panic(fmt.Sprintf("sessions: column %d of %q, which has %d", i, s.Name, len(s.Columns)))
	}
	if s.columns != nil {
		return Column{layout: layoutOf(1), blocks: s.columns[i], from: s.from, n: s.n}
	}
	return Column{layout: s.layout, blocks: s.blocks, from: s.from, n: s.n, column: i}
}

// Column is one column of a [Series]. The zero value has no values.
type Column struct {
	layout layout
	blocks [][]float64
	from   int
	n      int
	column int
}

// Len gives the number of values, one a row.
func (c Column) Len() int { return c.n }

// At gives the value of row i, counted from 0, in constant time. It panics when
// there is no such row.
func (c Column) At(i int) float64 {
	if uint(i) >= uint(c.n) {
		panic(fmt.Sprintf("sessions: row %d of %d", i, c.n))
	}
	block, at, rows := c.layout.find(c.from + i)
	return c.blocks[block][c.column*rows+at]
}

// Chunks gives the values in order, in pieces that lie together in memory: the
// fast way through a long column. The pieces are the series' own memory, to be
// read only. All columns of a series come in pieces of the same lengths.
func (c Column) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		for at := 0; at < c.n; {
			piece := c.chunk(at)
			if !yield(piece) {
				return
			}
			at += len(piece)
		}
	}
}

// chunk gives the values from row i to the end of its block.
func (c Column) chunk(i int) []float64 {
	block, at, rows := c.layout.find(c.from + i)
	from := c.column*rows + at
	to := from + min(rows-at, c.n-i)
	return c.blocks[block][from:to:to]
}

// AppendTo appends all values to dst.
func (c Column) AppendTo(dst []float64) []float64 {
	dst = slices.Grow(dst, c.n)
	for piece := range c.Chunks() {
		dst = append(dst, piece...)
	}
	return dst
}
