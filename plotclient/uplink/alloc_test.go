package uplink_test

import (
	"io"
	"testing"
	"unsafe"

	"iotplot/plotclient/internal/allocs"
	"iotplot/plotclient/uplink"
)

// TestNothingAllocates: rows, their acknowledgements and pings cost nothing once
// the measurement is accepted.
func TestNothingAllocates(t *testing.T) {
	// A connection that plays the same acknowledgement again and again, since the
	// broker in memory allocates.
	var r *rig
	var c *echo
	r = newRig(t, func(o *uplink.Options) {
		dial := o.Dial
		o.Dial = func() (io.ReadWriteCloser, error) {
			conn, err := dial()
			c = &echo{ReadWriteCloser: conn, out: make([]byte, 0, 256)}
			return c, err
		}
	})
	r.row()
	r.online()
	r.until("the ack", func() bool { return r.Stream().Pending() == 0 })
	c.alone, c.run = true, r.Stream().Run()
	c.durable = r.rows
	n := allocs.PerRun(t, 1000, func() {
		for range 5 {
			r.now += 50
			if err := r.Stream().Row(r.now, float64(r.rows), 0.25); err != nil {
				t.Fatal(err)
			}
			r.rows++
			c.durable++
			if err := r.Poll(r.now); err != nil {
				t.Fatal(err)
			}
		}
	})
	if n != 0 {
		t.Errorf("five rows take %v allocations, want 0", n)
	}
	if r.Stream().Durable() < 4000 {
		t.Errorf("only %d rows were acknowledged", r.Stream().Durable())
	}
}

// echo is, once it is alone, a broker that swallows everything and acknowledges
// all rows when some were sent.
type echo struct {
	io.ReadWriteCloser
	alone   bool
	run     string
	durable int
	out     []byte
}

func (e *echo) Write(p []byte) (int, error) {
	if !e.alone {
		return e.ReadWriteCloser.Write(p)
	}
	switch {
	case p[0] == 0xc0:
		e.out = append(e.out, 0xd0, 0)
	case len(e.out) == 0:
		at := len(e.out)
		e.out = append(e.out, 0x30, 0, 0, 9)
		e.out = append(e.out, `hopla/ack["solar","`...)
		e.out = append(e.out, e.run...)
		e.out = append(e.out, `",`...)
		var digits [8]byte
		n := e.durable
		for i := len(digits) - 1; i >= 0; i-- {
			digits[i] = byte('0' + n%10)
			n /= 10
		}
		i := 0
		for digits[i] == '0' {
			i++
		}
		e.out = append(append(e.out, digits[i:]...), ']')
		e.out[at+1] = byte(len(e.out) - at - 2)
	}
	return len(p), nil
}

func (e *echo) Read(p []byte) (int, error) {
	if !e.alone {
		return e.ReadWriteCloser.Read(p)
	}
	n := copy(p, e.out)
	e.out = e.out[:copy(e.out, e.out[n:])]
	return n, nil
}

// TestSize is part of the board's budget: what a Link takes beside its buffers,
// its mqtt.Client and its plotclient.Stream.
func TestSize(t *testing.T) {
	const most = 640 // bytes, with pointers of 8 bytes; a board's have 4
	size := unsafe.Sizeof(uplink.Link{})
	t.Logf("a link takes %d bytes", size)
	if size > most {
		t.Errorf("a link takes %d bytes, want at most %d", size, most)
	}
}
