package render

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"iotplot/sessions"
)

var update = flag.Bool("update", false, "renew the pictures in testdata/gallery")

// picture is one of the gallery: what a user asked and what it must look like.
type picture struct {
	name    string
	series  *sessions.Series
	options map[string]any
}

func build(name string, columns []string, rows [][]float64) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: name, Columns: columns})
	for _, r := range rows {
		b.Append(r)
	}
	return b.Series()
}

func table(n int, row func(i int) []float64) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = row(i)
	}
	return rows
}

func damped(n int) *sessions.Series {
	return build("sinusoid", []string{"time", "cos", "sin", "sin*cos"}, table(n, func(i int) []float64 {
		t := 5 * float64(i) / float64(n)
		e := math.Exp(-t)
		c, s := e*math.Cos(2*math.Pi*t), e*math.Sin(2*math.Pi*t)
		return []float64{t, c, s, math.Exp(-t) * math.Sin(2*math.Pi*t) * math.Cos(2*math.Pi*t)}
	}))
}

// pictures are all of the gallery.
func pictures() []picture {
	return slices.Concat(gallery(), dataGallery(), marksGallery(), kindsGallery())
}

func gallery() []picture {
	random := rand.New(rand.NewPCG(1, 2))
	normal := table(500, func(int) []float64 {
		return []float64{random.NormFloat64(), random.NormFloat64()*0.7 + 1}
	})
	return []picture{
		{"damped", damped(200), map[string]any{
			"title":  `Damped exponential decay $e^{-t} \cos(2\pi t)$`,
			"xlabel": "Time [s]", "ylabel": "Voltage [mV]",
		}},
		{"formats", build("power", []string{"t", "linear", "square", "cube"}, table(25, func(i int) []float64 {
			t := float64(i) / 5
			return []float64{t, t, t * t, t * t * t}
		})), map[string]any{
			"title": "Power versus Time", "xlabel": "Time", "ylabel": "Power",
			"format": []any{"r--", "bs", "g^"},
		}},
		{"hist", build("noise", []string{"a", "b"}, normal), map[string]any{
			"title": "Histogram of two columns", "hist": true,
		}},
		{"loglog", build("load", []string{"R", "V [V]", "P [mW]"}, table(36, func(i int) []float64 {
			r := math.Pow(10, float64(i)/10)
			v := 5 * r / (r + 47)
			return []float64{r, v, v * v / r * 1000}
		})), map[string]any{
			"title": "Power versus load, $P = V^2/R_L$", "xlabel": `Load $R_L$ [$\Omega$]`,
			"xlog": true, "ylog": true, "format": []any{"o", "+"},
		}},
		{"alone", build("alone", []string{"temperature [°C]"}, table(60, func(i int) []float64 {
			return []float64{20 + math.Sin(float64(i)/6)}
		})), nil},
		{"offset", build("offset", []string{"t", "f"}, table(40, func(i int) []float64 {
			return []float64{1.7e9 + float64(i), 1e-9 * math.Sqrt(float64(i))}
		})), map[string]any{"title": "Long numbers"}},
		{"decade", build("decade", []string{"x", "y"}, table(40, func(i int) []float64 {
			return []float64{2 + float64(i)/6, 0.02 + float64(i*i)*3e-4}
		})), map[string]any{"xlog": true, "ylog": true, "title": "Within a decade"}},
		{"gaps", build("gaps", []string{"x", "y"}, table(100, func(i int) []float64 {
			y := math.Sin(float64(i) / 8)
			if i%33 > 25 || i == 60 {
				y = math.NaN()
			}
			return []float64{float64(i), y}
		})), map[string]any{"title": "Gaps"}},
		{"limits", damped(200), map[string]any{
			"xlim": []any{3.0, 1.0}, "ylim": []any{-0.1, 0.2}, "title": "Cut to limits, backwards",
		}},
		{"titles", damped(100), map[string]any{
			"title":  `A title that is far too long for one line: the decay $e^{-t/\tau}$ of $\frac{1}{2}CV^2$, measured on a rainy day at 25 °C`,
			"xlabel": "Größe in µA·Ω, 10⁻³", "ylabel": "Ein ziemlich langes Etikett für eine so kurze Achse [mV]",
		}},
		{"engineering", build("eng", []string{"t", "R"}, table(30, func(i int) []float64 {
			return []float64{float64(i) * 1e-7, 1e7 + 1e6*math.Sin(float64(i)/5)}
		})), map[string]any{"xlabel": "Time [s]", "ylabel": "Resistance [Ω]", "figsize": []any{4.0, 2.5}}},
		{"narrow log", build("log", []string{"x", "y"}, table(30, func(i int) []float64 {
			return []float64{1e6 * (1 + float64(i)/100), math.Pow(10, float64(i))}
		})), map[string]any{"xlog": true, "ylog": true, "format": []any{"s-"}}},
		{"hist alone", build("one", []string{"Voltage [V]"}, table(300, func(i int) []float64 {
			return []float64{math.Sin(float64(i)) + math.Sin(float64(i)*1.7)}
		})), map[string]any{"hist": true, "grid": false, "format": []any{"C2"}}},
		{"noise", noisy(100_000), map[string]any{"title": "100,000 rows"}},
		{"second axis", build("cell", []string{"V", "I [mA]", "P [mW]"}, table(60, func(i int) []float64 {
			v := float64(i) / 59 * 0.6
			c := 35 * (1 - math.Exp((v-0.6)/0.05))
			return []float64{v, c, v * c}
		})), map[string]any{"y2": []any{"P [mW]"}, "title": "A solar cell", "xlabel": "Voltage [V]", "ylim": []any{0.0, nil}, "y2lim": []any{0.0, nil}}},
		{"time axis", build("day", []string{"t", "T [°C]"}, table(300, func(i int) []float64 {
			return []float64{1774738800 + float64(i)*300, 12 + 6*math.Sin(float64(i)/46)}
		})), map[string]any{"xtime": true}},
		{"two", nil, nil},
		{"dark", damped(200), map[string]any{"style": "dark", "title": "Dark"}},
		{"screen", damped(200), map[string]any{"style": "screen", "title": "Screen"}},
		{"markers", markerSeries(), map[string]any{"title": "Markers", "format": markerFormats(), "figsize": []any{7.0, 5.0}}},
		{"many", build("many", manyColumns(40), table(50, func(i int) []float64 {
			row := make([]float64, 41)
			for k := range row {
				row[k] = float64(i) + float64(k)*math.Sin(float64(i)/20+float64(k))
			}
			row[0] = float64(i)
			return row
		})), nil},
		{"empty", build("empty", []string{"t", "V"}, nil), map[string]any{"title": "Nothing yet", "xlabel": "Time [s]"}},
		{"single", build("single", []string{"t", "V"}, [][]float64{{3, 4}}), nil},
		{"tiny", damped(200), map[string]any{"figsize": []any{1.0, 1.0}, "title": "A small one", "xlabel": "Time", "ylabel": "Voltage"}},
	}
}

