package mqtt

import (
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	long := strings.Repeat("x", 65536)
	cases := []struct {
		name   string
		change func(o *Options)
		want   error
	}{
		{"as they are", func(o *Options) {}, nil},
		{"short In", func(o *Options) { o.In = o.In[:31] }, ErrBuffers},
		{"short Out", func(o *Options) { o.Out = o.Out[:31] }, ErrBuffers},
		{"no id", func(o *Options) { o.ClientID = "" }, nil},
		{"no id, session kept", func(o *Options) { o.ClientID, o.KeepSession = "", true }, ErrClientID},
		{"id with NUL", func(o *Options) { o.ClientID = "a\x00" }, ErrClientID},
		{"id not UTF-8", func(o *Options) { o.ClientID = "a\xff" }, ErrClientID},
		{"long id", func(o *Options) { o.ClientID = long }, ErrClientID},
		{"password without user", func(o *Options) { o.Password = "x" }, ErrPassword},
		{"long password", func(o *Options) { o.User, o.Password = "ann", long }, ErrPassword},
		{"user not UTF-8", func(o *Options) { o.User = "\xff" }, ErrPassword},
		{"will to a wildcard", func(o *Options) { o.Will.Topic = "a/#" }, ErrWill},
		{"will of QoS 2", func(o *Options) { o.Will = Will{Topic: "a", QoS: 2} }, ErrWill},
		{"long will", func(o *Options) { o.Will = Will{Topic: "a", Payload: long} }, ErrWill},
		{"long keepalive", func(o *Options) { o.KeepAlive = 65536 }, ErrKeepAlive},
	}
	for _, k := range cases {
		o := options(nil)
		k.change(&o)
		_, err := New(o)
		want(t, k.name, err, k.want)
	}
}

func TestTopicsAndFilters(t *testing.T) {
	cases := []struct {
		text          string
		topic, filter bool
	}{
		{"a", true, true}, {"/", true, true}, {"a//b", true, true}, {"µ/°C", true, true}, {" ", true, true},
		{"", false, false}, {"a\x00", false, false}, {"\xff", false, false}, {"\xed\xa0\x80", false, false},
		{strings.Repeat("x", 65535), true, true}, {strings.Repeat("x", 65536), false, false},
		{"#", false, true}, {"a/#", false, true}, {"/#", false, true}, {"a#", false, false}, {"#/a", false, false}, {"a/#/b", false, false}, {"##", false, false},
		{"+", false, true}, {"+/a", false, true}, {"a/+/b", false, true}, {"a/+", false, true}, {"a+", false, false}, {"+a", false, false}, {"+/#", false, true}, {"++", false, false},
	}
	c, m := up(t, options(nil))
	for _, k := range cases {
		name := k.text[:min(len(k.text), 10)]
		err := c.Publish(k.text, nil)
		want(t, "publish to "+name, err == nil, k.topic)
		if err != nil {
			want(t, "publish to "+name, err, error(ErrTopic))
		}
		id, err := c.Subscribe(k.text, 0)
		want(t, "subscribe to "+name, err == nil, k.filter)
		if err != nil {
			want(t, "subscribe to "+name, err, error(ErrFilter))
		}
		c.Forget(id)
		want(t, "receive "+name, isTopicReceived([]byte(k.text[:min(len(k.text), 65535)])), k.topic || len(k.text) > 65535)
	}
	want(t, "closed", m.closed, 0)
}

func TestCallsInTheWrongState(t *testing.T) {
	c := mustNew(t, options(nil))
	calls := func(state string, poll error) {
		t.Helper()
		_, sub := c.Subscribe("a", 0)
		_, unsub := c.Unsubscribe("a")
		want(t, state+": publish", c.Publish("a", nil), error(ErrNotUp))
		want(t, state+": subscribe", sub, error(ErrNotUp))
		want(t, state+": unsubscribe", unsub, error(ErrNotUp))
		want(t, state+": poll", c.Poll(0), poll)
	}
	calls("new", ErrClosed)
	want(t, "connect", c.Connect(0), error(ErrNotReady))
	want(t, "disconnect", c.Disconnect(), nil)

	m := &memory{}
	c.Reset(m)
	want(t, "state", c.State().String(), "ready")
	calls("ready", ErrNotReady)
	want(t, "connect", c.Connect(0), nil)
	calls("connecting", nil)
	want(t, "connect again", c.Connect(0), error(ErrNotReady))
	want(t, "disconnect", c.Disconnect(), nil)
	calls("disconnected", ErrClosed)
	want(t, "closed", m.closed, 1)

	c.Reset(nil)
	want(t, "state", c.State(), Closed)
	calls("no connection", ErrClosed)

	var zero Client
	zero.Reset(&memory{})
	want(t, "a client that New did not make", zero.Connect(0), error(ErrNotReady))
}

