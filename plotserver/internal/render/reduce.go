package render

import (
	"iter"
	"math"

	"gonum.org/v1/plot/vg"
)

// point is a place on paper, in points from the bottom left.
type point = vg.Point

// window is where data meets paper: the mapping of both axes and the
// rectangle that shows.
type window struct {
	x, y mapping
	rect vg.Rectangle
	// cell is the width on paper, in points, of what the output can show: a
	// column of pixels, or a hair's breadth where there are none.
	cell float64
	// compact leaves out of curves and markers what others of the same colour
	// hide, for files without pixels, which hold all there is.
	compact bool
}

func (w *window) at(x, y float64) (float64, float64) { return w.x.at(x), w.y.at(y) }

// pairs walks through two columns in step, in pieces of equal length.
func pairs(x, y values, visit func(xs, ys []float64)) {
	nextX, stopX := iter.Pull(x.Chunks())
	defer stopX()
	nextY, stopY := iter.Pull(y.Chunks())
	defer stopY()
	var xs, ys []float64
	for {
		var more bool
		if len(xs) == 0 {
			if xs, more = nextX(); !more {
				return
			}
		}
		if len(ys) == 0 {
			if ys, more = nextY(); !more {
				return
			}
		}
		n := min(len(xs), len(ys))
		visit(xs[:n], ys[:n])
		xs, ys = xs[n:], ys[n:]
	}
}

// reducer turns a curve of any number of rows into one of about four points a
// cell: of consecutive points in the same cell of the x axis it keeps the
// first, the lowest, the highest and the last, in their order. The picture
// stays the same, since what is between them would be painted over the same
// column of pixels. It needs no order of x: a curve that runs back and forth
// is reduced where it stays within a cell.
//
// In a cell with few ups and downs the neighbours of the extremes are kept as
// well, so that a step stays upright and a spike stays a needle.
//
// Points that have no place on the axes end the stroke: NaN, infinities, and
// zero and below on logarithmic axes.
type reducer struct {
	win *window
	out tracer

	xok, yok span // values that have a place
	within   span // x values of the current cell, hi excluded
	n        int  // points in the cell so far, 0: none is open

	first, last xy
	low, high   extreme
	turns       int // how often an extreme moved
}

type xy struct{ x, y float64 }

// extreme is the lowest or highest point of a cell with its neighbours.
type extreme struct {
	xy
	at     int // its number in the cell
	before xy
	after  xy
	index  int  // in the piece that is being fed, -1: in an earlier one
	known  bool // after is
}

// tracer takes what is kept of a curve: its points on paper, and where it has
// gaps.
type tracer interface {
	line(x, y float64)
	gap()
}

func newReducer(w *window, out tracer) *reducer {
	return &reducer{win: w, out: out, xok: w.x.scale.domain(), yok: w.y.scale.domain()}
}

// feed takes the next piece of the curve.
func (r *reducer) feed(xs, ys []float64) {
	ys = ys[:len(xs)]
	r.low.index, r.high.index = -1, -1
	// Local copies, so that the loop works in registers.
	within, low, high, n := r.within, r.low.y, r.high.y, r.n
	for i, x := range xs {
		y := ys[i]
		if n > 0 && x >= within.lo && x < within.hi {
			if y >= low && y <= high {
				n++
				continue // the most frequent case by far: nothing new
			}
			if y >= r.yok.lo && y <= r.yok.hi {
				e := extreme{xy: xy{x, y}, at: n, before: r.last, index: i}
				if i > 0 {
					e.before = xy{xs[i-1], ys[i-1]}
				}
				if y < low {
					low, r.low = y, e
				} else {
					high, r.high = y, e
				}
				r.turns++
				n++
				continue
			}
		}
		if n > 0 {
			r.n = n
			r.reach(xs[:i], ys[:i])
			r.close()
			n = 0
		}
		if y >= r.yok.lo && y <= r.yok.hi && x >= r.xok.lo && x <= r.xok.hi {
			r.open(x, y)
			r.low.index, r.high.index = i, i
			within, low, high, n = r.within, y, y, 1
		} else {
			r.out.gap()
		}
	}
	if r.n = n; n > 0 {
		r.reach(xs, ys)
	}
}

// reach notes where the open cell stands after some points of a piece.
func (r *reducer) reach(xs, ys []float64) {
	if len(xs) == 0 {
		return
	}
	r.last = xy{xs[len(xs)-1], ys[len(xs)-1]}
	for _, e := range []*extreme{&r.low, &r.high} {
		if k := e.index + 1; e.index >= 0 && k < len(xs) {
			e.after, e.known = xy{xs[k], ys[k]}, true
		}
	}
}

// open begins the cell in which x lies. Everything beyond the frame on one
// side is one cell: nothing of it shows but where it comes in.
func (r *reducer) open(x, y float64) {
	p := xy{x, y}
	r.first, r.last, r.n, r.turns = p, p, 1, 0
	r.low, r.high = extreme{xy: p}, extreme{xy: p}
	r.within = r.win.x.cellOf(x, r.win.cell)
}

// cellOf is the values of the cell in which a value lies, hi excluded.
// Everything beyond the axis on one side is one cell.
func (m mapping) cellOf(v, cell float64) span {
	a, b := min(m.a, m.b)-cell, max(m.a, m.b)+cell
	at := m.at(v)
	var from, to float64
	switch {
	case at < a:
		from, to = m.limit(-1), m.value(a)
	case at > b:
		from, to = m.value(b), m.limit(1)
	default:
		k := math.Floor((at - a) / cell)
		from, to = m.value(a+k*cell), m.value(a+(k+1)*cell)
	}
	s := span{min(from, to), max(from, to)}
	// Rounding may leave v itself outside.
	s.lo = min(s.lo, v)
	if !(v < s.hi) {
		s.hi = math.Nextafter(v, math.Inf(1))
	}
	return s
}

// close hands on what is kept of the cell.
func (r *reducer) close() {
	r.emit(r.first)
	a, b := &r.low, &r.high
	if a.at > b.at {
		a, b = b, a
	}
	const few = 3
	quiet := r.turns <= few
	kept := 0 // the number of the last point handed on
	for _, e := range []*extreme{a, b} {
		if quiet && e.at-1 > kept {
			r.emit(e.before)
			kept = e.at - 1
		}
		if e.at > kept {
			r.emit(e.xy)
			kept = e.at
		}
		if quiet && e.known && e.at+1 > kept && e.at+1 < r.n {
			r.emit(e.after)
			kept = e.at + 1
		}
	}
	if r.n-1 > kept {
		r.emit(r.last)
	}
	r.n = 0
}

func (r *reducer) emit(p xy) {
	x, y := r.win.at(p.x, p.y)
	r.out.line(x, y)
}

func (r *reducer) end() {
	if r.n > 0 {
		r.close()
	}
	r.out.gap()
}
