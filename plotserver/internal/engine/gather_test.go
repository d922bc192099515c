package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// diary is a journal that keeps what is written down about each run, in order,
// and how often rows were.
type diary struct {
	noJournal
	by    map[journal.RunID][]string
	times int // that rows were written down
	width map[journal.RunID]int
}

func newDiary() *diary {
	return &diary{by: map[journal.RunID][]string{}, width: map[journal.RunID]int{}}
}

func (d *diary) add(run journal.RunID, format string, args ...any) journal.Position {
	d.by[run] = append(d.by[run], fmt.Sprintf(format, args...))
	return 0
}

func (d *diary) OpenRun(h sessions.Header) (journal.RunID, error) {
	run, _ := d.noJournal.OpenRun(h)
	d.width[run] = len(h.Columns)
	d.add(run, "open %s %s %q", h.Name, h.Run, h.Columns)
	return run, nil
}

func (d *diary) AppendRow(run journal.RunID, row []float64) journal.Position {
	d.times++
	return d.add(run, "row %v", row)
}

func (d *diary) Rows(run journal.RunID, values []float64) journal.Position {
	d.times++
	for row := range slices.Chunk(values, d.width[run]) {
		d.add(run, "row %v", row)
	}
	return 0
}

func (d *diary) Gap(run journal.RunID, n int64) journal.Position { return d.add(run, "gap %d", n) }
func (d *diary) End(run journal.RunID) journal.Position          { return d.add(run, "end") }
func (d *diary) Drop(run journal.RunID) journal.Position         { return d.add(run, "drop") }

func (d *diary) Rename(run journal.RunID, columns []string) journal.Position {
	return d.add(run, "rename %q", columns)
}

func (d *diary) Note(run journal.RunID, note string, payload []byte) (journal.Position, error) {
	return d.add(run, "note %s %s", note, payload), nil
}

// held fails unless the journal holds every row that the engine holds.
func (d *diary) held(t *testing.T, e *Engine) {
	t.Helper()
	for key, r := range e.runs {
		rows := int64(0)
		for _, line := range d.by[key] {
			switch {
			case line[:3] == "row":
				rows++
			case line[:3] == "gap":
				var n int64
				fmt.Sscanf(line, "gap %d", &n)
				rows += n
			}
		}
		if rows != r.count {
			t.Fatalf("run %s of %s has %d rows, %d are written down", r.id, r.series.name, r.count, rows)
		}
	}
}

