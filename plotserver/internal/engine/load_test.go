package engine

import (
	"errors"
	"math"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// aFile is a series as it is read from a file.
func aFile(rows int) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: "another", Run: "r1", Columns: []string{"t", "V"}, Units: []string{"s", "V"}})
	for i := range rows {
		b.Append([]float64{float64(i), math.Sqrt(float64(i))})
	}
	return b.Series()
}

// fill does what a Fill asks for.
func fill(f Fill) {
	row := make([]float64, len(f.From.Columns))
	for i := range f.From.Len() {
		for c := range row {
			row[c] = f.From.Column(c).At(i)
		}
		f.Rows.Append(row)
	}
}

// Rows and commands go on while a file is loaded, and nobody sees a part of it.
func TestLoadHoldsNothingUp(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `["s", "x", "y"]`)
	b.send(wire.TopicData, `["s", 1, 2]`)
	l := pick[Load](t, b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`))
	if l.File != "old.csv" || b.e.Busy() != 1 {
		t.Fatalf("%+v, %d under way", l, b.e.Busy())
	}
	b.send(wire.TopicData, `["s", 3, 4]`)
	effects := b.e.Finish(b.now, l.Job, Result{Loaded: aFile(3)})
	f := pick[Fill](t, effects)
	if got := replies(effects); len(got) != 0 {
		t.Fatalf("answered before it is done: %v", got)
	}
	b.send(wire.TopicData, `["s", 5, 6]`)
	if got := b.saved("s"); got != "x y\n1 2\n3 4\n5 6" {
		t.Errorf("in the middle of a load version 1's run is\n%s", got)
	}
	if again := b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`); len(again) != 0 {
		t.Errorf("a repeat of what is under way gives %v", again)
	}
	fill(f)
	effects = b.e.Finish(b.now, f.Job, Result{})
	if got := replies(effects); len(got) != 1 || !got[0].OK || got[0].Rows != 3 || got[0].Run == "" || got[0].ID != "me-1" {
		t.Fatalf("%+v", got)
	}
	saved := pick[Save](t, b.send(wire.TopicSaveSeries, `{"id":"me-3","series":"s"}`))
	if got := table(saved.Series); got != "t V\n0 0\n1 1\n2 1.4142135623730951" || saved.Series.Name != "s" || saved.Series.Unit(1) != "V" {
		t.Errorf("loaded is %+v\n%s", saved.Series.Header, got)
	}
	// Version 1 goes on where it was.
	b.send(wire.TopicData, `["s", 7, 8]`)
	if got := b.saved("s"); got != "x y\n1 2\n3 4\n5 6\n7 8" {
		t.Errorf("version 1's run is\n%s", got)
	}
}

// A plot that is asked for behind a load waits for it, whatever becomes of it.
func TestPlotBehindLoad(t *testing.T) {
	for _, fails := range []bool{false, true} {
		b := newBench(t, Config{})
		l := pick[Load](t, b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`))
		for _, command := range []string{`{"id":"me-2","series":"s"}`, `{"id":"me-2","series":"s"}`} { // the second is a repeat
			if effects := b.send(wire.TopicPlotSeries, command); len(effects) != 0 {
				t.Fatalf("%v", effects)
			}
		}
		if got := replies(b.send(wire.TopicPlotSeries, `["s", {}]`)); len(got) != 1 || got[0].Code != wire.CodeUnknownSeries {
			t.Errorf("version 1, which sees no run of version 2: %+v", got)
		}
		if effects := b.tick(time.Minute); len(replies(effects)) != 0 {
			t.Errorf("answered before the load was: %v", effects)
		}
		if fails {
			got := replies(b.e.Finish(b.now, l.Job, Result{Err: errors.New("it is damaged")}))
			if len(got) != 2 || got[0].ID != "me-1" || got[1].ID != "me-2" || got[1].Code != wire.CodeUnknownSeries {
				t.Errorf("%+v", got)
			}
			continue
		}
		f := pick[Fill](t, b.e.Finish(b.now, l.Job, Result{Loaded: aFile(3)}))
		fill(f)
		effects := b.e.Finish(b.now, f.Job, Result{})
		if p := pick[Plot](t, effects); len(p.Series) != 1 || p.Series[0].Rows != 3 {
			t.Errorf("%+v", p)
		}
		if got := replies(effects); len(got) != 1 || got[0].ID != "me-1" {
			t.Errorf("%+v", got)
		}
	}
}

// A load that fails in either step leaves nothing behind.
func TestLoadThatFails(t *testing.T) {
	for _, step := range []string{"read", "fill"} {
		b := newBench(t, Config{})
		l := pick[Load](t, b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`))
		res := Result{Err: errors.New("the disk is on fire")}
		job := l.Job
		if step == "fill" {
			job = pick[Fill](t, b.e.Finish(b.now, job, Result{Loaded: aFile(3)})).Job
		}
		got := replies(b.e.Finish(b.now, job, res))
		if len(got) != 1 || got[0].OK || got[0].Code != wire.CodeFailed || got[0].Error != "the disk is on fire" {
			t.Errorf("%s: %+v", step, got)
		}
		if n := b.e.Restored(); n.Series != 0 || n.Runs != 0 || b.e.Busy() != 0 {
			t.Errorf("%s: left %+v, %d under way", step, n, b.e.Busy())
		}
		again := replies(b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`))
		if len(again) != 1 || again[0].Error != "the disk is on fire" {
			t.Errorf("%s: a repeat gives %+v", step, again)
		}
	}
}

// What a server was loading when it was killed is not there after a restart; what
// it had loaded is.
func TestLoadThatWasInterrupted(t *testing.T) {
	for name, whole := range map[string]bool{"interrupted": false, "whole": true} {
		dir := t.TempDir()
		open := func() (*journal.Journal, *Engine) {
			past := &Past{}
			j, _, err := journal.Open(dir, "hopla", past.Add, journal.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return j, New(Config{Journal: j, Past: past})
		}
		j, e := open()
		b := &bench{t, e, newBench(t, Config{}).now}
		b.send(wire.TopicNewSeries, `{"id":"me-0","series":"s","run":"live","next":0,"columns":["x"]}`)
		b.send(wire.TopicRows, `["s","live",0,[1],[2]]`)
		l := pick[Load](t, b.send(wire.TopicLoadSeries, `{"id":"me-1","series":"s","file":"old.csv"}`))
		f := pick[Fill](t, e.Finish(b.now, l.Job, Result{Loaded: aFile(3)}))
		j.Rows(f.Key, []float64{0, 0, 1, 1})
		if whole {
			j.Rows(f.Key, []float64{2, math.Sqrt2})
			j.Note(f.Key, journal.NoteLoading, []byte(journal.Whole))
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // dropped for good
			j, e = open()
			b.e = e
			want, runs := "x\n1\n2", 1
			if whole {
				want, runs = "t V\n0 0\n1 1\n2 1.4142135623730951", 2
			}
			got := pick[Save](t, b.send(wire.TopicSaveSeries, `{"series":"s"}`))
			if got.Series == nil || table(got.Series) != want {
				t.Errorf("%s: the newest run is %+v", name, got)
			}
			if n := e.Restored(); n.Runs != runs {
				t.Errorf("%s: restored %+v", name, n)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
