package render

import (
	"fmt"
	"io"
	"math"
	"testing"

	"iotplot/sessions"
)

// noisy is what a fast sensor sends: a slow signal with noise, in three
// columns.
func noisy(n int) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: "noisy", Columns: []string{"t", "a", "b", "c"}})
	seed := uint64(1)
	noise := func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>40)/(1<<24) - 0.5
	}
	for i := range n {
		t := float64(i) / float64(n) * 10
		b.Append([]float64{t, math.Sin(t) + 0.3*noise(), math.Cos(t) + 0.1*noise(), 2 + noise()})
	}
	return b.Series()
}

func BenchmarkDraw(b *testing.B) {
	for _, c := range []struct {
		f    Format
		dpi  float64
		rows int
	}{
		{PDF, 0, 200}, {PNG, 100, 200}, {PNG, 200, 200}, {SVG, 0, 200},
		{PDF, 0, 1_000_000}, {PNG, 100, 1_000_000}, {PNG, 200, 1_000_000},
	} {
		name := fmt.Sprintf("%v/rows=%d", c.f, c.rows)
		if c.dpi > 0 {
			name += fmt.Sprintf("/dpi=%g", c.dpi)
		}
		b.Run(name, func(b *testing.B) {
			series := []*sessions.Series{noisy(c.rows)}
			if c.rows == 200 {
				series[0] = damped(200)
			}
			options := map[string]any{"title": `Damped exponential decay $e^{-t} \cos(2\pi t)$`, "xlabel": "Time [s]", "ylabel": "Voltage [mV]"}
			if c.dpi > 0 {
				options["dpi"] = c.dpi
			}
			var size counting
			b.ReportAllocs()
			for b.Loop() {
				size = 0
				if _, err := Draw(&size, c.f, series, options); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size)/1000, "kB/file")
		})
	}
}

// BenchmarkHard draws what reduction finds hard.
func BenchmarkHard(b *testing.B) {
	const n = 1_000_000
	seed := uint64(1)
	noise := func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>11) / (1 << 53)
	}
	hard := func(columns int, row func(i int, row []float64)) *sessions.Series {
		names := manyColumns(columns - 1)
		build := sessions.NewBuilder(sessions.Header{Name: "hard", Columns: names})
		r := make([]float64, len(names))
		for i := range n {
			row(i, r)
			build.Append(r)
		}
		return build.Series()
	}
	scribble := hard(2, func(_ int, r []float64) { r[0], r[1] = noise(), noise() })
	gaps := hard(2, func(i int, r []float64) {
		r[0], r[1] = float64(i), noise()
		if i%3 == 0 {
			r[1] = math.NaN()
		}
	})
	for _, c := range []struct {
		name    string
		series  *sessions.Series
		options map[string]any
	}{
		{"scribble", scribble, nil},
		{"markers", scribble, map[string]any{"format": "o"}},
		{"crosses", scribble, map[string]any{"format": "x"}},
		{"gaps", gaps, nil},
		{"logs", gaps, map[string]any{"xlog": true, "ylog": true}},
		{"dashed", gaps, map[string]any{"format": "--"}},
		{"hist", scribble, map[string]any{"hist": true}},
	} {
		for _, f := range []Format{PDF, PNG} {
			b.Run(c.name+"/"+f.String(), func(b *testing.B) {
				var size counting
				b.ReportAllocs()
				for b.Loop() {
					size = 0
					if _, err := Draw(&size, f, []*sessions.Series{c.series}, c.options); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(size)/1000, "kB/file")
			})
		}
	}
}

type counting int

func (c *counting) Write(p []byte) (int, error) { *c += counting(len(p)); return len(p), nil }

var _ io.Writer = (*counting)(nil)
