package plotclient_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// desk is a stream with a pencil in place of the network: what it publishes is
// written down, and the test says what the server answers.
type desk struct {
	*plotclient.Stream
	t       *testing.T
	now     int64
	sent    []string
	err     error
	replies []wire.Reply
}

func (d *desk) Publish(topic string, payload []byte) error {
	if d.err != nil {
		return d.err
	}
	if d.Stream != nil {
		payload = []byte(strings.ReplaceAll(string(payload), d.Run(), "RUN"))
	}
	d.sent = append(d.sent, strings.TrimPrefix(topic, "hopla/")+" "+string(payload))
	return nil
}

func newDesk(t *testing.T, o plotclient.StreamOptions) *desk {
	d := &desk{t: t}
	if o.Ring == nil {
		o.Ring = make([]byte, 16*8)
	}
	if o.Buffer == nil {
		o.Buffer = make([]byte, 300)
	}
	if o.Random == nil {
		o.Random = func() uint64 { return 0 }
	}
	o.OnReply = func(command int, r wire.Reply) { d.replies = append(d.replies, r) }
	if o.BatchTime == 0 {
		o.BatchTime = 1
	}
	d.Stream = plotclient.NewStream(d, "hopla", o)
	return d
}

// opened is a stream of columns t and v that the server has accepted.
func opened(t *testing.T, o plotclient.StreamOptions) *desk {
	t.Helper()
	d := newDesk(t, o)
	d.must(d.Open(d.now, "solar", "t", "v"))
	d.Connected(d.now)
	d.after(0, `new_series {"id":"RUN-o1","series":"solar","run":"RUN","next":0,"columns":["t","v"]}`)
	d.says("reply", `{"id":"RUN-o1","command":"new_series","ok":true,"rows":0}`)
	d.ack(0)
	d.after(0)
	if d.State() != plotclient.Sending {
		t.Fatalf("the stream is %v", d.State())
	}
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// row gives the row 0, 0, the row 1, 10 and so on.
func (d *desk) row() error {
	n := float64(d.Measured())
	return d.Row(d.now, n, 10*n)
}

func (d *desk) says(topic, payload string) {
	d.Receive("hopla/"+topic, []byte(strings.ReplaceAll(payload, "RUN", d.Run())), d.now)
}

func (d *desk) ack(n int) { d.says("ack", fmt.Sprintf(`["solar","RUN",%d]`, n)) }

// after lets ms pass, polls, and compares with what should have been sent.
func (d *desk) after(ms int64, want ...string) {
	d.t.Helper()
	d.now += ms
	d.sent = nil
	d.Poll(d.now)
	if strings.Join(d.sent, "\n") != strings.Join(want, "\n") {
		d.t.Fatalf("at %d ms sent\n%s\nwant\n%s", d.now, strings.Join(d.sent, "\n"), strings.Join(want, "\n"))
	}
}

func TestStreamMessages(t *testing.T) {
	d := newDesk(t, plotclient.StreamOptions{Elapsed: "ms", Units: []string{"V"}, Meta: map[string]any{"device": "esp32-1"}})
	d.now = 1_000_000
	d.must(d.Open(d.now, "solar", "U"))
	d.now += 20
	d.must(d.Row(d.now, 0.5)) // before there is a connection
	d.after(0)
	d.Connected(d.now)
	d.after(0, `new_series {"id":"RUN-o1","series":"solar","run":"RUN","next":0,"columns":["ms","U"],"units":["ms","V"],"meta":{"device":"esp32-1"}}`)
	d.ack(0)
	d.after(10) // the ack alone is no yes
	d.says("reply", `{"id":"RUN-o1","command":"new_series","ok":true}`)
	d.after(5, `rows ["solar","RUN",0,[20,0.5]]`)
	d.now -= 500_000 // a clock that is set
	d.must(d.Row(d.now, math.NaN()))
	d.now += 7
	d.must(d.Row(d.now, math.Inf(1)))
	d.after(1, `rows ["solar","RUN",1,[35,NaN],[42,Infinity]]`)
	if d.Pending() != 3 {
		t.Errorf("%d rows are pending, want 3", d.Pending())
	}
	d.ack(3)
	if d.Pending() != 0 || d.Durable() != 3 || d.Measured() != 3 || d.Lost() != 0 {
		t.Errorf("pending %d, durable %d, measured %d, lost %d", d.Pending(), d.Durable(), d.Measured(), d.Lost())
	}
}

func TestStreamCommands(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{BatchTime: 1000})
	d.must(d.row())
	d.now = 10
	n, err := d.Plot(d.now, plotclient.Title("A"), plotclient.Set("dpi", 300), plotclient.Filename("a.svg"))
	d.must(err)
	m, err := d.Save(d.now, "a.csv")
	d.must(err)
	plot := `plot_series {"id":"RUN-c10","series":"solar","run":"RUN","rows":1,"options":{"dpi":300,"filename":"a.svg","title":"A"}}`
	d.after(0, `rows ["solar","RUN",0,[0,0]]`, plot, `save_series {"id":"RUN-c11","series":"solar","run":"RUN","rows":1,"file":"a.csv"}`)
	if n == m || d.Waiting() != 2 {
		t.Errorf("commands %d and %d, %d waiting", n, m, d.Waiting())
	}
	d.ack(1)
	d.says("reply", `{"id":"RUN-c11","command":"save_series","ok":true,"rows":1,"files":["a.csv"]}`)
	d.after(1900)
	d.after(100, plot)
	d.says("reply", `{"id":"other-c10","command":"plot_series","ok":true}`)
	d.says("reply", `{"id":"RUN-c10","command":"plot_series","ok":false,"code":"bad_option","error":"no"}`)
	d.says("reply", `{"id":"RUN-c10","command":"plot_series","ok":false,"code":"bad_option","error":"no"}`)
	d.after(60_000)
	if len(d.replies) != 2 || !d.replies[0].OK || d.replies[1].Code != wire.CodeBadOption || d.Waiting() != 0 {
		t.Errorf("replies %+v, %d waiting", d.replies, d.Waiting())
	}
	// At most 8 wait; a ninth has to.
	for range 8 {
		_, err := d.Save(d.now, "")
		d.must(err)
	}
	if _, err := d.Save(d.now, ""); err != plotclient.ErrCommands {
		t.Errorf("a ninth command: %v", err)
	}
	if _, err := d.Plot(d.now, plotclient.Title(strings.Repeat("long ", 60))); err != plotclient.ErrCommands {
		t.Errorf("a tenth: %v", err)
	}
	// A server that does not know the run gets it again, then the command, and at
	// last is believed.
	d.replies = nil
	for i := 0; len(d.replies) == 0 && i < 50; i++ {
		d.now += 3000
		d.sent = nil
		d.Poll(d.now)
		for _, message := range d.sent {
			_, id, _ := strings.Cut(message, `"id":"`)
			id, _, _ = strings.Cut(id, `"`)
			if strings.HasPrefix(message, "new_series") {
				d.says("reply", `{"id":"`+id+`","command":"new_series","ok":true}`)
			} else {
				d.says("reply", `{"id":"`+id+`","command":"save_series","ok":false,"code":"unknown_run"}`)
			}
		}
	}
	if len(d.replies) == 0 || d.replies[0].Code != wire.CodeUnknownRun {
		t.Errorf("replies %+v", d.replies)
	}
}

