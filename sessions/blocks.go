package sessions

import "math/bits"

// Rows lie in blocks that are never moved and never copied. A block holds all
// columns of its rows, one column after the other, so that a short series is
// one small allocation and a long one wastes less than one block however many
// columns it has. The first block has firstRows rows; each further one doubles
// the room until the blocks have about blockValues values, the size of all that
// follow. Every size is a power of two, so a row is found with shifts alone.
const (
	firstRows   = 8
	firstShift  = 3
	blockValues = 32 * 1024 // 256 KB of float64
)

// layout says where rows are for a number of columns.
type layout struct {
	columns int
	shift   uint8 // full blocks have 1<<shift rows
}

func layoutOf(columns int) layout {
	rows := blockValues / max(columns, 1)
	shift := max(bits.Len(uint(rows))-1, firstShift)
	return layout{columns: columns, shift: uint8(shift)}
}

// find gives the block of row i, the row's place in it and how many rows that
// block has room for.
func (l layout) find(i int) (block, at, rows int) {
	u, shift := uint(i), uint(l.shift)
	switch {
	case u < firstRows:
		return 0, i, firstRows
	case u < 1<<shift:
		block = bits.Len(u >> firstShift)
		rows = firstRows << (block - 1)
		return block, int(u) - rows, rows
	default:
		// The growing blocks together hold exactly one full block's rows.
		return int(u>>shift) + int(shift) - firstShift, int(u & (1<<shift - 1)), 1 << shift
	}
}

// rows gives how many rows a block has room for.
func (l layout) rows(block int) int {
	switch {
	case block == 0:
		return firstRows
	case block <= int(l.shift)-firstShift:
		return firstRows << (block - 1)
	default:
		return 1 << l.shift
	}
}
