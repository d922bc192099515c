package link

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// Phase is where a connection to an outside broker stands.
type Phase uint8

// The phases, in the order a good day has them.
const (
	Connecting Phase = iota // the first attempt is under way
	Up                      // connected, and every topic is subscribed
	Down                    // lost or not reached; it goes on trying
)

// State is what Join reports for the terminal.
type State struct {
	Phase  Phase
	Broker string // host and port
	Again  bool   // Up: it was up before; the topics are subscribed again
	Err    error  // Down: why, in a sentence
}

// String is the state as a line for the terminal.
func (s State) String() string {
	switch {
	case s.Phase == Connecting:
		return "connecting to the broker at " + s.Broker
	case s.Phase == Up && s.Again:
		return "connected to the broker at " + s.Broker + " again, and subscribed again"
	case s.Phase == Up:
		return "connected to the broker at " + s.Broker + ", and subscribed"
	}
	return fmt.Sprintf("%v; trying again", s.Err)
}

// JoinOptions say which broker to join and for which session.
type JoinOptions struct {
	// Connection is how to reach the broker, at which QoS, and the last will.
	// Join sets its Subscribe, OnMessage, OnUp, OnDown, Retry and KeepSession.
	Connection pahomqtt.Options
	Session    string
	// Server is told what servers of the session say of themselves, this one
	// included; at each connection first what is retained, if anything is. It
	// must not wait. nil: nobody wants to know.
	Server func(wire.ServerState)
	// State is told each change, one at a time; a failure that repeats itself
	// is told once. It must not call the Link's Close.
	State func(State)
	// Lost is told about messages that Publish had accepted and that could
	// not be delivered. It must not wait.
	Lost func(topic string, err error)
}

// Join links the server to a broker elsewhere. It returns at once and connects
// in the background, for as long as it takes; an error is about the options.
//
// A remote broker throws QoS 0 messages away when they are not taken fast
// enough, so the inbox should be roomy: 32 MiB rather than the default.
func Join(o JoinOptions, in *Inbox) (Link, error) {
	if err := wire.CheckSession(o.Session); err != nil {
		return nil, err
	}
	u, err := pahomqtt.ParseBroker(o.Connection.Broker, o.Connection.Port)
	if err != nil {
		return nil, err
	}
	if o.State == nil {
		o.State = func(State) {}
	}
	if o.Lost == nil {
		o.Lost = func(string, error) {}
	}
	c := o.Connection
	c.Retry = true
	// What is published while only the server's own connection is down waits
	// at the broker; of QoS 0 nothing does.
	c.KeepSession = c.QoS > 0
	c.Subscribe = nil
	// Not session/#, which would bring back all that the server says itself.
	for t := wire.NoTopic + 1; t.Command(); t++ {
		c.Subscribe = append(c.Subscribe, string(wire.AppendTopic(nil, o.Session, t)))
	}
	if o.Server != nil {
		c.Subscribe = append(c.Subscribe, string(wire.AppendTopic(nil, o.Session, wire.TopicServer)))
	}
	c.OnMessage = func(topic string, payload []byte, retained bool) {
		switch t, ok := wire.ParseTopic(o.Session, topic); {
		case !ok:
		case t.Command():
			in.Put(t, payload, retained)
		case t == wire.TopicServer && o.Server != nil:
			if state, err := wire.ParseServerState(payload); err == nil {
				o.Server(state)
			}
		}
	}
	was, failure := false, "" // pahomqtt calls one of the two at a time
	c.OnUp = func() {
		o.State(State{Phase: Up, Broker: u.Host, Again: was})
		was, failure = true, ""
	}
	c.OnDown = func(err error) {
		if text := err.Error(); text != failure {
			failure = text
			o.State(State{Phase: Down, Broker: u.Host, Err: err})
		}
	}
	o.State(State{Phase: Connecting, Broker: u.Host})
	conn, err := pahomqtt.Dial(context.Background(), c)
	if err != nil {
		return nil, err
	}
	j := &joined{conn: conn, lost: o.Lost, done: make(chan struct{})}
	if c.QoS > 0 {
		j.out = make(chan outgoing, outgoingMax)
		go j.send()
	} else {
		close(j.done)
	}
	return j, nil
}

// joined is a Link to an outside broker. At QoS 0 it publishes right away; at
// QoS 1 and 2 a goroutine waits for the broker's word, so that the caller
// need not.
type joined struct {
	conn *pahomqtt.Conn
	lost func(string, error)

	mu     sync.Mutex
	closed bool
	out    chan outgoing // nil at QoS 0
	done   chan struct{} // closed when out is drained
}

type outgoing struct {
	topic   string
	payload []byte
	retain  bool
}

const (
	outgoingMax = 1024
	drainTime   = time.Second
)

func (j *joined) publish(m outgoing) error {
	if m.retain {
		return j.conn.PublishRetained(m.topic, m.payload)
	}
	return j.conn.Publish(m.topic, m.payload)
}

func (j *joined) Publish(topic string, payload []byte, retain bool) error {
	m := outgoing{topic, payload, retain}
	if j.out == nil || !j.conn.Up() {
		return j.publish(m)
	}
	m.payload = append([]byte(nil), payload...)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return pahomqtt.ErrClosed
	}
	select {
	case j.out <- m:
		return nil
	default:
		return fmt.Errorf("cannot publish to %q: the broker at %s is %d messages behind", topic, j.conn.Broker(), outgoingMax)
	}
}

func (j *joined) send() {
	defer close(j.done)
	for m := range j.out {
		if err := j.publish(m); err != nil && !errors.Is(err, pahomqtt.ErrClosed) {
			j.lost(m.topic, err)
		}
	}
}

func (j *joined) Close() error {
	j.mu.Lock()
	if !j.closed && j.out != nil {
		close(j.out)
	}
	j.closed = true
	j.mu.Unlock()
	select {
	case <-j.done:
	case <-time.After(drainTime):
	}
	return j.conn.Close()
}
