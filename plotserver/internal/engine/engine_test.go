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
)

// bench is an engine with a clock that the test turns.
type bench struct {
	t   testing.TB
	e   *Engine
	now time.Time
}

func newBench(t testing.TB, c Config) *bench {
	return &bench{t, New(c), time.Date(2026, 5, 4, 13, 37, 0, 0, time.UTC)}
}

// send hands the engine a message and returns the effects, which stay valid.
func (b *bench) send(topic wire.Topic, payload string) []Effect {
	return slices.Clone(b.e.Handle(b.now, Message{Topic: topic, Payload: []byte(payload)}))
}

func (b *bench) tick(d time.Duration) []Effect {
	b.now = b.now.Add(d)
	return slices.Clone(b.e.Tick(b.now))
}

// replies picks the replies out of effects.
func replies(effects []Effect) []wire.Reply {
	var all []wire.Reply
	for _, f := range effects {
		if r, ok := f.(Reply); ok {
			all = append(all, r.Reply)
		}
	}
	return all
}

func said(effects []Effect) string {
	var lines []string
	for _, f := range effects {
		if s, ok := f.(Say); ok {
			lines = append(lines, s.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// pick returns the only effect of its type.
func pick[T Effect](t testing.TB, effects []Effect) T {
	t.Helper()
	var found []T
	for _, f := range effects {
		if v, ok := f.(T); ok {
			found = append(found, v)
		}
	}
	if len(found) != 1 {
		t.Fatalf("want one %T, have %d in %v", *new(T), len(found), effects)
	}
	return found[0]
}

// table writes a series as text, columns first, then a row a line.
func table(s *sessions.Series) string {
	var b strings.Builder
	b.WriteString(strings.Join(s.Columns, " "))
	for i := range s.Len() {
		b.WriteString("\n")
		for c := range s.Columns {
			if c > 0 {
				b.WriteString(" ")
			}
			if v := s.Column(c).At(i); math.IsNaN(v) {
				b.WriteString("-")
			} else {
				fmt.Fprint(&b, v)
			}
		}
	}
	return b.String()
}

// saved asks for a save and returns what would be written.
func (b *bench) saved(series string) string {
	b.t.Helper()
	s := pick[Save](b.t, b.send(wire.TopicSaveSeries, fmt.Sprintf("[%q, null]", series)))
	b.e.Finish(b.now, s.Job, Result{Files: []string{"x"}})
	return table(s.Series)
}

// TestWrongMessages is the protocol's table of wrong messages of version 1.
func TestWrongMessages(t *testing.T) {
	const open = `["s", "x", "y", "z"]`
	tests := []struct {
		name    string
		open    string
		topic   wire.Topic
		payload string
		ok      bool
		code    wire.Code
		says    string // part of what the client is told
		want    string // what series s holds afterwards, "" is no such series
	}{
		{"row before opening", "", wire.TopicData, `["s", 1, 2]`, true, "", "c1 … c2", "c1 c2\n1 2"},
		{"row before opening, one column", "", wire.TopicData, `["s", 1]`, true, "", "named c1", "c1\n1"},
		{"row before opening, no value", "", wire.TopicData, `["s"]`, false, wire.CodeBadMessage, "no value", ""},
		{"short", open, wire.TopicData, `["s", 1]`, true, "", "1 value for 3 columns", "x y z\n1 - -"},
		{"long", open, wire.TopicData, `["s", 1, 2, 3, 4]`, true, "", "4 values for 3 columns", "x y z\n1 2 3"},
		{"null", open, wire.TopicData, `["s", 1, null, 3]`, true, "", "null", "x y z\n1 - 3"},
		{"text", open, wire.TopicData, `["s", 1, "2", 3]`, true, "", "text", "x y z\n1 - 3"},
		{"list", open, wire.TopicData, `["s", 1, [2], 3]`, true, "", "list", "x y z\n1 - 3"},
		{"object", open, wire.TopicData, `["s", 1, {}, 3]`, true, "", "object", "x y z\n1 - 3"},
		{"truth", open, wire.TopicData, `["s", true, false, 1e999]`, true, "", "", "x y z\n1 0 +Inf"},
		{"not JSON", open, wire.TopicData, `s 1 2 3`, false, wire.CodeBadMessage, "", "x y z"},
		{"empty", open, wire.TopicData, ``, false, wire.CodeBadMessage, "", "x y z"},
		{"not UTF-8", open, wire.TopicData, "[\"\xff\", 1]", false, wire.CodeBadMessage, "UTF-8", "x y z"},
		{"no name", open, wire.TopicData, `[1, 2, 3]`, false, wire.CodeBadMessage, "", "x y z"},
		{"cut short", open, wire.TopicData, `["s", 1, 2`, false, wire.CodeBadMessage, "bytes", "x y z"},
		{"save of an unknown series", open, wire.TopicSaveSeries, `["r", null]`, false, wire.CodeUnknownSeries, `there is "s"`, "x y z"},
		{"plot of an unknown series", open, wire.TopicPlotSeries, `["r", {}]`, false, wire.CodeUnknownSeries, `there is "s"`, "x y z"},
		{"no columns", "", wire.TopicNewSeries, `["s"]`, false, wire.CodeBadMessage, "column", ""},
		{"duplicate columns", "", wire.TopicNewSeries, `["s", "x", "x", 5]`, true, "", "x_2", "x x_2 5"},
		{"filename of a plot that is none", open, wire.TopicPlotSeries, `["s", {"filename": 5}]`, false, wire.CodeBadFile, "filename", "x y z"},
		{"batch that cannot be read", open, wire.TopicRows, `["s","r",7,[1],`, false, wire.CodeBadRows, "", "x y z"},
		{"batch of an unknown run", open, wire.TopicRows, `["s","r",0,[1,2,3]]`, false, wire.CodeUnknownRun, "", "x y z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Config{})
			if test.open != "" {
				b.send(wire.TopicNewSeries, test.open)
			}
			effects := b.send(test.topic, test.payload)
			if test.says == "" && test.ok {
				if len(effects) != 0 {
					t.Errorf("a good row is answered with %v", effects)
				}
			} else {
				r := pick[Reply](t, effects).Reply
				if r.OK != test.ok || r.Code != test.code || r.Command != test.topic.String() {
					t.Errorf("reply %+v", r)
				}
				if text := r.Warning + r.Error; !strings.Contains(text, test.says) {
					t.Errorf("the client is told %q, want %q in it", text, test.says)
				}
				if !strings.Contains(said(effects), test.says) {
					t.Errorf("the terminal says %q, want %q in it", said(effects), test.says)
				}
			}
			have := ""
			if b.e.series["s"] != nil {
				have = b.saved("s")
			}
			if have != test.want {
				t.Errorf("series s is\n%s\nwant\n%s", have, test.want)
			}
		})
	}
}

func TestRetainedIsOld(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	b.send(wire.TopicData, `["s", 1]`)
	effects := b.e.Handle(b.now, Message{Topic: wire.TopicNewSeries, Payload: []byte(`["s", "y"]`), Retained: true})
	if r := pick[Reply](t, effects); r.OK || !strings.Contains(r.Error, "retain") {
		t.Errorf("reply %+v", r)
	}
	if have := b.saved("s"); have != "x\n1" {
		t.Errorf("series is %q", have)
	}
}

// TestOvertakenOpening: MQTT keeps no order between topics, so rows may come
// before the names of their columns.
func TestOvertakenOpening(t *testing.T) {
	tests := []struct {
		name    string
		after   time.Duration
		opening string
		want    string
		history bool
	}{
		{"soon", 4999 * time.Millisecond, `["s", "x", "y"]`, "x y\n1 2", false},
		{"late", 5 * time.Second, `["s", "x", "y"]`, "x y", true},
		{"other width", time.Second, `["s", "x"]`, "x", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, Config{})
			b.send(wire.TopicData, `["s", 1, 2]`)
			b.now = b.now.Add(test.after)
			effects := b.send(wire.TopicNewSeries, test.opening)
			if have := b.saved("s"); have != test.want {
				t.Errorf("series is %q, want %q", have, test.want)
			}
			archived := slices.ContainsFunc(effects, func(f Effect) bool { _, ok := f.(Archive); return ok })
			if archived != test.history {
				t.Errorf("archived: %v", archived)
			}
			// The second new_series is a new run, whatever the first did.
			b.send(wire.TopicData, `["s", 3, 4]`)
			if a := pick[Archive](t, b.send(wire.TopicNewSeries, `["s", "x", "y"]`)); a.Series.Len() == 0 {
				t.Error("an empty run is archived")
			}
		})
	}
}

func TestOpeningWithUnitsForVersion1(t *testing.T) {
	for _, rowFirst := range []bool{false, true} {
		b := newBench(t, Config{})
		if rowFirst {
			b.send(wire.TopicData, `["s", 1, 2]`)
		}
		r := pick[Reply](t, b.send(wire.TopicNewSeries, `{"id":"a","series":"s","columns":["t","V"],"units":["s","mV"],"meta":{"cell":7}}`))
		if !r.OK || r.ID != "a" {
			t.Errorf("reply %+v", r)
		}
		b.send(wire.TopicData, `["s", 3, 4]`)
		save := pick[Save](t, b.send(wire.TopicSaveSeries, `["s", null]`)).Series
		want := "t V\n3 4"
		if rowFirst {
			want = "t V\n1 2\n3 4"
		}
		if have := table(save); have != want || save.Unit(1) != "mV" || save.Meta["cell"] != 7.0 {
			t.Errorf("series is %q with units %q and meta %v", have, save.Units, save.Meta)
		}
	}
}

func TestNewRunKeepsTheOldRows(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	b.send(wire.TopicData, `["s", 1]`)
	a := pick[Archive](t, b.send(wire.TopicNewSeries, `["s", "y"]`))
	b.send(wire.TopicData, `["s", 2]`)
	if have := table(a.Series); have != "x\n1" {
		t.Errorf("history is %q", have)
	}
	if have := b.saved("s"); have != "y\n2" {
		t.Errorf("series is %q", have)
	}
	if second := b.e.series["s"].v1.id; a.Series.Run == second || a.Series.Run == "" {
		t.Errorf("the runs are named %q and %q", a.Series.Run, second)
	}
}

func TestRunNamesDiffer(t *testing.T) {
	name := runNames()
	now := time.Date(2026, 5, 4, 13, 37, 0, 0, time.UTC)
	have := []string{name(now), name(now), name(now.Add(time.Second))}
	if want := []string{"20260504-133700", "20260504-133700-2", "20260504-133701"}; !slices.Equal(have, want) {
		t.Errorf("runs are named %q, want %q", have, want)
	}
}

func TestFloodIsOneLineWithACount(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x", "y"]`)
	told := 0
	for i := range 1000 {
		told += len(replies(b.send(wire.TopicData, fmt.Sprintf(`["s", %d]`, i))))
	}
	if told != 1 {
		t.Errorf("%d replies to 1000 short rows", told)
	}
	if effects := b.tick(999 * time.Millisecond); len(effects) != 0 {
		t.Errorf("told early: %v", effects)
	}
	effects := b.tick(time.Millisecond)
	if r := pick[Reply](t, effects); !strings.Contains(r.Warning, "999 more like it") {
		t.Errorf("reply %+v", r)
	}
	if text := said(effects); !strings.Contains(text, "999 more like it") || strings.Contains(text, "\n") {
		t.Errorf("terminal %q", text)
	}
	// Another complaint is another line, and after a quiet time so is the first.
	if n := len(replies(b.send(wire.TopicData, `["s", 1, 2, 3]`))); n != 1 {
		t.Errorf("%d replies to the other complaint", n)
	}
	b.tick(2 * time.Second)
	b.tick(2 * time.Second)
	if n := len(replies(b.send(wire.TopicData, `["s", 1]`))); n != 1 {
		t.Errorf("%d replies after a quiet time", n)
	}
	if have := strings.Count(b.saved("s"), "\n"); have != 1002 {
		t.Errorf("%d rows are kept", have)
	}
}

func TestFloodOfManyKindsStaysSmall(t *testing.T) {
	b := newBench(t, Config{})
	lines := 0
	for i := range 1000 {
		name := strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(i))
		lines += strings.Count(said(b.send(wire.TopicSaveSeries, fmt.Sprintf(`["%s", null]`, name)))+"\n", "cannot save")
	}
	if lines > floodKinds {
		t.Errorf("%d lines", lines)
	}
	if text := said(b.tick(time.Second)); !strings.Contains(text, fmt.Sprintf("%d more like it", 1000-lines)) {
		t.Errorf("%d lines, then %q", lines, text)
	}
}

