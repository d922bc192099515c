package expr

import (
	"math"
	"testing"

	"iotplot/sessions"
)

// BenchmarkEval computes expressions of a series of 1,000,000 rows × 3 columns,
// the result's memory included.
func BenchmarkEval(b *testing.B) {
	const rows = 1_000_000
	builder := sessions.NewBuilder(sessions.Header{Name: "bench", Columns: []string{"t", "V", "I"}, Units: []string{"s", "V", "A"}})
	for i := range rows {
		x := float64(i) / rows
		builder.Append([]float64{float64(i) / 10, math.Sin(7*x) + 2, 3 - x*x})
	}
	s := builder.Series()
	for _, text := range []string{
		"V", "V*I", "P = V*I*1e3", "(V - I)/(V + I) + t*0.5", "V^2", "sqrt(V^2 + I^2)", "sin(V)", "V^1.7", "max(V, I)",
		"mean(V)", "median(V)", "std(V)", "diff(V)", "deriv(V, t)", "cumsum(V)", "integral(V*I, t)/3600", "movavg(V, 101)",
	} {
		b.Run(text, func(b *testing.B) {
			e, err := Compile(text, s.Columns)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Eval(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLastRows(b *testing.B) {
	builder := sessions.NewBuilder(sessions.Header{Name: "bench", Columns: []string{"t", "V", "I"}})
	for i := range 1_000_000 {
		builder.Append([]float64{float64(i), 1, 2})
	}
	s := builder.Series()
	e, err := Compile("movavg(V*I, 11)", s.Columns)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.EvalRows(s, s.Len()-1000, s.Len()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	columns := []string{"t", "V", "I"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile("E [Wh] = integral(V*I, t)/3600", columns); err != nil {
			b.Fatal(err)
		}
	}
}