func TestStreamOverflow(t *testing.T) {
	for _, c := range []struct {
		policy  plotclient.Overflow
		refused bool
		lost    int64
		want    string
	}{
		{plotclient.Block, true, 0, `rows ["solar","RUN",0,[0,0],[1,10],[2,20]]`},
		{plotclient.DropOldest, false, 3, `rows ["solar","RUN",0,3,[3,30],[4,40],[5,50]]`},
		{plotclient.DropNewest, false, 3, `rows ["solar","RUN",0,[0,0],[1,10],[2,20],3]`},
	} {
		d := opened(t, plotclient.StreamOptions{Ring: make([]byte, 4*16), Overflow: c.policy})
		for i := range 6 {
			err := d.row()
			if (err != nil) != (c.refused && i > 2) || err != nil && err != plotclient.ErrFull {
				t.Errorf("policy %d, row %d: %v", c.policy, i, err)
			}
		}
		d.after(100, c.want)
		if d.Lost() != c.lost {
			t.Errorf("policy %d: %d rows lost, want %d", c.policy, d.Lost(), c.lost)
		}
		d.ack(int(d.Measured()))
		d.must(d.row())
		n := d.Measured() - 1
		d.after(100, fmt.Sprintf(`rows ["solar","RUN",%d,[%d,%d]]`, n, n, 10*n))
	}
}