func TestQoSBeyondOneIsNotSent(t *testing.T) {
	c, m := up(t, options(nil))
	_, err := c.Send(Message{Topic: "a", QoS: 2})
	want(t, "publish", err, error(ErrQoS))
	_, err = c.Subscribe("a", 2)
	want(t, "subscribe", err, error(ErrQoS))
	want(t, "sent", m.takeOut(), "")
}

// TestOneWriteAMessage is one TCP segment a message.
func TestOneWriteAMessage(t *testing.T) {
	c, m := up(t, options(nil))
	for range 10 {
		if err := c.Publish("hopla/data", []byte(`["solar", 0.025, 0.98, 0.15]`)); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "writes", m.writes, 10)
}

// address is a connection that looks where the bytes it is given come from.
type address struct {
	memory
	payload []byte
	direct  int
}

func (a *address) Write(p []byte) (int, error) {
	if len(p) > 0 && &p[0] == &a.payload[0] {
		a.direct += len(p)
	}
	return a.memory.Write(p)
}

func TestALongPayloadIsNotCopied(t *testing.T) {
	c, m := up(t, options(nil))
	payload := make([]byte, 100_000)
	a := &address{memory: *m, payload: payload}
	c.conn = a
	if err := c.Publish("a", payload); err != nil {
		t.Fatal(err)
	}
	want(t, "written from the caller's memory", a.direct, len(payload))
	want(t, "writes", a.writes, 2)
	want(t, "sent", a.takeOut(), "30a38d06"+"000161"+strings.Repeat("00", 100_000))
}

func TestShortWrites(t *testing.T) {
	payload := []byte("0123456789")
	message := "300d000161" + hex.EncodeToString(payload)
	cases := []struct {
		name   string
		writeN []int
		polls  int
	}{
		{"nothing taken", []int{0}, 1},
		{"a part taken", []int{4}, 1},
		{"a byte at each poll", []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 14},
	}
	for _, k := range cases {
		c, m := up(t, options(nil))
		m.writeN = k.writeN
		want(t, k.name+": publish", c.Publish("a", payload), nil)
		for range k.polls {
			want(t, k.name+": poll", c.Poll(0), nil)
		}
		want(t, k.name+": sent", m.takeOut(), message)
	}
}

// dribble takes one byte a Write and has no complaint.
type dribble struct{ memory }

func (d *dribble) Write(p []byte) (int, error) { return d.memory.Write(p[:min(1, len(p))]) }

func TestWritesOfOneByte(t *testing.T) {
	c, m := up(t, options(nil))
	d := &dribble{*m}
	c.conn = d
	payload := []byte(strings.Repeat("x", 200))
	want(t, "publish", c.Publish("a", payload), nil)
	want(t, "publish", c.Publish("b", nil), nil)
	want(t, "sent", d.takeOut(), "30cb01000161"+hex.EncodeToString(payload)+"3003000162")
}

func TestAConnectionThatTakesNothing(t *testing.T) {
	stalled := make([]int, 1000)
	c, m := up(t, options(nil))
	m.writeN = stalled
	n := 0
	var err error
	for err == nil {
		if err = c.Publish("a", []byte("0123456789")); err == nil {
			n++
		}
	}
	want(t, "error", err, error(ErrBusy))
	want(t, "messages held in 64 bytes", n, 4)
	want(t, "long message", c.Publish("a", make([]byte, 100)), error(ErrBusy))
	_, err = c.Send(Message{Topic: "a", Payload: make([]byte, 10), QoS: 1})
	want(t, "QoS 1", err, error(ErrBusy))
	want(t, "in flight", c.InFlight(), 0)

	m.writeN = nil
	want(t, "poll", c.Poll(0), nil)
	want(t, "sent", m.takeOut(), strings.Repeat("300d000161"+hex.EncodeToString([]byte("0123456789")), n))
	want(t, "publish", c.Publish("a", []byte("0123456789")), nil)
}

