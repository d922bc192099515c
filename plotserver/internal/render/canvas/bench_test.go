package canvas_test

import (
	"io"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
)

func benchmark(b *testing.B, f canvas.Format, dpi float64) {
	b.ReportAllocs()
	for b.Loop() {
		n, err := figure(b, f, dpi).WriteTo(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "file-B")
	}
}

func BenchmarkPDF(b *testing.B)    { benchmark(b, canvas.PDF, 0) }
func BenchmarkSVG(b *testing.B)    { benchmark(b, canvas.SVG, 0) }
func BenchmarkEPS(b *testing.B)    { benchmark(b, canvas.EPS, 0) }
func BenchmarkPNG100(b *testing.B) { benchmark(b, canvas.PNG, 100) }
func BenchmarkPNG200(b *testing.B) { benchmark(b, canvas.PNG, 200) }
func BenchmarkJPG200(b *testing.B) { benchmark(b, canvas.JPG, 200) }

// BenchmarkLongPath strokes a noisy line of 4 points a pixel column.
func BenchmarkLongPath(b *testing.B) {
	pts := make([]vg.Point, 4000)
	v := uint32(1)
	for i := range pts {
		v = v*1664525 + 1013904223
		pts[i] = vg.Point{X: vg.Length(i) * 360 / vg.Length(len(pts)), Y: 20 + vg.Length(v>>16)*176/65536}
	}
	p := polyline(pts...)
	for _, f := range formats {
		b.Run(f.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := canvas.New(f, 5*vg.Inch, 3*vg.Inch, 200, canvas.Info{})
				if err != nil {
					b.Fatal(err)
				}
				c.SetLineWidth(1.5)
				c.Stroke(p)
				n, err := c.WriteTo(io.Discard)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(n), "file-B")
			}
		})
	}
}