func TestEveryCommandGetsOneReply(t *testing.T) {
	b := newBench(t, Config{Jobs: 2})
	opening := `{"id":"a-1","series":"s","run":"r1","next":0,"columns":["x"]}`
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, opening)); !r.OK || r.ID != "a-1" {
		t.Errorf("reply %+v", r)
	}
	// An opening is looked at anew each time: the run holds rows now.
	b.send(wire.TopicRows, `["s","r1",0,[1],[2]]`)
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, opening)); r.OK || r.ID != "a-1" || r.Code != wire.CodeRunTaken {
		t.Errorf("reply to the repeat %+v", r)
	}
	const save = `{"id":"a-2","series":"s","file":"s.csv"}`
	job := pick[Save](t, b.send(wire.TopicSaveSeries, save))
	if effects := b.send(wire.TopicSaveSeries, save); len(effects) != 0 {
		t.Errorf("a repeat while the work is under way gives %v", effects)
	}
	first := pick[Reply](t, b.e.Finish(b.now, job.Job, Result{Files: []string{"s.csv"}}))
	if !first.OK || first.Rows != 2 || !slices.Equal(first.Files, []string{"s.csv"}) {
		t.Errorf("reply %+v", first)
	}
	if again := pick[Reply](t, b.send(wire.TopicSaveSeries, save)); !slices.Equal(again.Files, first.Files) || again.Rows != 2 {
		t.Errorf("reply to the repeat %+v", again)
	}
	if effects := b.e.Finish(b.now, job.Job, Result{}); len(effects) != 0 {
		t.Errorf("a job that is finished twice gives %v", effects)
	}
	// What cannot be taken on now is said, and may be asked for again later.
	plot := pick[Plot](t, b.send(wire.TopicPlotSeries, `{"id":"a-3","series":"s"}`))
	b.send(wire.TopicPlotSeries, `{"id":"a-4","series":"s"}`)
	if r := pick[Reply](t, b.send(wire.TopicPlotSeries, `{"id":"a-5","series":"s"}`)); r.OK || r.Code != wire.CodeBusy {
		t.Errorf("reply %+v", r)
	}
	b.e.Finish(b.now, plot.Job, Result{Files: []string{"s.pdf"}})
	// Only the last ids are remembered.
	for i := range remembered {
		b.send(wire.TopicNewSeries, fmt.Sprintf(`{"id":"b-%d","series":"s","run":"r1","columns":["x"]}`, i))
	}
	if n := len(b.e.memory.replies); n > remembered {
		t.Errorf("%d ids are remembered", n)
	}
	pick[Save](t, b.send(wire.TopicSaveSeries, save))
}

