package canvas

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"gonum.org/v1/plot/vg"
)

// TestLargePages draws the same on a page that is kept as areas until it is
// written, and on one that becomes too much for that half way.
func TestLargePages(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 5 megapixels")
	}
	for _, f := range []Format{PNG, JPG} {
		draw := func(most int) []byte {
			r := newRaster(f, 2301, 2201, 72, Info{})
			r.most = most
			s := &surface{w: 2301, h: 2201, backend: r, now: initial}
			s.clips = append(s.clips, box{0, 0, 2301, 2201})
			for i := range 60 {
				s.SetColor(color.NRGBA{uint8(i * 40), uint8(i * 90), uint8(i * 7), 200})
				s.SetLineWidth(vg.Length(i%5 + 1))
				s.Stroke(vg.Path{
					{Type: vg.MoveComp, Pos: vg.Point{X: vg.Length(i * 37), Y: 5}},
					{Type: vg.LineComp, Pos: vg.Point{X: vg.Length(2300 - i*31), Y: 2200}},
				})
			}
			img := image.NewGray(image.Rect(0, 0, 2, 2))
			s.DrawImage(vg.Rectangle{Min: vg.Point{X: 500, Y: 300}, Max: vg.Point{X: 1500, Y: 2000}}, img)
			if (r.img == nil) != (most > 1000) {
				t.Fatalf("%v: a page of %d edges at most: kept as areas: %v", f, most, r.img == nil)
			}
			var b bytes.Buffer
			if err := r.writeTo(&b); err != nil {
				t.Fatal(err)
			}
			img2, _, err := image.Decode(&b)
			if err != nil {
				t.Fatal(err)
			}
			var out []byte
			for y := range img2.Bounds().Dy() {
				for x := range img2.Bounds().Dx() {
					c := color.GrayModel.Convert(img2.At(x, y)).(color.Gray)
					out = append(out, c.Y)
				}
			}
			return out
		}
		a, b := draw(1<<20), draw(100)
		bad := 0
		for i := range a {
			if d := int(a[i]) - int(b[i]); d > 8 || d < -8 {
				bad++
			}
		}
		if len(a) != 2301*2201 || bad > len(a)/10000 {
			t.Errorf("%v: %d of %d pixels differ", f, bad, len(a))
		}
	}
}
