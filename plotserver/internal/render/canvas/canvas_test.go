package canvas_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"iotplot/plotserver/internal/render/canvas"
	"iotplot/plotserver/internal/render/typeset"
)

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		f    canvas.Format
		w, h vg.Length
		dpi  float64
	}{
		{canvas.PDF, 0, 10, 0},
		{canvas.PDF, 10, -1, 0},
		{canvas.SVG, vg.Length(math.NaN()), 10, 0},
		{canvas.PDF, 101 * vg.Inch, 10, 0},
		{canvas.PNG, 10, 10, 0},
		{canvas.PNG, 10, 10, math.Inf(1)},
		{canvas.JPG, 50 * vg.Inch, 50 * vg.Inch, 300},
		{canvas.Format(99), 10, 10, 100},
	} {
		if _, err := canvas.New(c.f, c.w, c.h, c.dpi, canvas.Info{}); err == nil {
			t.Errorf("New(%v, %g, %g, %g) gave no error", c.f, c.w, c.h, c.dpi)
		}
	}
}

func TestSameInputSameFile(t *testing.T) {
	for _, f := range formats {
		if a, b := file(t, figure(t, f, 100)), file(t, figure(t, f, 100)); !bytes.Equal(a, b) {
			t.Errorf("%v: two drawings of the same figure differ", f)
		}
	}
}

func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for _, f := range formats {
		want := file(t, figure(t, f, 100))
		for range 2 {
			wg.Go(func() {
				var b bytes.Buffer
				if _, err := figure(t, f, 100).WriteTo(&b); err != nil || !bytes.Equal(b.Bytes(), want) {
					t.Errorf("%v: another file, error %v", f, err)
				}
			})
		}
	}
	wg.Wait()
}

func TestWriteToTellsErrors(t *testing.T) {
	for _, f := range formats {
		if _, err := figure(t, f, 50).WriteTo(full{}); !errors.Is(err, errFull) {
			t.Errorf("%v: writing to a full disk gave %v", f, err)
		}
	}
}

type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestPNGSaysItsSize(t *testing.T) {
	data := file(t, figure(t, canvas.PNG, 200))
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if s := img.Bounds().Size(); s != image.Pt(1000, 600) {
		t.Errorf("the picture has %v pixels, want 1000 x 600", s)
	}
	at := bytes.Index(data, []byte("pHYs"))
	if at < 0 || binary.BigEndian.Uint32(data[at+4:]) != 7874 || data[at+12] != 1 {
		t.Error("no resolution of 7874 pixels a metre (200 dpi) in the file")
	}
	if !bytes.Contains(data, []byte("Dämpfung −t")) {
		t.Error("no title in the file")
	}
}

func TestJPGSaysItsSize(t *testing.T) {
	data := file(t, figure(t, canvas.JPG, 150))
	conf, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil || conf.Width != 750 || conf.Height != 450 {
		t.Errorf("the picture has %d x %d pixels, want 750 x 450, error %v", conf.Width, conf.Height, err)
	}
	if head := []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x01\x00\x96\x00\x96"); !bytes.HasPrefix(data, head) {
		t.Errorf("the file begins with % x, want a density of 150 dpi", data[:20])
	}
}

func TestSVGHoldsText(t *testing.T) {
	data := file(t, figure(t, canvas.SVG, 0))
	var text, labels, uses int
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "use" {
				uses++
			}
			for _, a := range e.Attr {
				if a.Name.Local == "aria-label" && a.Value == "Damped exponential decay e−t cos(2πt)" {
					labels++
				}
			}
		case xml.CharData:
			if string(e) == "Größe: 25 °C, µA, Ω, 10⁻³, 𝄞, あ" {
				text++
			}
		}
	}
	if text != 1 || labels != 1 || uses < 50 {
		t.Errorf("%d texts, %d labels, %d glyphs", text, labels, uses)
	}
}