// TestStreamSkip counts rows that there are not, also when the ring is full.
func TestStreamSkip(t *testing.T) {
	d := newDesk(t, plotclient.StreamOptions{})
	if err := d.Skip(d.now); err != plotclient.ErrNotOpen {
		t.Errorf("before it is open: %v", err)
	}
	d = opened(t, plotclient.StreamOptions{})
	d.must(d.Skip(d.now))
	d.must(d.row())
	d.must(d.Skip(d.now))
	d.must(d.Skip(d.now))
	d.must(d.row())
	d.after(10, `rows ["solar","RUN",0,1,[1,10],2,[4,40]]`)
	d.must(d.Skip(d.now)) // what is not acknowledged goes again from here on
	d.after(10, `rows ["solar","RUN",5,1]`)
	d.ack(6)
	for d.row() == nil {
	}
	n := d.Measured()
	for range 100 {
		d.must(d.Skip(d.now))
	}
	if d.Measured() != n+100 || d.Lost() != 0 || d.Pending() != n+100-6 {
		t.Errorf("measured %d, lost %d, pending %d", d.Measured(), d.Lost(), d.Pending())
	}
	d.after(10, `rows ["solar","RUN",6,[6,60],[7,70],[8,80],[9,90],[10,100],[11,110],[12,120],100]`)
}

// TestStreamNaN gives a row whose first value has the bits of a gap.
func TestStreamNaN(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{})
	for _, bits := range []uint64{0xFFF8 << 48, 0xFFF8<<48 | 77, 0xFFFF<<48 | 1, 0x7FF0<<48 | 1} {
		d.must(d.Row(d.now, math.Float64frombits(bits), 1))
	}
	d.after(10, `rows ["solar","RUN",0,[NaN,1],[NaN,1],[NaN,1],[NaN,1]]`)
}

func TestStreamResends(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{})
	d.must(d.row())
	rows := `rows ["solar","RUN",0,[0,0]]`
	d.after(1, rows)
	// No round trip has been measured: a second, two, four; then the run is asked for.
	d.ack(0)
	d.after(990)
	d.ack(0)
	d.after(9, []string{}...)
	d.after(1, rows)
	d.ack(0)
	d.after(1999)
	d.after(1, rows)
	d.after(3999)
	if d.State() == plotclient.Stalled {
		t.Error("stalled after two tries")
	}
	d.after(1, rows)
	if d.State() != plotclient.Stalled {
		t.Errorf("after three tries the stream is %v", d.State())
	}
	d.after(7999)
	d.after(1, `new_series {"id":"RUN-o2","series":"solar","run":"RUN","next":1,"columns":["t","v"]}`)
	d.says("reply", `{"id":"RUN-o2","command":"new_series","ok":true,"rows":1}`)
	d.ack(1)
	d.after(10_000)
	if d.Pending() != 0 || d.State() != plotclient.Sending {
		t.Errorf("%d pending, %v", d.Pending(), d.State())
	}
	// A round trip of 150 ms is measured; an ack is waited for twice as long.
	d.must(d.row())
	d.after(1, `rows ["solar","RUN",1,[1,10]]`)
	d.now += 150
	d.ack(2)
	d.must(d.row())
	d.after(1, `rows ["solar","RUN",2,[2,20]]`)
	d.after(299)
	d.after(1, `rows ["solar","RUN",2,[2,20]]`)
	// The ack comes: it may be the first message's, whose trip then took 300 ms, of
	// which an eighth counts.
	d.ack(3)
	d.must(d.row())
	d.after(1, `rows ["solar","RUN",3,[3,30]]`)
	d.after(335)
	d.after(1, `rows ["solar","RUN",3,[3,30]]`)
}

