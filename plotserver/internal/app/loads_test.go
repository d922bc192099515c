package app

import (
	"errors"
	"testing"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// What is asked of the workers when they have ended is refused, all of it: a plot
// may have waited for a load that was the last thing they did.
func TestWorkersThatHaveEnded(t *testing.T) {
	folder, err := sessions.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	w := newWorkers(folder, &stored{}, 8, func() {})
	w.close()
	w.plot(engine.Plot{Job: 1, File: "a.pdf"})
	w.startSave(2, engine.Save{Job: 2})
	w.startLoad(3, engine.Load{Job: 3, File: "a.csv"})
	w.startLoad(4, engine.Fill{Job: 4})
	done := w.take()
	if len(done) != 4 {
		t.Fatalf("%d of 4 are answered", len(done))
	}
	for i, d := range done {
		var refused *wire.Error
		if d.job != uint64(i+1) || !errors.As(d.result.Err, &refused) || refused.Code != wire.CodeBusy {
			t.Errorf("job %d: %v", d.job, d.result.Err)
		}
	}
}

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
