package mqtt

import "testing"

// keepAlive of 40 s pings after 30 s; answers are due in 4 s.
func timed() Options {
	o := options(func(string) {})
	o.KeepAlive, o.Timeout = 40, 4000
	return o
}

// pollUntil polls each 100 ms from (not at) one time to another, and returns the
// time of the first error or of the first packet sent.
func pollUntil(t *testing.T, c *Client, m *memory, from, to int64) (at int64, sent string, err error) {
	t.Helper()
	for now := from + 100; now <= to; now += 100 {
		if err := c.Poll(now); err != nil {
			return now, m.takeOut(), err
		}
		if s := m.takeOut(); s != "" {
			return now, s, nil
		}
	}
	return to, "", nil
}

func TestPingsComeInTimeAndAreAnswered(t *testing.T) {
	c, m := up(t, timed())
	from := int64(0)
	for range 5 {
		at, sent, err := pollUntil(t, c, m, from, from+40_000)
		want(t, "error", err, nil)
		want(t, "sent", sent, "c000")
		want(t, "after", at-from, int64(30_000))
		from = at
		m.in = []byte{0xd0, 0}
		want(t, "answered", c.Poll(at), nil)
	}
}

func TestAMissingPingAnswerEndsTheConnection(t *testing.T) {
	c, m := up(t, timed())
	at, sent, _ := pollUntil(t, c, m, 0, 40_000)
	want(t, "sent", sent, "c000")
	m.in = unhex(t, "30 04 0001 'a' 'x'") // no other packet will do
	end, sent, err := pollUntil(t, c, m, at, at+20_000)
	want(t, "error", err, error(ErrNoAnswer))
	want(t, "after", end-at, int64(4000))
	want(t, "sent", sent, "")
	want(t, "closed", m.closed, 1)
}

func TestOneThatOnlySendsPingsToo(t *testing.T) {
	c, m := up(t, timed())
	for now := int64(0); now <= 30_000; now += 100 {
		want(t, "publish", c.Publish("a", nil), nil)
		want(t, "poll", c.Poll(now), nil)
	}
	want(t, "sent last", m.takeOut()[300*10:], "3003000161"+"c000")
}

func TestOneThatOnlyListensPingsToo(t *testing.T) {
	c, m := up(t, timed())
	for now := int64(0); now <= 30_000; now += 100 {
		m.in = unhex(t, "30 04 0001 'a' 'x'")
		want(t, "poll", c.Poll(now), nil)
	}
	want(t, "sent", m.takeOut(), "c000")
}

func TestBusyBothWaysNeedsNoPings(t *testing.T) {
	c, m := up(t, timed())
	for now := int64(0); now <= 300_000; now += 20_000 {
		m.in = unhex(t, "30 04 0001 'a' 'x'")
		want(t, "publish", c.Publish("a", nil), nil)
		want(t, "poll", c.Poll(now), nil)
		want(t, "sent", m.takeOut(), "3003000161")
	}
}

func TestNoKeepAliveNoPings(t *testing.T) {
	o := timed()
	o.KeepAlive = -1
	c, m := up(t, o)
	_, sent, err := pollUntil(t, c, m, 0, 1_000_000)
	want(t, "error", err, nil)
	want(t, "sent", sent, "")
}

func TestAnswersThatNeverCome(t *testing.T) {
	ask := map[string]func(c *Client) error{
		"message":     func(c *Client) error { _, err := c.Send(Message{Topic: "a", QoS: 1}); return err },
		"subscribe":   func(c *Client) error { _, err := c.Subscribe("a", 1); return err },
		"unsubscribe": func(c *Client) error { _, err := c.Unsubscribe("a"); return err },
	}
	for name, f := range ask {
		c, m := up(t, timed())
		want(t, name, f(c), nil)
		m.out = nil
		at, _, err := pollUntil(t, c, m, 0, 20_000)
		want(t, name, err, error(ErrNoAnswer))
		want(t, name+": after", at, int64(4000))
	}

	c, m := mustNew(t, timed()), &memory{}
	c.Reset(m)
	want(t, "connect", c.Connect(1000), nil)
	m.out = nil
	at, _, err := pollUntil(t, c, m, 1000, 20_000)
	want(t, "connect", err, error(ErrNoAnswer))
	want(t, "connect: after", at, int64(5000))
}

// TestOneThatSleptReadsFirst was away for an hour, with an answer waiting.
func TestOneThatSleptReadsFirst(t *testing.T) {
	c, m := up(t, timed())
	id, err := c.Send(Message{Topic: "a", QoS: 1})
	want(t, "send", err, nil)
	m.in, m.readMost = []byte{0x40, 2, 0, byte(id), 0xd0, 0}, 2
	now := int64(3_600_000)
	for ; len(m.in) > 0; now += 10 {
		want(t, "poll", c.Poll(now), nil)
	}
	want(t, "waiting", c.Waiting(id), false)
	m.in = []byte{0xd0, 0}
	want(t, "poll", c.Poll(now+10), nil)
}

func TestAClockThatIsSet(t *testing.T) {
	c, m := up(t, timed())
	for _, now := range []int64{1_800_000_000_000, 5, -7, 9, 1_800_000_000_000, 0} {
		want(t, "poll", c.Poll(now), nil)
		m.in = []byte{0xd0, 0}
		want(t, "poll", c.Poll(now), nil)
	}
	m.out = nil
	at, sent, err := pollUntil(t, c, m, 0, 40_000)
	want(t, "error", err, nil)
	want(t, "sent", sent, "c000")
	want(t, "after", at, int64(30_000))
}

func TestAPingWaitsForRoom(t *testing.T) {
	o := timed()
	o.Out = make([]byte, 32)
	c, m := up(t, o)
	m.writeN = make([]int, 1000)
	want(t, "publish", c.Publish("a", make([]byte, 27)), nil)
	for now := int64(0); now <= 33_900; now += 100 {
		want(t, "poll", c.Poll(now), nil)
	}
	m.writeN = nil
	want(t, "poll", c.Poll(33_950), nil)
	want(t, "sent", m.takeOut()[64:], "c000")

	c, m = up(t, o)
	m.writeN = make([]int, 1000)
	want(t, "publish", c.Publish("a", make([]byte, 27)), nil)
	at, _, err := pollUntil(t, c, m, 0, 60_000)
	want(t, "never any room", err, error(ErrNoAnswer))
	want(t, "after", at, int64(34_000))
}
