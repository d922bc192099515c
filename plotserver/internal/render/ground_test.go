package render

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/sessions"
)

// A file without pixels stays small whatever is drawn: what is hidden is not
// in it, and a marker's shape is in it once.
func TestFilesOfManyRowsAreSmall(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n = 300_000
	build := func(row func(i int) []float64) *sessions.Series {
		first := row(0)
		b := sessions.NewBuilder(sessions.Header{Name: "many", Columns: manyColumns(len(first) - 1)})
		for i := range n {
			b.Append(row(i))
		}
		return b.Series()
	}
	noise := build(func(i int) []float64 {
		return []float64{float64(i), random.NormFloat64(), random.Float64(), 1 + 2*random.NormFloat64()}
	})
	scribble := build(func(int) []float64 { return []float64{random.NormFloat64(), random.NormFloat64()} })
	for _, c := range []struct {
		series *sessions.Series
		format []any
	}{
		{noise, []any{".", ".", "."}}, {noise, []any{"o", "s", "^"}}, {scribble, []any{"-"}}, {scribble, []any{"."}}, {noise, nil},
	} {
		t.Run(fmt.Sprint(c.format...), func(t *testing.T) {
			var size counting
			options := map[string]any{"format": c.format}
			if c.format == nil {
				options = map[string]any{"scatter": map[string]any{c.series.Columns[1]: c.series.Columns[2]}}
			}
			report, err := Draw(&size, PDF, []*sessions.Series{c.series}, options)
			if err != nil || len(report.Warnings) > 0 {
				t.Fatal(report.Warnings, err)
			}
			if size > 200_000 {
				t.Errorf("%d bytes", size)
			}
		})
	}
}

// What is left out was hidden: what is kept covers it, but for edges of less
// than a hair.
func TestHiddenLinesAreLeftOut(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	rect := vg.Rectangle{Max: point{X: sketchWidth, Y: sketchHeight}}
	full, kept := strokes{clip: rect}, strokes{clip: rect, compact: true}
	for i := range 60_000 {
		// A figure that is drawn over and over, with some noise.
		a := float64(i) * 0.02
		x := sketchWidth * (0.5 + 0.45*math.Sin(a) + 0.001*random.NormFloat64())
		y := sketchHeight * (0.5 + 0.4*math.Sin(1.5*a))
		full.line(x, y)
		kept.line(x, y)
	}
	full.gap()
	kept.gap()
	if len(kept.points) > len(full.points)/3 {
		t.Errorf("%d of %d points are kept", len(kept.points), len(full.points))
	}
	a, b := shades(t, &full, 2), shades(t, &kept, 2)
	if part, _ := unequal(a, b, 0.5); part > 0.01 {
		t.Errorf("%.2f %% of the picture differ", 100*part)
	}
}

// A lone marker between many that hide each other is not lost.
func TestLoneMarkersAreKept(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	s := scatter{win: &window{cell: 0.24}, show: vg.Rectangle{Max: point{X: 300, Y: 200}}, compact: true, disc: 2}
	for i := range 50_000 {
		s.add(point{X: vg.Length(50 + 100*random.Float64()), Y: vg.Length(50 + 100*random.Float64())})
		if i == 40_000 {
			s.add(point{X: 250, Y: 20})
		}
	}
	lone := 0
	for _, p := range s.points() {
		if p.X > 200 {
			lone++
		}
	}
	if n := len(s.found); lone != 1 || n > 10_000 || n < 800 {
		t.Errorf("%d markers are kept, %d of one that stands alone", n, lone)
	}
}
