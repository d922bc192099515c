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
// Points that have no place on the axes end the stroke: NaN, infinities, and
// zero and below on logarithmic axes.
type reducer struct {
	win *window
	out *strokes

	xok, yok span // values that have a place
	within   span // x values of the current cell, hi excluded
	n        int  // points in the cell so far, 0: none is open

	first, last, low, high xy
	lowAt, highAt          int
}

type xy struct{ x, y float64 }

func newReducer(w *window, out *strokes) *reducer {
	return &reducer{win: w, out: out, xok: w.x.scale.domain(), yok: w.y.scale.domain()}
}

func (r *reducer) feed(xs, ys []float64) {
	ys = ys[:len(xs)]
	// Local copies, so that the loop works in registers.
	within, yok := r.within, r.yok
	low, high, n := r.low.y, r.high.y, r.n
	for i, x := range xs {
		y := ys[i]
		if x >= within.lo && x < within.hi && y >= low && y <= high && n > 0 {
			n++
			continue // the most frequent case by far: nothing new
		}
		if x >= within.lo && x < within.hi && y >= yok.lo && y <= yok.hi && n > 0 {
			if y < low {
				low = y
				r.low, r.lowAt = xy{x, y}, n
			} else {
				high = y
				r.high, r.highAt = xy{x, y}, n
			}
			n++
			continue
		}
		if n > 0 {
			r.n = n
			if i > 0 {
				r.last = xy{xs[i-1], ys[i-1]}
			}
			r.close()
			n = 0
		}
		if y >= yok.lo && y <= yok.hi && x >= r.xok.lo && x <= r.xok.hi {
			r.open(x, y)
			within, low, high, n = r.within, y, y, 1
		} else {
			r.out.gap()
		}
	}
	r.n = n
	if len(xs) > 0 && n > 0 {
		r.last = xy{xs[len(xs)-1], ys[len(xs)-1]}
	}
}

// open begins the cell in which x lies. Everything beyond the frame on one
// side is one cell: nothing of it shows but where it comes in.
func (r *reducer) open(x, y float64) {
	p := xy{x, y}
	r.first, r.last, r.low, r.high = p, p, p, p
	r.lowAt, r.highAt, r.n = 0, 0, 1
	m := r.win.x
	a, b := min(m.a, m.b)-r.win.cell, max(m.a, m.b)+r.win.cell
	at := m.at(x)
	var from, to float64
	switch {
	case at < a:
		from, to = m.limit(-1), m.value(a)
	case at > b:
		from, to = m.value(b), m.limit(1)
	default:
		k := math.Floor((at - a) / r.win.cell)
		from, to = m.value(a+k*r.win.cell), m.value(a+(k+1)*r.win.cell)
	}
	r.within = span{min(from, to), max(from, to)}
	// Rounding may leave x itself outside.
	r.within.lo = min(r.within.lo, x)
	if !(x < r.within.hi) {
		r.within.hi = math.Nextafter(x, math.Inf(1))
	}
}

func (r *reducer) close() {
	r.emit(r.first)
	a, b, at, bt := r.low, r.high, r.lowAt, r.highAt
	if at > bt {
		a, b, at, bt = b, a, bt, at
	}
	if at > 0 && at < r.n-1 {
		r.emit(a)
	}
	if bt > 0 && bt < r.n-1 && bt != at {
		r.emit(b)
	}
	if r.n > 1 {
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