func TestRowsAreCountedWithinTheirRun(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `{"series":"s","run":"r1","next":0,"columns":["x"]}`)
	b.send(wire.TopicNewSeries, `{"series":"s","run":"r2","next":0,"columns":["x"]}`)
	for _, payload := range []string{
		`["s","r1",0,[0],[1]]`,
		`["s","r2",0,[10]]`,
		`["s","r1",1,[1],[2]]`, // the first is there already
		`["s","r1",9,[9]]`,     // those between are still to come
		`["s","r1",3,2,[5]]`,   // two are lost
		`["s","r1",4,2,[6]]`,   // the gap is there in part
	} {
		b.send(wire.TopicRows, payload)
	}
	s := b.e.series["s"]
	if have := table(s.byID["r1"].rows.Series()); have != "x\n0\n1\n2\n-\n-\n5\n6" {
		t.Errorf("run r1 is %q", have)
	}
	if have := table(s.byID["r2"].rows.Series()); have != "x\n10" {
		t.Errorf("run r2 is %q", have)
	}
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","run":"r1"}`))
	r := pick[Reply](t, b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}}))
	if r.Rows != 7 || r.Missing != 2 {
		t.Errorf("reply %+v", r)
	}
	if effects := b.send(wire.TopicRows, `["s","r1",7,99999999999]`); !strings.Contains(said(effects), "gap") {
		t.Errorf("an endless gap gives %v", effects)
	}
}

