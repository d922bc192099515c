package link_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/link"
)

// Every message comes out once, whole, and each writer's in the order it was
// put, whatever the sizes and however small the inbox.
func TestInboxLosesNothingAndKeepsOrder(t *testing.T) {
	for _, size := range []int{1, 100, 4 << 10, 1 << 20} {
		t.Run(fmt.Sprint(size, " bytes"), func(t *testing.T) {
			const writers, each = 8, 5000
			in := link.NewInbox(size)
			var wg sync.WaitGroup
			for w := range writers {
				wg.Go(func() {
					r := rand.New(rand.NewPCG(1, uint64(w)))
					for i := range each {
						// Writer, number, and as many bytes as the number says.
						p := binary.LittleEndian.AppendUint32([]byte{byte(w)}, uint32(i))
						p = append(p, bytes.Repeat([]byte{byte(i)}, r.IntN(50))...)
						in.Put(wire.Topic(1+i%6), p, i%7 == 0)
						clear(p) // Put has its own copy
					}
				})
			}
			go func() {
				wg.Wait()
				in.Close()
			}()
			var next [writers]int
			sizes := make([]*rand.Rand, writers)
			for w := range sizes {
				sizes[w] = rand.New(rand.NewPCG(1, uint64(w)))
			}
			var b link.Batch
			for in.Take(&b, time.Second) {
				for m, ok := b.Next(); ok; m, ok = b.Next() {
					w, i := int(m.Payload[0]), int(binary.LittleEndian.Uint32(m.Payload[1:]))
					want := bytes.Repeat([]byte{byte(i)}, sizes[w].IntN(50))
					if i != next[w] || !bytes.Equal(m.Payload[5:], want) || m.Topic != wire.Topic(1+i%6) || m.Retained != (i%7 == 0) {
						t.Fatalf("writer %d: message %d, want %d: %+v", w, i, next[w], m)
					}
					next[w]++
				}
			}
			for w, n := range next {
				if n != each {
					t.Errorf("writer %d: %d messages of %d", w, n, each)
				}
			}
		})
	}
}

func TestInboxHoldsUpWhoPutsWhenFull(t *testing.T) {
	in := link.NewInbox(100)
	in.Put(wire.TopicData, make([]byte, 80), false)
	put := make(chan bool)
	go func() {
		in.Put(wire.TopicData, make([]byte, 80), false)
		close(put)
	}()
	select {
	case <-put:
		t.Fatal("Put did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	var b link.Batch
	count := func() (n int) {
		for _, ok := b.Next(); ok; _, ok = b.Next() {
			n++
		}
		return n
	}
	if !in.Take(&b, 0) || count() != 1 {
		t.Fatal("the first message is missing")
	}
	<-put
	if !in.Take(&b, -1) || count() != 1 {
		t.Fatal("the second message is missing")
	}
}

func TestInboxTakesAMessageLargerThanItself(t *testing.T) {
	in := link.NewInbox(10)
	in.Put(wire.TopicRows, make([]byte, 1000), false)
	var b link.Batch
	in.Take(&b, 0)
	if m, ok := b.Next(); !ok || len(m.Payload) != 1000 {
		t.Errorf("%v, %d bytes", ok, len(m.Payload))
	}
}

func TestInboxCloseReleasesEverybody(t *testing.T) {
	in := link.NewInbox(10)
	in.Put(wire.TopicData, []byte("last"), false)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { in.Put(wire.TopicData, []byte("too late"), false) })
	}
	time.AfterFunc(10*time.Millisecond, in.Close)
	wg.Wait()
	in.Put(wire.TopicData, []byte("too late"), false)
	in.Close() // twice is once
	var b link.Batch
	if !in.Take(&b, -1) {
		t.Fatal("what was in it is lost")
	}
	if m, ok := b.Next(); !ok || string(m.Payload) != "last" {
		t.Errorf("%q", m.Payload)
	}
	if _, ok := b.Next(); ok || in.Take(&b, -1) {
		t.Error("there is more")
	}

	empty := link.NewInbox(0)
	time.AfterFunc(10*time.Millisecond, empty.Close)
	if empty.Take(&b, -1) {
		t.Error("a closed inbox gave something")
	}
}

func TestInboxTakeWaitsNoLongerThanAsked(t *testing.T) {
	in := link.NewInbox(0)
	var b link.Batch
	for _, wait := range []time.Duration{0, time.Millisecond, time.Millisecond} {
		if !in.Take(&b, wait) {
			t.Fatal("closed")
		}
		if m, ok := b.Next(); ok {
			t.Fatalf("%+v", m)
		}
	}
	in.Put(wire.TopicAck, nil, true)
	in.Take(&b, time.Hour)
	if m, ok := b.Next(); !ok || len(m.Payload) != 0 || !m.Retained || m.Topic != wire.TopicAck {
		t.Errorf("%+v %v", m, ok)
	}
}

func TestInboxPutAllocatesNothing(t *testing.T) {
	in := link.NewInbox(1 << 20)
	var b link.Batch
	p := make([]byte, 100)
	fill := func() {
		for range 1000 {
			in.Put(wire.TopicData, p, false)
		}
		in.Take(&b, 0)
	}
	fill()
	fill()
	if n := testing.AllocsPerRun(100, fill); n > 0 {
		t.Errorf("%v allocations in 1000 messages", n)
	}
}

// BenchmarkInbox is Put and Take with a reader in another goroutine.
func BenchmarkInbox(b *testing.B) {
	for _, writers := range []int{1, 4} {
		b.Run(fmt.Sprint(writers, "writers"), func(b *testing.B) {
			in := link.NewInbox(0)
			p := []byte(`["sinusoid", 0.025, 0.9821, 0.1521, 0.1494]`)
			b.ReportAllocs()
			b.SetBytes(int64(len(p)))
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for range b.N/writers + 1 {
						in.Put(wire.TopicData, p, false)
					}
				})
			}
			go func() {
				wg.Wait()
				in.Close()
			}()
			var batch link.Batch
			n, takes := 0, 0
			for in.Take(&batch, time.Second) {
				takes++
				for _, ok := batch.Next(); ok; _, ok = batch.Next() {
					n++
				}
			}
			b.ReportMetric(float64(n)/float64(max(takes, 1)), "messages/take")
		})
	}
}
