package pahomqtt

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// Conn is a connection to a broker that restores itself. Its methods may be
// called from several goroutines, also from the handlers in Options.
type Conn struct {
	o      Options
	u      *url.URL
	dial   dialer
	queue  *queue
	in     *inlet
	step   atomic.Int32 // of the attempt to connect
	sent   atomic.Int64 // bytes
	cancel context.CancelFunc
	done   chan struct{} // closed when run has returned

	up     atomic.Pointer[attached] // nil while down
	down   atomic.Pointer[error]    // why it is down, for those who publish
	closed atomic.Bool
	once   sync.Once
	err    error // Close's
}

var (
	// ErrClosed is returned by everything that is asked of a closed Conn.
	ErrClosed = errors.New("the connection to the broker is closed")
	// ErrNotAllowed is what errors are when a broker refused a subscription.
	ErrNotAllowed = errors.New("the broker does not allow it")
	// ErrDown is what errors are when nothing was sent because the connection
	// is down (errors.Is); what it failed of is their text.
	ErrDown = errors.New("there is no connection to the broker")
)

// downError says why there is no connection.
type downError struct{ reason error }

func (e downError) Error() string   { return e.reason.Error() }
func (e downError) Unwrap() []error { return []error{ErrDown, e.reason} }

const (
	firstWait  = 120 * time.Millisecond
	longWait   = 8 * time.Second // a quarter more with the random part
	steadyTime = 5 * time.Second // a connection that held so long was a good one
	flushTime  = 2 * time.Second
)

// How far an attempt to connect has come.
const (
	stepDialing int32 = iota
	stepGreeting
	stepSubscribing
)

