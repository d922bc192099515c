package render

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// occupancy knows which squares of a frame hold something, to find free room for
// texts.
type occupancy struct {
	rect vg.Rectangle
	w, h int
	sums []int32 // of squares below and to the left, see settle
}

const square = vg.Length(2)

func newOccupancy(rect vg.Rectangle) *occupancy {
	o := &occupancy{rect: rect}
	side := func(l vg.Length) int { return min(max(int(math.Ceil(float64(l/square))), 1), 4000) }
	o.w, o.h = side(rect.Max.X-rect.Min.X), side(rect.Max.Y-rect.Min.Y)
	o.sums = make([]int32, (o.w+1)*(o.h+1))
	return o
}

// place is the square of a point, which may be outside.
func (o *occupancy) place(p point) (x, y int) {
	at := func(v vg.Length) int { return int(math.Floor(min(max(float64(v/square), -1e6), 1e6))) }
	return at(p.X - o.rect.Min.X), at(p.Y - o.rect.Min.Y)
}

func (o *occupancy) mark(x, y int) {
	if x >= 0 && x < o.w && y >= 0 && y < o.h {
		o.sums[(y+1)*(o.w+1)+x+1] = 1
	}
}

// line takes the squares of a line.
func (o *occupancy) line(a, b point) {
	x0, y0, x1, y1, ok := cut(o.rect, float64(a.X), float64(a.Y), float64(b.X), float64(b.Y))
	if !ok {
		return
	}
	steps := math.Ceil(math.Hypot(x1-x0, y1-y0) / float64(square) * 1.5)
	for k := 0.0; k <= steps; k++ {
		f := k / max(steps, 1)
		o.mark(o.place(point{X: vg.Length(x0 + (x1-x0)*f), Y: vg.Length(y0 + (y1-y0)*f)}))
	}
}

// fill takes a rectangle.
func (o *occupancy) fill(r vg.Rectangle) {
	x0, y0 := o.place(r.Min)
	x1, y1 := o.place(r.Max)
	for y := max(y0, 0); y <= min(y1, o.h-1); y++ {
		for x := max(x0, 0); x <= min(x1, o.w-1); x++ {
			o.mark(x, y)
		}
	}
}

// settle prepares for questions; nothing can be added after it.
func (o *occupancy) settle() {
	stride := o.w + 1
	for y := 1; y <= o.h; y++ {
		row := int32(0)
		for x := 1; x <= o.w; x++ {
			row += o.sums[y*stride+x]
			o.sums[y*stride+x] = row + o.sums[(y-1)*stride+x]
		}
	}
}

// count is how many squares of a rectangle are taken.
func (o *occupancy) count(r vg.Rectangle) int {
	x0, y0 := o.place(r.Min)
	x1, y1 := o.place(r.Max)
	x0, y0 = min(max(x0, 0), o.w), min(max(y0, 0), o.h)
	x1, y1 = min(max(x1+1, 0), o.w), min(max(y1+1, 0), o.h)
	if x1 <= x0 || y1 <= y0 {
		return 0
	}
	stride := o.w + 1
	return int(o.sums[y1*stride+x1] - o.sums[y0*stride+x1] - o.sums[y1*stride+x0] + o.sums[y0*stride+x0])
}

// room is a free place for a box, in the middle of where it can be with the
// most room around it. ok is false where something would be hidden everywhere.
func (o *occupancy) room(width, height vg.Length) (at vg.Rectangle, ok bool) {
	const columns, rows = 40, 28
	for _, clear := range []vg.Length{16, 12, 9, 6, 4, 2.5} {
		free := func(c, r int) (vg.Rectangle, bool) {
			spanX := o.rect.Max.X - o.rect.Min.X - width - 2*clear
			spanY := o.rect.Max.Y - o.rect.Min.Y - height - 2*clear
			if spanX < 0 || spanY < 0 {
				return at, false
			}
			p := point{
				X: o.rect.Min.X + clear + spanX*vg.Length(c)/(columns-1),
				Y: o.rect.Min.Y + clear + spanY*vg.Length(r)/(rows-1),
			}
			box := vg.Rectangle{Min: p, Max: point{X: p.X + width, Y: p.Y + height}}
			return box, o.count(grown(box, clear)) == 0
		}
		var found []vg.Rectangle
		var mean point
		for r := range rows {
			for c := range columns {
				if b, is := free(c, r); is {
					found = append(found, b)
					mean.X += b.Min.X
					mean.Y += b.Min.Y
				}
			}
		}
		if len(found) == 0 {
			continue
		}
		n := vg.Length(len(found))
		best := vg.Length(math.Inf(1))
		for _, b := range found {
			if d := vg.Length(math.Hypot(float64(b.Min.X-mean.X/n), float64(b.Min.Y-mean.Y/n))); d < best {
				best, at = d, b
			}
		}
		return at, true
	}
	return at, false
}