func manyColumns(n int) []string {
	c := []string{"t"}
	for i := range n {
		c = append(c, "channel "+string(rune('A'+i%26))+string(rune('a'+i/26)))
	}
	return c
}

func markerFormats() []any {
	var f []any
	for _, m := range markerLetters {
		f = append(f, string(m)+"-")
	}
	return f
}

func markerSeries() *sessions.Series {
	columns := []string{"x"}
	for _, m := range markerLetters {
		columns = append(columns, string(m))
	}
	return build("markers", columns, table(6, func(i int) []float64 {
		row := []float64{float64(i)}
		for k := range markerLetters {
			row = append(row, float64(k))
		}
		return row
	}))
}

func TestGallery(t *testing.T) {
	local := time.Local
	time.Local = time.UTC // the labels of time axes
	defer func() { time.Local = local }()
	for _, p := range pictures() {
		t.Run(p.name, func(t *testing.T) {
			options := map[string]any{"dpi": 72.0} // small files that still show every fault
			for k, v := range p.options {
				options[k] = v
			}
			var got bytes.Buffer
			report, err := Draw(&got, PNG, seriesOf(p), options)
			if err != nil {
				t.Fatal(err)
			}
			if len(report.Warnings) > 0 {
				t.Logf("warnings: %q", report.Warnings)
			}
			file := filepath.Join("testdata", "gallery", p.name+".png")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, smallest(t, got.Bytes()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := difference(t, got.Bytes(), want); d > 0.002 {
				t.Errorf("%.2f %% of the picture differs from %s; go test -update renews it", 100*d, file)
			}
		})
	}
}

// smallest packs a picture as tightly as PNG can.
func smallest(t *testing.T, picture []byte) []byte {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// difference is the part of pixels that are not alike; small differences of
// shade, as rounding on another processor makes, do not count.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	p, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	q, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return unlike(p, q, 0x1800)
}

func unlike(p, q image.Image, shade int) float64 {
	if p.Bounds() != q.Bounds() {
		return 1
	}
	bad := 0
	r := p.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			r1, g1, b1, _ := p.At(x, y).RGBA()
			r2, g2, b2, _ := q.At(x, y).RGBA()
			if apart(r1, r2) > shade || apart(g1, g2) > shade || apart(b1, b2) > shade {
				bad++
			}
		}
	}
	return float64(bad) / float64(r.Dx()*r.Dy())
}

func apart(a, b uint32) int {
	d := int(a) - int(b)
	if d < 0 {
		return -d
	}
	return d
}
