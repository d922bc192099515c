package canvas_test

import (
	"io"
	"testing"

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
