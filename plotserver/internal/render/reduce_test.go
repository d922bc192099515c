package render

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"iter"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
)

// slice is values in memory.
type slice []float64

func (s slice) Len() int         { return len(s) }
func (s slice) At(i int) float64 { return s[i] }
func (s slice) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		// Odd pieces, so that cells and gaps fall on their borders.
		for from := 0; from < len(s); from += 777 {
			if !yield(s[from:min(from+777, len(s))]) {
				return
			}
		}
	}
}

// sketch is a curve brought to a small piece of paper, reduced and in full.
type sketch struct{ reduced, full strokes }

const (
	sketchWidth, sketchHeight = 288, 144
	sketchDPI                 = 100
)

func newSketch(xs, ys []float64, sx, sy scale) *sketch {
	x, y := newColumn(slice(xs)), newColumn(slice(ys))
	ax, ay := newAxis(false), newAxis(true)
	ax.scale, ay.scale = sx, sy
	ax.show(x)
	ay.show(y)
	ax.choose()
	ay.choose()
	win := &window{
		x: newMapping(sx, ax.lim, 0, sketchWidth), y: newMapping(sy, ay.lim, 0, sketchHeight),
		rect: vg.Rectangle{Max: point{X: sketchWidth, Y: sketchHeight}}, cell: 72.0 / sketchDPI / cellsAPixel,
	}
	k := &sketch{}
	k.reduced.clip = grown(win.rect, 10)
	k.full.clip, k.reduced.cell = k.reduced.clip, win.cell
	r := newReducer(win, &k.reduced)
	pairs(x, y, r.feed)
	r.end()
	for i := range xs {
		px, py := win.at(xs[i], ys[i])
		if px != px || py != py {
			k.full.gap()
			continue
		}
		k.full.line(px, py)
	}
	k.full.gap()
	return k
}

// shades draws strokes finer by a factor and averages: the larger the factor
// the nearer to the true areas.
func shades(t *testing.T, s *strokes, finer int) []float64 {
	t.Helper()
	c, err := canvas.New(canvas.PNG, sketchWidth, sketchHeight, float64(sketchDPI*finer), canvas.Info{})
	if err != nil {
		t.Fatal(err)
	}
	c.SetColor(color.Black)
	c.SetLineWidth(1.5)
	c.Stroke(s.path())
	for _, d := range s.dots {
		c.Fill(circle(d, 1.5))
	}
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(img.Bounds())
	draw.Draw(grey, grey.Rect, img, image.Point{}, draw.Src)
	w, h := grey.Rect.Dx()/finer, grey.Rect.Dy()/finer
	out := make([]float64, w*h)
	for y := range h * finer {
		for x, v := range grey.Pix[y*grey.Stride : y*grey.Stride+w*finer] {
			out[y/finer*w+x/finer] += float64(v) / 0xff / float64(finer*finer)
		}
	}
	return out
}

// unequal is the part of pixels whose shades are apart, and the most they are.
func unequal(a, b []float64, shade float64) (part, most float64) {
	n := 0
	for i := range a {
		d := math.Abs(a[i] - b[i])
		most = max(most, d)
		if d > shade {
			n++
		}
	}
	return float64(n) / float64(len(a)), most
}

