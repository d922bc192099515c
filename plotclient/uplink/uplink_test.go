package uplink_test

import (
	"errors"
	"io"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/uplink/uplinktest"
	"iotplot/plotclient/wire"
)

// rig is a Link, a broker in memory and a clock that the test turns.
type rig struct {
	*uplink.Link
	t       *testing.T
	now     int64
	broker  *uplinktest.Broker
	dialled []int64 // when
	replies []wire.Reply
	errs    []error
	rows    int
}

// xorshift is random enough, and the same at each run (Marsaglia 2003, Xorshift
// RNGs).
func xorshift(seed uint64) func() uint64 {
	return func() uint64 {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return seed
	}
}

func newRig(t *testing.T, change func(o *uplink.Options)) *rig {
	t.Helper()
	r := &rig{t: t, now: 1_000, broker: &uplinktest.Broker{Server: &uplinktest.Server{Session: "hopla"}}}
	o := uplink.Options{
		Random: xorshift(1), ClientID: "esp32-1",
		In: make([]byte, 600), Out: make([]byte, 128),
		Stream: plotclient.StreamOptions{Ring: make([]byte, 4096), Buffer: make([]byte, 512), Units: []string{"s", "V"}},
	}
	o.Dial = func() (io.ReadWriteCloser, error) {
		r.dialled = append(r.dialled, r.now)
		return r.broker.Dial()
	}
	o.Stream.OnReply = func(_ int, reply wire.Reply) { r.replies = append(r.replies, reply) }
	if change != nil {
		change(&o)
	}
	link, err := uplink.New("hopla", o)
	if err != nil {
		t.Fatal(err)
	}
	r.Link = link
	r.must(link.Stream().Open(r.now, "solar", "t", "V"))
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// row gives the row 0, 0, then 1, 10, then 2, 20.
func (r *rig) row() {
	r.t.Helper()
	n := float64(r.rows)
	r.must(r.Stream().Row(r.now, n, 10*n))
	r.rows++
}

// poll lets ms pass, a poll each 10 ms.
func (r *rig) poll(ms int64) {
	for end := r.now + ms; r.now < end; {
		r.now += 10
		if err := r.Poll(r.now); err != nil {
			r.errs = append(r.errs, err)
		}
	}
}

// until polls until something is so.
func (r *rig) until(what string, so func() bool) {
	r.t.Helper()
	for n := 0; !so(); n++ {
		if n == 60_000 {
			r.t.Fatalf("%s did not come in ten minutes: the link is %v, %v", what, r.State(), r.Failure())
		}
		r.poll(10)
	}
}

func (r *rig) online() {
	r.t.Helper()
	r.until("a connection", func() bool { return r.State() == uplink.Online })
}

// finish closes, and compares what arrived with what was given.
func (r *rig) finish() {
	r.t.Helper()
	for !r.Close(r.now) {
		r.now += 10
	}
	if n := r.Stream().Pending(); n != 0 {
		r.t.Fatalf("%d rows are not safe", n)
	}
	run := r.broker.Server.Find("solar")
	if run == nil {
		r.t.Fatal("nothing arrived")
	}
	if len(run.Rows) != r.rows {
		r.t.Fatalf("%d rows arrived, %d were given", len(run.Rows), r.rows)
	}
	for i, row := range run.Rows {
		if len(row) != 2 || row[0] != float64(i) || row[1] != 10*row[0] {
			r.t.Fatalf("row %d arrived as %v", i, row)
		}
	}
	if n := r.broker.Connections(); n != 0 {
		r.t.Errorf("%d connections are open after the end", n)
	}
}

func TestRowsArrive(t *testing.T) {
	r := newRig(t, func(o *uplink.Options) {
		o.User, o.Password = "ann", "right"
		o.Will = mqtt.Will{Topic: "boards/1", Payload: "gone"}
	})
	r.broker.Password = "right"
	r.row() // before there is a connection
	r.online()
	for range 50 {
		r.row()
		r.poll(20)
	}
	save, err := r.Stream().Save(r.now, "")
	r.must(err)
	if save == 0 {
		t.Error("the command has no number")
	}
	r.until("the reply", func() bool { return len(r.replies) == 1 })
	if got := r.replies[0]; !got.OK || got.Rows != int64(r.rows) {
		t.Errorf("the reply is %+v", got)
	}
	r.finish()
	if run := r.broker.Server.Find("solar"); run.Units[1] != "V" || run.Again != 0 {
		t.Errorf("the run is %+v", run)
	}
	if r.broker.Goodbyes != 1 || len(r.broker.Wills) != 0 {
		t.Errorf("%d goodbyes and the wills %q, want one and none", r.broker.Goodbyes, r.broker.Wills)
	}
	if len(r.errs) != 0 {
		t.Errorf("there were errors: %v", r.errs)
	}
}

func TestLastWill(t *testing.T) {
	r := newRig(t, func(o *uplink.Options) { o.Will = mqtt.Will{Topic: "boards/1", Payload: "gone"} })
	r.online()
	r.broker.Cut()
	if len(r.broker.Wills) != 1 || r.broker.Wills[0] != "boards/1 gone" {
		t.Errorf("the wills are %q", r.broker.Wills)
	}
}

func TestOneByteAtATime(t *testing.T) {
	r := newRig(t, nil)
	r.broker.ReadMost = 1
	for range 20 {
		r.row()
	}
	r.finish()
}

// TestCutAtEveryByte cuts the first connection behind each byte that is sent in a
// short exchange.
func TestCutAtEveryByte(t *testing.T) {
	for n := 1; ; n++ {
		r := newRig(t, nil)
		r.broker.CutAfter = n
		for range 3 {
			r.row()
			r.poll(50)
		}
		_, err := r.Stream().Save(r.now, "")
		r.must(err)
		r.until("the reply", func() bool { return len(r.replies) == 1 })
		r.finish()
		if got := len(r.broker.Server.Commands); got != 1 {
			t.Fatalf("cut after %d bytes: the command was carried out %d times", n, got)
		}
		if r.broker.CutAfter != 0 {
			if n < 350 {
				t.Fatalf("the whole exchange takes %d bytes, which can't be", n)
			}
			break
		}
	}
}

func TestFailedDialsLoseNoRow(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Down = true
	for range 100 {
		r.row()
		r.poll(3_000)
	}
	if r.State() != uplink.Offline || !errors.Is(r.Failure(), uplinktest.ErrDown) || !errors.Is(r.Failure(), uplink.ErrNoBroker) {
		t.Errorf("the link is %v because of %v", r.State(), r.Failure())
	}
	if got := r.Failure().Error(); got != "cannot reach the broker: connection refused" {
		t.Errorf("the failure reads %q", got)
	}
	if len(r.errs) != len(r.dialled) {
		t.Errorf("%d errors of %d dials", len(r.errs), len(r.dialled))
	}
	// 5 minutes: pauses of 0.5, 1, 2, 4, 8 and 16 s, then of 30 s.
	if n := len(r.dialled); n < 10 || n > 25 {
		t.Errorf("%d dials in 5 minutes: %v", n, r.dialled)
	}
	for i := 1; i < len(r.dialled); i++ {
		pause, want := r.dialled[i]-r.dialled[i-1], min(int64(500)<<(i-1), 30_000)
		if pause < want/2 || pause > want*3/2+30 {
			t.Errorf("pause %d took %d ms, want %d, half more or less", i, pause, want)
		}
	}
	r.broker.Down = false
	r.online()
	if r.Failure() != nil {
		t.Errorf("online, and the failure is still %v", r.Failure())
	}
	r.finish()
}

// TestPausesVary: boards that lost the same broker don't come back all at once.
func TestPausesVary(t *testing.T) {
	second := map[int64]bool{}
	for seed := range 20 {
		r := newRig(t, func(o *uplink.Options) { o.Random = xorshift(uint64(seed + 1)) })
		r.broker.Down = true
		r.until("dials", func() bool { return len(r.dialled) == 6 })
		second[r.dialled[5]] = true
	}
	if len(second) < 15 {
		t.Errorf("20 boards dialled at %d different times only", len(second))
	}
}

// TestSlowDials: while a dial that fails takes long, at least half of the time is
// left for measuring.
func TestSlowDials(t *testing.T) {
	var r *rig
	spent := int64(0)
	r = newRig(t, func(o *uplink.Options) {
		o.Dial = func() (io.ReadWriteCloser, error) {
			spent += 8_000
			r.now += 8_000
			return nil, io.ErrUnexpectedEOF
		}
	})
	start := r.now
	r.poll(600_000)
	if all := r.now - start; spent > all*6/10 || spent < all/10 {
		t.Errorf("%d of %d ms went into dialling", spent, all)
	}
}

func TestDialWithoutAnything(t *testing.T) {
	r := newRig(t, func(o *uplink.Options) { o.Dial = func() (io.ReadWriteCloser, error) { return nil, nil } })
	r.poll(100)
	if len(r.errs) != 1 || r.State() != uplink.Offline {
		t.Errorf("the errors are %v, the state is %v", r.errs, r.State())
	}
}

func TestDenied(t *testing.T) {
	for name, c := range map[string]struct {
		deny  func(b *uplinktest.Broker)
		allow func(b *uplinktest.Broker)
		what  error
	}{
		"login": {func(b *uplinktest.Broker) { b.Password = "right" }, func(b *uplinktest.Broker) { b.Password = "" }, mqtt.ErrLogin},
		"topic": {func(b *uplinktest.Broker) { b.Forbid = "hopla/ack" }, func(b *uplinktest.Broker) { b.Forbid = "" }, mqtt.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			c.deny(r.broker)
			r.row()
			r.until("the refusal", func() bool { return r.State() == uplink.Denied })
			if !errors.Is(r.Failure(), c.what) {
				t.Errorf("the failure is %v", r.Failure())
			}
			r.poll(120_000)
			if n := len(r.dialled); n < 3 || n > 9 {
				t.Errorf("%d dials in 2 minutes, want few", n)
			}
			r.broker.Down = true
			r.until("its end", func() bool { return errors.Is(r.Failure(), uplink.ErrNoBroker) })
			if r.State() != uplink.Offline {
				t.Errorf("the link is %v without a broker", r.State())
			}
			r.broker.Down = false
			c.allow(r.broker)
			r.online()
			r.finish()
		})
	}
}

