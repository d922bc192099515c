package app

import (
	"testing"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// BenchmarkLoad loads a saved series of 1,000,000 rows of 4 values as a live one:
// from the file to the disk of the journal.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	folder, err := sessions.OpenFolder(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	rows := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"t", "V", "I", "P"}})
	for i := range 1_000_000 {
		t := float64(i) / 1000
		rows.Append([]float64{t, 0.5 + t/3, 0.03 - t/7, t * t})
	}
	for _, format := range []sessions.Format{sessions.Parquet, sessions.CSV} {
		file := "solar" + format.Ending()
		if _, _, err := folder.Save(file, rows.Series()); err != nil {
			b.Fatal(err)
		}
		b.Run(format.String(), func(b *testing.B) {
			j, _, err := journal.Open(b.TempDir(), "hopla", nil, journal.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer j.Close()
			w := newWorkers(folder, &stored{journal: j}, 1, func() {})
			defer w.close()
			for b.Loop() {
				r := w.read(engine.Load{File: file})
				if r.Err != nil {
					b.Fatal(r.Err)
				}
				to := sessions.NewBuilder(r.Loaded.Header)
				key, err := j.OpenRun(to.Header())
				if err != nil {
					b.Fatal(err)
				}
				if r := w.fill(engine.Fill{Key: key, Rows: to, From: r.Loaded}); r.Err != nil || to.Rows() != 1_000_000 {
					b.Fatal(r.Err, to.Rows())
				}
				j.Drop(key)
			}
		})
	}
}
