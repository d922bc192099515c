package journal_test

import (
	"context"
	"testing"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

func benchmarkAppend(b *testing.B, o journal.Options, batch int) {
	j, _, err := journal.Open(b.TempDir(), "hopla", nil, o)
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	run, _ := j.OpenRun(header("a", "t", "x", "y", "z"))
	rows := make([]float64, 4*batch)
	for i := range rows {
		rows[i] = float64(i) / 10
	}
	b.SetBytes(32)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		if batch == 1 {
			j.AppendRow(run, rows)
		} else {
			j.Rows(run, rows)
		}
		if i%65536 == 0 {
			j.WaitBelow(context.Background(), 32<<20)
		}
	}
	if err := j.Sync(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkAppendRow(b *testing.B) {
	b.Run("nosync", func(b *testing.B) { benchmarkAppend(b, journal.Options{NoSync: true}, 1) })
	b.Run("commit", func(b *testing.B) { benchmarkAppend(b, journal.Options{}, 1) })
}

func BenchmarkRows(b *testing.B) {
	b.Run("nosync", func(b *testing.B) { benchmarkAppend(b, journal.Options{NoSync: true}, 128) })
	b.Run("commit", func(b *testing.B) { benchmarkAppend(b, journal.Options{}, 128) })
}

func BenchmarkReplay10M(b *testing.B) {
	dir := b.TempDir()
	j, _, err := journal.Open(dir, "hopla", nil, journal.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	run, _ := j.OpenRun(header("a", "t", "x", "y", "z"))
	rows := make([]float64, 4000)
	for range 10_000 {
		j.Rows(run, rows)
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(320_000_000)
	for b.Loop() {
		var c sessions.Collector
		if _, err := journal.Read(dir, "hopla", c.Add); err != nil {
			b.Fatal(err)
		}
		if c.Runs()[0].Rows.Rows() != 10_000_000 {
			b.Fatal("rows are missing")
		}
	}
}
