package sinusoid_test

import (
	"testing"

	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/sinusoid"
	"iotplot/firmware/internal/station/stationtest"
	"iotplot/plotclient/wire"
)

func start(t *testing.T, ring int) (*stationtest.Desk, *sinusoid.Loop) {
	t.Helper()
	d := stationtest.New(t)
	l, err := sinusoid.New(sinusoid.Options{Station: d.Options(ring), Button: d, AtOnce: true})
	if err != nil {
		t.Fatal(err)
	}
	d.Step = l.Step
	return d, l
}

func TestExampleArrives(t *testing.T) {
	d, l := start(t, 0)
	d.Until("the example", func() bool { return l.Done() == 1 })
	rows := d.Rows("sinusoid")
	if len(rows) != sinusoid.Rows {
		t.Fatalf("%d rows arrived", len(rows))
	}
	for i, row := range rows {
		if want := sinusoid.Row(i); len(row) != 4 || [4]float64(row) != want {
			t.Fatalf("row %d is %v, want %v", i, row, want)
		}
	}
	if d.Now < 4_900 || d.Now > 6_500 {
		t.Errorf("5 s of rows took %d ms", d.Now)
	}
	c := d.Broker.Server.Commands
	if len(c) != 2 || c[0].Topic != wire.TopicSaveSeries || c[1].Options["filename"] != sinusoid.File || c[1].Had != sinusoid.Rows {
		t.Errorf("the commands are %+v", c)
	}
	if r, err := l.Result(); err != nil || r.Rows != sinusoid.Rows || r.Lost != 0 || r.Refused != "" {
		t.Errorf("%+v, %v", r, err)
	}
	d.Run(10_000)
	if l.Done() != 1 {
		t.Error("it was sent again without being asked")
	}
	d.Push()
	d.Until("the second", func() bool { return l.Done() == 2 })
	if n := len(d.Broker.Server.Runs); n != 2 {
		t.Errorf("%d runs of 2", n)
	}
}

// TestSmallRing: without a network the rows wait, also those that find no room.
func TestSmallRing(t *testing.T) {
	d, l := start(t, 1024)
	d.Broker.Down = true
	d.Run(60_000)
	if n := d.Count(); n != int(lamp.NoNetwork) {
		t.Errorf("the lamp flashes %d times", n)
	}
	d.Broker.Down = false
	d.Until("the example", func() bool { return l.Done() == 1 })
	if r, _ := l.Result(); r.Lost != 0 || r.Rows != sinusoid.Rows {
		t.Errorf("%+v", r)
	}
	if d.Fed != int(d.Now) {
		t.Errorf("the watchdog was fed %d times in %d turns", d.Fed, d.Now)
	}
}

func TestSeriesThatCannotBeOpened(t *testing.T) {
	d, l := start(t, 64)
	d.Run(100)
	if _, err := l.Result(); err == nil || l.Done() != 1 || len(d.Trouble) != 1 {
		t.Errorf("the error is %v, done %d, trouble %v", err, l.Done(), d.Trouble)
	}
}

// TestClockThatIsSetBack: the rest of the example does not wait for the old time.
func TestClockThatIsSetBack(t *testing.T) {
	d, l := start(t, 0)
	d.Run(1_000)
	d.Step = func(now int64) { l.Step(now - 3_600_000) }
	d.Until("the example", func() bool { return l.Done() == 1 })
	if d.Now > 10_000 {
		t.Errorf("it took %d ms", d.Now)
	}
	if n := len(d.Rows("sinusoid")); n != sinusoid.Rows {
		t.Errorf("%d rows arrived", n)
	}
}
