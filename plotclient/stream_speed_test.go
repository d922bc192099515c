package plotclient_test

import (
	"bytes"
	"strconv"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/internal/allocs"
	"iotplot/plotclient/wire"
)

// loop is a connection to a server that has every row at once: it counts the
// bytes of the MQTT packets, and remembers how far the rows got.
type loop struct {
	bytes, messages int
	rows            int64 // that have come, where none came twice
	payload         []byte
	opened          bool
}

func (l *loop) Publish(topic string, payload []byte) error {
	l.messages++
	l.bytes += packetSize(topic, payload)
	switch topic {
	case "hopla/new_series":
		l.opened = true
	case "hopla/rows":
		l.rows += int64(bytes.Count(payload, []byte{'['})) - 1
	}
	return nil
}

// packetSize is the size of a PUBLISH packet at QoS 0: a byte, the remaining
// length in 7 bits a byte, the topic with its length, the payload (MQTT 3.1.1,
// 2.2.3 and 3.3).
func packetSize(topic string, payload []byte) int {
	remaining := 2 + len(topic) + len(payload)
	n := 1 + remaining
	for ; remaining > 0; remaining >>= 7 {
		n++
	}
	return n
}

// speedy is a stream to a loop, which has accepted it.
func speedy(t testing.TB, o plotclient.StreamOptions, columns ...string) (*plotclient.Stream, *loop) {
	l := &loop{payload: make([]byte, 0, 128)}
	o.Random = func() uint64 { return 4 }
	s := plotclient.NewStream(l, "hopla", o)
	if err := s.Open(0, "solar", columns...); err != nil {
		t.Fatal(err)
	}
	s.Connected(0)
	s.Poll(0)
	s.Receive("hopla/reply", wire.AppendReply(nil, wire.Reply{ID: s.Run() + "-o1", Command: "new_series", OK: true}), 0)
	s.Receive("hopla/ack", wire.AppendAck(nil, wire.Ack{Series: "solar", Run: s.Run()}), 0)
	s.Poll(0)
	if !l.opened || s.State() != plotclient.Sending {
		t.Fatalf("the stream is %v", s.State())
	}
	l.bytes, l.messages = 0, 0
	return s, l
}

// ack acknowledges rows.
func (l *loop) ack(s *plotclient.Stream, now, rows int64) {
	l.payload = append(append(append(l.payload[:0], `["solar","`...), s.Run()...), `",`...) // wire.AppendAck allocates under TinyGo
	l.payload = append(strconv.AppendInt(l.payload, rows, 10), ']')
	s.Receive("hopla/ack", l.payload, now)
}

var speedRows = []struct {
	name string
	row  []float64
	most float64 // part of version 1's bytes
}{
	{"4-decimals", []float64{12.3456, 0.5123, 3.3012, 0.0312}, 0.60},
	{"full-precision", []float64{12.345, 0.1234567890123456, 98.76543210987654, -3.141592653589793}, 0.75}, // the first is the time
	{"all-digits", []float64{0.1234567890123456, 98.76543210987654, -3.141592653589793, 0.0007071067811865475}, 0.77},
}

func TestStreamRowDoesNotAllocate(t *testing.T) {
	for _, c := range speedRows {
		for _, o := range []plotclient.StreamOptions{{}, {Elapsed: "t", BatchRows: 7}, {Overflow: plotclient.DropOldest}, {Overflow: plotclient.DropNewest}} {
			o.Ring, o.Buffer = make([]byte, 8<<10), make([]byte, 1<<10)
			s, l := speedy(t, o, "a", "b", "c", "d")
			most := 0.0
			if o.Overflow != plotclient.Block {
				most = 0.03 // without acks for long, the run is opened again now and then
			}
			now := int64(0)
			if n := allocs.PerRun(t, 5000, func() {
				now++
				if err := s.Row(now, c.row...); err != nil {
					t.Fatal(err)
				}
				if err := s.Poll(now); err != nil {
					t.Fatal(err)
				}
				// At times there are no acks for long, so rows are sent again and overflow.
				if (o.Overflow == plotclient.Block || now%2000 < 1000) && now%50 == 0 {
					l.ack(s, now, max(s.Measured()-130, s.Durable()))
				}
			}); n > most {
				t.Errorf("%s, %+v: a row allocates %v times", c.name, o.Overflow, n)
			}
			if l.messages < 50 || o.Overflow != plotclient.Block && s.Lost() == 0 {
				t.Errorf("%s: %d messages, %d rows lost: the test does not test what it is to", c.name, l.messages, s.Lost())
			}
		}
	}
}

// TestStreamBytes holds what a row costs on the wire against version 1's.
func TestStreamBytes(t *testing.T) {
	for _, c := range speedRows {
		v1 := &loop{}
		if err := plotclient.New(v1, "hopla").Data("solar", c.row...); err != nil {
			t.Fatal(err)
		}
		for _, size := range []int{1 << 10, 16 << 10} {
			s, l := speedy(t, plotclient.StreamOptions{Ring: make([]byte, 32<<10), Buffer: make([]byte, size)}, "a", "b", "c", "d")
			const rows = 10_000
			for now := int64(0); now < rows; now++ {
				if err := s.Row(now/100, c.row...); err != nil {
					t.Fatal(err)
				}
				s.Poll(now / 100)
				if now%100 == 0 {
					l.ack(s, now/100, l.rows)
				}
			}
			part := float64(l.bytes) / rows / float64(v1.bytes)
			t.Logf("%s, messages of %d bytes: %.1f bytes a row, version 1 %d: %.0f %%", c.name, size, float64(l.bytes)/rows, v1.bytes, 100*part)
			if part > c.most && size > 1<<10 { // of small messages the fixed part is a larger share
				t.Errorf("more than %.0f %%", 100*c.most)
			}
		}
	}
}

func BenchmarkStream(b *testing.B) {
	for _, c := range speedRows {
		b.Run(c.name, func(b *testing.B) {
			s, l := speedy(b, plotclient.StreamOptions{Ring: make([]byte, 32<<10), Buffer: make([]byte, 8<<10)}, "a", "b", "c", "d")
			b.ReportAllocs()
			n := int64(0)
			for b.Loop() {
				n++
				now := n / 1000
				if err := s.Row(now, c.row...); err != nil {
					b.Fatal(err)
				}
				if err := s.Poll(now); err != nil {
					b.Fatal(err)
				}
				if l.messages > 0 {
					l.messages = 0
					l.ack(s, now, l.rows)
				}
			}
			b.ReportMetric(float64(l.bytes)/float64(n), "wire-B/row")
			if s.Lost() > 0 || s.Measured() != n || s.State() != plotclient.Sending {
				b.Errorf("%d rows measured of %d, %d lost", s.Measured(), n, s.Lost())
			}
		})
	}
}
