package hoststream

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// ErrClosed is returned by everything that is asked of a Stream after Close.
var ErrClosed = errors.New("the stream is closed")

// Stream sends the rows of one measurement. Its methods may be called from several
// goroutines; the rows of one of them keep their order.
type Stream struct {
	o     Options
	conn  *pahomqtt.Conn
	begin time.Time
	width int
	wake  chan struct{} // something is to be done
	done  chan struct{} // closed when run has returned

	mu      sync.Mutex
	staged  []float64 // rows given that run has not taken yet
	most    int       // values that may be staged
	alarm   int       // run is woken when so many are
	given   int64     // rows
	skips   []int64   // of them, those that there are not and that run has not taken yet
	inbox   []event
	orders  []*order
	status  Status
	changed chan struct{} // closed when staged has room again or the status changes; nil if nobody waits
	closing bool
	gone    bool // Close gave up

	run  atomic.Pointer[string] // the run, for those who must not wait for s.mu
	loop loop                   // of the goroutine that runs it
}

// Open begins a measurement and returns at once; the connection is made in the
// background, and again whenever it is lost. Rows can be given from now on. It
// fails where no connection would help: options that can't be, a certificate that
// can't be read.
func Open(o Options) (*Stream, error) {
	if o.Ring <= 0 {
		o.Ring = defaultRing
	}
	if o.CloseTime <= 0 {
		o.CloseTime = defaultCloseTime
	}
	s := &Stream{
		o: o, begin: time.Now(), width: len(o.Columns),
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	s.loop = loop{s: s, waiting: map[int]*order{}}
	s.loop.stream = plotclient.NewStream(&s.loop, o.Session, plotclient.StreamOptions{
		Ring: make([]byte, o.Ring), Buffer: make([]byte, bufferSize), Random: random,
		Units: o.Units, Meta: o.Meta, BatchTime: batchTime, AckTime: ackTime, Overflow: o.Overflow,
		CloseTime: plotclient.Forever / 2, // Close has its own bound
		OnReply:   s.loop.answer,
	})
	if err := s.loop.stream.Open(s.now(), o.Series, o.Columns...); err != nil {
		return nil, err
	}
	s.most = max(stageBytes/8/s.width, 16) * s.width
	s.staged, s.loop.spare = make([]float64, 0, s.most), make([]float64, 0, s.most)
	s.alarm = 1
	s.loop.name()
	s.status = Status{State: plotclient.Offline, Run: *s.run.Load()}
	s.wake <- struct{}{}
	if err := s.dial(); err != nil {
		return nil, err
	}
	go s.loop.run()
	return s, nil
}

// dial begins to connect.
func (s *Stream) dial() (err error) {
	c := s.o.Connection
	topics := s.loop.stream.Topics()
	c.Subscribe = append(slices.Clone(c.Subscribe), topics[:]...)
	c.Retry, c.QoS = true, 0
	c.OnMessage = func(topic string, payload []byte, retained bool) {
		switch handle := s.o.Connection.OnMessage; {
		case topic == topics[0] && s.others(payload):
		case slices.Contains(topics[:], topic):
			s.post(event{kind: message, topic: topic, payload: payload})
		case handle != nil:
			handle(topic, payload, retained)
		}
	}
	c.OnUp = func() {
		s.post(event{kind: up})
		if s.o.Connection.OnUp != nil {
			s.o.Connection.OnUp()
		}
	}
	c.OnDown = func(err error) {
		s.post(event{kind: down, err: err})
		if s.o.Connection.OnDown != nil {
			s.o.Connection.OnDown(err)
		}
	}
	s.conn, err = pahomqtt.Dial(context.Background(), c)
	return err
}

// others says whether an ack is about another measurement. In a session of many
// clients most are, and there is no need to wake up for them.
func (s *Stream) others(payload []byte) bool {
	a, err := wire.ParseAck(payload)
	return err != nil || a.Run != *s.run.Load()
}

// now is the stream's time, in ms of the monotonic clock.
func (s *Stream) now() int64 { return time.Since(s.begin).Milliseconds() }

func random() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return binary.NativeEndian.Uint64(b[:])
}

// Row gives a row: the values in the order of the columns, NaN being a gap in one
// of them. It returns at once while there is room in the ring. When there is none,
// it waits until ctx is done or there is again, unless Options.Overflow drops rows
// instead. With an error the row is not taken. It does not allocate.
func (s *Stream) Row(ctx context.Context, values ...float64) error {
	if len(values) != s.width {
		return plotclient.ErrRowWidth
	}
	s.mu.Lock()
	for len(s.staged) == s.most && !s.closing {
		if err := s.need(ctx, nil); err != nil {
			s.mu.Unlock()
			return err
		}
	}
	if s.closing {
		s.mu.Unlock()
		return ErrClosed
	}
	s.staged = append(s.staged, values...)
	s.given++
	alarm := len(s.staged) >= s.alarm
	if alarm {
		s.alarm = s.most + 1
	}
	s.mu.Unlock()
	if alarm {
		s.poke()
	}
	return nil
}

// need is await for something that only a server gives which takes the series.
func (s *Stream) need(ctx context.Context, timeout <-chan time.Time) error {
	if s.status.State == plotclient.Refused {
		return &RefusedError{Series: s.o.Series, Reason: s.status.Reason}
	}
	return s.await(ctx, timeout)
}

// Skip counts a row that there is not: a gap in the series. It returns at once.
func (s *Stream) Skip() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return ErrClosed
	}
	s.skips = append(s.skips, s.given)
	s.given++
	s.poke()
	return nil
}

// await waits for a change with s.mu held, which it gives up meanwhile.
func (s *Stream) await(ctx context.Context, timeout <-chan time.Time) error {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	changed := s.changed
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timeout:
		return errNoProgress
	}
}

var errNoProgress = errors.New("nothing moved for too long")

// change tells those who wait. s.mu is held.
func (s *Stream) change() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// poke wakes run.
func (s *Stream) poke() {
	select {
	case s.wake <- struct{}{}:
	default: // it is awake, and looks at everything before it sleeps again
	}
}

// event is something that comes from the connection.
type event struct {
	kind    eventKind
	topic   string
	payload []byte
	err     error
}

type eventKind uint8

const (
	message eventKind = iota
	up
	down
)

func (s *Stream) post(e event) {
	s.mu.Lock()
	s.inbox = append(s.inbox, e)
	s.mu.Unlock()
	s.poke()
}
