package engine

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// ledger is a journal in memory whose commits the test decides about.
type ledger struct {
	runs    map[journal.RunID]*ledgerRun
	last    journal.RunID
	changed map[journal.RunID]bool
	notes   []string
	backlog int64
}

type ledgerRun struct {
	header sessions.Header
	rows   *sessions.Builder
	ended  bool
}

func newLedger() *ledger {
	return &ledger{runs: map[journal.RunID]*ledgerRun{}, changed: map[journal.RunID]bool{}}
}

func (l *ledger) OpenRun(h sessions.Header) (journal.RunID, error) {
	if h.Name == "cannot" {
		return 0, fmt.Errorf("cannot open the run")
	}
	l.last++
	l.runs[l.last] = &ledgerRun{header: h, rows: sessions.NewBuilder(h)}
	return l.last, nil
}

func (l *ledger) AppendRow(run journal.RunID, row []float64) journal.Position {
	l.runs[run].rows.Append(row)
	l.changed[run] = true
	return 0
}

func (l *ledger) Rows(run journal.RunID, values []float64) journal.Position {
	l.runs[run].rows.AppendRows(values)
	l.changed[run] = true
	return 0
}

func (l *ledger) Gap(run journal.RunID, n int64) journal.Position {
	l.runs[run].rows.AppendMissing(int(n))
	l.changed[run] = true
	return 0
}

func (l *ledger) Rename(run journal.RunID, columns []string) journal.Position {
	l.runs[run].rows.Rename(columns)
	return 0
}

func (l *ledger) End(run journal.RunID) journal.Position  { l.runs[run].ended = true; return 0 }
func (l *ledger) Drop(run journal.RunID) journal.Position { delete(l.runs, run); return 0 }
func (l *ledger) Backlog() int64                          { return l.backlog }

func (l *ledger) Note(run journal.RunID, note string, payload []byte) (journal.Position, error) {
	if l.runs[run] == nil {
		panic("a note about a run that is not there")
	}
	l.notes = append(l.notes, fmt.Sprintf("%d %s %s", run, note, payload))
	return 0, nil
}

// commit makes everything durable and tells the engine.
func (l *ledger) commit(b *bench) []Effect {
	var progress []journal.Progress
	for run := range l.changed {
		if r := l.runs[run]; r != nil {
			progress = append(progress, journal.Progress{Run: run, Rows: int64(r.rows.Rows())})
		}
	}
	clear(l.changed)
	return slices.Clone(b.e.Durable(b.now, progress))
}

// acked lists the acks among effects: "run=durable".
func acked(effects []Effect) string {
	var all []string
	for _, f := range effects {
		if a, ok := f.(Ack); ok {
			all = append(all, fmt.Sprintf("%s=%d", a.Run, a.Durable))
		}
	}
	return strings.Join(all, " ")
}

func openingOf(series, run string, next int) string {
	return fmt.Sprintf(`{"id":"%s-o","series":%q,"run":%q,"next":%d,"columns":["x"]}`, run, series, run, next)
}