func TestSVGEscapes(t *testing.T) {
	c, err := canvas.New(canvas.SVG, 100, 100, 0, canvas.Info{Title: "</svg>\x00\x1f&\"<"})
	if err != nil {
		t.Fatal(err)
	}
	typeset.Layout("<&>\"' \x0b\uffff ]]> -->", 10).Draw(c, 0, 0)
	d := xml.NewDecoder(bytes.NewReader(file(t, c)))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// picture draws on a small PNG at 72 dpi, a pixel a point, and reads it back.
func picture(t *testing.T, f func(c canvas.Canvas)) image.Image {
	t.Helper()
	c, err := canvas.New(canvas.PNG, 40, 40, 72, canvas.Info{})
	if err != nil {
		t.Fatal(err)
	}
	f(c)
	img, err := png.Decode(bytes.NewReader(file(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// grey is the red part of a pixel, counted from the lower left.
func grey(img image.Image, x, y int) uint8 {
	return color.RGBAModel.Convert(img.At(x, img.Bounds().Dy()-1-y)).(color.RGBA).R
}

func TestRaster(t *testing.T) {
	for _, c := range []struct {
		name string
		draw func(c canvas.Canvas)
		want map[image.Point]uint8 // by place, from the lower left
	}{
		{"empty is white", func(c canvas.Canvas) {}, map[image.Point]uint8{{0, 0}: 255, {39, 39}: 255}},
		{"fill", func(c canvas.Canvas) {
			c.Fill(rectangle(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 20, Y: 20}}))
		}, map[image.Point]uint8{{9, 10}: 255, {10, 10}: 0, {19, 19}: 0, {20, 19}: 255}},
		{"bars have no seam", func(c canvas.Canvas) {
			c.Fill(rectangle(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 15.5, Y: 20}}))
			c.Fill(rectangle(vg.Rectangle{Min: vg.Point{X: 15.5, Y: 10}, Max: vg.Point{X: 20.7, Y: 20}}))
		}, map[image.Point]uint8{{14, 15}: 0, {15, 15}: 0, {16, 15}: 0, {20, 15}: 0, {21, 15}: 255}},
		{"alpha", func(c canvas.Canvas) {
			c.SetColor(color.NRGBA{A: 128})
			c.Fill(rectangle(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 20, Y: 20}}))
		}, map[image.Point]uint8{{15, 15}: 127}},
		{"a thin line fills a pixel", func(c canvas.Canvas) {
			c.SetLineWidth(0.8)
			c.Stroke(polyline(vg.Point{X: 10.3, Y: 5}, vg.Point{X: 10.3, Y: 35}))
		}, map[image.Point]uint8{{9, 20}: 255, {10, 20}: 0, {11, 20}: 255}},
		{"a frame has corners", func(c canvas.Canvas) {
			c.SetLineWidth(4)
			c.Stroke(rectangle(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 30, Y: 30}}))
		}, map[image.Point]uint8{{8, 8}: 0, {31, 31}: 0, {8, 31}: 0, {31, 8}: 0, {7, 8}: 255, {20, 20}: 255}},
		{"a bend is joined", func(c canvas.Canvas) {
			c.SetLineWidth(8)
			c.Stroke(polyline(vg.Point{X: 2, Y: 5}, vg.Point{X: 20, Y: 30}, vg.Point{X: 38, Y: 5}))
		}, map[image.Point]uint8{{19, 32}: 0, {20, 32}: 0, {20, 35}: 255, {20, 5}: 255}},
		{"dashes", func(c canvas.Canvas) {
			c.SetLineWidth(2)
			c.SetLineDash([]vg.Length{5, 5}, 0)
			c.Stroke(polyline(vg.Point{X: 0, Y: 20}, vg.Point{X: 40, Y: 20}))
		}, map[image.Point]uint8{{2, 20}: 0, {7, 20}: 255, {12, 20}: 0, {17, 20}: 255}},
		{"dashes with offset", func(c canvas.Canvas) {
			c.SetLineWidth(2)
			c.SetLineDash([]vg.Length{5, 5}, 5)
			c.Stroke(polyline(vg.Point{X: 0, Y: 20}, vg.Point{X: 40, Y: 20}))
		}, map[image.Point]uint8{{2, 20}: 255, {7, 20}: 0, {12, 20}: 255}},
		{"clip", func(c canvas.Canvas) {
			c.Clip(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 20, Y: 20}})
			c.Fill(rectangle(vg.Rectangle{Max: vg.Point{X: 40, Y: 40}}))
			c.Unclip()
			c.Fill(rectangle(vg.Rectangle{Max: vg.Point{X: 5, Y: 5}}))
			c.Unclip() // one too many
		}, map[image.Point]uint8{{9, 15}: 255, {10, 10}: 0, {19, 19}: 0, {20, 15}: 255, {2, 2}: 0}},
		{"clips nest", func(c canvas.Canvas) {
			c.Clip(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 20, Y: 20}})
			c.Clip(vg.Rectangle{Min: vg.Point{X: 15, Y: 0}, Max: vg.Point{X: 40, Y: 40}})
			c.Fill(rectangle(vg.Rectangle{Max: vg.Point{X: 40, Y: 40}}))
			c.Clip(vg.Rectangle{Max: vg.Point{X: 5, Y: 5}}) // nothing is left
			c.Fill(rectangle(vg.Rectangle{Max: vg.Point{X: 40, Y: 40}}))
		}, map[image.Point]uint8{{14, 15}: 255, {15, 15}: 0, {20, 15}: 255, {2, 2}: 255}},
		{"push, turn, pop", func(c canvas.Canvas) {
			c.Push()
			c.Translate(vg.Point{X: 20, Y: 20})
			c.Rotate(math.Pi / 2)
			c.SetColor(color.White)
			c.Pop()
			c.Pop() // one too many
			c.Translate(vg.Point{X: 20, Y: 20})
			c.Rotate(math.Pi / 2)
			c.Fill(rectangle(vg.Rectangle{Max: vg.Point{X: 10, Y: 5}}))
		}, map[image.Point]uint8{{17, 25}: 0, {22, 25}: 255, {17, 32}: 255}},
		{"a line far outside", func(c canvas.Canvas) {
			c.SetLineWidth(4)
			c.Stroke(polyline(vg.Point{X: -1e308, Y: 20}, vg.Point{X: 1e9, Y: 20}, vg.Point{X: 1e9, Y: 1e300}))
		}, map[image.Point]uint8{{5, 20}: 0, {35, 20}: 0, {5, 25}: 255}},
		{"an area far outside", func(c canvas.Canvas) {
			c.Fill(rectangle(vg.Rectangle{Min: vg.Point{X: -1e200, Y: -1e200}, Max: vg.Point{X: 20, Y: 1e200}}))
		}, map[image.Point]uint8{{5, 20}: 0, {19, 39}: 0, {20, 20}: 255}},
		{"a gap", func(c canvas.Canvas) {
			c.SetLineWidth(4)
			c.Stroke(polyline(vg.Point{X: 0, Y: 20}, vg.Point{X: 10, Y: 20}, vg.Point{X: vg.Length(math.NaN())}, vg.Point{X: 20, Y: 20}, vg.Point{X: 30, Y: 20}))
		}, map[image.Point]uint8{{5, 20}: 0, {15, 20}: 255, {25, 20}: 0}},
		{"a picture", func(c canvas.Canvas) {
			img := image.NewGray(image.Rect(0, 0, 2, 2)) // black
			c.DrawImage(vg.Rectangle{Min: vg.Point{X: 10, Y: 10}, Max: vg.Point{X: 30, Y: 30}}, img)
		}, map[image.Point]uint8{{5, 20}: 255, {20, 20}: 0, {35, 20}: 255}},
	} {
		t.Run(c.name, func(t *testing.T) {
			img := picture(t, c.draw)
			for p, want := range c.want {
				if got := grey(img, p.X, p.Y); int(got) < int(want)-2 || int(got) > int(want)+2 {
					t.Errorf("pixel %v is %d, want %d", p, got, want)
				}
			}
		})
	}
}