func TestAStallWithinALongPayload(t *testing.T) {
	payload := []byte(strings.Repeat("x", 300))
	whole := "30af02000161" + hex.EncodeToString(payload)

	c, m := up(t, options(nil))
	m.writeN = []int{-1, 250, 0} // the rest fits into Out
	want(t, "publish", c.Publish("a", payload), nil)
	want(t, "poll", c.Poll(0), nil)
	want(t, "sent", m.takeOut(), whole)

	c, m = up(t, options(nil))
	m.writeN = []int{-1, 100, 20, 100, 30} // slow, but it moves
	want(t, "publish", c.Publish("a", payload), nil)
	want(t, "sent", m.takeOut(), whole)

	c, m = up(t, options(nil))
	m.writeN = []int{-1, 100, 0}
	want(t, "publish", c.Publish("a", payload), error(ErrWrite))
	want(t, "state", c.State(), Closed)
	want(t, "poll", c.Poll(0), error(ErrWrite))
	want(t, "has a cause", c.Cause() != nil, true)
}

// broken breaks the contracts of io.Reader or io.Writer.
type broken struct {
	memory
	readN, writeN int
}

func (b *broken) Read([]byte) (int, error)  { return b.readN, nil }
func (b *broken) Write([]byte) (int, error) { return b.writeN, nil }

func TestBrokenConnections(t *testing.T) {
	for _, n := range []int{-1, 1000} {
		c, _ := up(t, options(nil))
		c.conn = &broken{readN: n}
		want(t, "read", c.Poll(0), error(ErrRead))
		c, _ = up(t, options(nil))
		c.conn = &broken{writeN: n}
		want(t, "write", c.Publish("a", nil), error(ErrWrite))
	}
}

func TestReadErrors(t *testing.T) {
	idle := errors.New("nothing now")
	cases := []struct {
		name string
		err  error
		want error
	}{
		{"nothing", nil, nil},
		{"timeout", timeout{}, nil},
		{"wrapped timeout", wrapped{wrapped{timeout{}}}, nil},
		{"the program's own", wrapped{idle}, nil},
		{"end", io.EOF, ErrEnded},
		{"broken", errCable, ErrRead},
	}
	for _, k := range cases {
		got := 0
		o := options(func(string) { got++ })
		o.Idle = func(err error) bool { return errors.Is(err, idle) }
		c, m := up(t, o)
		m.readErr = k.err
		want(t, k.name, c.Poll(0), k.want)
		if k.want == nil {
			m.in = unhex(t, "30 04 0001 'a' 'x'")
			want(t, k.name+": next", c.Poll(0), nil)
			want(t, k.name+": messages", got, 1)
		} else {
			want(t, k.name+": cause", c.Cause(), k.err)
		}
	}
}

// last gives its bytes and its error in one Read.
type last struct{ memory }

func (l *last) Read(p []byte) (int, error) { return copy(p, l.in), errCable }

func TestBytesThatComeWithAnErrorCount(t *testing.T) {
	got := 0
	c, _ := up(t, options(func(string) { got++ }))
	c.conn = &last{memory{in: unhex(t, "30 04 0001 'a' 'x'")}}
	want(t, "poll", c.Poll(0), error(ErrRead))
	want(t, "messages", got, 1)
}

func TestOneReadAPoll(t *testing.T) {
	got := 0
	c, m := up(t, options(func(string) { got++ }))
	m.in, m.readMost = unhex(t, strings.Repeat("30 04 0001 'a' 'x' ", 4)), 12
	want(t, "poll", c.Poll(0), nil)
	want(t, "messages", got, 2)
	want(t, "poll", c.Poll(0), nil)
	want(t, "messages", got, 4)
}