// TestAcks is the protocol's rule 3, step by step: what is done, and the acks
// that come of it.
func TestAcks(t *testing.T) {
	rows := func(payload string) func(*bench, *ledger) []Effect {
		return func(b *bench, _ *ledger) []Effect { return b.send(wire.TopicRows, payload) }
	}
	open := func(run string) func(*bench, *ledger) []Effect {
		return func(b *bench, _ *ledger) []Effect { return b.send(wire.TopicNewSeries, openingOf("s", run, 0)) }
	}
	commit := func(b *bench, l *ledger) []Effect { return l.commit(b) }
	after := func(d time.Duration) func(*bench, *ledger) []Effect {
		return func(b *bench, _ *ledger) []Effect { return b.tick(d) }
	}
	backlog := func(n int64) func(*bench, *ledger) []Effect {
		return func(_ *bench, l *ledger) []Effect { l.backlog = n; return nil }
	}
	type step struct {
		do   func(*bench, *ledger) []Effect
		acks string
	}
	const ms = time.Millisecond
	for name, steps := range map[string][]step{
		"rows are acknowledged when they are durable": {
			{open("r"), "r=0"}, {after(100 * ms), ""},
			{rows(`["s","r",0,[1],[2]]`), ""}, {after(100 * ms), ""}, {commit, "r=2"}, {commit, ""}, {after(time.Second), ""},
		},
		"at most one in 20 ms": {
			{open("r"), "r=0"}, {after(20 * ms), ""},
			{rows(`["s","r",0,[1]]`), ""}, {commit, "r=1"},
			{rows(`["s","r",1,[2]]`), ""}, {after(10 * ms), ""}, {commit, ""},
			{rows(`["s","r",2,[3]]`), ""}, {after(9 * ms), ""}, {commit, ""}, {after(1 * ms), "r=3"}, {after(time.Second), ""},
		},
		"runs don't wait for each other": {
			{open("a"), "a=0"}, {open("b"), "b=0"}, {after(20 * ms), ""},
			{rows(`["s","a",0,[1]]`), ""}, {rows(`["s","b",0,[1],[2]]`), ""}, {commit, "a=1 b=2"},
		},
		"a repeat is acknowledged as it is": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0,[1],[2]]`), ""}, {commit, "r=2"}, {after(20 * ms), ""},
			{rows(`["s","r",0,[1],[2]]`), "r=2"}, {rows(`["s","r",1,[2]]`), ""}, {after(20 * ms), "r=2"},
		},
		"a repeat of rows that are not durable yet, too": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0,[1],[2]]`), ""},
			{rows(`["s","r",0,[1],[2]]`), "r=0"}, {after(20 * ms), ""}, {commit, "r=2"},
		},
		"rows beyond the end": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",5,[1]]`), "r=0"},
		},
		"no rows": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0]`), "r=0"},
		},
		"a gap": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0,7]`), ""}, {commit, "r=7"},
		},
		"rows that had to be mended": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0,[1,2],["x"],[]]`), ""}, {commit, "r=3"},
		},
		"an opening does not wait": {
			{open("r"), "r=0"}, {open("r"), "r=0"}, {open("r"), "r=0"}, {after(time.Second), ""},
		},
		"an opening answers for what is owed": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {rows(`["s","r",0,[1]]`), ""}, {commit, "r=1"}, {rows(`["s","r",0,[1]]`), ""},
			{func(b *bench, _ *ledger) []Effect { return b.send(wire.TopicNewSeries, openingOf("s", "r", 1)) }, "r=1"},
			{after(time.Second), ""},
		},
		"what the journal can't take is neither stored nor acknowledged": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {backlog(1 << 40), ""},
			{rows(`["s","r",0,[1]]`), ""}, {commit, ""}, {after(time.Second), ""},
			{backlog(0), ""}, {rows(`["s","r",0,[1]]`), ""}, {commit, "r=1"},
		},
		"the clock is set back": {
			{open("r"), "r=0"}, {after(20 * ms), ""}, {after(-time.Hour), ""}, {rows(`["s","r",0,[1]]`), ""}, {commit, "r=1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger()
			b := newBench(t, Config{Journal: l})
			for i, s := range steps {
				have := strings.Fields(acked(s.do(b, l)))
				slices.Sort(have)
				if have := strings.Join(have, " "); have != s.acks {
					t.Fatalf("step %d: acks %q, want %q", i+1, have, s.acks)
				}
				if due, some := b.e.Due(); some && due.Sub(b.now) > ackEvery {
					t.Fatalf("step %d: the next ack is due in %v", i+1, due.Sub(b.now))
				}
			}
			for key, r := range l.runs {
				if have := b.e.runs[key]; have == nil || table(have.rows.Series()) != table(r.rows.Series()) {
					t.Errorf("run %d is not in memory what it is in the journal", key)
				}
			}
		})
	}
}

// Every client of a session hears all acks, so with many runs they get fewer.
func TestAcksOfManyRunsStayFew(t *testing.T) {
	l := newLedger()
	b := newBench(t, Config{Journal: l, Limits: wire.Limits{Payload: 1000, Columns: 9, Name: 99, Series: 9, Runs: 1000}})
	const runs = 500
	for i := range runs {
		b.send(wire.TopicNewSeries, openingOf("s", fmt.Sprint("r", i), 0))
	}
	b.tick(10 * time.Second)
	total, last := 0, map[string]int64{}
	for n := range 100 { // 20 ms each
		for i := range runs {
			b.send(wire.TopicRows, fmt.Sprintf(`["s","r%d",%d,[1]]`, i, n))
		}
		effects := append(l.commit(b), b.tick(20*time.Millisecond)...)
		for _, f := range effects {
			if a, ok := f.(Ack); ok {
				total++
				last[a.Run] = a.Durable
			}
		}
	}
	if total > 1000+2*ackBurst || total < 900 {
		t.Errorf("%d acks in 2 s", total)
	}
	for range runs {
		for _, f := range b.tick(100 * time.Millisecond) {
			if a, ok := f.(Ack); ok {
				last[a.Run] = a.Durable
			}
		}
	}
	for i := range runs {
		if n := last[fmt.Sprint("r", i)]; n != 100 {
			t.Fatalf("run %d heard of %d durable rows at last", i, n)
		}
	}
}

// TestOpeningsOfRuns is the protocol's rule 1.
func TestOpeningsOfRuns(t *testing.T) {
	const known = `"series":"s","run":"r1"`
	for _, test := range []struct {
		name, opening string
		ok            bool
		code          wire.Code
		rows          int64
		ack           string
	}{
		{"a run that is new", `{"id":"1","series":"s","run":"new","next":0,"columns":["x","y"]}`, true, "", 0, "new=0"},
		{"one that the server lost", `{"id":"1","series":"s","run":"new","next":7,"columns":["x"]}`, true, "", 0, "new=0"},
		{"one that holds rows, as fresh", `{"id":"1",` + known + `,"next":0,"columns":["x"]}`, false, wire.CodeRunTaken, 0, ""},
		{"one that holds rows, with other columns", `{"id":"1",` + known + `,"next":2,"columns":["y"]}`, false, wire.CodeRunTaken, 0, ""},
		{"one that holds rows, with more columns", `{"id":"1",` + known + `,"columns":["x","y"]}`, false, wire.CodeRunTaken, 0, ""},
		{"one that goes on", `{"id":"1",` + known + `,"next":2,"columns":["x"]}`, true, "", 2, "r1=2"},
		{"one that is ahead", `{"id":"1",` + known + `,"next":9,"columns":["x"]}`, true, "", 2, "r1=2"},
		{"a repeat", `{"id":"1",` + known + `,"columns":["x"]}`, true, "", 2, "r1=2"},
		{"a run without rows, again as fresh", `{"id":"1","series":"s","run":"r2","next":0,"columns":["x"]}`, true, "", 0, "r2=0"},
		{"version 1's run", `{"id":"1","series":"s","run":"v1","next":0,"columns":["x"]}`, false, wire.CodeRunTaken, 0, ""},
		{"a run with a long name", `{"id":"1","series":"s","run":"` + strings.Repeat("r", 129) + `","next":0,"columns":["x"]}`, false, wire.CodeTooLarge, 0, ""},
		{"a run that the journal can't hold", `{"id":"1","series":"cannot","run":"r","next":0,"columns":["x"]}`, false, wire.CodeTooLarge, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLedger()
			b := newBench(t, Config{Journal: l, NewRun: func(time.Time) string { return "v1" }})
			b.send(wire.TopicNewSeries, `["s", "x"]`)
			b.send(wire.TopicNewSeries, `{"series":"s","run":"r1","next":0,"columns":["x"]}`)
			b.send(wire.TopicRows, `["s","r1",0,[1],1]`)
			b.send(wire.TopicNewSeries, `{"series":"s","run":"r2","next":0,"columns":["x"]}`)
			l.commit(b)
			b.tick(time.Second)
			// An id that was used before is no reason to answer what was answered then.
			for range 2 {
				effects := b.send(wire.TopicNewSeries, test.opening)
				r := pick[Reply](t, effects).Reply
				if r.ID != "1" || r.OK != test.ok || r.Code != test.code || r.Rows != test.rows {
					t.Errorf("reply %+v", r)
				}
				if have := acked(effects); have != test.ack {
					t.Errorf("acks %q, want %q", have, test.ack)
				}
			}
			if have := table(b.e.series["s"].byID["r1"].rows.Series()); have != "x\n1\n-" {
				t.Errorf("run r1 is %q", have)
			}
		})
	}
}

// TestRefusedRows: what a client is told about rows says which run, and where the
// batch began, each time.
func TestRefusedRows(t *testing.T) {
	for _, test := range []struct {
		name, payload string
		code          wire.Code
		series, run   string
		first         int64
	}{
		{"cut off", `["s","r",7,[1],[2`, wire.CodeBadRows, "s", "r", 7},
		{"no index", `["s","r",x,[1]]`, wire.CodeBadRows, "s", "r", -1},
		{"no run", `["s",7]`, wire.CodeBadRows, "s", "", -1},
		{"unknown run", `["s","other",0,[1]]`, wire.CodeUnknownRun, "s", "other", 0},
		{"unknown series", `["t","r",0,[1]]`, wire.CodeUnknownRun, "t", "r", 0},
		{"version 1's run", `["s","v1",0,[1]]`, wire.CodeUnknownRun, "s", "v1", 0},
		{"too long", `["s","r",0` + strings.Repeat(`,[1]`, 300) + `]`, wire.CodeTooLarge, "s", "r", 0},
		{"too long and cut off", `["s","r",0` + strings.Repeat(`,[1]`, 300), wire.CodeTooLarge, "s", "r", 0},
		{"a gap that is too large", `["s","r",0,[1],16777217]`, wire.CodeTooLarge, "s", "r", 0},
		{"gaps that are too large", `["s","r",0,16777216,[1],1]`, wire.CodeTooLarge, "s", "r", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := Config{Journal: newLedger(), Limits: wire.Limits{Payload: 1000, Columns: 9, Name: 99, Series: 9, Runs: 9},
				NewRun: func(time.Time) string { return "v1" }}
			b := newBench(t, c)
			b.send(wire.TopicNewSeries, `["s", "x"]`)
			b.send(wire.TopicNewSeries, openingOf("s", "r", 0))
			for range 3 { // a client gives a row up when it hears so several times
				r := pick[Reply](t, b.send(wire.TopicRows, test.payload)).Reply
				if r.OK || r.Code != test.code || r.Series != test.series || r.Run != test.run || r.Command != "rows" || r.Error == "" {
					t.Errorf("reply %+v", r)
				}
				if r.Code == wire.CodeBadRows && r.First != test.first {
					t.Errorf("reply %+v", r)
				}
				if test.name == "gaps that are too large" {
					break // a part is stored, and the rest is no longer too large
				}
			}
			// The count that follows a flood is for people.
			if r := replies(b.tick(time.Minute)); len(r) != 0 {
				t.Errorf("later %+v", r)
			}
		})
	}
}

func TestAnswersFitBoards(t *testing.T) {
	b := newBench(t, Config{Journal: newLedger()})
	series, run := strings.Repeat("°", 64), strings.Repeat("r", 128)
	for _, effects := range [][]Effect{
		b.send(wire.TopicNewSeries, fmt.Sprintf(`{"id":%q,"series":%q,"run":%q,"next":0,"columns":["","",5]}`, strings.Repeat("i", 100), series, run)),
		b.send(wire.TopicRows, fmt.Sprintf(`[%q,%q,0,[1]]`, series, run+"x")),
		b.send(wire.TopicSaveSeries, fmt.Sprintf(`{"id":"1","series":%q,"run":"other"}`, series)),
	} {
		for _, f := range effects {
			switch f := f.(type) {
			case Reply:
				if n := len(wire.AppendReply(nil, f.Reply)); n > wire.MaxReply {
					t.Errorf("a reply of %d bytes: %+v", n, f)
				}
			case Ack:
				payload := wire.AppendAck(nil, f.Ack)
				if a, err := wire.ParseAck(payload); err != nil || len(payload) > wire.MaxAck || a.Run != run {
					t.Errorf("an ack of %d bytes: %s, %v", len(payload), payload, err)
				}
			}
		}
	}
}

// Of the runs in memory the one idle longest is parked: its rows are in the
// journal, and it goes on all the same.
func TestParkedRuns(t *testing.T) {
	l := newLedger()
	b := newBench(t, Config{Journal: l, Limits: wire.Limits{Payload: 1000, Columns: 9, Name: 99, Series: 9, Runs: 2}})
	for i, run := range []string{"r1", "r2", "r3"} {
		b.now = b.now.Add(time.Second)
		b.send(wire.TopicNewSeries, openingOf("s", run, 0))
		b.send(wire.TopicRows, fmt.Sprintf(`["s",%q,0,[%d],1]`, run, i))
	}
	r1 := b.e.series["s"].byID["r1"]
	if r1.rows != nil || len(b.e.held) != 2 || !l.runs[r1.key].ended {
		t.Fatalf("r1 is not parked, %d are in memory", len(b.e.held))
	}
	b.send(wire.TopicRows, `["s","r1",1,1,[7],["x"]]`)
	b.now = b.now.Add(time.Second)
	if have := acked(l.commit(b)); !strings.Contains(have, "r1=4") {
		t.Errorf("acks %q", have)
	}
	if have := table(l.runs[r1.key].rows.Series()); have != "x\n0\n-\n7\n-" {
		t.Errorf("the journal has %q", have)
	}
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","run":"r1","rows":4}`))
	if save.Series != nil || save.Key != r1.key || save.Rows != 4 || save.Name != "s" || save.Run != "r1" {
		t.Errorf("save %+v", save)
	}
	if r := pick[Reply](t, b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})); r.Rows != 4 || r.Missing != 1 {
		t.Errorf("reply %+v", r)
	}
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", "r1", 0))); r.Code != wire.CodeRunTaken {
		t.Errorf("reply %+v", r)
	}
	plot := pick[Plot](t, b.send(wire.TopicPlotSeries, `{"id":"2","series":"s","run":"r2"}`))
	if len(plot.Series) != 1 || plot.Series[0].Series == nil || plot.Series[0].Rows != 2 {
		t.Errorf("plot %+v", plot)
	}
	r := pick[Reply](t, b.send(wire.TopicSaveSeries, `{"id":"3","series":"s","run":"r9"}`))
	if r.Code != wire.CodeUnknownRun || !strings.Contains(r.Error, `there are "r3", "r2", "r1"`) {
		t.Errorf("reply %+v", r)
	}
}

