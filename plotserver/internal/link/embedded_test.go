package link_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"net"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
	"iotplot/plotserver/internal/link"
)

// rawConnect connects to a broker with nothing but TCP, so that a benchmark
// measures the broker and not a client.
func rawConnect(t testing.TB, addr net.Addr, id string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", addr.(*net.TCPAddr).Port))
	if err != nil {
		t.Fatal(err)
	}
	// CONNECT, protocol level 4, clean session, keepalive 60 s (MQTT 3.1.1, 3.1).
	body := append([]byte("\x00\x04MQTT\x04\x02\x00\x3c"), byte(len(id)>>8), byte(len(id)))
	body = append(body, id...)
	if _, err := c.Write(append([]byte{0x10, byte(len(body))}, body...)); err != nil {
		t.Fatal(err)
	}
	var ack [4]byte
	if _, err := io.ReadFull(c, ack[:]); err != nil || ack[3] != 0 {
		t.Fatalf("CONNACK % x, %v", ack, err)
	}
	return c
}

// appendPublish appends a PUBLISH packet at QoS 0 (MQTT 3.1.1, 3.3).
func appendPublish(dst []byte, topic string, payload []byte) []byte {
	n := 2 + len(topic) + len(payload)
	dst = append(dst, 0x30)
	dst = binary.AppendUvarint(dst, uint64(n)) // MQTT's lengths are these varints
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(topic)))
	dst = append(dst, topic...)
	return append(dst, payload...)
}

// rows encodes n rows of 4 values as packets, as fast as they can be sent.
func rows(n int, digits bool) []byte {
	var out, payload []byte
	for i := range n {
		t := float64(i) * 0.025
		v := [4]float64{t, math.Cos(t), math.Sin(t), math.Sin(t) * math.Cos(t)}
		if !digits {
			for i := range v {
				v[i] = math.Round(v[i]*1e4) / 1e4
			}
		}
		payload = wire.AppendData(payload[:0], "sinusoid", v[:]...)
		out = appendPublish(out, "hopla/data", payload)
	}
	return out
}

// BenchmarkEmbeddedRows is the way of a version 1 row, single rows of 4 values
// at QoS 0 from one client over TCP, until it is stored.
func BenchmarkEmbeddedRows(b *testing.B) {
	for _, c := range []struct {
		name string
		full bool
		subs int
	}{{"4decimals", false, 0}, {"full", true, 0}, {"4decimals-subscriber", false, 1}} {
		b.Run(c.name, func(b *testing.B) {
			broker, err := broker.Listen(broker.Config{Session: "hopla", Address: "127.0.0.1"})
			if err != nil {
				b.Fatal(err)
			}
			defer broker.Close()
			in := link.NewInbox(0)
			if _, err := link.Embed(broker, "hopla", in); err != nil {
				b.Fatal(err)
			}
			if err := broker.Serve(); err != nil {
				b.Fatal(err)
			}
			for i := range c.subs {
				s := rawConnect(b, broker.Addr(), fmt.Sprint("sub", i))
				defer s.Close()
				s.Write([]byte("\x82\x0c\x00\x01\x00\x07hopla/#\x00"))
				if _, err := io.CopyN(io.Discard, s, 5); err != nil {
					b.Fatal(err)
				}
				go io.Copy(io.Discard, bufio.NewReaderSize(s, 1<<16))
			}
			pub := rawConnect(b, broker.Addr(), "pub")
			defer pub.Close()
			const block = 10000
			data := rows(block, c.full)
			n := (b.N + block - 1) / block * block
			b.ReportAllocs()
			b.ResetTimer()
			start := time.Now()
			go func() {
				for range n / block {
					pub.Write(data)
				}
			}()
			var batch link.Batch
			var row wire.Row
			var sum [4][]float64
			stored := 0
			for stored < n && in.Take(&batch, 10*time.Second) {
				for m, ok := batch.Next(); ok; m, ok = batch.Next() {
					if err := wire.ParseData(m.Payload, &row); err != nil || len(row.Values) != 4 {
						b.Fatal(err, row.Values)
					}
					for i, v := range row.Values {
						sum[i] = append(sum[i], v)
					}
					stored++
				}
			}
			b.ReportMetric(float64(stored)/time.Since(start).Seconds(), "rows/s")
			if stored != n {
				b.Fatalf("%d rows of %d stored", stored, n)
			}
		})
	}
}
