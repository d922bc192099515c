package engine

import (
	"context"
	"fmt"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions/journal"
)

// rowsOf writes batches of rows of 4 values, as a client does.
func batchesOf(n, rows, decimals int) []string {
	var all []string
	buf := make([]byte, 64<<10)
	var batch wire.Batch
	for i := range n {
		batch.Begin(buf, "sinusoid", "k3f9a8b7c6d5e", int64(i*rows))
		for k := range rows {
			x := float64(i*rows+k) / 10000
			if decimals > 4 {
				x /= 7
			}
			batch.Row(x, x-100, 1-x, 2*x)
		}
		all = append(all, string(batch.Bytes()))
	}
	return all
}

// BenchmarkRows is what a row of version 2 with 4 values costs from its payload
// to memory and journal, in batches of 64; with a journal until it is durable.
func BenchmarkRows(b *testing.B) {
	const batches, rows = 1024, 64
	for _, decimals := range []int{4, 17} {
		payloads := batchesOf(batches, rows, decimals)
		for _, kept := range []string{"memory", "nosync", "commit"} {
			b.Run(fmt.Sprintf("decimals=%d/%s", decimals, kept), func(b *testing.B) {
				b.ReportAllocs()
				var j *journal.Journal
				c := Config{}
				if kept != "memory" {
					var err error
					j, _, err = journal.Open(b.TempDir(), "hopla", nil, journal.Options{NoSync: kept == "nosync"})
					if err != nil {
						b.Fatal(err)
					}
					defer j.Close()
					c.Journal = j
				}
				x := newBench(b, c)
				n := 0
				open := func() {
					x.now = x.now.Add(time.Second)
					x.send(wire.TopicNewSeries, `{"series":"sinusoid","run":"k3f9a8b7c6d5e","next":0,"columns":["t","x","y","z"]}`)
				}
				open()
				b.ResetTimer()
				for range b.N / rows {
					if n == batches {
						// The same rows again, in a run of their own.
						r := x.e.series["sinusoid"].byID["k3f9a8b7c6d5e"]
						x.e.drop(r)
						open()
						n = 0
						if j != nil {
							j.WaitBelow(context.Background(), 64<<20)
						}
					}
					x.e.Handle(x.now, Message{Topic: wire.TopicRows, Payload: []byte(payloads[n])})
					n++
				}
				if j != nil {
					j.Sync(context.Background())
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}