func TestSilentBroker(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Silent = true
	r.poll(1_000)
	if r.State() != uplink.Joining {
		t.Errorf("the link is %v, want joining", r.State())
	}
	r.until("the end of patience", func() bool { return len(r.errs) > 0 })
	if !errors.Is(r.errs[0], mqtt.ErrNoAnswer) {
		t.Errorf("the error is %v", r.errs[0])
	}
	r.broker.Silent = false
	r.row()
	r.finish()
}

// TestVanishedBroker: a connection that no longer carries anything is given up.
func TestVanishedBroker(t *testing.T) {
	r := newRig(t, nil)
	r.online()
	r.row()
	r.broker.Silent = true
	at := r.now
	r.until("its end", func() bool { return len(r.errs) > 0 })
	if took := r.now - at; took > 30_000 {
		t.Errorf("it took %d ms to notice", took)
	}
	r.broker.Silent = false
	r.finish()
}

func TestServerThatIsNotThere(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Server.Deaf = true
	r.row()
	r.poll(10_000)
	if r.State() != uplink.Waiting {
		t.Errorf("the link is %v, want waiting", r.State())
	}
	r.broker.Server.Deaf = false
	r.online()
	r.finish()
}

// TestNothingComesBack: a connection through which nothing comes back is given up
// now and then, since it may be the broker that has lost a subscription.
func TestNothingComesBack(t *testing.T) {
	r := newRig(t, nil)
	r.online()
	r.broker.Server.Deaf = true
	r.row()
	r.until("its end", func() bool { return len(r.errs) > 0 })
	if !errors.Is(r.errs[0], uplink.ErrDeaf) {
		t.Errorf("the error is %v", r.errs[0])
	}
	r.poll(600_000)
	if n := len(r.dialled); n < 8 || n > 30 {
		t.Errorf("%d dials in 10 minutes, want one in some 40 s", n)
	}
	r.broker.Server.Deaf = false
	r.online()
	r.finish()
}