// Waits for what was lost do not make later waits longer and longer.
func TestStreamLossDoesNotFeedItself(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{})
	longest := int64(0)
	for i := range 100 {
		d.must(d.row())
		lose := 0
		if i%2 == 1 {
			lose = 2
		}
		for began := d.now; ; {
			for d.sent = nil; len(d.sent) == 0; d.now++ {
				d.Poll(d.now)
			}
			if lose--; lose < 0 {
				d.now += 20
				d.ack(i + 1)
				longest = max(longest, d.now-began)
				break
			}
		}
	}
	if longest > 1500 { // a first second, when no trip was measured
		t.Errorf("with every second row sent three times, one took %d ms", longest)
	}
}

func TestStreamAckTime(t *testing.T) {
	for _, c := range []struct{ ask, want int64 }{{0, 200}, {50, 200}, {700, 700}, {1 << 40, 10_000}} {
		d := opened(t, plotclient.StreamOptions{AckTime: c.ask})
		d.must(d.row())
		d.after(1, `rows ["solar","RUN",0,[0,0]]`)
		d.now++
		d.ack(1) // a round trip of 1 ms is measured
		d.must(d.row())
		d.after(1, `rows ["solar","RUN",1,[1,10]]`)
		d.after(c.want - 1)
		d.after(1, `rows ["solar","RUN",1,[1,10]]`)
	}
}

func TestStreamOpensAgain(t *testing.T) {
	again := `new_series {"id":"RUN-o2","series":"solar","run":"RUN","next":2,"columns":["t","v"]}`
	for _, c := range []struct {
		name string
		do   func(d *desk)
	}{
		{"reconnected", func(d *desk) { d.Disconnected(); d.Connected(d.now) }},
		{"unknown run", func(d *desk) {
			d.says("reply", `{"command":"rows","series":"solar","run":"RUN","ok":false,"code":"unknown_run"}`)
		}},
		{"another server", func(d *desk) {
			d.says("server", `{"state":"online","instance":"a"}`)
			d.after(0)
			d.says("server", `{"state":"online","instance":"b"}`)
		}},
		{"the same server again", func(d *desk) {
			d.says("server", `{"state":"online","instance":"a"}`)
			d.says("server", `{"state":"offline","instance":"a"}`)
			if d.State() != plotclient.Stalled {
				t.Errorf("without a server the stream is %v", d.State())
			}
			d.after(0)
			d.says("server", `{"state":"online","instance":"a"}`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := opened(t, plotclient.StreamOptions{})
			d.must(d.row())
			d.must(d.row())
			d.after(10, `rows ["solar","RUN",0,[0,0],[1,10]]`)
			d.ack(1)
			c.do(d)
			d.after(0, again)
			d.says("reply", `{"id":"RUN-o2","command":"new_series","ok":true}`)
			d.after(1, `rows ["solar","RUN",1,[1,10]]`)
			// It has lost the row that it had.
			d.ack(0)
			d.after(1, `rows ["solar","RUN",0,1,[1,10]]`)
			d.ack(2)
			if d.Pending() != 0 || d.Lost() != 1 {
				t.Errorf("%d pending, %d lost", d.Pending(), d.Lost())
			}
		})
	}
}

func TestStreamRunTaken(t *testing.T) {
	d := newDesk(t, plotclient.StreamOptions{})
	d.must(d.Open(0, "solar", "t", "v"))
	d.Connected(0)
	seen := map[string]bool{}
	opening := `new_series {"id":"RUN-o1","series":"solar","run":"RUN","next":0,"columns":["t","v"]}`
	for range 20 { // the random source always says 0
		if d.Measured() < 7 {
			d.must(d.row())
		}
		d.after(0, opening)
		if seen[d.Run()] {
			t.Fatalf("the run %s is drawn twice", d.Run())
		}
		seen[d.Run()] = true
		if len(seen)%2 == 0 {
			d.says("reply", `{"id":"RUN-o1","command":"new_series","ok":false,"code":"run_taken"}`)
		} else {
			d.ack(5) // somebody else's rows
		}
		if len(seen) == 14 {
			break
		}
	}
	d.after(0, opening)
	d.says("reply", `{"id":"RUN-o1","command":"new_series","ok":true}`)
	d.ack(0)
	d.after(1, `rows ["solar","RUN",0,[0,0],[1,10],[2,20],[3,30],[4,40],[5,50],[6,60]]`)
	// Rows appear in the run that this stream did not send: it leaves.
	run := d.Run()
	d.ack(8)
	if d.Run() == run {
		t.Error("the stream stays in a run that somebody else uses")
	}
	d.after(1, opening)
}

func TestStreamRefused(t *testing.T) {
	d := newDesk(t, plotclient.StreamOptions{})
	d.must(d.Open(0, "solar", "t", "v"))
	d.Connected(0)
	d.now = 1
	d.Poll(d.now)
	d.says("reply", `{"id":"RUN-o1","command":"new_series","ok":false,"code":"too_large","error":"too many series"}`)
	if d.State() != plotclient.Refused || d.Reason() != "too many series" {
		t.Errorf("the stream is %v: %q", d.State(), d.Reason())
	}
	d.after(9999)
	d.after(1, `new_series {"id":"RUN-o2","series":"solar","run":"RUN","next":0,"columns":["t","v"]}`)
	d.says("reply", `{"id":"RUN-o2","command":"new_series","ok":true}`)
	d.ack(0)
	if d.State() != plotclient.Sending || d.Reason() != "" {
		t.Errorf("the stream is %v: %q", d.State(), d.Reason())
	}
}

func TestStreamBadRows(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{})
	for range 3 {
		d.must(d.row())
	}
	d.after(10, `rows ["solar","RUN",0,[0,0],[1,10],[2,20]]`)
	bad := `{"command":"rows","series":"solar","run":"RUN","ok":false,"first":0,"code":"bad_rows"}`
	d.says("reply", bad)
	d.after(0, `rows ["solar","RUN",0,[0,0]]`)
	d.ack(1)
	one := `rows ["solar","RUN",1,[1,10]]`
	d.after(0, one)
	bad = strings.Replace(bad, `"first":0`, `"first":1`, 1)
	for range 2 {
		d.says("reply", bad)
		d.says("reply", bad) // an echo
		d.after(0)
		d.after(5000, one)
	}
	d.says("reply", bad)
	d.after(5000, `rows ["solar","RUN",1,1]`)
	d.ack(2)
	d.after(0, `rows ["solar","RUN",2,[2,20]]`)
	d.ack(3)
	if d.Lost() != 1 || d.Pending() != 0 {
		t.Errorf("%d lost, %d pending", d.Lost(), d.Pending())
	}
}

