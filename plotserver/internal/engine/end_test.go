package engine

import (
	"testing"
	"time"

	"iotplot/plotclient/wire"
)

// When the server ends, commands that wait for rows are done with what there is,
// and those that can't be finished are answered all the same.
func TestTheEndAnswersEveryCommand(t *testing.T) {
	b := newBench(t, Config{})
	b.send(wire.TopicNewSeries, `{"id":"a","series":"s","run":"r","next":0,"columns":["x"]}`)
	b.send(wire.TopicRows, `["s","r",0,[1],[2]]`)
	b.send(wire.TopicSaveSeries, `{"id":"b","series":"s","run":"r","rows":5}`)
	if n := b.e.Busy(); n != 0 {
		t.Fatalf("%d saves under way, 3 rows are still to come", n)
	}
	save := pick[Save](t, b.e.Hurry(b.now))
	if left := b.e.Unfinished(); len(left) != 1 || left[0] != save.Job || save.Rows != 2 {
		t.Fatalf("saves %d rows as job %d, under way are %d", save.Rows, save.Job, left)
	}
	ended := &wire.Error{Code: wire.CodeBusy, Text: "the end"}
	if r := pick[Reply](t, b.e.Finish(b.now, save.Job, Result{Err: ended})); r.ID != "b" || r.OK || r.Code != wire.CodeBusy {
		t.Errorf("reply %+v", r)
	}
	if left := b.e.Unfinished(); len(left) != 0 {
		t.Errorf("left under way: %d", left)
	}
	for _, f := range b.tick(time.Minute) {
		if r, again := f.(Reply); again {
			t.Errorf("a second reply: %+v", r)
		}
	}
}