func TestLongMessagesAreReadPast(t *testing.T) {
	long := "32 e901 0003 'a/b' 0107 '" + strings.Repeat("z", 226) + "' "
	longTopic := "32 9601 0090 '" + strings.Repeat("t", 144) + "' 0203 'zz' "
	short := "30 04 0001 'a' 'x' "
	for _, most := range []int{0, 1, 7} {
		var log []string
		c, m := up(t, options(func(s string) { log = append(log, s) }))
		m.in, m.readMost = unhex(t, short+long+short+longTopic+short), most
		for len(m.in) > 0 {
			if err := c.Poll(0); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "handled", strings.Join(log, ", "), `message a "x", message a "x", message a "x"`)
		want(t, "skipped", c.Skipped(), uint32(2))
		want(t, "acknowledged", m.takeOut(), "40020107"+"40020203")
	}
}

func TestTheLongestMessageThatFits(t *testing.T) {
	for _, k := range []struct {
		bytes   string
		skipped uint32
	}{{"30 3e 0001 'a' '" + strings.Repeat("z", 59) + "'", 0}, {"30 3f 0001 'a' '" + strings.Repeat("z", 60) + "'", 1}} {
		got := uint32(0)
		c, m := up(t, options(func(string) { got++ }))
		m.in = unhex(t, k.bytes)
		for len(m.in) > 0 {
			want(t, "poll", c.Poll(0), nil)
		}
		want(t, "skipped", c.Skipped(), k.skipped)
		want(t, "handled", got, 1-k.skipped)
	}
}

// TestAcknowledgementsWait has no room for a PUBACK: nothing behind it is
// handled before it is sent.
func TestAcknowledgementsWait(t *testing.T) {
	var log []string
	c, m := up(t, options(func(s string) { log = append(log, s) }))
	for range 4 { // 60 bytes of 64
		m.writeN = []int{0}
		want(t, "publish", c.Publish("a", []byte("0123456789")), nil)
	}
	before := "300d000161" + hex.EncodeToString([]byte("0123456789"))
	m.in = unhex(t, strings.Repeat("32 06 0001 'a' 0007 'x' ", 30))
	m.writeN = make([]int, 1000)
	for i := range 20 {
		want(t, "poll", c.Poll(int64(i)), nil)
	}
	want(t, "handled", len(log), 2) // the first one's PUBACK fills Out, the second one's waits
	m.writeN = nil
	for len(m.in) > 0 {
		want(t, "poll", c.Poll(20), nil)
	}
	want(t, "poll", c.Poll(20), nil)
	want(t, "handled", len(log), 30)
	want(t, "sent", m.takeOut(), strings.Repeat(before, 4)+strings.Repeat("40020007", 30))
}

func TestInFlight(t *testing.T) {
	c, m := up(t, options(nil))
	var ids []uint16
	for range MaxInFlight {
		id, err := c.Send(Message{Topic: "a", QoS: 1})
		if err != nil || id == 0 || c.Waiting(id) != true {
			t.Fatal(id, err)
		}
		ids = append(ids, id)
	}
	m.out = nil
	_, err := c.Send(Message{Topic: "a", QoS: 1})
	want(t, "one more", err, error(ErrInFlight))
	_, err = c.Subscribe("a", 1)
	want(t, "one more", err, error(ErrInFlight))
	want(t, "sent", m.takeOut(), "")
	want(t, "QoS 0", c.Publish("a", nil), nil)

	m.in = []byte{0x40, 2, byte(ids[3] >> 8), byte(ids[3])}
	want(t, "poll", c.Poll(0), nil)
	want(t, "waiting", c.Waiting(ids[3]), false)
	want(t, "in flight", c.InFlight(), MaxInFlight-1)

	c.flight.last = 65535 // the next one is 0, which is none, then those in flight
	id, err := c.Send(Message{Topic: "a", QoS: 1})
	want(t, "id", id, ids[3])
	want(t, "error", err, nil)
	c.Forget(ids[0])
	want(t, "waiting", c.Waiting(ids[0]), false)
	want(t, "id 0", c.Waiting(0), false)
}

