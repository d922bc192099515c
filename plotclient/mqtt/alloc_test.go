package mqtt

import (
	"testing"
	"unsafe"

	"iotplot/plotclient/internal/allocs"
)

func TestNothingAllocates(t *testing.T) {
	got := 0
	o := options(nil)
	o.OnMessage = func(topic, payload []byte, retained bool) { got += len(topic) + len(payload) }
	c, m := up(t, o)
	m.out = make([]byte, 0, 1<<20)
	row := []byte(`["solar", 0.025, 0.98, 0.15]`)
	long := make([]byte, 1000)
	in := make([]byte, 0, 4096)
	stalls := [...]int{3, 2}
	now := int64(0)
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	past := append([]byte{0x32, 100, 0, 1, 'a', 0, 9}, make([]byte, 95)...)
	cases := map[string]func(){
		"publish":                    func() { check(c.Publish("hopla/data", row)) },
		"publish, long":              func() { check(c.Publish("hopla/data", long)) },
		"publish on a stalling line": func() { m.writeN = stalls[:]; check(c.Publish("a", row)) },
		"publish, QoS 1": func() {
			id, err := c.Send(Message{Topic: "hopla/data", Payload: row, QoS: 1})
			check(err)
			m.in = append(m.in, 0x40, 2, byte(id>>8), byte(id))
		},
		"subscribe, unsubscribe": func() {
			id, err := c.Subscribe("hopla/reply", 1)
			check(err)
			m.in = append(m.in, 0x90, 3, byte(id>>8), byte(id), 1)
			id, err = c.Unsubscribe("hopla/reply")
			check(err)
			m.in = append(m.in, 0xb0, 2, byte(id>>8), byte(id))
		},
		"receive":         func() { m.in = append(m.in, 0x30, 4, 0, 1, 'a', 'x') },
		"receive, QoS 1":  func() { m.in = append(m.in, 0x32, 6, 0, 1, 'a', 0, 5, 'x') },
		"receive, past":   func() { m.in = append(m.in, past...) },
		"ping":            func() { now += 31_000; m.in = append(m.in, 0xd0, 0) },
		"nothing to read": func() { m.readErr = timeout{} },
		"connect again": func() {
			m.in = append(m.in, connackOK...)
			c.Reset(m)
			check(c.Connect(now))
		},
		"an end": func() {
			m.in = append(m.in, connackOK...)
			m.in = append(m.in, 0xff, 0)
			c.Reset(m)
			check(c.Connect(now))
			if err := c.Poll(now); err != ErrMalformed {
				t.Fatal(err)
			}
			m.in = append(m.in, connackOK...)
			c.Reset(m)
			check(c.Connect(now))
		},
	}
	for name, f := range cases {
		n := allocs.PerRun(t, 200, func() {
			m.out, m.in = m.out[:0], in[:0]
			f()
			for {
				check(c.Poll(now))
				if len(m.in) == 0 && c.from == c.to {
					break
				}
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
	if got == 0 {
		t.Error("nothing was received")
	}
}

// TestSize is part of the board's budget: this and the two buffers are all the
// memory that a client takes.
func TestSize(t *testing.T) {
	const most = 704 // bytes, with pointers of 8 bytes; a board's have 4
	size := unsafe.Sizeof(Client{})
	t.Logf("a client takes %d bytes", size)
	if size > most {
		t.Errorf("a client takes %d bytes, want at most %d", size, most)
	}
}