func TestCommandsWaitForTheirRows(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `{"series":"s","run":"r1","next":0,"columns":["x"]}`)
	if effects := b.send(wire.TopicSaveSeries, `{"id":"1","series":"s","run":"r1","rows":2}`); len(effects) != 0 {
		t.Fatalf("saved without its rows: %v", effects)
	}
	if effects := b.send(wire.TopicSaveSeries, `{"id":"2","series":"s","run":"r1","rows":99}`); len(effects) != 0 {
		t.Fatalf("saved without its rows: %v", effects)
	}
	b.send(wire.TopicRows, `["s","r1",0,[1]]`)
	if s := pick[Save](t, b.send(wire.TopicRows, `["s","r1",1,[2]]`)); s.Series.Len() != 2 {
		t.Errorf("saved with %d rows", s.Series.Len())
	}
	if effects := b.tick(waitForRows - time.Millisecond); slices.ContainsFunc(effects, func(f Effect) bool { _, ok := f.(Save); return ok }) {
		t.Errorf("too early: %v", effects)
	}
	if s := pick[Save](t, b.tick(time.Millisecond)); s.Series.Len() != 2 {
		t.Errorf("saved with %d rows", s.Series.Len())
	}
}

func TestLimits(t *testing.T) {
	b := newBench(t, Config{Limits: wire.Limits{Payload: 200, Columns: 3, Name: 10, Series: 2, Runs: 2}})
	refused := []struct {
		topic   wire.Topic
		payload string
	}{
		{wire.TopicData, `["s", ` + strings.Repeat("1, ", 70) + `1]`},
		{wire.TopicData, `["s", 1, 2, 3, 4]`},
		{wire.TopicNewSeries, `["s", "a", "b", "c", "d"]`},
		{wire.TopicNewSeries, `["a name that is long", "a"]`},
		{wire.TopicData, `["a name that is long", 1]`},
	}
	for _, test := range refused {
		if r := pick[Reply](t, b.send(test.topic, test.payload)); r.OK || r.Code != wire.CodeTooLarge {
			t.Errorf("%s: reply %+v", test.payload, r)
		}
	}
	b.send(wire.TopicNewSeries, `["a", "x"]`)
	b.send(wire.TopicNewSeries, `["b", "x"]`)
	if r := pick[Reply](t, b.send(wire.TopicNewSeries, `["c", "x"]`)); r.OK || r.Code != wire.CodeTooLarge {
		t.Errorf("a third series: reply %+v", r)
	}
}

