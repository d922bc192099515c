package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

func TestAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("no small disk can be mounted: %v: run as root", err)
	}
	defer syscall.Unmount(dir, 0)
	fill := filepath.Join(dir, "fill")
	if err := os.WriteFile(fill, make([]byte, 200<<10), 0o666); err != nil {
		t.Fatal(err)
	}
	states := make(chan journal.State, 100)
	o := journal.Options{Segment: 64 << 10, Interval: time.Millisecond, State: func(s journal.State) { states <- s }}
	j, _, err := journal.Open(dir, "hopla", nil, o)
	if err != nil {
		t.Fatal(err)
	}
	run := openRun(t, j, header("a", "x", "y"))
	n := 0
	add := func(rows int) {
		for range rows {
			j.AppendRow(run, []float64{float64(n), 1})
			n++
		}
	}
	add(25_000) // 400 KB
	s := <-states
	if !journal.IsDiskFull(s.Err) || !errors.Is(s.Err, syscall.ENOSPC) || s.Backlog == 0 {
		t.Fatalf("told %+v", s)
	}
	add(1000)
	if j.Backlog() < 50_000 {
		t.Errorf("%d bytes wait", j.Backlog())
	}
	if err := os.Remove(fill); err != nil {
		t.Fatal(err)
	}
	if s := <-states; s.Err != nil {
		t.Fatalf("told %+v, want that it goes on", s)
	}
	if err := j.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	add(20_000) // full again
	if s := <-states; !journal.IsDiskFull(s.Err) {
		t.Fatalf("told %+v", s)
	}
	if err := j.Close(); !journal.IsDiskFull(err) {
		t.Errorf("closing on a full disk: %v", err)
	}
	var c sessions.Collector
	report, err := journal.Read(dir, "hopla", c.Add)
	if err != nil || len(report.Damage) > 0 || report.Rows < 26_000 || report.Rows >= int64(n) {
		t.Fatalf("%+v, %v", report, err)
	}
	for i, v := range c.Runs()[0].Rows.Series().Column(0).AppendTo(nil) {
		if v != float64(i) {
			t.Fatalf("row %d holds %v", i, v)
		}
	}
	// A journal can be read and opened though the disk is full.
	j, report, err = journal.Open(dir, "hopla", nil, o)
	if err != nil || report.Rows < 26_000 {
		t.Fatalf("%+v, %v", report, err)
	}
	j.Close()
}