// What differs lies along the ends of steep lines, less than half a pixel to
// the side of where it should be, and at butt ends of pieces between gaps.
func TestReducedCurvesLookTheSame(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n = 20_000
	column := func(f func(i int) float64) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = f(i)
		}
		return v
	}
	ramp := column(func(i int) float64 { return float64(i) / n })
	for _, c := range []struct {
		name   string
		x, y   []float64
		sx, sy scale
		most   int     // points that may be left
		apart  float64 // of the pixels in percent that may differ by an eighth
	}{
		{"sine", ramp, column(func(i int) float64 { return math.Sin(float64(i) * 20 / n) }), linearScale{}, linearScale{}, 3400, 0},
		{"noise", ramp, column(func(int) float64 { return random.NormFloat64() }), linearScale{}, linearScale{}, 3400, 0.5},
		{"spikes", ramp, column(func(i int) float64 {
			if i%9973 == 0 {
				return 5
			}
			return 0.01 * random.Float64()
		}), linearScale{}, linearScale{}, 3400, 1.5},
		{"fast", ramp, column(func(i int) float64 { return math.Sin(float64(i)) * float64(i) }), linearScale{}, linearScale{}, 3400, 0.3},
		{"backwards", column(func(i int) float64 { return -float64(i) }), column(func(int) float64 { return random.Float64() }), linearScale{}, linearScale{}, 3400, 0.6},
		{"steps", ramp, column(func(i int) float64 { return float64(i / 7000 % 2) }), linearScale{}, linearScale{}, 3400, 0.01},
		{"loop", column(func(i int) float64 { return math.Cos(float64(i) * 6 / n) }), column(func(i int) float64 { return math.Sin(float64(i) * 15 / n) }), linearScale{}, linearScale{}, 3400, 0.3},
		{"logs", column(func(i int) float64 { return math.Exp(float64(i) * 20 / n) }), column(func(i int) float64 { return math.Exp(random.NormFloat64() * 3) }), logScale{}, logScale{}, 3400, 0.5},
		{"log of zero", ramp, column(func(i int) float64 { return max(0, math.Sin(float64(i)*30/n)) }), linearScale{}, logScale{}, 3400, 1},
		{"many gaps", ramp, column(func(i int) float64 {
			if i%3 == 0 {
				return math.NaN()
			}
			return math.Sin(float64(i)*10/n) + 0.5*random.Float64()
		}), linearScale{}, linearScale{}, 13000, 0.6},
		{"lone points", ramp, column(func(i int) float64 {
			if i%2 == 0 {
				return math.NaN()
			}
			return math.Sin(float64(i) * 10 / n)
		}), linearScale{}, linearScale{}, 3400, 0.3},
		{"gaps", ramp, column(func(i int) float64 {
			if i%20000 > 15000 {
				return math.NaN()
			}
			return random.Float64()
		}), linearScale{}, linearScale{}, 3400, 1.2},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newSketch(c.x, c.y, c.sx, c.sy)
			if n := len(k.reduced.points); n > c.most {
				t.Errorf("%d points are left, want at most %d", n, c.most)
			}
			// Pixels add up the edges of overlapping lines, so that the full
			// drawing is too dark along its edges: the judge is a drawing three
			// times as fine.
			truth, fine := shades(t, &k.full, 3), shades(t, &k.reduced, 3)
			plain, coarse := shades(t, &k.full, 1), shades(t, &k.reduced, 1)
			geometry, worst := unequal(truth, fine, 0.125)
			few, _ := unequal(truth, coarse, 0.125)
			all, _ := unequal(truth, plain, 0.125)
			t.Logf("%d of %d points; apart by an eighth: in the ideal %.3f %% of the pixels (at most %.2f), on pixels reduced %.2f %%, in full %.2f %%",
				len(k.reduced.points), len(k.full.points), 100*geometry, worst, 100*few, 100*all)
			if geometry > c.apart/100 {
				t.Errorf("%.2f %% of the pixels differ, want at most %g %%", 100*geometry, c.apart)
			}
			if worst > 0.9 {
				t.Errorf("a pixel differs by %.2f", worst)
			}
			if few > all+c.apart/100+0.001 {
				t.Errorf("the reduced drawing is further from the ideal (%.2f %%) than the full one (%.2f %%)", 100*few, 100*all)
			}
		})
	}
}

func TestScribblesAreBounded(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	n := 3 * mostPoints
	s := strokes{clip: vg.Rectangle{Max: point{X: 300, Y: 200}}}
	for i := range n {
		s.line(random.Float64()*300, random.Float64()*200)
		if i%1000 == 0 {
			s.gap()
		}
	}
	s.gap()
	if len(s.points) > mostPoints+1 || !s.thinned() {
		t.Errorf("%d points are kept, thinned: %v", len(s.points), s.thinned())
	}
	s = strokes{clip: s.clip}
	for range n {
		x, y := random.Float64()*300, random.Float64()*200
		s.line(x, y)
		s.line(x+20, y)
		s.gap()
	}
	if len(s.points) > mostPoints+1 || !s.thinned() {
		t.Errorf("%d points of short pieces are kept", len(s.points))
	}
	m := scatter{win: &window{cell: 0.72}, show: s.clip}
	for range n {
		m.add(point{X: vg.Length(random.Float64() * 300), Y: vg.Length(random.Float64() * 200)})
	}
	if len(m.found) > mostMarkers || len(m.found) < mostMarkers/4 {
		t.Errorf("%d markers are kept", len(m.found))
	}
}

func TestStrokesKeepDirectionFarOutside(t *testing.T) {
	// A line through the frame whose ends lie a billion widths away.
	s := strokes{clip: vg.Rectangle{Max: point{X: 100, Y: 100}}}
	s.line(-1e11, -1e11)
	s.line(1e11, 1e11)
	s.gap()
	if len(s.points) != 2 {
		t.Fatalf("points %v", s.points)
	}
	for i, want := range []vg.Length{0, 100} {
		if p := s.points[i]; math.Abs(float64(p.X-want)) > 0.01 || math.Abs(float64(p.Y-want)) > 0.01 {
			t.Errorf("point %d is %v, want %v on the diagonal", i, p, want)
		}
	}
}

func TestLimitsOfACurve(t *testing.T) {
	// Rows far outside of the limits must not be kept one by one.
	n := 100_000
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range xs {
		xs[i], ys[i] = float64(i), math.Sin(float64(i)/1000)
	}
	win := &window{
		x: newMapping(linearScale{}, span{50_000, 50_010}, 0, 300), y: newMapping(linearScale{}, span{-1, 1}, 0, 200),
		rect: vg.Rectangle{Max: point{X: 300, Y: 200}}, cell: 0.72,
	}
	s := strokes{clip: win.rect}
	r := newReducer(win, &s)
	pairs(slice(xs), slice(ys), r.feed)
	r.end()
	if len(s.points) < 10 || len(s.points) > 20 {
		t.Errorf("%d points for the eleven rows that show", len(s.points))
	}
}
