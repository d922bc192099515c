package broker_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
)

// rig is a broker for session hopla with everything it says written down.
type rig struct {
	*broker.Broker
	addr string

	mu      sync.Mutex
	got     []string // what the server's handler got
	denied  []string
	notices []string
}

func start(t testing.TB, c broker.Config) *rig {
	t.Helper()
	r := listen(t, c)
	if err := r.Serve(); err != nil {
		t.Fatal(err)
	}
	return r
}

func listen(t testing.TB, c broker.Config) *rig {
	t.Helper()
	r := new(rig)
	c.Session = "hopla"
	if c.Address == "" {
		c.Address = "127.0.0.1"
	}
	c.Denied = func(client, what, topic string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.denied = append(r.denied, client+" "+what+" "+topic)
	}
	c.Notice = func(text string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.notices = append(r.notices, text)
	}
	b, err := broker.Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	r.Broker, r.addr = b, b.Addr().String()
	if err := b.Subscribe("hopla", func(topic wire.Topic, payload []byte, retained bool) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		text := topic.String() + " " + string(payload)
		if retained {
			text += " retained"
		}
		r.got = append(r.got, text)
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) read(list *[]string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(*list)
}

// await waits for what the other side of a connection does.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

func (r *rig) awaitNotice(t testing.TB, part string) {
	t.Helper()
	await(t, "a notice with "+part, func() bool {
		return slices.ContainsFunc(r.read(&r.notices), func(s string) bool { return strings.Contains(s, part) })
	})
}

func (r *rig) dial(t testing.TB, o pahomqtt.Options) *pahomqtt.Conn {
	t.Helper()
	o.Broker = r.addr
	c, err := pahomqtt.Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// inbox collects what a client hears.
type inbox struct {
	mu  sync.Mutex
	got []string
}

func (in *inbox) put(topic string, payload []byte, retained bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	text := topic + " " + string(payload)
	if retained {
		text += " retained"
	}
	in.got = append(in.got, text)
}

func (in *inbox) has(want ...string) func() bool {
	return func() bool {
		in.mu.Lock()
		defer in.mu.Unlock()
		return slices.Equal(in.got, want)
	}
}

// packet builds a control packet (MQTT 3.1.1, 2.2).
func packet(head byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	return append(binary.AppendUvarint([]byte{head}, uint64(len(body))), body...)
}

// str is a text with its length before it (MQTT 3.1.1, 1.5.3).
func str(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// raw connects with nothing but TCP, from an address of this machine, at an
// MQTT version of 4 (3.1.1) or 5.
func (r *rig) raw(t testing.TB, from, id string, version byte) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	parts := [][]byte{str("MQTT"), {version, 2, 0, 60}}
	if version == 5 {
		parts = append(parts, []byte{0}) // no properties
	}
	c.Write(packet(0x10, append(parts, str(id))...))
	if head, body := readPacket(t, c); head != 0x20 || body[1] != 0 {
		t.Fatalf("CONNACK %x % x", head, body)
	}
	return c
}

func readPacket(t testing.TB, c net.Conn) (head byte, body []byte) {
	t.Helper()
	head, body, err := nextPacket(c)
	if err != nil {
		t.Fatal(err)
	}
	return head, body
}

func nextPacket(c net.Conn) (head byte, body []byte, err error) {
	b := byteReader{c}
	if head, err = b.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(b)
	if err != nil {
		return 0, nil, err
	}
	if n > 1<<20 {
		return 0, nil, fmt.Errorf("a packet of %d bytes", n)
	}
	body = make([]byte, n)
	_, err = io.ReadFull(c, body)
	return head, body, err
}

type byteReader struct{ io.Reader }

func (r byteReader) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(r.Reader, b[:])
	return b[0], err
}
