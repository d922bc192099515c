//go:build !tinygo

package wire_test

import (
	"math"
	"testing"

	"iotplot/plotclient/wire"
)

func BenchmarkParseData(b *testing.B) {
	for _, c := range []struct {
		name   string
		values []float64
	}{{"4-decimals", fourDecimals}, {"full-precision", fullPrecision}} {
		b.Run(c.name, func(b *testing.B) {
			payload := wire.AppendData(nil, "solar", c.values...)
			var row wire.Row
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if err := wire.ParseData(payload, &row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendData(b *testing.B) {
	for _, c := range []struct {
		name   string
		values []float64
	}{{"4-decimals", fourDecimals}, {"full-precision", fullPrecision}} {
		b.Run(c.name, func(b *testing.B) {
			dst := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				dst = wire.AppendData(dst[:0], "solar", c.values...)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkParseMeasured parses rows of which no two are the same, as they are
// measured: the processor can't learn where their numbers end.
func BenchmarkParseMeasured(b *testing.B) {
	for _, c := range []struct {
		name  string
		round float64
	}{{"4-decimals", 1e4}, {"full-precision", 0}} {
		b.Run(c.name, func(b *testing.B) {
			const rows = 4096
			var batch wire.Batch
			batch.Begin(make([]byte, 1<<20), "solar", "k3f9x2m8q1w7", 120)
			for i := range rows {
				x := float64(i)
				values := [4]float64{x * 0.025, 3 + math.Sin(x/50), 0.5 + 0.1*math.Cos(x/70), 1.5 + math.Sin(x/30)}
				for j, v := range values {
					if c.round > 0 {
						values[j] = math.Round(v*c.round) / c.round
					}
				}
				batch.Row(values[:]...)
			}
			payload := batch.Bytes()
			var parsed wire.Rows
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if err := wire.ParseRows(payload, &parsed); err != nil || parsed.Count() != rows {
					b.Fatal(parsed.Count(), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}

func BenchmarkParseRows(b *testing.B) {
	for _, c := range []struct {
		name   string
		values []float64
	}{{"4-decimals", fourDecimals}, {"full-precision", fullPrecision}} {
		b.Run(c.name, func(b *testing.B) {
			payload := batchOf(c.values)
			var rows wire.Rows
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := wire.ParseRows(payload, &rows); err != nil {
					b.Fatal(err)
				}
				for rows.Next() {
					n++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
		})
	}
}

func BenchmarkBatch(b *testing.B) {
	for _, c := range []struct {
		name   string
		values []float64
	}{{"4-decimals", fourDecimals}, {"full-precision", fullPrecision}} {
		b.Run(c.name, func(b *testing.B) {
			buf := make([]byte, 16<<10)
			var e wire.Batch
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				e.Begin(buf, "solar", "k3f9x2m8q1w7", 120)
				for range 64 {
					e.Row(c.values...)
				}
				n += int(e.Rows())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
		})
	}
}
