package sessions

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"iotplot/sessions/header"
)

// Header is what is known of a series besides its values.
type Header = header.Header

// Builder collects the rows of one series. One goroutine owns it; the snapshots
// it gives may be read by others while it grows. A value takes 8 bytes, no row
// is ever copied when the series grows, and a series without rows takes next to
// nothing.
type Builder struct {
	header Header
	layout layout
	blocks [][]float64
	n      int

	// The block that is being filled, the row's place in it and its room, kept
	// here so that Append need not search.
	block    []float64
	at, room int

	// Closed gaps are never changed again, so snapshots share them; the last
	// gap may still grow and stays apart.
	gaps    []Range
	gap     Range
	missing int

	lost []float64 // a block of lost rows, which a long gap has as often as needed
}

// NewBuilder starts a series without rows. The header's slices and map are
// copied. Column names that are empty or not distinct, or not UTF-8, could not
// be found again in a file: empty ones become c1, c2 …, repeated ones get _2,
// _3 …, and bytes that are not UTF-8 become U+FFFD.
func NewBuilder(h Header) *Builder {
	h.Columns = columnNames(h.Columns)
	h.Units = slices.Clone(h.Units)
	h.Meta = maps.Clone(h.Meta)
	return &Builder{header: h, layout: layoutOf(len(h.Columns))}
}

// Append adds one row, which is copied. The row has as many values as there are
// columns, NaN for a value that is not known; another length is a mistake of
// the program and panics.
func (b *Builder) Append(row []float64) {
	if len(row) != b.layout.columns {
		panic(fmt.Sprintf("sessions: row of %d values for the %d columns of %q", len(row), b.layout.columns, b.header.Name))
	}
	if b.at == b.room {
		b.grow()
	}
	i := b.at
	for _, v := range row {
		b.block[i] = v
		i += b.room
	}
	b.at++
	b.n++
}

// AppendRows adds rows that stand one after the other in values, which are
// copied. Their number has to be a multiple of the columns'; else it is a mistake
// of the program and panics.
func (b *Builder) AppendRows(values []float64) {
	columns := b.layout.columns
	if columns == 0 || len(values)%columns != 0 {
		panic(fmt.Sprintf("sessions: %d values for rows of the %d columns of %q", len(values), columns, b.header.Name))
	}
	for len(values) > 0 {
		if b.at == b.room {
			b.grow()
		}
		k := min(b.room-b.at, len(values)/columns)
		for c := range columns {
			to := b.block[c*b.room+b.at:][:k]
			from := values[c:]
			for i := range to {
				to[i] = from[i*columns]
			}
		}
		b.at += k
		b.n += k
		values = values[k*columns:]
	}
}

// AppendMissing adds n rows of NaN and marks them as lost on the way. However
// many they are, they take little memory; but files and plots of the series have
// each of them, so a caller that reads n from a message bounds it first. Nothing
// happens when n is not positive.
func (b *Builder) AppendMissing(n int) {
	if n <= 0 {
		return
	}
	if b.gap.End != b.n || b.gap.First == b.gap.End {
		if b.gap.End > b.gap.First {
			b.gaps = append(b.gaps, b.gap)
		}
		b.gap = Range{First: b.n, End: b.n}
	}
	b.gap.End += n
	b.missing += n
	for n > 0 {
		if b.at == b.room {
			if full := b.layout.rows(len(b.blocks)); full == 1<<b.layout.shift && n >= full {
				b.share(full)
				n -= full
				continue
			}
			b.grow()
		}
		k := min(n, b.room-b.at)
		for c := range b.layout.columns {
			from := c*b.room + b.at
			for i := from; i < from+k; i++ {
				b.block[i] = math.NaN()
			}
		}
		b.at += k
		b.n += k
		n -= k
	}
}

// grow adds a block.
func (b *Builder) grow() {
	b.room = b.layout.rows(len(b.blocks))
	b.block = make([]float64, b.room*b.layout.columns)
	b.blocks = append(b.blocks, b.block)
	b.at = 0
}

// share adds a block of lost rows, which is full and so never written to.
func (b *Builder) share(rows int) {
	if b.lost == nil {
		b.lost = make([]float64, rows*b.layout.columns)
		for i := range b.lost {
			b.lost[i] = math.NaN()
		}
	}
	b.block, b.room, b.at = b.lost, rows, rows
	b.blocks = append(b.blocks, b.block)
	b.n += rows
}

// Rename gives the columns other names and keeps the rows. It takes as many
// names as there are columns; another number is a mistake of the program and
// panics. Snapshots taken before keep the names they had.
func (b *Builder) Rename(columns []string) {
	if len(columns) != b.layout.columns {
		panic(fmt.Sprintf("sessions: %d names for the %d columns of %q", len(columns), b.layout.columns, b.header.Name))
	}
	b.header.Columns = columnNames(columns)
}

// Rows gives the number of rows so far, lost ones included.
func (b *Builder) Rows() int { return b.n }

// Missing gives how many of the rows are marked as lost.
func (b *Builder) Missing() int { return b.missing }

// Header gives what is known of the series besides its values. Its slices and
// map are the builder's own, to be read only.
func (b *Builder) Header() Header { return b.header }

// Series takes a snapshot of the rows so far. It copies no values, and it stays
// what it is while the builder goes on.
func (b *Builder) Series() *Series {
	return &Series{
		Header:  b.header,
		layout:  b.layout,
		blocks:  b.blocks[:len(b.blocks):len(b.blocks)],
		n:       b.n,
		gaps:    b.gaps[:len(b.gaps):len(b.gaps)],
		gap:     b.gap,
		missing: b.missing,
	}
}