func TestStreamLimits(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{Ring: make([]byte, 100*16), Buffer: make([]byte, 2000)})
	d.says("server", `{"state":"online","instance":"a","limits":{"payload":200,"columns":4,"name":10,"series":1,"runs":1}}`)
	for range 50 {
		d.must(d.row())
	}
	for range 3 {
		d.now += 10
		d.Poll(d.now)
	}
	for _, m := range d.sent {
		if len(m)-len("rows RUN")+len(d.Run()) > 200 {
			t.Errorf("%d bytes: %s", len(m), m)
		}
	}
	if len(d.sent) < 3 {
		t.Errorf("%d messages", len(d.sent))
	}
}

func TestStreamClose(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{BatchTime: 1 << 40, CloseTime: 5000})
	d.must(d.row())
	d.after(1000)
	_, err := d.Save(d.now, "")
	d.must(err)
	d.sent = nil
	if d.Close(d.now) {
		t.Error("closed with a row on its way")
	}
	if len(d.sent) != 2 {
		t.Errorf("sent %q, want a row and a command", d.sent)
	}
	if err := d.row(); err != plotclient.ErrNotOpen {
		t.Errorf("a row after Close: %v", err)
	}
	if err := d.Open(d.now, "solar", "t"); err != plotclient.ErrOpen {
		t.Errorf("opened while closing: %v", err)
	}
	d.ack(1)
	d.now += 4999
	if d.Close(d.now) {
		t.Error("closed with a command on its way")
	}
	d.now++
	if !d.Close(d.now) || d.State() != plotclient.Idle {
		t.Error("not closed when its time is up")
	}
	if len(d.replies) != 1 || d.replies[0].OK {
		t.Errorf("replies %+v", d.replies)
	}
	run := d.Run()
	d.must(d.Open(d.now, "solar", "t", "v"))
	if d.Run() == run || d.Measured() != 0 || d.Pending() != 0 {
		t.Errorf("a new measurement has run %s, %d rows", d.Run(), d.Measured())
	}
}