// TestBands draws the same picture on a page that is done in bands and on one
// that is not, and compares what they share.
func TestBands(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 25 megapixels")
	}
	draw := func(w, h vg.Length) image.Image {
		c, err := canvas.New(canvas.PNG, w, h, 72, canvas.Info{})
		if err != nil {
			t.Fatal(err)
		}
		c.SetLineWidth(3)
		var p vg.Path
		for i := range 40 {
			p.Line(vg.Point{X: vg.Length(i*37%1000 + 3), Y: vg.Length(i * 49 % 1000)})
		}
		c.Stroke(p)
		typeset.Layout("text", 100).Draw(c, 300, 300)
		img, err := png.Decode(bytes.NewReader(file(t, c)))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	small, large := draw(1000, 1000), draw(5000, 5000)
	for y := range 1000 {
		for x := range 1000 {
			if a, b := grey(small, x, y), grey(large, x, y); max(a, b)-min(a, b) > 2 {
				t.Fatalf("pixel (%d, %d) is %d on the small page and %d on the large one", x, y, a, b)
			}
		}
	}
}

// TestInsideGonum draws through gonum's canvas, which hides what ours can do.
func TestInsideGonum(t *testing.T) {
	c, err := canvas.New(canvas.PDF, 100, 100, 0, canvas.Info{})
	if err != nil {
		t.Fatal(err)
	}
	typeset.Layout("text", 10).Draw(draw.Crop(draw.New(c), 0, 0, 0, 0), 10, 10)
	if data := file(t, c); !bytes.Contains(data, []byte("STIXTwoText")) {
		t.Error("text through gonum's canvas is no text in the file")
	}
}