func TestPlotOfSeveralSeries(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicData, `["dark", 1, 2]`)
	b.send(wire.TopicData, `["light", 1, 2]`)
	b.send(wire.TopicData, `["light", 2, 3]`)
	p := pick[Plot](t, b.send(wire.TopicPlotSeries, `["dark", {"series": ["light", "dark"]}]`))
	if len(p.Series) != 2 || p.Series[0].Name != "light" || p.Series[1].Name != "dark" || p.File != "dark.pdf" {
		t.Errorf("plot %+v", p)
	}
	if r := pick[Reply](t, b.e.Finish(b.now, p.Job, Result{Files: []string{"dark.pdf"}})); r.Rows != 3 {
		t.Errorf("reply %+v", r)
	}
	for _, series := range []string{`"dark"`, `[]`, `[1]`, `["dark", "drak"]`} {
		r := pick[Reply](t, b.send(wire.TopicPlotSeries, `["dark", {"series": `+series+`}]`))
		if r.OK || !strings.Contains(r.Error, "series") {
			t.Errorf("series %s: reply %+v", series, r)
		}
	}
}

func TestUnsaved(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	unsaved := func() []Archive {
		all := b.e.Unsaved()
		for _, a := range all {
			b.e.Finish(b.now, a.Job, Result{Err: fmt.Errorf("not now")})
		}
		return all
	}
	if n := len(unsaved()); n != 0 {
		t.Errorf("%d series without rows are unsaved", n)
	}
	b.send(wire.TopicData, `["s", 1]`)
	save := pick[Save](t, b.send(wire.TopicSaveSeries, `["s", null]`))
	b.send(wire.TopicData, `["s", 2]`)
	b.e.Finish(b.now, save.Job, Result{Files: []string{"s.csv"}})
	if all := unsaved(); len(all) != 1 || all[0].Series.Len() != 2 {
		t.Errorf("unsaved is %v", all)
	}
	b.saved("s")
	if n := len(unsaved()); n != 0 {
		t.Errorf("%d series are unsaved", n)
	}
	save = pick[Save](t, append(b.send(wire.TopicData, `["s", 3]`), b.send(wire.TopicSaveSeries, `["s", null]`)...))
	b.e.Finish(b.now, save.Job, Result{Err: fmt.Errorf("the disk is on fire")})
	if n := len(unsaved()); n != 1 {
		t.Error("a save that failed counts as one")
	}
}