func TestMessagesAreRepeatedInANewConnection(t *testing.T) {
	c, m := up(t, options(nil))
	id, err := c.Send(Message{Topic: "a", QoS: 1})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := c.Subscribe("a", 0)
	if err != nil {
		t.Fatal(err)
	}
	m.ended = true
	want(t, "poll", c.Poll(0), error(ErrEnded))
	want(t, "waiting", c.Waiting(id), true)

	m = &memory{in: connackOK}
	c.Reset(m)
	want(t, "connect", c.Connect(0), nil)
	m.out = nil
	for now := int64(0); now < 100_000; now += 1000 { // no answer is owed to what was not sent here
		m.in = append(m.in, 0xd0, 0)
		if err := c.Poll(now); err != nil {
			t.Fatal(err)
		}
	}
	m.out = nil
	want(t, "message waits", c.Waiting(id), true)
	want(t, "subscription waits", c.Waiting(sub), false)
	_, err = c.Send(Message{Topic: "a", QoS: 1, ID: 99})
	want(t, "unknown id", err, error(ErrPacketID))
	again, err := c.Send(Message{Topic: "a", QoS: 1, ID: id})
	want(t, "error", err, nil)
	want(t, "id", again, id)
	want(t, "sent", m.takeOut(), "3a050001610001")
	m.in = []byte{0x40, 2, 0, 1}
	want(t, "poll", c.Poll(100_000), nil)
	want(t, "waiting", c.Waiting(id), false)
}

// TestTheHandlerMayDoWhatItLikes and the client stays whole.
func TestTheHandlerMayDoWhatItLikes(t *testing.T) {
	three := strings.Repeat("32 06 0001 'a' 0007 'x' ", 3)
	var c *Client
	var do func()
	handled := 0
	o := options(nil)
	o.OnMessage = func(topic, payload []byte, retained bool) { handled++; do() }
	start := func(f func()) *memory {
		var m *memory
		do, handled = f, 0
		c, m = up(t, o)
		m.in = unhex(t, three)
		return m
	}

	m := start(func() { want(t, "publish", c.Publish("b", nil), nil) })
	want(t, "poll", c.Poll(0), nil)
	want(t, "sent", m.takeOut(), strings.Repeat("3003000162"+"40020007", 3))

	start(func() { want(t, "poll within", c.Poll(0), error(ErrPolling)) })
	want(t, "poll", c.Poll(0), nil)
	want(t, "handled", handled, 3)

	m = start(func() { want(t, "disconnect", c.Disconnect(), nil) })
	want(t, "poll", c.Poll(0), error(ErrClosed))
	want(t, "handled", handled, 1)
	want(t, "sent", m.takeOut(), "e000")

	next := &memory{in: unhex(t, "20 02 0000 "+"30 04 0001 'a' 'x'")}
	m = start(func() {
		if handled == 1 {
			c.Reset(next)
			want(t, "connect", c.Connect(0), nil)
			want(t, "poll", c.Poll(0), nil)
		}
	})
	want(t, "poll", c.Poll(0), nil)
	want(t, "handled", handled, 2)
	want(t, "sent to the old one", m.takeOut(), "")
	want(t, "closed", m.closed, 1)
	want(t, "state", c.State(), Up)

	o.OnMessage = nil
	m = start(nil)
	want(t, "poll without a handler", c.Poll(0), nil)
	want(t, "sent", m.takeOut(), "400200074002000740020007")
}

func TestDisconnect(t *testing.T) {
	c, m := up(t, options(nil))
	m.writeN = []int{3}
	want(t, "publish", c.Publish("a", nil), nil)
	want(t, "disconnect", c.Disconnect(), nil)
	want(t, "sent", m.takeOut(), "3003000161"+"e000")
	want(t, "closed", m.closed, 1)
	want(t, "again", c.Disconnect(), nil)

	c, m = up(t, options(nil))
	m.writeN = []int{0, 0}
	want(t, "disconnect", c.Disconnect(), error(ErrWrite))
	want(t, "closed", m.closed, 1)
}

func TestErrorsAreSentences(t *testing.T) {
	seen := map[string]bool{}
	for e := ErrBuffers; e <= ErrQoS2; e++ {
		s := e.Error()
		if s == Error(0).Error() { // between the groups
			continue
		}
		if seen[s] || s[0] < 'a' || s[0] > 'z' || strings.HasSuffix(s, ".") {
			t.Errorf("%d: %q", e, s)
		}
		seen[s] = true
	}
	want(t, "errors", len(seen), 28)
	want(t, "errors.Is", errors.Is(error(ErrRead), ErrRead), true)
}
