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
	o, err := c.connection.Options()
	if err != nil {
		return nil, err
	}
	for _, w := range c.connection.Warnings {
		fmt.Fprintln(c.stderr, "plotclient:", w)
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
	o.Timeout = c.timeout
	dialing, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	v.conn, err = pahomqtt.Dial(dialing, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		if errors.Is(err, pahomqtt.ErrNotAllowed) {
			// plotserver's own broker serves one session and refuses others.
			err = &cmdline.Error{Text: err.Error(), Err: err,
				Hint: fmt.Sprintf("is %s the session that the server there was started with? name that one with -session", v.session)}
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
	payload := wire.AppendRequest(nil, t, r)
	send := func() error { return v.conn.Publish(string(wire.AppendTopic(nil, v.session, t)), payload) }
	if err := send(); err != nil {
		return wire.Reply{}, err
	}
	return v.wait(ctx, func(reply wire.Reply) bool { return reply.ID == r.ID }, send)
}

// answer waits for the answer to a command that was sent as version 1, which has
// no id: the next one about this command and series.
func (v *conversation) answer(ctx context.Context, t wire.Topic) (wire.Reply, error) {
	return v.wait(ctx, func(r wire.Reply) bool { return r.ID == "" && r.Command == t.String() }, nil)
}

// wait waits for the reply that is ours. Meanwhile it calls again, if there is
// one, now and then.
func (v *conversation) wait(ctx context.Context, ours func(wire.Reply) bool, again func() error) (wire.Reply, error) {
	timeout := time.NewTimer(v.timeout)
	defer timeout.Stop()
	repeat := time.NewTicker(repeatAfter)
	defer repeat.Stop()
	for {
		select {
		case r := <-v.replies:
			if !ours(r) {
				continue
			}
			if !r.OK {
				return r, fmt.Errorf("the plot server refused: %s", orCode(r))
			}
			return r, nil
		case <-repeat.C:
			if again != nil {
				again() // an error here is one more message lost, and it is tried again
			}
		case <-timeout.C:
			return wire.Reply{}, v.silence(v.timeout)
		case <-ctx.Done():
			return wire.Reply{}, errInterrupted
		}
	}
}

// silence is the error when nobody answered for so long.
func (v *conversation) silence(waited time.Duration) error {
	e := &cmdline.Error{
		Text: fmt.Sprintf("no plot server answered on session %s at %s within %v", v.session, v.place, waited),
		Hint: fmt.Sprintf("start one with plotserver -session %s, or name the session that yours was started with", v.session),
	}
	switch v.state() {
	case wire.StateOnline:
		e.Hint = "it is there but busy, or what was sent got lost; try again, or a longer --timeout"
	case wire.StateOffline:
		e.Text = fmt.Sprintf("the plot server of session %s at %s has ended", v.session, v.place)
		e.Hint = fmt.Sprintf("start it again with plotserver -session %s", v.session)
	}
	return e
}

// orCode is the reason of a refusal.
func orCode(r wire.Reply) string {
	if r.Error != "" {
		return r.Error
	}
	return string(r.Code)
}
