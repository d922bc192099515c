package station_test

import (
	"testing"

	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/internal/station/stationtest"
	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// start is a desk whose program gives a row each 100 ms.
func start(t *testing.T, change func(d *stationtest.Desk, o *station.Options)) (*stationtest.Desk, *station.Station) {
	t.Helper()
	d := stationtest.New(t)
	o := d.Options(0)
	if change != nil {
		change(d, &o)
	}
	s, err := station.New(o, "s", "V")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Open(0, "solar", []string{"t", "V"}); err != nil {
		t.Fatal(err)
	}
	d.Step = func(now int64) {
		if now%100 == 0 {
			if err := s.Row(now, float64(now)/1000, 1); err != nil {
				t.Fatal(err)
			}
		}
		s.Turn(now, false, lamp.Ready)
	}
	return d, s
}

// TestLampTellsTheTroubleOfTheNetwork: each trouble has its number of flashes, and
// when it is over the lamp is as usual.
func TestLampTellsTheTroubleOfTheNetwork(t *testing.T) {
	for name, c := range map[string]struct {
		begin, end func(d *stationtest.Desk)
		want       lamp.Pattern
	}{
		"no network": {func(d *stationtest.Desk) { d.Broker.Down = true }, func(d *stationtest.Desk) { d.Broker.Down = false }, lamp.NoNetwork},
		"denied":     {func(d *stationtest.Desk) { d.Broker.Password = "x" }, func(d *stationtest.Desk) { d.Broker.Password = "" }, lamp.Denied},
		"no server":  {func(d *stationtest.Desk) { d.Broker.Server.Deaf = true }, func(d *stationtest.Desk) { d.Broker.Server.Deaf = false }, lamp.NoServer},
		"refused": {func(d *stationtest.Desk) { d.Broker.Server.Refuse = wire.CodeTooLarge },
			func(d *stationtest.Desk) { d.Broker.Server.Refuse = "" }, lamp.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			d, s := start(t, nil)
			c.begin(d)
			d.Run(60_000)
			if n := d.Count(); n != int(c.want) {
				t.Errorf("the lamp flashes %d times, want %d", n, c.want)
			}
			c.end(d)
			d.Until("the rows", func() bool { return s.Stream().Pending() == 0 })
			d.Run(3_000)
			if n := d.Count(); n != 1 {
				t.Errorf("all is well, and the lamp flashes %d times", n)
			}
			if d.Fed != int(d.Now) {
				t.Errorf("the watchdog was fed %d times in %d turns", d.Fed, d.Now)
			}
		})
	}
}

// TestOwnTroublesComeFirst: a sensor that is missing is told also without a network.
func TestOwnTroublesComeFirst(t *testing.T) {
	d, s := start(t, nil)
	d.Broker.Down = true
	d.Step = func(now int64) { s.Turn(now, false, lamp.NoSensor) }
	d.Run(5_000)
	if n := d.Count(); n != int(lamp.NoSensor) {
		t.Errorf("the lamp flashes %d times", n)
	}
}

func TestHurryDialsNot(t *testing.T) {
	d, s := start(t, nil)
	d.Step = func(now int64) { s.Turn(now, true, lamp.Measuring) }
	d.Run(10_000)
	if d.Broker.Dials != 0 {
		t.Errorf("%d dials", d.Broker.Dials)
	}
}

func TestResult(t *testing.T) {
	d, s := start(t, nil)
	d.Run(5_000)
	if err := s.Order(d.Now, "a.csv", plotclient.Filename("a.png")); err != nil {
		t.Fatal(err)
	}
	d.Step = func(now int64) { s.Turn(now, false, lamp.Sending) }
	d.Until("the answers", func() bool { return s.Delivered(d.Now) })
	if r := s.Result(); r.Replies != 2 || r.Rows != 50 || r.Refused != "" || r.Lost+r.Missing != 0 {
		t.Errorf("%+v", r)
	}
	if len(d.Replies) != 2 || d.Replies[0].Files[0] != "a.csv" || d.Replies[1].Files[0] != "a.png" {
		t.Errorf("the replies are %+v", d.Replies)
	}
}

// TestNetworkClock: the network has its own time, when a simulation runs fast.
func TestNetworkClock(t *testing.T) {
	network := int64(0)
	d, s := start(t, func(_ *stationtest.Desk, o *station.Options) { o.NetworkClock = func() int64 { return network } })
	d.Broker.Down = true
	d.Step = func(now int64) { s.Turn(now, false, lamp.Ready) }
	d.Run(600_000) // of the program
	if d.Broker.Dials != 1 {
		t.Errorf("%d dials while the network's time stood still", d.Broker.Dials)
	}
	d.Broker.Down = false
	if err := s.Row(d.Now, 1, 2); err != nil {
		t.Fatal(err)
	}
	d.Step = func(now int64) { network++; s.Turn(now, false, lamp.Ready) }
	d.Run(5_000)
	if s.Stream().Durable() == 0 {
		t.Error("nothing arrived")
	}
}

// TestMemoryIsLent where there is none, and only there.
func TestMemoryIsLent(t *testing.T) {
	own := make([]byte, 999)
	d := stationtest.New(t)
	o := d.Options(0)
	var m station.Memory
	u := o.Uplink
	u.Stream.Ring, u.Stream.Buffer, u.In, u.Out = own, nil, nil, nil
	m.Use(&u)
	if len(u.Stream.Ring) != 999 || len(u.Stream.Buffer) != len(m.Buffer) || len(u.In) != len(m.In) || len(u.Out) != len(m.Out) {
		t.Errorf("%d %d %d %d bytes", len(u.Stream.Ring), len(u.Stream.Buffer), len(u.In), len(u.Out))
	}
}