// A run that another one followed gets a copy in the history when it is idle.
func TestCopiesForTheHistory(t *testing.T) {
	l := newLedger()
	b := newBench(t, Config{Journal: l})
	archives := func(effects []Effect) []Archive {
		var all []Archive
		for _, f := range effects {
			if a, ok := f.(Archive); ok {
				all = append(all, a)
			}
		}
		return all
	}
	wait := func(d time.Duration) []Archive { return archives(b.tick(d)) }
	b.send(wire.TopicNewSeries, openingOf("s", "r1", 0))
	b.send(wire.TopicRows, `["s","r1",0,[1],[2]]`)
	if all := wait(time.Hour); len(all) != 0 {
		t.Fatalf("the newest run gets a copy: %v", all)
	}
	b.send(wire.TopicNewSeries, openingOf("s", "r2", 0))
	b.send(wire.TopicRows, `["s","r2",0,[9]]`)
	// Both boards go on, in turns: no copy is written.
	for i := range 20 {
		b.send(wire.TopicRows, fmt.Sprintf(`["s","r1",%d,[1]]`, 2+i))
		if all := wait(copyAfter - time.Millisecond); len(all) != 0 {
			t.Fatalf("a run that grows gets a copy: %v", all)
		}
	}
	all := wait(time.Millisecond)
	if len(all) != 1 || all[0].Run != "r1" || all[0].Rows != 22 || all[0].Series.Len() != 22 || all[0].Last != "" {
		t.Fatalf("copies %+v", all)
	}
	if all := wait(time.Second); len(all) != 0 {
		t.Fatalf("a second one while the first is under way: %v", all)
	}
	l.commit(b)
	// One that fails is told once, and tried again, less and less often.
	if text := said(b.e.Finish(b.now, all[0].Job, Result{Err: fmt.Errorf("the disk is on fire")})); !strings.Contains(text, "on fire") || !strings.Contains(text, "in the journal") {
		t.Errorf("said %q", text)
	}
	if all := wait(copyAgain - time.Millisecond); len(all) != 0 {
		t.Fatalf("tried again at once: %v", all)
	}
	all = wait(time.Millisecond)
	if text := said(b.e.Finish(b.now, all[0].Job, Result{Err: fmt.Errorf("the disk is on fire")})); text != "" {
		t.Errorf("said %q", text)
	}
	all = wait(2 * copyAgain)
	if text := said(b.e.Finish(b.now, all[0].Job, Result{Files: []string{"history/s-r1.csv"}, Copy: "the copy"})); text != `kept 22 rows of series "s" in history/s-r1.csv` {
		t.Errorf("said %q", text)
	}
	if all := wait(10 * time.Second); len(all) != 0 || b.e.series["s"].byID["r1"].rows == nil {
		t.Fatalf("copies %+v", all)
	}
	// It grows: the same file is to be replaced.
	b.send(wire.TopicRows, `["s","r1",22,[5]]`)
	all = wait(copyAfter)
	if len(all) != 1 || all[0].Rows != 23 || all[0].Last != "the copy" {
		t.Fatalf("copies %+v", all)
	}
	b.e.Finish(b.now, all[0].Job, Result{Copy: "the copy"})
	wait(parkAfter)
	if r := b.e.series["s"].byID["r1"]; r.rows != nil || r.watched {
		t.Error("it stays in memory")
	}
	if !slices.Contains(l.notes, "1 copied 23 the copy") {
		t.Errorf("notes %q", l.notes)
	}

	// What was saved needs none, and a run without rows is forgotten.
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","run":"r2"}`))
	b.send(wire.TopicNewSeries, openingOf("s", "r3", 0))
	b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})
	b.send(wire.TopicNewSeries, openingOf("s", "r4", 0))
	if all := wait(parkAfter); len(all) != 0 {
		t.Errorf("copies %+v", all)
	}
	if s := b.e.series["s"]; s.byID["r3"] != nil || s.byID["r2"].rows != nil || len(l.runs) != 3 {
		t.Error("what nobody needs stays")
	}
}

