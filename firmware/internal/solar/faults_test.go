package solar_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/solar"
	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/wire"
)

// TestDarkToFullSun sweeps at every light, by both loads: the program ends each time,
// and where the current is more than a few of the sensor's steps, the curve is the
// cell's.
func TestDarkToFullSun(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		for _, irradiance := range []float64{0, 0.3, 1, 3, 10, 30, 100, 250, 500, 750, 1000, 1200} {
			l := newLab(t, setup{irradiance: irradiance, byHand: byHand, noise: 0.5, seed: 3})
			if byHand {
				l.bench.TurnByHand(1, 0, 10_000_000)
			}
			r := l.sweep()
			if r.Refused != "" || r.Lost != 0 || r.Gaps != 0 || r.Beyond != 0 || r.NoSensor != nil || r.Points < 1 {
				t.Errorf("by hand %v, %g W/m²: %+v", byHand, irradiance, r)
			}
			if r.Rows != int64(r.Points) || r.Replies != 2 {
				t.Errorf("by hand %v, %g W/m²: %+v", byHand, irradiance, r)
			}
			// The potentiometer's 1 kΩ are no open circuit for less than 6 mA.
			if irradiance >= 30 && !byHand || irradiance >= 100 {
				l.agrees(0.005)
			}
			l.Run(5_000)
			if n := len(l.Broker.Server.Runs); n != 1 || l.Done() != 1 {
				t.Errorf("by hand %v, %g W/m²: %d runs, %d sweeps done", byHand, irradiance, n, l.Done())
			}
		}
	}
}

func TestHotAndCold(t *testing.T) {
	for _, temperature := range []float64{-20, 60} {
		l := newLab(t, setup{irradiance: 800, temperature: temperature})
		l.sweep()
		l.agrees(0.001)
	}
}

func TestSensorThatIsNotThere(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		l := newLab(t, setup{irradiance: 1000, byHand: byHand})
		l.bench.Chip.Unplug(true)
		r := l.sweep()
		if !errors.Is(r.NoSensor, ina219sim.ErrNACK) || r.Points != 0 {
			t.Errorf("by hand %v: %+v", byHand, r)
		}
		if took := l.Now; took > 6_000 {
			t.Errorf("by hand %v: it took %d ms to give up", byHand, took)
		}
		if len(l.Broker.Server.Runs) != 0 {
			t.Error("an empty series was opened")
		}
		if n := len(l.Trouble); n != 1 {
			t.Errorf("by hand %v: it was told %d times: %v", byHand, n, l.Trouble)
		}
		if n := l.Count(); n != int(lamp.NoSensor) {
			t.Errorf("by hand %v: the lamp flashes %d times", byHand, n)
		}
		// The next try finds it.
		l.bench.Chip.Unplug(false)
		l.bench.TurnByHand(1, 0, 5_000_000)
		if r := l.sweep(); r.Points < 20 || r.NoSensor != nil {
			t.Errorf("by hand %v: after it was plugged in: %+v", byHand, r)
		}
	}
}

// TestSensorThatComesBack: an outage of a second does not end a driven sweep.
func TestSensorThatComesBack(t *testing.T) {
	for name, fail := range map[string]func(c *ina219sim.Chip, on bool){
		"unplugged": (*ina219sim.Chip).Unplug,
		"stuck":     (*ina219sim.Chip).Stick,
		"brown-out": func(c *ina219sim.Chip, on bool) {
			if on {
				c.BrownOut()
			}
		},
		"noise on the bus": func(c *ina219sim.Chip, on bool) {
			if on {
				c.Nack(10)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, setup{irradiance: 1000})
			l.Begin()
			for k := range 3 {
				l.Run(500 + 300*k)
				fail(l.bench.Chip, true)
				l.Run(1_000)
				fail(l.bench.Chip, false)
			}
			l.Until("the sweep", func() bool { return l.Done() == 1 })
			if r := l.Result(); r.Points < 40 || r.Gaps != 0 || r.NoSensor != nil {
				t.Errorf("%+v", r)
			}
			l.agrees(0.001)
			if n := len(l.Trouble); n > 3 {
				t.Errorf("three outages were told %d times", n)
			}
		})
	}
}