func TestStreamPublishFails(t *testing.T) {
	d := opened(t, plotclient.StreamOptions{})
	d.must(d.row())
	d.err = errors.New("down")
	d.now += 10
	if err := d.Poll(d.now); err != d.err {
		t.Errorf("error %v", err)
	}
	d.err = nil
	d.after(9) // not at once
	d.after(1, `rows ["solar","RUN",0,[0,0]]`)
}

func TestStreamRefusesWhatCannotWork(t *testing.T) {
	random := func() uint64 { return 1 }
	good := plotclient.StreamOptions{Ring: make([]byte, 64), Buffer: make([]byte, 300), Random: random}
	for _, c := range []struct {
		name    string
		change  func(o *plotclient.StreamOptions)
		session string
		series  string
		columns []string
		want    error
	}{
		{"good", func(o *plotclient.StreamOptions) {}, "hopla", "s", []string{"a", "b"}, nil},
		{"session", func(o *plotclient.StreamOptions) {}, "hop+la", "s", []string{"a"}, plotclient.ErrSession},
		{"random", func(o *plotclient.StreamOptions) { o.Random = nil }, "hopla", "s", []string{"a"}, plotclient.ErrRandom},
		{"ring", func(o *plotclient.StreamOptions) { o.Ring = o.Ring[:63] }, "hopla", "s", []string{"a", "b"}, plotclient.ErrRing},
		{"buffer", func(o *plotclient.StreamOptions) { o.Buffer = make([]byte, 60) }, "hopla", "s", []string{"a"}, plotclient.ErrBuffer},
		{"meta", func(o *plotclient.StreamOptions) { o.Meta = map[string]any{"a": strings.Repeat("b", 300)} }, "hopla", "s", []string{"a"}, plotclient.ErrBuffer},
		{"series", func(o *plotclient.StreamOptions) {}, "hopla", "", []string{"a"}, plotclient.ErrNoSeries},
		{"columns", func(o *plotclient.StreamOptions) {}, "hopla", "s", nil, plotclient.ErrNoColumns},
	} {
		o := good
		c.change(&o)
		s := plotclient.NewStream(&nowhere{}, c.session, o)
		if err := s.Row(0, 1); err != plotclient.ErrNotOpen {
			t.Errorf("%s: a row before Open: %v", c.name, err)
		}
		if err := s.Open(0, c.series, c.columns...); err != c.want {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if _, err := s.Save(0, ""); (err == nil) != (c.want == nil) {
			t.Errorf("%s: save: %v", c.name, err)
		}
	}
	d := opened(t, plotclient.StreamOptions{})
	for _, row := range [][]float64{nil, {1}, {1, 2, 3}} {
		if err := d.Row(0, row...); err != plotclient.ErrRowWidth {
			t.Errorf("row %v: %v", row, err)
		}
	}
	if _, err := d.Plot(0, plotclient.Title(strings.Repeat("long ", 60))); err != plotclient.ErrBuffer {
		t.Errorf("a long command: %v", err)
	}
	if d.Measured() != 0 || d.Waiting() != 0 {
		t.Errorf("%d rows, %d commands", d.Measured(), d.Waiting())
	}
}

// FuzzStreamReceive gives a stream messages of any content: it goes on, counts
// rightly, and never sends more than its buffer holds.
func FuzzStreamReceive(f *testing.F) {
	for _, m := range []string{`["solar","RUN",1]`, `["solar","RUN",9223372036854775807]`, `{"id":"RUN-o2","command":"new_series","ok":true}`,
		`{"command":"rows","run":"RUN","ok":false,"code":"bad_rows","first":0}`, `{"command":"rows","run":"RUN","ok":false,"code":"too_large"}`,
		`{"state":"online","instance":"x","limits":{"payload":1}}`, `{"id":"RUN-c1","ok":true}`, `[`, ``} {
		for topic := range byte(3) {
			f.Add(topic, m, uint8(3))
		}
	}
	topics := []string{"ack", "reply", "server"}
	f.Fuzz(func(t *testing.T, topic byte, payload string, rows uint8) {
		d := opened(t, plotclient.StreamOptions{})
		for range rows % 8 {
			d.must(d.row())
		}
		if _, err := d.Save(d.now, "a"); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			d.now += 300
			d.Poll(d.now)
			d.says(topics[topic%3], payload)
		}
		d.sent = nil
		d.now += 20_000
		d.Poll(d.now)
		if d.Durable() < 0 || d.Durable() > d.Measured() || d.Measured() != int64(rows%8) || d.Lost() > d.Measured() {
			t.Errorf("durable %d, measured %d, lost %d", d.Durable(), d.Measured(), d.Lost())
		}
		for _, m := range d.sent {
			if len(m) > 300+len("save_series ") {
				t.Errorf("%d bytes: %s", len(m), m)
			}
		}
	})
}