func TestServerThatRefuses(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Server.Refuse = wire.CodeTooLarge
	r.row()
	r.until("the refusal", func() bool { return r.State() == uplink.Refused })
	if r.Stream().Reason() == "" {
		t.Error("there is no reason")
	}
	r.broker.Server.Refuse = ""
	r.online()
	r.finish()
}

// TestThrownOut: a broker that ends each connection at once is not dialled over
// and over.
func TestThrownOut(t *testing.T) {
	r := newRig(t, nil)
	r.row()
	for end := r.now + 300_000; r.now < end; {
		r.poll(50)
		if r.State() == uplink.Online {
			r.broker.Cut()
		}
	}
	if n := len(r.dialled); n < 8 || n > 25 {
		t.Errorf("%d dials in 5 minutes", n)
	}
	// One that stood for long is dialled again soon.
	r.online()
	r.poll(20_000)
	r.broker.Cut()
	at, before := r.now, len(r.dialled)
	r.until("a dial", func() bool { return len(r.dialled) > before })
	if took := r.now - at; took > 900 {
		t.Errorf("it is dialled again after %d ms", took)
	}
	r.finish()
}

func TestBrokerRestarts(t *testing.T) {
	r := newRig(t, nil)
	for range 20 {
		for range 10 {
			r.row()
			r.poll(100)
		}
		r.broker.Cut()
		r.broker.Down = true
		for range 10 {
			r.row()
			r.poll(100)
		}
		r.broker.Down = false
		r.until("room in the ring", func() bool { return r.Stream().Pending() < 100 })
	}
	r.finish()
}