func TestPDFIsSmall(t *testing.T) {
	if n := len(file(t, figure(t, canvas.PDF, 0))); n > 20_000 {
		t.Errorf("the figure takes %d bytes, want at most 20000", n)
	}
}

// tool finds a program that a test needs, or skips the test.
func tool(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: apt-get install %s", name, pkg)
	}
	return path
}

func save(t *testing.T, f canvas.Format, dpi float64) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "figure."+f.String())
	if err := os.WriteFile(name, file(t, figure(t, f, dpi)), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPDFText(t *testing.T) {
	out, err := exec.Command(tool(t, "pdftotext", "poppler-utils"), save(t, canvas.PDF, 0), "-").CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	for _, want := range []string{"Damped exponential decay e−t cos(2πt)", "Größe: 25 °C, µA, Ω, 10⁻³, 𝄞", "あ", "Voltage [mV]", "−1", "1e−5", "106"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the text holds no %q:\n%s", want, out)
		}
	}
}

func TestPDFInfo(t *testing.T) {
	out, err := exec.Command(tool(t, "pdfinfo", "poppler-utils"), save(t, canvas.PDF, 0)).CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	for _, want := range []string{"Dämpfung −t", "plotserver", "360 x 216 pts"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the file does not say %q:\n%s", want, out)
		}
	}
}