// Only runs that another one followed, with all their rows in files, are dropped,
// and none whose client may still send.
func TestTrim(t *testing.T) {
	l := newLedger()
	b := newBench(t, Config{Journal: l})
	for i := range 6 {
		run := fmt.Sprint("r", i)
		b.send(wire.TopicNewSeries, openingOf("s", run, 0))
		b.send(wire.TopicRows, fmt.Sprintf(`["s",%q,0,[1],[2],[3]]`, run))
		if i != 1 {
			save := pick[Save](t, b.send(wire.TopicSaveSeries, fmt.Sprintf(`{"id":%q,"series":"s"}`, run)))
			b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})
		}
	}
	b.send(wire.TopicRows, `["s","r2",3,[4]]`) // has a row that is in no file
	busy := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"x","series":"s","run":"r3"}`))
	for _, after := range []time.Duration{0, dropAfter - time.Second} {
		if runs, _ := b.e.Trim(b.now.Add(after), 1); runs != 0 {
			t.Errorf("%d runs in use dropped", runs)
		}
	}
	later := b.now.Add(dropAfter)
	if runs, _ := b.e.Trim(later, 1); runs != 1 || b.e.series["s"].byID["r0"] != nil {
		t.Errorf("%d runs dropped", runs)
	}
	runs, freed := b.e.Trim(later, 1<<40)
	left := ""
	for _, r := range b.e.series["s"].runs {
		left += r.id + " "
	}
	if runs != 1 || freed < 24 || left != "r1 r2 r3 r5 " || len(l.runs) != 4 {
		t.Errorf("%d runs with %d bytes dropped, left are %s", runs, freed, left)
	}
	b.e.Finish(b.now, busy.Job, Result{Files: []string{"s.csv"}})
	if r := pick[Reply](t, b.send(wire.TopicSaveSeries, `{"id":"y","series":"s","run":"r0"}`)); r.Code != wire.CodeUnknownRun {
		t.Errorf("reply %+v", r)
	}
}

// A command under way may end when its run is another one already.
func TestARunThatIsGoneIsNotNoted(t *testing.T) {
	b := newBench(t, Config{Journal: newLedger()})
	b.send(wire.TopicData, `["s", 1, 2]`)
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `["s", null]`))
	b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","rows":2}`)
	b.send(wire.TopicNewSeries, `{"id":"a","series":"s","columns":["t","V"],"units":["s","mV"]}`)
	b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})
	b.send(wire.TopicData, `["s", 3, 4]`)
	if s := pick[Save](t, b.tick(time.Millisecond)); s.Series == nil || s.Series.Len() != 2 || s.Series.Unit(1) != "mV" {
		t.Errorf("saved %+v", s)
	}
}

