package uplink

import (
	"errors"
	"io"

	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"
)

// ErrNoBroker is the What of a [Failure] when Options.Dial failed.
var ErrNoBroker = errors.New("cannot reach the broker")

// ErrDeaf is the What of a [Failure] when nothing at all came through the
// connection for most of a minute, though there was much to answer. Another one is
// made.
var ErrDeaf = errors.New("the broker takes messages and delivers none")

// errNoConnection is for a Dial that returns neither a connection nor an error.
var errNoConnection = errors.New("there is no connection and no reason")

// settled is for how many ms a connection has to stand before the next pause is a
// short one again: a broker that throws the client out at once must not be dialled
// over and over.
const settled = 10_000

// Link is one session's way to the plot server. Make it with [New].
type Link struct {
	o      Options
	client *mqtt.Client
	stream *plotclient.Stream
	topics [3]string

	clock, last int64 // ms since the first call without jumps back; the caller's now
	set         bool
	now         int64 // of the Poll that runs, for what arrives in it

	resting bool
	denied  bool
	joined  bool // all topics are subscribed, the stream knows of the connection

	subscribed int       // topics that were asked for in this connection
	asked      [3]uint16 // their packet ids

	joinedAt int64
	pause    int64
	failed   bool  // a pause is to begin at the next call
	failedAt int64 // when the dial began, or the connection ended
	dialAt   int64 // no dialling before
	failure  *Failure
}

// New makes a Link of a session. It dials nothing yet: that is Poll's work. All
// buffers in o are the Link's own from now on.
func New(session string, o Options) (*Link, error) {
	if err := o.check(session); err != nil {
		return nil, err
	}
	l := &Link{o: o}
	client, err := mqtt.New(mqtt.Options{
		ClientID: o.ClientID, User: o.User, Password: o.Password, Will: o.Will,
		KeepAlive: o.KeepAlive, Timeout: o.Timeout,
		In: o.In, Out: o.Out, Idle: o.Idle,
		OnMessage: l.receive,
	})
	if err != nil {
		return nil, err
	}
	l.client = client
	l.stream = plotclient.NewStream(client, session, o.Stream)
	l.topics = l.stream.Topics()
	return l, nil
}

// Stream is what rows and commands are given to. Its Poll, Close, Connected,
// Disconnected and Receive are the Link's to call.
func (l *Link) Stream() *plotclient.Stream { return l.stream }

// Failure is why there is no connection now, nil while there is one or while none
// was tried.
func (l *Link) Failure() *Failure { return l.failure }

// Skipped is how many messages were longer than Options.In, and so were read past.
func (l *Link) Skipped() uint32 { return l.client.Skipped() }

// Poll does what is due, and dials if there is no connection. Call it often, every
// few milliseconds while rows come in. now is the time in ms.
//
// An error tells what happened in this call, once: a *[Failure] that there is no
// connection (any more), plotclient.ErrSpill that rows could not be read. No row
// is lost by it, and there is nothing to be done but to go on calling Poll.
func (l *Link) Poll(now int64) error {
	l.tick(now)
	if !l.resting && l.client.State() == mqtt.Closed && l.clock >= l.dialAt {
		if err := l.dial(); err != nil {
			return err
		}
	}
	return l.tend()
}

// Tend is Poll without dialling, for while a measurement must not be held up.
func (l *Link) Tend(now int64) error {
	l.tick(now)
	return l.tend()
}

func (l *Link) tend() error {
	if l.client.State() == mqtt.Closed {
		return nil
	}
	err := l.client.Poll(l.now)
	switch {
	case l.resting: // since a reply came in
		return nil
	case err == mqtt.ErrRefused:
		return l.deny(err)
	case err != nil:
		return l.lost(err)
	}
	if !l.joined && !l.join() {
		return l.ended()
	}
	if err := l.stream.Poll(l.now); err != nil && l.client.State() != mqtt.Closed {
		if _, busy := err.(mqtt.Error); busy {
			return nil // the connection takes no more just now
		}
		return err
	}
	if l.stream.Deaf() {
		l.client.Reset(nil)
		return l.fail(&Failure{What: ErrDeaf})
	}
	return l.ended()
}

// ended looks for a connection that ended while something was sent.
func (l *Link) ended() error {
	if l.client.State() != mqtt.Closed {
		return nil
	}
	return l.lost(l.client.Poll(l.now)) // which says why
}

