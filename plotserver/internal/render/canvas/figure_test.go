package canvas_test

import (
	"bytes"
	"image/color"
	"math"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
	"iotplot/plotserver/internal/render/typeset"
)

var formats = []canvas.Format{canvas.PDF, canvas.PNG, canvas.SVG, canvas.JPG, canvas.EPS}

// figure draws what a plot of the course's example consists of: three curves of
// 200 points, dashed and half transparent among them, clipped to a frame; a
// grid; a title with mathematics, numbers, a turned label.
func figure(t testing.TB, f canvas.Format, dpi float64) canvas.Canvas {
	t.Helper()
	c, err := canvas.New(f, 5*vg.Inch, 3*vg.Inch, dpi, canvas.Info{Title: "Dämpfung −t", Creator: "plotserver", Background: color.White})
	if err != nil {
		t.Fatal(err)
	}
	frame := vg.Rectangle{Min: vg.Point{X: 50, Y: 40}, Max: vg.Point{X: 345, Y: 190}}
	c.SetColor(color.Gray{0xb0})
	c.SetLineWidth(0.8)
	for x := frame.Min.X + 49; x < frame.Max.X; x += 49 {
		c.Stroke(polyline(vg.Point{X: x, Y: frame.Min.Y}, vg.Point{X: x, Y: frame.Max.Y}))
	}

	c.Clip(frame)
	c.SetLineWidth(1.5)
	for k, col := range []color.NRGBA{{0x1f, 0x77, 0xb4, 255}, {0xff, 0x7f, 0x0e, 255}, {0x2c, 0xa0, 0x2c, 160}} {
		c.SetColor(col)
		if k == 2 {
			c.SetLineDash([]vg.Length{5, 2.5}, 0)
		}
		var pts []vg.Point
		for i := range 200 {
			x := float64(i) / 199
			y := 115 + 90*math.Exp(-3*x)*math.Cos(20*x+float64(k))
			pts = append(pts, vg.Point{X: frame.Min.X + vg.Length(x*295), Y: vg.Length(y)})
		}
		c.Stroke(polyline(pts...))
	}
	c.SetLineDash(nil, 0)
	c.Unclip()

	c.SetColor(color.Black)
	c.SetLineWidth(0.8)
	c.Stroke(rectangle(frame))
	title := typeset.Layout(`Damped exponential decay $e^{-t} \cos(2\pi t)$`, 12)
	title.Draw(c, 197-title.Width/2, 197)
	for i, s := range []string{"0", "-1", "2.5", "10", "1e-5", "$10^6$"} {
		b := typeset.Layout(s, 10)
		b.Draw(c, frame.Min.X+vg.Length(i)*49-b.Width/2, 27)
	}
	b := typeset.Layout("Größe: 25 °C, µA, Ω, 10⁻³, 𝄞, あ", 10)
	b.Draw(c, 197-b.Width/2, 10)
	c.Push()
	c.Translate(vg.Point{X: 20, Y: 115})
	c.Rotate(math.Pi / 2)
	b = typeset.Layout("Voltage [mV]", 10)
	b.Draw(c, -b.Width/2, 0)
	c.Pop()

	var dot vg.Path
	dot.Move(vg.Point{X: 306, Y: 170})
	dot.Arc(vg.Point{X: 300, Y: 170}, 6, 0, 2*math.Pi)
	dot.Close()
	c.SetColor(color.NRGBA{200, 0, 0, 128})
	c.Fill(dot)
	return c
}

func polyline(pts ...vg.Point) vg.Path {
	var p vg.Path
	for i, pt := range pts {
		if i == 0 {
			p.Move(pt)
		} else {
			p.Line(pt)
		}
	}
	return p
}

func rectangle(r vg.Rectangle) vg.Path {
	p := polyline(r.Min, vg.Point{X: r.Max.X, Y: r.Min.Y}, r.Max, vg.Point{X: r.Min.X, Y: r.Max.Y})
	p.Close()
	return p
}

func file(t testing.TB, c canvas.Canvas) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := c.WriteTo(&b)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(b.Len()) {
		t.Fatalf("WriteTo says %d bytes, it wrote %d", n, b.Len())
	}
	return b.Bytes()
}
