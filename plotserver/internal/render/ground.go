package render

import (
	"math"
	"math/bits"

	"gonum.org/v1/plot/vg"
)

// ground knows what has been painted of a frame, in small squares. What would
// be painted over the same squares again, in the same colour, need not be kept
// in a file without pixels.
type ground struct {
	min    point
	cell   float64
	w, h   int      // in squares, multiples of 8
	blocks []uint64 // of 8 × 8 squares
}

// enough is how many points or markers a file carries without a look at what
// they hide.
const enough = 6000

func newGround(rect vg.Rectangle, cell float64) *ground {
	side := func(l vg.Length) int { return (min(max(int(float64(l)/cell), 0), 1<<14) + 8) &^ 7 }
	g := &ground{min: rect.Min, cell: cell, w: side(rect.Max.X - rect.Min.X), h: side(rect.Max.Y - rect.Min.Y)}
	g.blocks = make([]uint64, g.w/8*g.h/8)
	return g
}

func (g *ground) square(x, y int) (block *uint64, bit uint64) {
	return &g.blocks[y>>3*(g.w>>3)+x>>3], 1 << (y&7*8 + x&7)
}

// take paints a square and tells whether it was free. Beyond the frame nothing
// is.
func (g *ground) take(x, y int) bool {
	if uint(x) >= uint(g.w) || uint(y) >= uint(g.h) {
		return false
	}
	b, bit := g.square(x, y)
	free := *b&bit == 0
	*b |= bit
	return free
}

func (g *ground) free(x, y int) bool {
	if uint(x) >= uint(g.w) || uint(y) >= uint(g.h) {
		return false
	}
	b, bit := g.square(x, y)
	return *b&bit == 0
}

// full tells of a place in squares that it lies in a block without room.
func (g *ground) full(x, y int) bool {
	if uint(x) >= uint(g.w) || uint(y) >= uint(g.h) {
		return true
	}
	return g.blocks[y>>3*(g.w>>3)+x>>3] == math.MaxUint64
}

// line tells whether a line runs over free ground, and takes it then with the
// squares at both sides.
func (g *ground) line(a, b point) bool {
	x, y := float64(a.X-g.min.X)/g.cell, float64(a.Y-g.min.Y)/g.cell
	dx, dy := float64(b.X-a.X)/g.cell, float64(b.Y-a.Y)/g.cell
	n := int(math.Ceil(max(math.Abs(dx), math.Abs(dy))))
	steep := math.Abs(dy) > math.Abs(dx)
	sx, sy := dx/float64(max(n, 1)), dy/float64(max(n, 1))
	at := func(k int) (int, int) {
		return int(math.Floor(x + sx*float64(k))), int(math.Floor(y + sy*float64(k)))
	}
	fresh := 0
	allowed := n / 50 // what the width of other lines covers
	for k := 0; k <= n && fresh <= allowed; k++ {
		px, py := at(k)
		// Eight steps lie in two blocks at most in each direction: if those of
		// both ends are full the line between them is hidden.
		if k+7 <= n && g.full(px, py) {
			if qx, qy := at(k + 7); g.full(qx, qy) && (px>>3 == qx>>3 || py>>3 == qy>>3) {
				k += 7
				continue
			}
		}
		if g.free(px, py) {
			fresh++
		}
	}
	if fresh <= allowed {
		return false
	}
	for k := 0; k <= n; k++ {
		px, py := at(k)
		g.take(px, py)
		if steep {
			g.take(px-1, py)
			g.take(px+1, py)
		} else {
			g.take(px, py-1)
			g.take(px, py+1)
		}
	}
	return true
}

// discs is ground for markers that hold a disc: rows of squares.
type discs struct {
	min    point
	cell   float64
	w, h   int // words in a row, rows
	rows   []uint64
	seen   []uint64 // squares in which a centre was
	halves []int    // of the disc, from its middle row upwards
	least  int      // free squares that count: less is a sliver between markers
}

func newDiscs(rect vg.Rectangle, r vg.Length) *discs {
	cell := max(0.24, float64(r)/5)
	side := func(l vg.Length) int { return min(max(int(float64(l)/cell), 0), 1<<14) + 1 }
	d := &discs{min: rect.Min, cell: cell, w: side(rect.Max.X-rect.Min.X)/64 + 1, h: side(rect.Max.Y - rect.Min.Y)}
	d.rows, d.seen = make([]uint64, d.w*d.h), make([]uint64, d.w*d.h)
	q := float64(r) / cell
	all := 0
	for y := 0; float64(y) <= q; y++ {
		half := int(math.Sqrt(q*q - float64(y*y)))
		d.halves = append(d.halves, half)
		all += 2 * (2*half + 1)
	}
	all -= 2*d.halves[0] + 1
	d.least = all/8 + 1
	return d
}

// take tells whether more than a small part of a disc is free ground, and
// takes it then.
func (d *discs) take(at point) bool {
	cx, cy := int(float64(at.X-d.min.X)/d.cell), int(float64(at.Y-d.min.Y)/d.cell)
	if cx < 0 || cy < 0 || cx >= 64*d.w || cy >= d.h {
		return false
	}
	here, bit := &d.seen[cy*d.w+cx>>6], uint64(1)<<(cx&63)
	if *here&bit != 0 {
		return false
	}
	*here |= bit
	if d.free(cx, cy) < d.least {
		return false
	}
	d.visit(cx, cy, func(word *uint64, mask uint64) { *word |= mask })
	return true
}

func (d *discs) free(cx, cy int) int {
	n := 0
	d.visit(cx, cy, func(word *uint64, mask uint64) { n += bits.OnesCount64(mask &^ *word) })
	return n
}

// visit shows the words of a disc with the bits that are in it. Discs are
// narrower than a word has bits.
func (d *discs) visit(cx, cy int, each func(word *uint64, mask uint64)) {
	r := len(d.halves) - 1
	for y := max(cy-r, 0); y <= min(cy+r, d.h-1); y++ {
		half := d.halves[max(y-cy, cy-y)]
		from, to := max(cx-half, 0), min(cx+half, 64*d.w-1)
		first, last := ^uint64(0)<<(from&63), ^uint64(0)>>(63-to&63)
		row := d.rows[y*d.w : (y+1)*d.w]
		if i, k := from>>6, to>>6; i == k {
			each(&row[i], first&last)
		} else {
			each(&row[i], first)
			each(&row[k], last)
		}
	}
}