// TestGatheredRowsKeepTheirPlace gives one engine messages one by one and another
// the same ones many at a time: what is written down about each run is the same,
// and in the same order, and whatever is not a row finds all rows before it.
func TestGatheredRowsKeepTheirPlace(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			one, many := newDiary(), newDiary()
			limits := wire.DefaultLimits()
			limits.Runs = 3 // so that some live in the journal only
			alone := newBench(t, Config{Journal: one, Limits: limits})
			at := newBench(t, Config{Journal: many, Limits: limits})
			jobs := []uint64{}
			send := func(topic wire.Topic, payload string) {
				m := Message{Topic: topic, Payload: []byte(payload)}
				want := said(alone.e.Handle(alone.now, m))
				effects := at.e.Gather(at.now, m)
				if have := said(effects); have != want {
					t.Fatalf("%s %s: it says %q, want %q", topic, payload, have, want)
				}
				for _, f := range effects {
					switch f := f.(type) {
					case Save:
						jobs = append(jobs, f.Job)
					case Archive:
						jobs = append(jobs, f.Job)
					}
				}
				if topic != wire.TopicData {
					many.held(t, at.e)
				}
			}
			rows := map[string]int{}
			for range 400 {
				name := fmt.Sprint("s", r.IntN(5))
				switch r.IntN(24) {
				case 0:
					send(wire.TopicNewSeries, fmt.Sprintf(`[%q, "x", "y%d"]`, name, r.IntN(3)))
				case 1:
					send(wire.TopicNewSeries, fmt.Sprintf(`{"series":%q,"columns":["x","y"],"units":["s","V"]}`, name))
				case 2:
					send(wire.TopicNewSeries, openingOf(name, "two", rows[name]))
				case 3:
					n := 1 + r.IntN(3)
					send(wire.TopicRows, fmt.Sprintf(`[%q,"two",%d,%d,[7]]`, name, rows[name], n))
					if s := at.e.series[name]; s != nil && s.byID["two"] != nil {
						rows[name] = int(s.byID["two"].count)
					}
				case 4:
					send(wire.TopicSaveSeries, fmt.Sprintf(`[%q, null]`, name))
				case 5:
					d := time.Duration(r.IntN(20)) * time.Second
					alone.tick(d)
					for _, f := range at.tick(d) {
						if a, ok := f.(Archive); ok {
							jobs = append(jobs, a.Job)
						}
					}
					many.held(t, at.e)
				case 6:
					for _, job := range jobs {
						alone.e.Finish(alone.now, job, Result{Files: []string{"x.csv"}})
						at.e.Finish(at.now, job, Result{Files: []string{"x.csv"}})
						many.held(t, at.e)
					}
					jobs = nil
				case 7:
					at.e.Flush()
					many.held(t, at.e)
				default:
					for range 1 + r.IntN(30) {
						name := fmt.Sprint("s", r.IntN(5))
						if r.IntN(9) == 0 {
							send(wire.TopicData, fmt.Sprintf(`[%q, %d]`, name, r.IntN(99)))
						} else {
							send(wire.TopicData, fmt.Sprintf(`[%q, %d, %d]`, name, r.IntN(99), r.IntN(99)))
						}
					}
				}
			}
			at.e.Flush()
			many.held(t, at.e)
			for run := range max(one.runs, many.runs) + 1 {
				if !slices.Equal(one.by[run], many.by[run]) {
					t.Fatalf("about run %d is written down\n%q, want\n%q", run, many.by[run], one.by[run])
				}
			}
			if many.times >= one.times {
				t.Errorf("rows were written down %d times, one by one they are %d times", many.times, one.times)
			}
		})
	}
}

// TestGatheringIsBounded: a series alone gets to the journal without a Flush too,
// so that a long batch of messages takes little memory.
func TestGatheringIsBounded(t *testing.T) {
	d := newDiary()
	b := newBench(t, Config{Journal: d})
	for i := range 3 * gatherMost {
		b.e.Gather(b.now, Message{Topic: wire.TopicData, Payload: fmt.Appendf(nil, `["s", %d, 1]`, i)})
		if r := b.e.series["s"].v1; len(r.gathered) >= gatherMost {
			t.Fatalf("after %d rows %d values are gathered, want below %d", i+1, len(r.gathered), gatherMost)
		}
	}
	if d.times == 0 {
		t.Error("nothing is written down")
	}
}

// BenchmarkMixedSeries is what a row of version 1 costs, from its payload until it
// is in the journal, where the rows of 64 series come mixed.
func BenchmarkMixedSeries(b *testing.B) {
	var payloads [64][]byte
	for i := range payloads {
		payloads[i] = fmt.Appendf(nil, `["series%d", 0.0251, 3.1415, 0.5772, 1.6180]`, i)
	}
	for _, at := range []int{1, 256, 4096} {
		b.Run(fmt.Sprintf("messages=%d", at), func(b *testing.B) {
			b.ReportAllocs()
			j, _, err := journal.Open(b.TempDir(), "hopla", nil, journal.Options{NoSync: true})
			if err != nil {
				b.Fatal(err)
			}
			defer j.Close()
			x := newBench(b, Config{Journal: j})
			for i := range b.N {
				x.e.Gather(x.now, Message{Topic: wire.TopicData, Payload: payloads[i%len(payloads)]})
				if i%at == 0 {
					x.e.Flush()
				}
				if i%65536 == 0 {
					j.WaitBelow(context.Background(), 64<<20)
				}
			}
			x.e.Flush()
			j.Sync(context.Background())
			b.ReportMetric(float64(j.Size())/float64(b.N), "bytes/row")
		})
	}
}