// Dial connects to the broker of o, subscribes, and returns when both is
// acknowledged; with o.Retry it returns at once and goes on trying until the
// Conn is closed. ctx bounds the first attempt only. Errors about the network
// or the broker are of type *ConnectError.
func Dial(ctx context.Context, o Options) (*Conn, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	u, err := ParseBroker(o.Broker, o.Port)
	if err != nil {
		return nil, err
	}
	d, err := newDialer(u, o)
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.Background())
	c := &Conn{o: o, u: u, dial: d, queue: newQueue(), cancel: cancel, done: make(chan struct{})}
	c.in = &inlet{queue: c.queue, keep: o.KeepSession}
	var starting error = &ConnectError{Broker: u.Host, Text: fmt.Sprintf("the connection to the broker at %s is not up yet", u.Host)}
	c.down.Store(&starting)
	handle := o.OnMessage
	if handle == nil {
		handle = func(string, []byte, bool) {}
	}
	go c.queue.run(handle)
	first := make(chan error, 1)
	go c.run(running, first)
	if o.Retry {
		return c, nil
	}
	select {
	case err = <-first:
	case <-ctx.Done():
		err = c.givenUp(ctx.Err())
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// givenUp explains that the first attempt was ended by its context.
func (c *Conn) givenUp(err error) error {
	at := c.u.Host
	e := &ConnectError{Broker: at, Err: err, Text: fmt.Sprintf("cannot reach a broker at %s: %v", at, err)}
	if errors.Is(err, context.DeadlineExceeded) {
		switch c.step.Load() {
		case stepDialing:
			e.Text = unreached(at)
		case stepGreeting:
			e.Text = unanswered(at)
		case stepSubscribing:
			e.Text = unsubscribed(at)
		}
	}
	return e
}

// run keeps the connection up until the Conn is closed.
func (c *Conn) run(ctx context.Context, first chan<- error) {
	defer close(c.done)
	pause := firstWait
	for {
		a, err := c.attach(ctx)
		if err == nil {
			c.up.Store(a)
			since := time.Now()
			select {
			case first <- nil:
			default:
			}
			first = nil
			if c.o.OnUp != nil {
				c.o.OnUp()
			}
			err = a.wait(ctx)
			if ctx.Err() != nil {
				// Close says goodbye, unless the connection came up behind its back.
				if c.up.CompareAndSwap(a, nil) {
					c.part(a)
				}
				return
			}
			c.up.CompareAndSwap(a, nil)
			a.drop()
			// Two clients of one id throw each other out for as long as they
			// pause, so a good connection is one that held for longer: pause is
			// twice what it was then.
			if time.Since(since) >= min(pause, steadyTime) {
				pause = firstWait
			}
			err = lostFailure(c.u, err)
		}
		if ctx.Err() != nil {
			return
		}
		c.down.Store(&err)
		if first != nil && !c.o.Retry {
			first <- err
			return
		}
		if c.o.OnDown != nil {
			c.o.OnDown(err)
		}
		// The random part keeps many clients of one broker from coming back
		// all at once.
		select {
		case <-time.After(pause + rand.N(pause/4)):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, longWait)
	}
}

// Publish sends payload to topic at the QoS of the options. At QoS 0 it
// returns when the message is handed over for sending; at QoS 1 and 2 when
// the broker has acknowledged it. While the connection is down it returns an
// error at once (errors.Is ErrDown); nothing is kept for later. The payload
// may be reused.
func (c *Conn) Publish(topic string, payload []byte) error { return c.publish(topic, payload, false) }

// PublishRetained is Publish for a message that the broker keeps and gives to
// those who subscribe later.
func (c *Conn) PublishRetained(topic string, payload []byte) error {
	return c.publish(topic, payload, true)
}

func (c *Conn) publish(topic string, payload []byte, retain bool) error {
	if topic == "" || strings.ContainsAny(topic, "+#\x00") || !utf8.ValidString(topic) {
		return fmt.Errorf("cannot publish to %q: a topic is not empty and has no +, # or NUL", topic)
	}
	a := c.up.Load()
	if a == nil {
		return c.downErr()
	}
	var err error
	if c.o.QoS == 0 {
		err = a.stream.publish(topic, payload, retain)
	} else {
		qos := c.o.QoS
		if c.o.KeepSession {
			// At QoS 2 the broker would remember ids of connections that are
			// lost, and drop what a new one says under the same id.
			qos = min(qos, 1)
		}
		err = a.confirm(topic, qos, retain, payload, c.o.Timeout)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTooLong):
		return fmt.Errorf("cannot publish to %q: %w", topic, err)
	case errors.Is(err, errUnconfirmed):
		return fmt.Errorf("cannot tell whether a message to %q arrived: the broker at %s did not confirm it within %v", topic, c.u.Host, c.o.Timeout)
	case c.closed.Load():
		return ErrClosed
	}
	return downError{lostFailure(c.u, err)}
}

func (c *Conn) downErr() error {
	if c.closed.Load() {
		return ErrClosed
	}
	return downError{*c.down.Load()}
}

// Renew ends the connection, which is then restored as one that is lost: for those
// who know by other means that messages do not come through it.
func (c *Conn) Renew() {
	if a := c.up.Load(); a != nil {
		a.stream.fail(errDeaf)
	}
}

var errDeaf = errors.New("the broker takes messages and delivers none")

// Up reports whether the connection is up and subscribed.
func (c *Conn) Up() bool { return c.up.Load() != nil }

// Sent is how many bytes of MQTT have gone to the network since Dial, over all
// connections; what TLS or WebSocket add is not counted.
func (c *Conn) Sent() int64 { return c.sent.Load() }

// Broker is the host and port of the broker, for messages.
func (c *Conn) Broker() string { return c.u.Host }

// Close sends what was published, says goodbye and disconnects, within five
// seconds. The last will is not published. The error says that messages of
// QoS 0 may not have arrived.
func (c *Conn) Close() error {
	c.once.Do(func() {
		c.closed.Store(true)
		a := c.up.Swap(nil) // before run is told to end, which would take it too
		c.cancel()
		if a != nil {
			if err := c.part(a); err != nil {
				c.err = fmt.Errorf("cannot tell whether the last messages arrived: %w", lostFailure(c.u, err))
			}
		}
		c.queue.close()
	})
	return c.err
}