// TestSensorThatStaysAway: what was measured before is kept, with a row of gaps.
func TestSensorThatStaysAway(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000})
	l.Begin()
	l.Until("ten points", func() bool { return l.Phase() == solar.Driving && l.Station().Stream().Measured() == 10 })
	l.bench.Chip.Unplug(true)
	l.Until("the end", func() bool { return l.Done() == 1 })
	r := l.Result()
	if r.Points < 10 || r.Points > 12 || r.Gaps != 1 || !errors.Is(r.NoSensor, ina219sim.ErrNACK) || r.Replies != 2 {
		t.Errorf("%+v", r)
	}
	rows := l.Broker.Server.Find("solar").Rows
	if row := rows[len(rows)-1]; !math.IsNaN(row[1]) || !math.IsNaN(row[2]) || !math.IsNaN(row[3]) || row[0] <= 0 {
		t.Errorf("the last row is %v", row)
	}
	if n := l.Count(); n != int(lamp.NoSensor) {
		t.Errorf("the lamp flashes %d times", n)
	}
}

// TestOutageByHand: while the knob is turned on, an outage becomes a row of gaps.
func TestOutageByHand(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, byHand: true})
	l.bench.TurnByHand(1, 0, 12_000_000)
	l.Begin()
	l.Run(5_000)
	l.bench.Chip.Stick(true)
	l.Run(1_500)
	l.bench.Chip.Stick(false)
	l.Until("the sweep", func() bool { return l.Done() == 1 })
	if r := l.Result(); r.Gaps != 1 || r.Points < 20 || r.NoSensor != nil {
		t.Errorf("%+v", r)
	}
}

// swapped is a bench whose shunt is wired the wrong way round.
func TestSwappedWires(t *testing.T) {
	var l *lab
	var chip *ina219sim.Chip
	l = newLab(t, setup{
		irradiance: 1000,
		bus: func(b ina219.Bus) ina219.Bus {
			return busFunc(func(addr uint16, w, r []byte) error {
				if chip == nil {
					chip = ina219sim.New(ina219sim.Options{Now: func() int64 { return 1000 * l.Now }, Input: func(at int64) (float64, float64) {
						bus, shunt := l.bench.At(at)
						return bus + shunt, -shunt
					}})
				}
				return chip.Tx(addr, w, r)
			})
		},
	})
	r := l.sweep()
	if !r.Reversed || r.Points < 40 {
		t.Errorf("%+v", r)
	}
	if n := l.Count(); n != int(lamp.Reversed) {
		t.Errorf("the lamp flashes %d times", n)
	}
	// The currents are told as they were measured; the analysis takes both signs.
	_, i := l.vi()
	if last := i[len(i)-1]; last > -0.19 {
		t.Errorf("the last current is %g A", last)
	}
	l.agrees(0.001)
}

type busFunc func(addr uint16, w, r []byte) error

func (f busFunc) Tx(addr uint16, w, r []byte) error { return f(addr, w, r) }

// strong is a bench whose currents are too much for the driver, which takes its
// shunt of 2 Ω for one of 0.1 Ω: 4 A.
func strong() ina219sim.BenchOptions { return ina219sim.BenchOptions{ShuntOhms: 2} }

func TestBeyondTheRange(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		l := newLab(t, setup{irradiance: 1000, byHand: byHand, bench: strong()})
		l.bench.TurnByHand(1, 0, 10_000_000)
		r := l.sweep()
		if r.Beyond == 0 || r.Points < 5 || r.Gaps != 0 || r.Replies != 2 {
			t.Errorf("by hand %v: %+v", byHand, r)
		}
		if n := l.Count(); n != int(lamp.Saturated) {
			t.Errorf("by hand %v: the lamp flashes %d times", byHand, n)
		}
		for k, row := range l.Broker.Server.Find("solar").Rows {
			if row[2] >= 3.2 || math.IsNaN(row[1]) || math.IsNaN(row[2]) != math.IsNaN(row[3]) {
				t.Errorf("by hand %v: row %d is %v", byHand, k, row)
			}
		}
	}
}

