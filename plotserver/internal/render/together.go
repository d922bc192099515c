package render

import (
	"iter"
	"math"
)

// together walks through columns in step, in pieces of equal length, until the
// shortest ends.
func together(columns []values, visit func(pieces [][]float64)) {
	next := make([]func() ([]float64, bool), len(columns))
	rest := make([][]float64, len(columns))
	pieces := make([][]float64, len(columns))
	for i, c := range columns {
		pull, stop := iter.Pull(c.Chunks())
		defer stop()
		next[i] = pull
	}
	for {
		n := -1
		for i := range rest {
			for len(rest[i]) == 0 {
				var more bool
				if rest[i], more = next[i](); !more {
					return
				}
			}
			if n < 0 || len(rest[i]) < n {
				n = len(rest[i])
			}
		}
		if n < 0 {
			return
		}
		for i := range rest {
			pieces[i], rest[i] = rest[i][:n], rest[i][n:]
		}
		visit(pieces)
	}
}

// derived is a column computed from others, row by row, while it is read.
type derived struct {
	from []values
	row  func(dst []float64, pieces [][]float64)
}

func (d derived) Len() int {
	n := d.from[0].Len()
	for _, c := range d.from[1:] {
		n = min(n, c.Len())
	}
	return n
}

func (d derived) At(i int) float64 {
	pieces := make([][]float64, len(d.from))
	for k, c := range d.from {
		pieces[k] = []float64{c.At(i)}
	}
	var v [1]float64
	d.row(v[:], pieces)
	return v[0]
}

func (d derived) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		var block [1024]float64
		going := true
		together(d.from, func(pieces [][]float64) {
			part := make([][]float64, len(pieces))
			for from := 0; going && from < len(pieces[0]); from += len(block) {
				to := min(from+len(block), len(pieces[0]))
				for k := range pieces {
					part[k] = pieces[k][from:to]
				}
				d.row(block[:to-from], part)
				going = yield(block[:to-from])
			}
		})
	}
}

// beside is a column moved by an error, a number or a column of them: down for
// sign -1, up for +1. Where the column is negative there is no value.
func beside(c values, p part, errors values, sign float64) values {
	if errors == nil {
		return derived{[]values{c}, func(dst []float64, in [][]float64) {
			for i, v := range in[0] {
				dst[i] = clampSum(v, sign*p.number)
			}
		}}
	}
	return derived{[]values{c, errors}, func(dst []float64, in [][]float64) {
		for i, v := range in[0] {
			e := in[1][i]
			if e < 0 {
				e = math.NaN() // there is no such error
			}
			dst[i] = clampSum(v, sign*e)
		}
	}}
}

// clampSum keeps sums of finite numbers finite.
func clampSum(a, b float64) float64 {
	s := a + b
	if s-s != 0 && a-a == 0 && b-b == 0 {
		return clampFinite(s)
	}
	return s
}
