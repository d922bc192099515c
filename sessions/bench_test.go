package sessions_test

import (
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"iotplot/sessions"
)

var fourColumns = sessions.Header{Name: "bench", Run: "r1", Columns: []string{"time", "cos", "sin", "sin*cos"}}

// sensor gives rows of 4 decimals, as sensors do; exact gives all digits.
func sensor(rows int) *sessions.Series {
	return filled(rows, func(v float64) float64 { return math.Round(v*1e4) / 1e4 })
}
func exact(rows int) *sessions.Series { return filled(rows, func(v float64) float64 { return v }) }

func filled(rows int, round func(float64) float64) *sessions.Series {
	b := sessions.NewBuilder(fourColumns)
	random := rand.New(rand.NewPCG(1, 1))
	row := make([]float64, 4)
	for i := range rows {
		row[0] = round(float64(i) * 0.025)
		for c := range row[1:] {
			row[c+1] = round(random.NormFloat64())
		}
		b.Append(row)
	}
	return b.Series()
}

// BenchmarkAppend is one row of 4 values, and the memory it takes for good.
func BenchmarkAppend(b *testing.B) {
	var before, after runtime.MemStats
	row := []float64{1, 2, 3, 4}
	builder := sessions.NewBuilder(fourColumns)
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	for b.Loop() {
		builder.Append(row)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(builder.Rows()), "kept-B/row")
	runtime.KeepAlive(builder)
}

// BenchmarkNewBuilder is a series without rows, and the memory it takes.
func BenchmarkNewBuilder(b *testing.B) {
	var before, after runtime.MemStats
	var keep []*sessions.Builder
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		keep = append(keep, sessions.NewBuilder(fourColumns))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(len(keep)), "kept-B")
	runtime.KeepAlive(keep)
}

func BenchmarkSeries(b *testing.B) {
	builder := numbered(4, 1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		builder.Series()
	}
}

func BenchmarkAt(b *testing.B) {
	column := exact(1_000_000).Column(2)
	i := 0
	for b.Loop() {
		column.At(i)
		if i += 4099; i >= 1_000_000 {
			i -= 1_000_000
		}
	}
}

func BenchmarkChunks(b *testing.B) {
	column := exact(1_000_000).Column(2)
	b.SetBytes(8_000_000)
	for b.Loop() {
		sum := 0.0
		for piece := range column.Chunks() {
			for _, v := range piece {
				sum += v
			}
		}
		if sum == 0.5 {
			b.Fatal("no sum")
		}
	}
}

// BenchmarkWrite is a million rows of 4 values, without the disk.
func BenchmarkWrite(b *testing.B) {
	for _, data := range []struct {
		name string
		s    *sessions.Series
	}{{"4decimals", sensor(1_000_000)}, {"fullprecision", exact(1_000_000)}} {
		for _, f := range formats {
			b.Run(f.String()+"/"+data.name, func(b *testing.B) {
				b.ReportAllocs()
				var n counter
				for b.Loop() {
					n = 0
					if err := sessions.Write(&n, f, data.s); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)/float64(data.s.Len()), "B/row")
			})
		}
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// BenchmarkSave is the same with the disk.
func BenchmarkSave(b *testing.B) {
	s := sensor(1_000_000)
	f := openFolder(b, b.TempDir())
	for _, format := range formats {
		b.Run(format.String(), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := f.Save("x"+format.Ending(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoad loads these files, and says how much memory that takes at most
// for each byte of data.
func BenchmarkLoad(b *testing.B) {
	for _, data := range []struct {
		name string
		s    *sessions.Series
	}{{"4decimals", sensor(1_000_000)}, {"fullprecision", exact(1_000_000)}} {
		f := openFolder(b, b.TempDir())
		for _, format := range formats {
			b.Run(format.String()+"/"+data.name, func(b *testing.B) {
				name := "x" + format.Ending()
				if _, _, err := f.Save(name, data.s); err != nil {
					b.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				for b.Loop() {
					if _, err := f.Load(name); err != nil {
						b.Fatal(err)
					}
				}
				runtime.ReadMemStats(&after)
				perLoad := float64(after.TotalAlloc-before.TotalAlloc) / float64(b.N)
				b.ReportMetric(perLoad/float64(8*4*data.s.Len()), "allocated/data")
			})
		}
	}
}

// BenchmarkWriteFile is what a file costs besides its drawing.
func BenchmarkWriteFile(b *testing.B) {
	f := openFolder(b, b.TempDir())
	data := make([]byte, 20_000)
	for b.Loop() {
		_, err := f.WriteFile("x.pdf", func(w io.Writer) error { _, err := w.Write(data); return err })
		if err != nil {
			b.Fatal(err)
		}
	}
}
