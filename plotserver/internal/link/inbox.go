package link

import (
	"encoding/binary"
	"sync"
	"time"

	"iotplot/plotclient/wire"
)

// Inbox carries messages from many goroutines to one. Messages are copied
// into an arena, a single byte slice, so that a million rows are not a million
// allocations; Take swaps the full arena for the empty one. An Inbox that is
// full holds up who puts, which in the end holds up the sender's TCP
// connection: rows wait there and are not lost.
type Inbox struct {
	max int

	mu      sync.Mutex
	buf     []byte // messages put since the last Take, framed as in Put
	closed  bool
	waiting bool          // Take sleeps and wants a wake-up
	blocked int           // Puts that wait for room
	room    *sync.Cond    // signalled when buf was taken
	wake    chan struct{} // capacity 1: buf is no longer empty, or closed

	// Only Take uses these.
	timer *time.Timer
	last  time.Time // of the last Take that found something
}

// DefaultInboxBytes is the size of an inbox for the embedded broker: about
// 100,000 rows of version 1.
const DefaultInboxBytes = 8 << 20

const (
	frameSize    = 5                      // topic and retained flag, then the payload's length
	retainedFlag = 0x80                   // in the frame's first byte, above every Topic
	keepArena    = 512 << 10              // arenas up to this size are kept between bursts
	smallBatch   = 16 << 10               // a batch below this is worth waiting for
	gather       = 100 * time.Microsecond // some systems make a millisecond of it
	streaming    = 2 * time.Millisecond   // messages that follow each other so quickly are a stream
)

// NewInbox makes an inbox that holds up to maxBytes, twice: once being filled
// and once being read. 0 means [DefaultInboxBytes]. Memory is taken as needed
// and given back after a burst.
func NewInbox(maxBytes int) *Inbox {
	if maxBytes <= 0 {
		maxBytes = DefaultInboxBytes
	}
	in := &Inbox{max: maxBytes, wake: make(chan struct{}, 1)}
	in.room = sync.NewCond(&in.mu)
	return in
}

// Put copies a message into the inbox and reports whether it did: not once the
// inbox is closed. It waits while the inbox is full. A message larger than the
// whole inbox is taken when nothing else is in it.
func (in *Inbox) Put(t wire.Topic, payload []byte, retained bool) bool {
	head := byte(t)
	if retained {
		head |= retainedFlag
	}
	in.mu.Lock()
	for len(in.buf) > 0 && len(in.buf)+frameSize+len(payload) > in.max && !in.closed {
		in.blocked++
		in.room.Wait()
		in.blocked--
	}
	if in.closed {
		in.mu.Unlock()
		return false
	}
	in.buf = append(in.buf, head)
	in.buf = binary.LittleEndian.AppendUint32(in.buf, uint32(len(payload)))
	in.buf = append(in.buf, payload...)
	wake := in.waiting
	in.waiting = false
	in.mu.Unlock()
	if wake {
		in.signal()
	}
	return true
}

func (in *Inbox) signal() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// Take gives b all messages that are there, and waits at most wait for the
// first (0: not at all, negative: without end). It returns true with an empty
// batch when none came, and false when the inbox is closed and everything was
// taken. One goroutine takes. What the last batch gave is no longer valid.
func (in *Inbox) Take(b *Batch, wait time.Duration) bool {
	b.rest = nil
	in.mu.Lock()
	if len(in.buf) == 0 && !in.closed && wait != 0 {
		in.waiting = true
		in.mu.Unlock()
		in.sleep(wait)
		in.mu.Lock()
		in.waiting = false
	}
	if n := len(in.buf); n > 0 && n < smallBatch && in.blocked == 0 && !in.closed && wait != 0 && time.Since(in.last) < streaming {
		// Rows are streaming in, faster than they are worth a wake-up each:
		// let some more come. (Without it the way of a row takes half as long
		// again.)
		in.mu.Unlock()
		time.Sleep(gather)
		in.mu.Lock()
	}
	if len(in.buf) == 0 {
		closed := in.closed
		in.mu.Unlock()
		return !closed
	}
	empty := b.arena[:0]
	if cap(empty) > keepArena && len(b.arena) < cap(empty)/8 {
		empty = nil // after a burst the memory goes back
	}
	b.arena, in.buf = in.buf, empty
	if in.blocked > 0 {
		in.room.Broadcast()
	}
	in.mu.Unlock()
	in.last = time.Now()
	b.rest = b.arena
	return true
}

// sleep waits for a wake-up.
func (in *Inbox) sleep(wait time.Duration) {
	if wait < 0 {
		<-in.wake
		return
	}
	if in.timer == nil {
		in.timer = time.NewTimer(wait)
	} else {
		in.timer.Reset(wait)
	}
	select {
	case <-in.wake:
		in.timer.Stop()
	case <-in.timer.C:
	}
}

// Close ends the inbox: waiting Puts return, later ones do nothing, and Take
// returns false once it has given what is left.
func (in *Inbox) Close() {
	in.mu.Lock()
	in.closed = true
	in.room.Broadcast()
	in.mu.Unlock()
	in.signal()
}

// Batch is what one Take gave. Its zero value is ready for the first; using
// the same Batch again saves memory.
type Batch struct {
	arena, rest []byte
}

// Message is one message of a Batch.
type Message struct {
	Topic    wire.Topic
	Payload  []byte // valid until the next Take
	Retained bool   // the broker had kept it: it is old
}

// Next returns the batch's messages one after the other, then false.
func (b *Batch) Next() (Message, bool) {
	if len(b.rest) < frameSize {
		return Message{}, false
	}
	head := b.rest[0]
	n := int(binary.LittleEndian.Uint32(b.rest[1:frameSize]))
	end := frameSize + n
	m := Message{Topic: wire.Topic(head &^ retainedFlag), Payload: b.rest[frameSize:end:end], Retained: head&retainedFlag != 0}
	b.rest = b.rest[end:]
	return m, true
}
