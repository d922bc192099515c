package sessions

import (
	"fmt"
	"iter"
	"strings"
)

// Rows gives the rows in order, each with its index from 0 and its values in the
// order of the columns. The slice is the same each time, and is valid until the
// next row. Going through single columns, with [Column.Chunks], is faster.
func (s *Series) Rows() iter.Seq2[int, []float64] {
	return func(yield func(int, []float64) bool) {
		if len(s.Columns) == 0 {
			return
		}
		row := make([]float64, len(s.Columns))
		pieces := make([][]float64, len(s.Columns))
		for at := 0; at < s.n; at += len(pieces[0]) {
			for i := range pieces {
				pieces[i] = s.Column(i).chunk(at)
			}
			for k := range pieces[0] {
				for i, piece := range pieces {
					row[i] = piece[k]
				}
				if !yield(at+k, row) {
					return
				}
			}
		}
	}
}

// Named gives the column of that very name. The error names those that there
// are.
func (s *Series) Named(name string) (Column, error) {
	if i := s.Lookup(name); i >= 0 {
		return s.Column(i), nil
	}
	var names []string
	for i, known := range s.Columns {
		if i == 20 {
			names = append(names, fmt.Sprintf("and %d more", len(s.Columns)-i))
			break
		}
		names = append(names, fmt.Sprintf("%q", known))
	}
	return Column{}, fmt.Errorf("series %q has no column %q, it has %s", s.Name, name, strings.Join(names, ", "))
}
