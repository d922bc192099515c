package expr

import "iotplot/sessions"

// blockRows is how many rows go through all operators together: a few blocks
// fit the processor's nearest cache.
const blockRows = 1024

// runner computes one expression for one series.
type runner struct {
	rows    int
	columns map[int][][]float64 // the pieces in which the columns' values lie
	starts  []int               // the first row of each piece, the same for all columns
	buffers [][]float64         // one for each operand on the right that waits
}

func (r *runner) load(i int, c sessions.Column) {
	var pieces [][]float64
	for piece := range c.Chunks() {
		pieces = append(pieces, piece)
	}
	r.columns[i] = pieces
	if r.starts == nil {
		at := 0
		for _, piece := range pieces {
			r.starts = append(r.starts, at)
			at += len(piece)
		}
	}
}

// step is a node made ready for a range of rows: what is the same in all rows
// is a number, and what needs other rows has been computed.
type step struct {
	kind  stepKind
	value float64     // of a stepScalar
	data  [][]float64 // of a stepPieces
	held  []float64   // of a stepHeld
	lo    int         // the row of held[0]
	op    op
	one   func(float64) float64
	two   func(a, b float64) float64
	a, b  *step
}

type stepKind uint8

const (
	stepScalar stepKind = iota
	stepIndex
	stepPieces // a column of the series
	stepHeld   // a column that was computed
	stepOne    // an operator of one operand
	stepTwo    // an operator of two operands
)

func scalar(v float64) *step { return &step{kind: stepScalar, value: v} }

// plan makes a node ready for the rows [from, to), of which there is at least
// one.
func (r *runner) plan(n *node, from, to int) *step {
	switch n.op {
	case opNumber, opConstant:
		return scalar(n.value)
	case opIndex:
		return &step{kind: stepIndex}
	case opColumn:
		return &step{kind: stepPieces, data: r.columns[n.column]}
	case opNeg:
		return r.planOne(n.op, func(v float64) float64 { return -v }, r.plan(n.args[0], from, to))
	case opCall:
		switch fn := n.fn; {
		case fn.fold != nil:
			return scalar(r.fold(n, fn.fold))
		case fn.rewrite != nil:
			return r.rewrite(n, from, to)
		case fn.one != nil:
			return r.planOne(n.op, fn.one, r.plan(n.args[0], from, to))
		}
		s := r.plan(n.args[0], from, to)
		for _, arg := range n.args[1:] {
			s = r.planTwo(n.op, n.fn.two, s, r.plan(arg, from, to))
		}
		return s
	}
	return r.planTwo(n.op, n.op.apply, r.plan(n.args[0], from, to), r.plan(n.args[1], from, to))
}

func (r *runner) planOne(op op, f func(float64) float64, a *step) *step {
	if a.kind == stepScalar {
		return scalar(f(a.value))
	}
	return &step{kind: stepOne, op: op, one: f, a: a}
}

func (r *runner) planTwo(op op, f func(a, b float64) float64, a, b *step) *step {
	if a.kind == stepScalar && b.kind == stepScalar {
		return scalar(f(a.value, b.value))
	}
	return &step{kind: stepTwo, op: op, two: f, a: a, b: b}
}

// fold runs a whole column through a function that makes one number of it.
func (r *runner) fold(n *node, f func(stream) float64) float64 {
	arg := r.plan(n.args[0], 0, r.rows)
	buffer := make([]float64, min(blockRows, r.rows))
	return f(stream{rows: r.rows, each: func(visit func([]float64)) {
		r.blocks(0, r.rows, func(from, to, piece int) {
			visit(r.run(arg, from, piece, buffer[:to-from], 0))
		})
	}})
}

// rewrite computes the rows [from, to) of a function that makes a column of
// columns.
func (r *runner) rewrite(n *node, from, to int) *step {
	w := window{from: from, rows: r.rows}
	if n.fn.rows != rowsNone {
		v, _ := n.args[1].constant()
		w.n = int(v)
	}
	lo, hi := n.fn.rewrite.need(from, to, r.rows, w.n)
	w.lo = lo
	w.y = r.hold(n.args[0], lo, hi)
	if n.fn.rows == rowsNone && len(n.args) == 2 {
		w.x = r.hold(n.args[1], lo, hi)
	}
	out := make([]float64, to-from)
	n.fn.rewrite.compute(out, w)
	return &step{kind: stepHeld, held: out, lo: from}
}

// hold computes the rows [from, to) of a node into new memory.
func (r *runner) hold(n *node, from, to int) []float64 {
	if from >= to {
		return []float64{}
	}
	s := r.plan(n, from, to)
	if s.kind == stepHeld {
		return s.held
	}
	out := make([]float64, to-from)
	r.fill(s, from, out)
	return out
}

// fill computes rows from from on until out is full.
func (r *runner) fill(s *step, from int, out []float64) {
	r.blocks(from, from+len(out), func(lo, hi, piece int) {
		dst := out[lo-from : hi-from]
		if got := r.run(s, lo, piece, dst, 0); &got[0] != &dst[0] {
			copy(dst, got)
		}
	})
}

// blocks cuts the rows [from, to) into blocks that lie within one piece of the
// series' memory each.
func (r *runner) blocks(from, to int, visit func(from, to, piece int)) {
	piece := 0
	for from < to {
		for piece+1 < len(r.starts) && r.starts[piece+1] <= from {
			piece++
		}
		end := min(from+blockRows, to)
		if piece+1 < len(r.starts) {
			end = min(end, r.starts[piece+1])
		}
		visit(from, end, piece)
		from = end
	}
}

// run computes one block, of len(dst) rows from row from on, into dst or gives
// the memory where the values lie already. Buffers below depth are in use.
func (r *runner) run(s *step, from, piece int, dst []float64, depth int) []float64 {
	switch s.kind {
	case stepScalar:
		for i := range dst {
			dst[i] = s.value
		}
	case stepIndex:
		for i := range dst {
			dst[i] = float64(from + i)
		}
	case stepPieces:
		at := from - r.starts[piece]
		return s.data[piece][at : at+len(dst)]
	case stepHeld:
		return s.held[from-s.lo:][:len(dst)]
	case stepOne:
		elementwise(dst, r.run(s.a, from, piece, dst, depth), s)
	case stepTwo:
		switch {
		case s.b.kind == stepScalar:
			withRight(dst, r.run(s.a, from, piece, dst, depth), s.b.value, s)
		case s.a.kind == stepScalar:
			withLeft(dst, s.a.value, r.run(s.b, from, piece, dst, depth), s)
		default:
			a := r.run(s.a, from, piece, dst, depth)
			b := r.run(s.b, from, piece, r.buffer(depth)[:len(dst)], depth+1)
			withBoth(dst, a, b, s)
		}
	}
	return dst
}

func (r *runner) buffer(depth int) []float64 {
	for len(r.buffers) <= depth {
		r.buffers = append(r.buffers, make([]float64, min(blockRows, r.rows)))
	}
	return r.buffers[depth]
}