func TestRestAndWake(t *testing.T) {
	r := newRig(t, nil)
	r.row()
	r.online()
	r.Rest()
	if r.State() != uplink.Resting || r.broker.Connections() != 0 || r.broker.Goodbyes != 1 {
		t.Errorf("the link is %v with %d connections and %d goodbyes", r.State(), r.broker.Connections(), r.broker.Goodbyes)
	}
	r.row()
	r.poll(60_000)
	if len(r.dialled) != 1 || r.State() != uplink.Resting {
		t.Errorf("%d dials, it is %v", len(r.dialled), r.State())
	}
	r.Wake()
	r.Wake()
	r.online()
	r.row()
	r.Rest()
	r.finish() // which wakes it
	if len(r.broker.Wills) != 0 || len(r.errs) != 0 {
		t.Errorf("the wills are %q, the errors %v", r.broker.Wills, r.errs)
	}
}

// TestRestWithinAReply is what a program does that sleeps as soon as it has its
// answer.
func TestRestWithinAReply(t *testing.T) {
	var r *rig
	r = newRig(t, func(o *uplink.Options) {
		o.Stream.OnReply = func(int, wire.Reply) { r.Rest() }
	})
	r.row()
	r.online()
	_, err := r.Stream().Save(r.now, "")
	r.must(err)
	r.until("rest", func() bool { return r.State() == uplink.Resting })
	r.poll(1000)
	if len(r.errs) != 0 || r.Failure() != nil || len(r.dialled) != 1 {
		t.Errorf("errors %v, failure %v, %d dials", r.errs, r.Failure(), len(r.dialled))
	}
	r.finish()
}

func TestTendDoesNotDial(t *testing.T) {
	r := newRig(t, nil)
	for range 100 {
		r.now += 10
		r.must(r.Tend(r.now))
	}
	if len(r.dialled) != 0 {
		t.Error("it dialled")
	}
	r.online()
	r.row()
	for range 100 {
		r.now += 10
		r.must(r.Tend(r.now))
	}
	if r.Stream().Pending() != 0 {
		t.Error("the row was not sent")
	}
	r.finish()
}