// dial makes a connection and begins to log in.
func (l *Link) dial() error {
	conn, err := l.o.Dial()
	if err == nil && conn == nil {
		err = errNoConnection
	}
	if err != nil {
		l.denied = false // whoever refused is not there any more
		return l.fail(&Failure{ErrNoBroker, err})
	}
	l.begin(conn)
	if err := l.client.Connect(l.now); err != nil {
		l.client.Reset(nil)
		return l.lost(err)
	}
	return nil
}

func (l *Link) begin(conn io.ReadWriteCloser) {
	l.client.Reset(conn)
	l.denied, l.joined, l.subscribed = false, false, 0
	l.asked = [3]uint16{}
}

// join subscribes, and tells the stream when the broker has granted everything:
// an answer before that would be missed.
func (l *Link) join() bool {
	if l.client.State() != mqtt.Up {
		return false
	}
	for l.subscribed < len(l.topics) {
		id, err := l.client.Subscribe(l.topics[l.subscribed], 0)
		if err != nil {
			return false // busy: at the next Poll
		}
		l.asked[l.subscribed] = id
		l.subscribed++
	}
	for _, id := range l.asked {
		if l.client.Waiting(id) {
			return false
		}
	}
	l.joined, l.joinedAt = true, l.clock
	l.failure = nil
	l.stream.Connected(l.now)
	return true
}

// lost takes the end of a connection.
func (l *Link) lost(why error) error {
	f := &Failure{why, l.client.Cause()}
	switch why {
	case mqtt.ErrVersion, mqtt.ErrIdentifier, mqtt.ErrLogin, mqtt.ErrNotAuthorized:
		return l.deny(why)
	}
	return l.fail(f)
}

// deny takes a refusal by the broker: it does not help to ask again soon.
func (l *Link) deny(why error) error {
	l.client.Reset(nil)
	l.denied = true
	l.pause = l.o.LongestPause
	return l.fail(&Failure{What: why})
}

// fail plans the next dial.
func (l *Link) fail(f *Failure) error {
	if l.joined {
		l.stream.Disconnected()
		if l.clock-l.joinedAt >= settled {
			l.pause = 0
		}
	}
	l.joined = false
	l.pause = min(max(2*l.pause, l.o.ShortestPause), l.o.LongestPause)
	l.failed, l.failedAt = true, l.clock
	l.dialAt = l.clock + 1 // Poll is still to learn how long the dial took
	l.failure = f
	return f
}

// Rest says goodbye to the broker and stays without a connection until Wake, for
// boards that switch their radio off. Rows wait in the ring meanwhile.
func (l *Link) Rest() {
	l.client.Disconnect() // an error means that it ended without goodbye
	if l.joined {
		l.stream.Disconnected()
	}
	l.joined, l.denied, l.resting = false, false, true
	l.failure = nil
}

// Wake ends a rest: the next Poll dials.
func (l *Link) Wake() {
	if l.resting {
		l.resting, l.failed, l.pause, l.dialAt = false, false, 0, l.clock
	}
}

// Close ends the measurement and the connection. It is true when all rows are
// safe and all commands are answered, or when Stream's CloseTime has passed since
// the first call; until then call it again, as Poll, whose work it does too.
// Stream().Pending() is then how many rows never reached the server. Afterwards
// the Link rests.
func (l *Link) Close(now int64) (done bool) {
	if l.stream.State() != plotclient.Idle {
		l.Wake()
		l.Poll(now) // what it has to say is in Failure
		if !l.stream.Close(now) {
			return false
		}
	}
	l.Rest()
	return true
}

// receive hands a message to the stream. The topic is turned into one of the
// three that are known, so that it costs no allocation.
func (l *Link) receive(topic, payload []byte, retained bool) {
	for i, t := range l.topics {
		if !same(topic, t) {
			continue
		}
		// Only what a server says of itself stays at the broker; other messages that
		// did are old.
		if !retained || i == 2 {
			l.stream.Receive(t, payload, l.now)
		}
		return
	}
}

// same compares without making a string, which would cost TinyGo an allocation.
func same(b []byte, text string) bool {
	if len(b) != len(text) {
		return false
	}
	for i := range b {
		if b[i] != text[i] {
			return false
		}
	}
	return true
}

// tick moves the Link's clock by as much as the caller's went forward, and begins
// the pause after a failure.
func (l *Link) tick(now int64) {
	if l.set && now > l.last {
		l.clock += now - l.last
	}
	l.last, l.now, l.set = now, now, true
	if l.failed {
		l.failed = false
		took := l.clock - l.failedAt
		l.dialAt = l.clock + l.vary(min(max(l.pause, took), l.o.LongestPause))
	}
}

// vary is from half of d to one and a half times d.
func (l *Link) vary(d int64) int64 { return d/2 + int64(l.o.Random()%uint64(d+1)) }