// A board's loop. Package mqtt has a connection for boards; here the server's
// answers are made up, and the time.
func ExampleStream() {
	conn := printer{} // publishes, and gives what comes in to Receive
	var seed uint64 = 1
	stream := plotclient.NewStream(conn, "hopla", plotclient.StreamOptions{
		Ring:     make([]byte, 32<<10), // 1,365 rows of 3 values
		Buffer:   make([]byte, 1<<10),
		Random:   func() uint64 { seed = seed*6364136223846793005 + 1442695040888963407; return seed },
		Client:   "aabbccddeeff", // the chip's address
		Elapsed:  "t",
		Units:    []string{"V", "A"},
		Overflow: plotclient.DropOldest,
		OnReply:  func(command int, r wire.Reply) { fmt.Println("reply:", r.OK, r.Rows, r.Files) },
	})
	if err := stream.Open(0, "solar", "U", "I"); err != nil {
		fmt.Println(err)
		return
	}
	stream.Connected(0) // after subscribing to stream.Topics
	for now := int64(0); now < 300; now += 50 {
		if err := stream.Row(now, 0.5+float64(now)/1000, 0.031); err != nil {
			fmt.Println(err)
		}
		stream.Poll(now) // an error is the connection's; the rows wait
		if now == 50 {
			stream.Receive("hopla/reply", []byte(`{"id":"`+stream.Run()+`-o1","command":"new_series","ok":true,"rows":0}`), now)
			stream.Receive("hopla/ack", []byte(`["solar","`+stream.Run()+`",0]`), now)
		}
	}
	stream.Plot(300, plotclient.Title("Solar cell"))
	for now := int64(300); !stream.Close(now); now += 10 {
		if now == 320 {
			stream.Receive("hopla/ack", []byte(`["solar","`+stream.Run()+`",6]`), now)
			stream.Receive("hopla/reply", []byte(`{"id":"`+stream.Run()+`-c300","command":"plot_series","ok":true,"rows":6,"files":["solar.pdf"]}`), now)
		}
	}
	fmt.Println(stream.Durable(), "rows are safe,", stream.Pending(), "are not")
	// Output:
	// hopla/new_series {"id":"e7fm4nhjzw7og-o1","series":"solar","run":"e7fm4nhjzw7og","next":0,"columns":["t","U","I"],"units":["ms","V","A"]}
	// hopla/rows ["solar","e7fm4nhjzw7og",0,[0,0.5,0.031],[50,0.55,0.031],[100,0.6,0.031],[150,0.65,0.031]]
	// hopla/rows ["solar","e7fm4nhjzw7og",4,[200,0.7,0.031],[250,0.75,0.031]]
	// hopla/plot_series {"id":"e7fm4nhjzw7og-c300","series":"solar","run":"e7fm4nhjzw7og","rows":6,"options":{"title":"Solar cell"}}
	// reply: true 6 [solar.pdf]
	// 6 rows are safe, 0 are not
}