func TestClockThatIsSetBack(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Down = true
	r.row()
	r.poll(5_000)
	r.now -= 1_000_000
	r.broker.Down = false
	r.row()
	at := r.now
	r.online()
	if took := r.now - at; took > 20_000 {
		t.Errorf("it took %d ms to come back", took)
	}
	r.now -= 1_000_000
	r.row()
	r.poll(500)
	r.broker.Cut()
	r.row()
	r.finish()
}

// TestRetainedAnswersAreOld: what a broker kept of an earlier time is not taken
// for an answer.
func TestRetainedAnswersAreOld(t *testing.T) {
	r := newRig(t, nil)
	r.broker.Kept = map[string]string{
		"hopla/ack":   `["solar","` + r.Stream().Run() + `",7]`,
		"hopla/reply": `{"id":"` + r.Stream().Run() + `-o1","command":"new_series","ok":false,"code":"run_taken"}`,
	}
	run := r.Stream().Run()
	r.row()
	r.online()
	if r.Stream().Run() != run {
		t.Error("it took an old answer for one to it")
	}
	r.finish()
}

func TestOptions(t *testing.T) {
	good := func() uplink.Options {
		return uplink.Options{
			Dial:   func() (io.ReadWriteCloser, error) { return nil, io.EOF },
			Random: xorshift(1), In: make([]byte, 533), Out: make([]byte, 32),
			Stream: plotclient.StreamOptions{Ring: make([]byte, 256), Buffer: make([]byte, 256)},
		}
	}
	for name, c := range map[string]struct {
		session string
		change  func(o *uplink.Options)
		want    error
	}{
		"good":         {"hopla", func(o *uplink.Options) {}, nil},
		"session":      {"a/+", func(o *uplink.Options) {}, uplink.ErrSession},
		"no session":   {"", func(o *uplink.Options) {}, uplink.ErrSession},
		"dial":         {"hopla", func(o *uplink.Options) { o.Dial = nil }, uplink.ErrDial},
		"random":       {"hopla", func(o *uplink.Options) { o.Random = nil }, uplink.ErrRandom},
		"in":           {"hopla", func(o *uplink.Options) { o.In = o.In[:532] }, uplink.ErrIn},
		"out":          {"hopla", func(o *uplink.Options) { o.Out = o.Out[:31] }, mqtt.ErrBuffers},
		"password":     {"hopla", func(o *uplink.Options) { o.Password = "x" }, mqtt.ErrPassword},
		"will":         {"hopla", func(o *uplink.Options) { o.Will.Topic = "#" }, mqtt.ErrWill},
		"long session": {"alice/solar", func(o *uplink.Options) {}, uplink.ErrIn},
	} {
		o := good()
		c.change(&o)
		if _, err := uplink.New(c.session, o); err != c.want {
			t.Errorf("%s: the error is %v, want %v", name, err, c.want)
		}
	}
}

// TestMadeUpClientID: two boards whose random numbers are the same differ by their
// text.
func TestMadeUpClientID(t *testing.T) {
	ids := map[string]bool{}
	for _, client := range []string{"", "240ac4000001", "240ac4000002"} {
		for seed := range 2 {
			r := newRig(t, func(o *uplink.Options) {
				o.ClientID, o.Stream.Client, o.Random = "", client, xorshift(uint64(seed+1))
			})
			r.online()
			id := r.broker.Clients[0]
			if len(id) != 20 || id[:7] != "iotplot" {
				t.Errorf("the client id is %q", id)
			}
			ids[id] = true
		}
	}
	if len(ids) != 6 {
		t.Errorf("6 boards have %d client ids: %v", len(ids), ids)
	}
}

func TestStatesInWords(t *testing.T) {
	want := []string{"resting", "offline", "denied", "joining", "waiting", "refused", "online"}
	for i, w := range want {
		if got := uplink.State(i).String(); got != w {
			t.Errorf("state %d is %q, want %q", i, got, w)
		}
	}
}