// TestNetworkLater: sweeps made without a network arrive when it comes, each as a
// run of its own, and nothing is forgotten.
func TestNetworkLater(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000})
	l.Broker.Down = true
	l.Begin()
	l.Until("the first sweep", func() bool { return l.Phase() != solar.Resting })
	l.Until("its end", func() bool { return l.Phase() == solar.Resting })
	l.Run(60_000)
	if n := l.Count(); n != int(lamp.NoNetwork) {
		t.Errorf("the lamp flashes %d times", n)
	}
	if err := l.bench.SetLight(500, 25); err != nil {
		t.Fatal(err)
	}
	l.Push()
	if l.Phase() == solar.Resting {
		t.Fatal("the second sweep did not begin")
	}
	l.Until("its end", func() bool { return l.Phase() == solar.Resting })
	l.Push() // there is no room for a third one yet: it waits
	l.Run(1_000)
	if l.Phase() != solar.Resting || l.Done() != 0 {
		t.Errorf("a third sweep began, %d are done", l.Done())
	}
	l.Broker.Down = false
	l.Until("the first two sweeps", func() bool { return l.Done() == 2 })
	if n := len(l.Broker.Server.Runs); n != 2 {
		t.Fatalf("%d runs arrived", n)
	}
	l.agrees(0.001) // the newest, at 500 W/m²
	l.Until("the third", func() bool { return l.Done() == 3 })
	runs := l.Broker.Server.Runs
	if a, b := runs[0].Rows[len(runs[0].Rows)-1][2], runs[1].Rows[len(runs[1].Rows)-1][2]; a < 1.9*b || a > 2.1*b {
		t.Errorf("the short circuit currents are %g and %g A, at 1000 and 500 W/m²", a, b)
	}
	if n := len(l.Broker.Server.Commands); n != 6 {
		t.Errorf("%d commands were carried out", n)
	}
}

// TestNetworkCut cuts the connection in the middle of a sweep, again and again.
func TestNetworkCut(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		l := newLab(t, setup{irradiance: 1000, byHand: byHand})
		l.bench.TurnByHand(1, 0, 8_000_000)
		l.Until("the connection", func() bool { return l.Station().Link().State() == uplink.Online })
		l.Begin()
		for l.Done() == 0 {
			l.Run(700)
			l.Broker.Cut()
			l.Run(2_500)
		}
		r := l.Result()
		if r.Points < 25 || r.Lost != 0 || r.Missing != 0 || r.Rows != int64(r.Points) || len(l.Broker.Server.Commands) != 2 {
			t.Errorf("by hand %v: %+v", byHand, r)
		}
		l.agrees(0.004)
	}
}

// TestRingSmallerThanASweep: the points wait in the curve.
func TestRingSmallerThanASweep(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, ring: 512, options: solar.Options{Points: 90}})
	l.Broker.Down = true
	l.Begin()
	l.Run(30_000)
	l.Broker.Down = false
	l.Until("the sweep", func() bool { return l.Done() == 1 })
	if r := l.Result(); r.Points < 60 || r.Lost != 0 || r.Rows != int64(r.Points) {
		t.Errorf("%+v", r)
	}
	l.agrees(0.001)
}

func TestServerThatRefuses(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000})
	l.Until("the connection", func() bool { return l.Station().Link().State() == uplink.Online })
	l.Begin()
	l.Until("the sweep", func() bool { return l.Phase() == solar.Driving && l.Station().Stream().State() == plotclient.Sending })
	l.Broker.Server.Refuse = wire.CodeFailed
	l.Until("the end", func() bool { return l.Done() == 1 })
	if r := l.Result(); r.Refused == "" || r.Points < 40 || r.Replies != 2 {
		t.Errorf("%+v", r)
	}
	if n := l.Count(); n != int(lamp.Refused) {
		t.Errorf("the lamp flashes %d times", n)
	}
}

func TestButton(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, byHand: true})
	l.Run(1_000)
	// A contact that bounces, and then is held for long, is one push.
	for k := range 20 {
		l.Desk.Down = k%2 == 0
		l.Run(5)
	}
	l.Desk.Down = true
	l.Run(3_000)
	if l.Phase() != solar.Turning {
		t.Fatal("the sweep did not begin")
	}
	l.Desk.Down = false
	l.bench.TurnByHand(1, 0, 3_000_000)
	l.Run(3_500)
	l.Push() // ends it
	if l.Phase() != solar.Resting {
		t.Fatal("the sweep did not end")
	}
	l.Until("its delivery", func() bool { return l.Done() == 1 })
	if r := l.Result(); r.Points < 15 {
		t.Errorf("%+v", r)
	}
	// A short touch is no push.
	l.Desk.Down = true
	l.Run(10)
	l.Desk.Down = false
	l.Run(1_000)
	if l.Phase() != solar.Resting {
		t.Error("a touch of 10 ms began a sweep")
	}
}

