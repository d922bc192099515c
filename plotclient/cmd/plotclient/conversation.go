package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// repeatAfter is how long a command with an id waits before it is sent again: the
// server answers a repeated id without doing the work again (protocol, rule 6).
const repeatAfter = 2 * time.Second

// conversation is a connection on which the plot server's answers about one
// series can be waited for.
type conversation struct {
	session string
	place   string // the broker, for sentences
	series  string
	timeout time.Duration
	conn    *pahomqtt.Conn
	client  *plotclient.Client

	id  string // begins all ids, so that nobody else's are the same
	ids int

	// replies are the ones that may concern this program. They are dropped while
	// nobody takes them: the connection's handler must not wait.
	replies chan wire.Reply

	mu     sync.Mutex
	server wire.ServerState // as last announced, if ever
}

// converse connects to the broker, calls talk, and sees to it that what was sent
// has left when it returns.
func converse(ctx context.Context, c *call, series string, talk func(*conversation) error) error {
	v, err := begin(ctx, c, series)
	if err != nil {
		return err
	}
	err = talk(v)
	if closing := v.conn.Close(); err == nil {
		err = closing
	}
	return err
}

// begin connects to the broker and returns when answers can arrive: what is sent
// from then on has its answer heard.
func begin(ctx context.Context, c *call, series string) (*conversation, error) {
	o, err := c.options()
	if err != nil {
		return nil, err
	}
	v := &conversation{
		session: c.connection.Session,
		series:  series,
		timeout: c.timeout,
		id:      strings.ToLower(rand.Text()[:10]) + "-",
		replies: make(chan wire.Reply, 256),
	}
	topic := func(t wire.Topic) string { return string(wire.AppendTopic(nil, v.session, t)) }
	if !c.v1 {
		o.Subscribe = []string{topic(wire.TopicServer), topic(wire.TopicReply)}
	}
	o.OnMessage = v.receive
	dialing, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	v.conn, err = pahomqtt.Dial(dialing, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		if errors.Is(err, pahomqtt.ErrNotAllowed) {
			err = notAllowed(v.session, err)
		}
		return nil, err
	}
	v.place = v.conn.Broker()
	v.client = plotclient.New(v.conn, v.session)
	return v, nil
}

var errInterrupted = errors.New("interrupted before the server answered")

// receive is the connection's handler.
func (v *conversation) receive(topic string, payload []byte, retained bool) {
	t, ok := wire.ParseTopic(v.session, topic)
	switch {
	case !ok:
	case t == wire.TopicServer:
		if s, err := wire.ParseServerState(payload); err == nil {
			v.mu.Lock()
			v.server = s
			v.mu.Unlock()
		}
	case t == wire.TopicReply && !retained:
		r, err := wire.ParseReply(payload)
		if err != nil || r.ID == "" && !isCut(r.Series, v.series) || r.ID != "" && !strings.HasPrefix(r.ID, v.id) {
			return
		}
		select {
		case v.replies <- r:
		default:
		}
	}
}

// isCut reports whether name is what a reply names a series by: the name, or the
// beginning of one that is too long for a reply (protocol, rule 7).
func isCut(name, series string) bool {
	begin, cut := strings.CutSuffix(name, "…")
	return name == series || cut && strings.HasPrefix(series, begin)
}

func (v *conversation) state() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.server.State
}

// nextID is an id for a command.
func (v *conversation) nextID() string {
	v.ids++
	return fmt.Sprintf("%s%d", v.id, v.ids)
}

// request sends a save or a plot as version 2 and waits for its answer. A refusal
// is an error.
func (v *conversation) request(ctx context.Context, t wire.Topic, r wire.Request) (wire.Reply, error) {
	r.V2, r.ID = true, v.nextID()
	return v.ask(ctx, t, r.ID, wire.AppendRequest(nil, t, r))
}

// open starts a series and waits for the answer.
func (v *conversation) open(ctx context.Context, o wire.Opening) (wire.Reply, error) {
	o.V2, o.ID, o.Next = true, v.nextID(), -1
	return v.ask(ctx, wire.TopicNewSeries, o.ID, wire.AppendOpening(nil, o))
}

// ask sends a command, now and then again, until it is answered.
func (v *conversation) ask(ctx context.Context, t wire.Topic, id string, payload []byte) (wire.Reply, error) {
	topic := string(wire.AppendTopic(nil, v.session, t))
	if err := v.conn.Publish(topic, payload); err != nil {
		return wire.Reply{}, err
	}
	timeout := time.NewTimer(v.timeout)
	defer timeout.Stop()
	repeat := time.NewTicker(repeatAfter)
	defer repeat.Stop()
	for {
		select {
		case r := <-v.replies:
			if r.ID != id {
				continue
			}
			if !r.OK {
				return r, fmt.Errorf("the plot server refused: %s", orCode(r))
			}
			return r, nil
		case <-repeat.C:
			v.conn.Publish(topic, payload) // an error here is one more message lost, and it is tried again
		case <-timeout.C:
			return wire.Reply{}, v.silence(v.timeout)
		case <-ctx.Done():
			return wire.Reply{}, errInterrupted
		}
	}
}

// silence is the error when nobody answered for so long.
func (v *conversation) silence(waited time.Duration) error {
	return silence(v.session, v.place, v.state(), waited)
}

func silence(session, place, state string, waited time.Duration) *cmdline.Error {
	e := &cmdline.Error{
		Text: fmt.Sprintf("no plot server answered on session %s at %s within %v", session, place, waited),
		Hint: fmt.Sprintf("start one with plotserver -session %s, or name the session that yours was started with", session),
	}
	switch state {
	case wire.StateOnline:
		e.Hint = "it is there but busy, or what was sent got lost; try again, or a longer --timeout"
	case wire.StateOffline:
		e.Text = fmt.Sprintf("the plot server of session %s at %s has ended", session, place)
		e.Hint = fmt.Sprintf("start it again with plotserver -session %s", session)
	}
	return e
}

// notAllowed explains that a broker refused a subscription: plotserver's own broker
// serves one session and refuses others.
func notAllowed(session string, err error) error {
	return &cmdline.Error{Text: err.Error(), Err: err,
		Hint: fmt.Sprintf("is %s the session that the server there was started with? name that one with -session", session)}
}

// orCode is the reason of a refusal.
func orCode(r wire.Reply) string {
	if r.Error != "" {
		return r.Error
	}
	return string(r.Code)
}