func TestProgressIsSaidNowAndThen(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x"]`)
	var lines []string
	for range 100 {
		b.send(wire.TopicData, `["s", 1]`)
		if text := said(b.tick(time.Second)); text != "" {
			lines = append(lines, text)
		}
	}
	if len(lines) != 10 || lines[0] != `series "s": 10 rows` {
		t.Errorf("said %q", lines)
	}
}

func FuzzHandle(f *testing.F) {
	f.Add(byte(1), []byte(`["s", "x", "y"]`), byte(2), []byte(`["s", 1, 2]`))
	f.Add(byte(1), []byte(`{"id":"1","series":"s","run":"r","next":0,"columns":["x"]}`), byte(3), []byte(`["s","r",0,[1],5,[2]]`))
	f.Add(byte(5), []byte(`["s", {"filename": "x.pdf"}]`), byte(4), []byte(`{"id":"1","series":"s","rows":9}`))
	f.Fuzz(func(t *testing.T, t1 byte, p1 []byte, t2 byte, p2 []byte) {
		b := newBench(t, Config{})
		b.send(wire.TopicNewSeries, `["s", "x", "y"]`)
		for _, m := range []struct {
			topic   byte
			payload []byte
		}{{t1, p1}, {t2, p2}, {t1, p1}} {
			topic := wire.TopicNewSeries + wire.Topic(m.topic%6)
			if topic == wire.TopicRows && strings.Contains(string(m.payload), "00000") {
				continue // long gaps take long
			}
			for _, effect := range b.send(topic, string(m.payload)) {
				if r, ok := effect.(Reply); ok && !r.OK && (r.Code == "" || r.Error == "") {
					t.Errorf("refused without a reason: %+v", r)
				}
			}
		}
		// The series from before is still there and takes rows.
		if len(replies(b.send(wire.TopicSaveSeries, `["s", null]`))) != 0 {
			t.Error("series s is gone")
		}
	})
}

// BenchmarkData is one row of version 1 with 4 values, parsed and stored.
func BenchmarkData(b *testing.B) {
	for _, test := range []struct{ name, payload string }{
		{"decimals=4", `["sinusoid", 1.2345, 0.9876, -0.1234, 0.5432]`},
		{"decimals=17", `["sinusoid", 1.2345678901234567, 0.98765432109876543, -0.12345678901234567, 0.54321098765432109]`},
	} {
		b.Run(test.name, func(b *testing.B) {
			x := newBench(b, Config{})
			x.send(wire.TopicNewSeries, `["sinusoid", "time", "cos", "sin", "sin*cos"]`)
			m := Message{Topic: wire.TopicData, Payload: []byte(test.payload)}
			b.ReportAllocs()
			for b.Loop() {
				x.e.Handle(x.now, m)
			}
		})
	}
}