// TestRestart: an engine with the past of another one has what that one had.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	start := func() (*bench, *journal.Journal) {
		past := &Past{}
		j, _, err := journal.Open(dir, "hopla", past.Add, journal.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, Config{Journal: j, Past: past})
		return b, j
	}
	b, j := start()
	if n := b.e.Restored(); n != (Restored{}) {
		t.Errorf("restored %+v", n)
	}
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	b.send(wire.TopicData, `["s", 1]`)
	b.send(wire.TopicNewSeries, `["s", "x", "y"]`)
	a := pick[Archive](t, b.tick(copyAfter)) // nobody says that the row is durable: the copy does not wait for ever
	b.e.Finish(b.now, a.Job, Result{Copy: "copy"})
	b.send(wire.TopicData, `["s", 2, 3]`)
	b.send(wire.TopicData, `["s", 4]`)
	b.send(wire.TopicData, `["rowsfirst", 1, 2]`)
	b.send(wire.TopicNewSeries, `["rowsfirst", "t", "V"]`)
	b.send(wire.TopicNewSeries, openingOf("s", "r1", 0))
	b.send(wire.TopicRows, `["s","r1",0,[10],3,[14]]`)
	b.send(wire.TopicNewSeries, openingOf("s", "r2", 0))
	b.send(wire.TopicRows, `["s","r2",0,[20]]`)
	b.send(wire.TopicRows, `["s","r1",5,[15]]`)
	b.send(wire.TopicNewSeries, openingOf("s", "r3", 0)) // measures nothing
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","run":"r2"}`))
	b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})
	first := b.e.series["s"].runs[0]
	for _, a := range b.e.Unsaved() {
		b.e.Finish(b.now, a.Job, Result{Copy: "copy of " + a.Run})
	}
	b.send(wire.TopicRows, `["s","r1",6,[16]]`) // after the copy
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}

	b, j = start()
	if n := b.e.Restored(); n != (Restored{Series: 2, Runs: 6, Rows: 1 + 2 + 1 + 7 + 1}) {
		t.Errorf("restored %+v", n)
	}
	s := b.e.series["s"]
	if have := b.saved("rowsfirst"); have != "t V\n1 2" {
		t.Errorf("rowsfirst is %q", have)
	}
	b.send(wire.TopicData, `["s", 5, 6]`)
	if have := b.saved("s"); have != "x y\n2 3\n4 -\n5 6" {
		t.Errorf("s of version 1 is %q", have)
	}
	if r := s.byID[first.id]; r == nil || r.v2 || r.rows != nil || r.count != 1 || r.key != first.key {
		t.Errorf("the first run is %+v", r)
	}
	for _, want := range []struct {
		id             string
		count, missing int64
		inMemory       bool
	}{{"r1", 7, 3, false}, {"r2", 1, 0, true}, {"r3", 0, 0, true}} {
		r := s.byID[want.id]
		if r == nil || !r.v2 || r.count != want.count || r.missing != want.missing || r.durable != want.count || (r.rows != nil) != want.inMemory {
			t.Errorf("run %s is %+v", want.id, r)
		}
	}
	if s.newest().id != "r3" || s.v1.id == first.id {
		t.Errorf("the newest are %s and %s", s.newest().id, s.v1.id)
	}
	// Runs go on, and are known: a board whose random numbers repeat is refused.
	effects := b.send(wire.TopicNewSeries, openingOf("s", "r1", 7))
	if r := pick[Reply](t, effects); !r.OK || r.Rows != 7 || r.Missing != 3 || acked(effects) != "r1=7" {
		t.Errorf("reply %+v, acks %q", r, acked(effects))
	}
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, openingOf("s", "r2", 0))); r.Code != wire.CodeRunTaken {
		t.Errorf("reply %+v", r)
	}
	// Only what has no copy, or has grown since, gets one.
	var copied []string
	for _, f := range b.tick(time.Hour) {
		if a, ok := f.(Archive); ok {
			copied = append(copied, a.Run+" "+a.Last)
		}
	}
	if want := []string{"r1 copy of r1"}; !slices.Equal(copied, want) {
		t.Errorf("copies %q, want %q", copied, want)
	}
	// A run of the same second has another name.
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	if id := s.v1.id; s.byID[id] != s.v1 || id == first.id {
		t.Errorf("the run is named %s", id)
	}
	j.Close()
}

