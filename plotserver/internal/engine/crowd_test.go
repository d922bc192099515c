package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient/wire"
)

// Openings cost a client nothing, so runs that never get a row are few, and no
// others are given up for them.
func TestManyOpeningsLeaveFewRuns(t *testing.T) {
	l := newLedger()
	b := newBench(t, Config{Journal: l})
	b.send(wire.TopicNewSeries, openingOf("s", "measured", 0))
	b.send(wire.TopicRows, `["s","measured",0,[1]]`)
	b.send(wire.TopicNewSeries, openingOf("other", "alone", 0))
	b.send(wire.TopicNewSeries, openingOf("s", "waited for", 0))
	b.send(wire.TopicPlotSeries, `{"id":"w","series":"s","run":"waited for","rows":9}`)
	for i := range 3 * maxEmpty {
		run := fmt.Sprint("r", i)
		if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", run, 0))); !r.OK {
			t.Fatalf("opening %d: %+v", i, r)
		}
		if len(l.runs) > maxEmpty+9 {
			t.Fatalf("%d runs after %d openings", len(l.runs), i)
		}
	}
	for series, run := range map[string]string{"s": "measured", "other": "alone"} {
		if b.e.series[series].byID[run] == nil {
			t.Errorf("run %q of series %q was given up", run, series)
		}
	}
	if b.e.series["s"].byID["waited for"] == nil {
		t.Error("a run that a command waits for was given up")
	}
	if r := pick[Reply](t, b.send(wire.TopicRows, `["s","r0",0,[1]]`)); r.Code != wire.CodeUnknownRun {
		t.Errorf("rows of a run that was given up: %+v", r)
	}
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", "r0", 0))); !r.OK {
		t.Errorf("it is opened again: %+v", r)
	}
}

func TestDescriptionsOfRunsAreBounded(t *testing.T) {
	b := newBench(t, Config{Journal: newLedger()})
	meta := strings.Repeat("x", 200_000)
	open := func(run string) wire.Reply {
		payload := fmt.Sprintf(`{"id":"%s","series":"s","run":%q,"next":0,"columns":["x"],"meta":{"x":%q}}`, run, run, meta)
		return pick[Reply](t, b.send(wire.TopicNewSeries, payload)).Reply
	}
	n := 0
	for ; ; n++ {
		run := fmt.Sprint("r", n)
		if r := open(run); !r.OK {
			if r.Code != wire.CodeTooLarge {
				t.Fatalf("reply %+v", r)
			}
			break
		}
		b.send(wire.TopicRows, fmt.Sprintf(`["s",%q,0,[1]]`, run))
		if n > 2*maxDescribed/len(meta) {
			t.Fatalf("%d runs were opened", n)
		}
	}
	// What is dropped makes room.
	for _, r := range b.e.series["s"].runs {
		r.copied = r.count
	}
	b.e.Trim(b.now, 1)
	if runs, _ := b.e.Trim(b.now.Add(dropAfter+time.Second), 1); runs != 1 {
		t.Fatalf("%d runs dropped", runs)
	}
	if r := open("again"); !r.OK {
		t.Errorf("with room: %+v", r)
	}
}

// A few bytes declare rows lost by the million, of which files have each.
func TestLostRowsOfARunAreBounded(t *testing.T) {
	b := newBench(t, Config{Journal: newLedger()})
	columns := strings.TrimSuffix(strings.Repeat(`"",`, 256), ",")
	b.send(wire.TopicNewSeries, `{"id":"a","series":"s","run":"r","next":0,"columns":[`+columns+`]}`)
	b.send(wire.TopicRows, fmt.Sprintf(`["s","r",0,%d,[1]]`, maxLost/256))
	if n := b.e.series["s"].byID["r"].count; n != maxLost/256+1 {
		t.Fatalf("%d rows", n)
	}
	if r := pick[Reply](t, b.send(wire.TopicRows, fmt.Sprintf(`["s","r",%d,1]`, maxLost/256+1))); r.Code != wire.CodeTooLarge {
		t.Errorf("reply %+v", r)
	}
	b.send(wire.TopicRows, fmt.Sprintf(`["s","r",%d,[2]]`, maxLost/256+1))
	if n := b.e.series["s"].byID["r"].count; n != maxLost/256+2 {
		t.Errorf("%d rows in the end", n)
	}
}

// BenchmarkOpening is an opening where many runs are in the journal already.
func BenchmarkOpening(b *testing.B) {
	e := New(Config{Journal: newLedger()})
	now := time.Unix(1e9, 0)
	for i := 0; b.Loop(); i++ {
		run := fmt.Sprint("r", i)
		e.Handle(now, Message{Topic: wire.TopicNewSeries, Payload: []byte(openingOf("s", run, 0))})
		e.Handle(now, Message{Topic: wire.TopicRows, Payload: fmt.Appendf(nil, `["s",%q,0,[1]]`, run)})
	}
}

// Commands wait for rows that never come, with all that they ask for.
func TestCommandsThatWaitAreBounded(t *testing.T) {
	b := newBench(t, Config{Journal: newLedger(), Jobs: 8})
	b.send(wire.TopicNewSeries, openingOf("s", "r", 0))
	busy := 0
	for i := range 20 {
		for _, r := range replies(b.send(wire.TopicPlotSeries, fmt.Sprintf(`{"id":"p%d","series":"s","rows":9}`, i))) {
			if r.Code == wire.CodeBusy {
				busy++
			}
		}
	}
	if busy != 12 || len(b.e.waiting) != 8 {
		t.Errorf("%d wait, %d were refused", len(b.e.waiting), busy)
	}

	b = newBench(t, Config{Journal: newLedger()})
	b.send(wire.TopicNewSeries, openingOf("s", "r", 0))
	many := strings.TrimSuffix(strings.Repeat("0,", 100_000), ",")
	for i := range 200 {
		b.send(wire.TopicPlotSeries, fmt.Sprintf(`{"id":"p%d","series":"s","rows":9,"options":{"x":[%s]}}`, i, many))
	}
	if len(b.e.waiting) == 0 || len(b.e.waiting) > 60 {
		t.Errorf("%d commands wait with 100,000 values each", len(b.e.waiting))
	}
	for _, f := range b.tick(waitForRows) {
		if p, ok := f.(Plot); ok {
			b.e.Finish(b.now, p.Job, Result{Files: []string{"s.pdf"}})
		}
	}
	if len(b.e.waiting) > 0 || b.e.asked != 0 {
		t.Errorf("in the end %d wait, %d bytes are in use", len(b.e.waiting), b.e.asked)
	}
}

func TestNamesOfColumnsFitALine(t *testing.T) {
	many := make([]string, 256)
	for i := range many {
		many[i] = strings.Repeat("x", 1000)
	}
	if got := columnList(many); len(got) > 2000 || !strings.HasSuffix(got, " and 240 more") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	if got := columnList([]string{"t", "V [°]", "a\x1b"}); got != `t, V [°], "a\x1b"` {
		t.Error(got)
	}
}

// Whoever wants short names of series does not lock all clients out.
func TestShortNamesLeaveRoomForRuns(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Name = 4
	b := newBench(t, Config{Limits: limits})
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", strings.Repeat("r", longestRun), 0))); !r.OK {
		t.Errorf("reply %+v", r)
	}
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", strings.Repeat("r", longestRun+1), 0))); r.Code != wire.CodeTooLarge {
		t.Errorf("reply %+v", r)
	}
}
