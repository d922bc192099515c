//go:build !tinygo

package mqtt

import (
	"io"
	"net"
	"strconv"
	"testing"
)

// nowhere takes all and gives nothing.
type nowhere struct{}

func (nowhere) Read([]byte) (int, error)    { return 0, timeout{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }

func row() []byte {
	return []byte(`["solar", 1234.5678, 0.9800, 0.1500, 0.0252, 21.2500, 5.5555]`)[:60]
}

// BenchmarkPublish sends rows of 60 bytes at QoS 0: the client alone, then over
// loopback to somebody who only reads.
func BenchmarkPublish(b *testing.B) {
	b.Run("client", func(b *testing.B) { benchmarkPublish(b, nowhere{}) })
	b.Run("tcp", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		go func() {
			if conn, err := l.Accept(); err == nil {
				io.Copy(io.Discard, conn)
				conn.Close()
			}
		}()
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		benchmarkPublish(b, conn)
		conn.Close()
	})
}

func benchmarkPublish(b *testing.B, conn io.ReadWriteCloser) {
	c, _ := up(b, options(nil))
	c.o.Out = make([]byte, 256)
	c.conn = conn
	p := row()
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Publish("hopla/data", p); err != nil {
			b.Fatal(err)
		}
	}
}

// endless gives the same packets again and again.
type endless struct {
	nowhere
	packets []byte
	at      int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.packets[e.at:])
	e.at = (e.at + n) % len(e.packets)
	return n, nil
}

// BenchmarkReceive handles acks of 40 bytes; an operation is one message.
func BenchmarkReceive(b *testing.B) {
	for _, qos := range []byte{0, 1} {
		b.Run("QoS "+strconv.Itoa(int(qos)), func(b *testing.B) {
			o := options(nil)
			o.In = make([]byte, 512)
			got := 0
			o.OnMessage = func(topic, payload []byte, retained bool) { got++ }
			c, _ := up(b, o)
			body := append([]byte("\x00\x09hopla/ack"), "\x00\x05"[:2*qos]...)
			body = append(body, row()[:40]...)
			c.conn = &endless{packets: append([]byte{publish | qos<<1, byte(len(body))}, body...)}
			b.ReportAllocs()
			for b.Loop() {
				for n := got; got == n; {
					if err := c.Poll(0); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