// TestViewersAgree lets other programs draw the files and compares with the PNG:
// few pixels may differ by much.
func TestViewersAgree(t *testing.T) {
	want, err := png.Decode(bytes.NewReader(file(t, figure(t, canvas.PNG, 100))))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		format    canvas.Format
		name, pkg string
		args      func(in, out string) []string
	}{
		{canvas.PDF, "pdftoppm", "poppler-utils", func(in, out string) []string {
			return []string{"-r", "100", "-png", "-singlefile", in, strings.TrimSuffix(out, ".png")}
		}},
		{canvas.PDF, "gs", "ghostscript", gsArgs},
		{canvas.EPS, "gs", "ghostscript", gsArgs},
		{canvas.SVG, "rsvg-convert", "librsvg2-bin", func(in, out string) []string {
			return []string{"-d", "100", "-p", "100", "-o", out, in}
		}},
	} {
		t.Run(c.format.String()+" by "+c.name, func(t *testing.T) {
			prog := tool(t, c.name, c.pkg)
			out := filepath.Join(t.TempDir(), "out.png")
			if msg, err := exec.Command(prog, c.args(save(t, c.format, 0), out)...).CombinedOutput(); err != nil || len(msg) > 0 {
				t.Fatalf("%v: %s", err, msg)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			got, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if got.Bounds() != want.Bounds() {
				t.Fatalf("the picture is %v, want %v", got.Bounds(), want.Bounds())
			}
			// Lines lie on the pixel grid in our PNG alone, so pixels are compared
			// with all their neighbours.
			bad, n := 0, 0
			b := want.Bounds()
			for y := 1; y < b.Dy()-1; y++ {
				for x := 1; x < b.Dx()-1; x++ {
					v := int(grey(want, x, y))
					best := 255
					for d := range 9 {
						w := int(grey(got, x+d%3-1, y+d/3-1))
						best = min(best, max(v-w, w-v))
					}
					if n++; best > 110 {
						bad++
					}
				}
			}
			if bad > n/500 {
				t.Errorf("%d of %d pixels differ", bad, n)
			}
		})
	}
}

func gsArgs(in, out string) []string {
	return []string{"-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r100", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=" + out, in}
}

// FuzzDraw draws paths made of any bytes on every canvas: nothing panics, and
// what is written has a bounded size.
func FuzzDraw(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Add([]byte{0, 255, 7, 3, 9, 200, 1, 1, 4, 4, 250, 250, 3, 128})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1000 {
			return
		}
		for _, format := range formats {
			c, err := canvas.New(format, 50, 40, 72, canvas.Info{})
			if err != nil {
				t.Fatal(err)
			}
			scribble(c, data)
			var b bytes.Buffer
			if _, err := c.WriteTo(&b); err != nil {
				t.Fatal(err)
			}
			if b.Len() > 20_000+2_000*len(data) {
				t.Errorf("%v: %d bytes drew %d", format, len(data), b.Len())
			}
			if s := b.String(); format != canvas.PNG && format != canvas.JPG && format != canvas.PDF && (strings.Contains(s, "NaN") || strings.Contains(s, "Inf ")) {
				t.Errorf("%v: a number that is none in the file", format)
			}
		}
	})
}

// scribble reads bytes as commands.
func scribble(c canvas.Canvas, data []byte) {
	number := func() float64 {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		switch b {
		case 250:
			return math.NaN()
		case 251:
			return math.Inf(1)
		case 252:
			return math.Inf(-1)
		case 253:
			return 1e308
		case 254:
			return -1e308
		case 255:
			return 1e-308
		}
		return float64(b) - 60
	}
	point := func() vg.Point { return vg.Point{X: vg.Length(number()), Y: vg.Length(number())} }
	var p vg.Path
	for len(data) > 0 {
		op := data[0]
		data = data[1:]
		switch op % 20 {
		case 0:
			p.Move(point())
		case 1, 2, 3:
			p.Line(point())
		case 4:
			p.Arc(point(), vg.Length(number()), number(), number())
		case 5:
			p.QuadTo(point(), point())
		case 6:
			p.CubeTo(point(), point(), point())
		case 7:
			p.Close()
		case 8:
			c.Stroke(p)
		case 9:
			c.Fill(p)
		case 10:
			p = nil
		case 11:
			c.SetLineWidth(vg.Length(number()))
		case 12:
			c.SetLineDash([]vg.Length{vg.Length(number()), vg.Length(number())}, vg.Length(number()))
		case 13:
			c.Clip(vg.Rectangle{Min: point(), Max: point()})
		case 14:
			c.Unclip()
		case 15:
			c.Push()
		case 16:
			c.Pop()
		case 17:
			c.Rotate(number())
		case 18:
			c.Scale(number()/30, number()/30)
		case 19:
			typeset.Layout("$x^2$ é", vg.Length(number())).Draw(c, vg.Length(number()), vg.Length(number()))
		}
	}
	c.Stroke(p)
	c.Fill(p)
}
