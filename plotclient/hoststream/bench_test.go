package hoststream_test

import (
	"runtime"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/internal/fakeserver"
	"iotplot/plotclient/pahomqtt"
)

var benchRows = []struct {
	name string
	row  []float64
}{
	{"4-decimals", []float64{12.3456, 0.5123, 3.3012, 0.0312}},
	{"full-precision", []float64{12.345, 0.1234567890123456, 98.76543210987654, -3.141592653589793}},
}

// BenchmarkHandOver is what a row costs the goroutine that gives it, and the one
// that takes it into the ring.
func BenchmarkHandOver(b *testing.B) {
	s := open(b, hoststream.Options{
		Connection: pahomqtt.Options{Broker: "127.0.0.1:1"}, Session: "hopla", Series: "solar",
		Columns: []string{"t", "V", "I", "P"}, Ring: 1 << 20, Overflow: plotclient.DropOldest,
	})
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Row(ctx, 12.3456, 0.5123, 3.3012, 0.0312); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRows is all that a row costs until it is acknowledged: the client, the
// network, and a server that parses it and keeps it in memory.
func BenchmarkRows(b *testing.B) {
	for _, c := range benchRows {
		b.Run(c.name, func(b *testing.B) {
			server := fakeserver.Start(b, &fakeserver.Server{Forget: true})
			s := open(b, hoststream.Options{
				Connection: pahomqtt.Options{Broker: server.Address}, Session: "hopla", Series: "solar",
				Columns: []string{"t", "V", "I", "P"},
			})
			ctx := b.Context()
			runtime.GC()
			before := s.Status().Sent
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := s.Row(ctx, c.row...); err != nil {
					b.Fatal(err)
				}
				n++
			}
			if err := s.Flush(ctx); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(s.Status().Sent-before)/float64(n), "wire-B/row")
		})
	}
}