func TestByItself(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, options: solar.Options{AtOnce: true, Every: 10_000}})
	l.Run(60_000)
	if n := l.Done(); n < 4 || n > 5 {
		t.Errorf("%d sweeps in a minute, each of about 3 s, 10 s apart", n)
	}
	if n := len(l.Broker.Server.Runs); n != l.Done() {
		t.Errorf("%d runs of %d sweeps", n, l.Done())
	}
}

// TestClockThatIsSetBack: the sweep goes on.
func TestClockThatIsSetBack(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000})
	l.Begin()
	l.Run(1_000)
	back := int64(500_000)
	for n := 0; l.Done() == 0; n++ {
		l.Now++
		l.Loop.Step(l.Now - back)
		if n > 60_000 {
			t.Fatal("the sweep did not end")
		}
	}
	l.agrees(0.001)
}

// TestWatchdogIsFed at every turn, whatever happens.
func TestWatchdogIsFed(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000})
	l.bench.Chip.Stick(true)
	l.Broker.Silent = true
	l.Begin()
	l.Run(10_000)
	if l.Fed != 10_000 {
		t.Errorf("it was fed %d times in 10,000 turns", l.Fed)
	}
}

// TestLoadIsOffAfterwards: a cell is not left in short circuit.
func TestLoadIsOffAfterwards(t *testing.T) {
	level := int32(-1)
	l := newLab(t, setup{irradiance: 1000, load: func(inner solar.Load) solar.Load {
		return loadFunc(func(v int32) { level = v; inner.Set(v) })
	}})
	l.sweep()
	if level != 0 {
		t.Errorf("the load is at %d", level)
	}
}

type loadFunc func(level int32)

func (f loadFunc) Set(level int32) { f(level) }

// TestCoarseLoad sweeps with a DAC of 8 bits.
func TestCoarseLoad(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, options: solar.Options{Level: 255}, load: func(inner solar.Load) solar.Load {
		return loadFunc(func(v int32) {
			if v < 0 || v > 255 {
				t.Errorf("the load is set to %d", v)
			}
			inner.Set(v * 257)
		})
	}})
	if r := l.sweep(); r.Points < 6 {
		t.Errorf("%+v", r)
	}
	l.agrees(0.02)
}

func TestOptions(t *testing.T) {
	device := func(s ina219.Settings) *ina219.Device {
		d, err := ina219.New(busFunc(nil), ina219.Options{Settings: s})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	good := device(meter.Settings(ina219.Bits12))
	for name, c := range map[string]struct {
		o    solar.Options
		want error
	}{
		"no sensor":   {solar.Options{}, solar.ErrSensor},
		"mode":        {solar.Options{Sensor: device(ina219.Settings{})}, solar.ErrMode},
		"few points":  {solar.Options{Sensor: good, Points: 7}, solar.ErrPoints},
		"many points": {solar.Options{Sensor: good, Points: 91}, solar.ErrPoints},
		"level":       {solar.Options{Sensor: good, Level: 7}, solar.ErrLevel},
		"no session":  {solar.Options{Sensor: good}, uplink.ErrSession},
	} {
		if _, err := solar.New(c.o); err != c.want {
			t.Errorf("%s: the error is %v, want %v", name, err, c.want)
		}
	}
}

// TestSeriesThatCannotBeOpened: a ring that is too small is told, and the program
// goes on.
func TestSeriesThatCannotBeOpened(t *testing.T) {
	l := newLab(t, setup{irradiance: 1000, ring: 64})
	if r := l.sweep(); r.Open != plotclient.ErrRing {
		t.Errorf("%+v", r)
	}
	if n := len(l.Trouble); n != 1 {
		t.Errorf("it was told %d times", n)
	}
	l.sweep()
}