func TestARowOfABatchAllocatesNothing(t *testing.T) {
	j, _, err := journal.Open(t.TempDir(), "hopla", nil, journal.Options{NoSync: true, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	b := newBench(t, Config{Journal: j})
	b.send(wire.TopicNewSeries, openingOf("s", "r", 0))
	n := int64(0)
	var batch wire.Batch
	buf := make([]byte, 4096)
	allocs := testing.AllocsPerRun(200, func() {
		b.now = b.now.Add(time.Millisecond)
		batch.Begin(buf, "s", "r", n)
		for range 10 {
			batch.Row(math.Sqrt(float64(n)))
		}
		n += 10
		b.e.Handle(b.now, Message{Topic: wire.TopicRows, Payload: batch.Bytes()})
	})
	if allocs > 0.5 { // blocks of memory, now and then
		t.Errorf("%v allocations for a batch of rows", allocs)
	}
}

// TestAdoptingWithNoRoomForAnotherRun: rows that came before their opening go to a
// run of their own, also where that makes the old one leave memory.
func TestAdoptingWithNoRoomForAnotherRun(t *testing.T) {
	limits := wire.DefaultLimits()
	limits.Runs = 1
	b := newBench(t, Config{Journal: newLedger(), Limits: limits})
	b.send(wire.TopicData, `["s", 1, 2]`)
	b.send(wire.TopicNewSeries, `{"series":"s","columns":["x","y"],"units":["s","V"]}`)
	b.send(wire.TopicData, `["s", 3, 4]`)
	if have, want := b.saved("s"), "x y\n1 2\n3 4"; have != want {
		t.Errorf("it has\n%s\nwant\n%s", have, want)
	}
}
