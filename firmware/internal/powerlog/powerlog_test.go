package powerlog_test

import (
	"math"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/powerlog"
	"iotplot/firmware/internal/station/stationtest"
	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
)

// bench is a log of a supply whose voltage and current are functions of time.
type bench struct {
	*stationtest.Desk
	*powerlog.Loop
	chip *ina219sim.Chip
}

func start(t *testing.T, ring int, o powerlog.Options, supply func(ms float64) (volts, amps float64)) *bench {
	t.Helper()
	d := stationtest.New(t)
	chip := ina219sim.New(ina219sim.Options{
		Now: func() int64 { return d.Now * 1000 },
		Input: func(micros int64) (float64, float64) {
			v, a := supply(float64(micros) / 1000)
			return v, a * 0.1
		},
	})
	var err error
	if o.Sensor, err = ina219.New(chip, ina219.Options{Settings: meter.Settings(ina219.Average128)}); err != nil {
		t.Fatal(err)
	}
	o.Station, o.Button = d.Options(ring), d
	l, err := powerlog.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{d, l, chip}
	d.Step = l.Step
	t.Cleanup(func() {
		if err := chip.Err(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) rows() [][]float64 { return b.Desk.Rows("power") }

func steady(float64) (float64, float64) { return 5, 0.1 }

// TestEnergy: an hour of 0.5 W is 0.5 Wh, in few rows.
func TestEnergy(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, steady)
	b.Run(3_600_000)
	rows := b.rows()
	if n := len(rows); n < 60 || n > 62 {
		t.Errorf("%d rows in an hour of steady values, want one a minute", n)
	}
	last := rows[len(rows)-1]
	if want := 0.5 * last[0] / 3600; math.Abs(last[4]-want) > 0.001*want || last[0] < 3500 {
		t.Errorf("the last row is %v, want an energy of %g Wh", last, want)
	}
	if got := b.Totals(); math.Abs(got.WattHour-0.5) > 0.0005 || math.Abs(got.Seconds-3600) > 1 {
		t.Errorf("the totals are %+v", got)
	}
	for i, r := range rows {
		if len(r) != 5 || math.Abs(r[1]-5) > 0.002 || math.Abs(r[2]-0.1) > 1e-4 || math.Abs(r[3]-0.5) > 1e-3 {
			t.Fatalf("row %d is %v", i, r)
		}
	}
	run := b.Broker.Server.Find("power")
	if run.Units[4] != "Wh" || run.Columns[4] != "E" {
		t.Errorf("columns %q, units %q", run.Columns, run.Units)
	}
}

// TestEnergyOfARamp is told from what was measured, not from what was sent. The last
// second may be missing.
func TestEnergyOfARamp(t *testing.T) {
	ramp := func(ms float64) (float64, float64) { return 5, 0.1 * math.Abs(math.Sin(ms/20_000)) }
	b := start(t, 0, powerlog.Options{MicroAmps: 200_000, MicroVolts: 1_000_000}, ramp) // nothing is a jump
	b.Run(600_000)
	sum := 0.0
	for ms := 0; ms < 600_000; ms += 10 {
		v, a := ramp(float64(ms))
		sum += v * a * 0.01 / 3600
	}
	if got := b.Totals().WattHour; math.Abs(got-sum) > 0.004*sum {
		t.Errorf("%g Wh, want %g", got, sum)
	}
}

// TestJumps: a step of the load is a step in the series.
func TestJumps(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, func(ms float64) (float64, float64) {
		if math.Mod(ms, 40_000) < 20_000 {
			return 5, 0.01
		}
		return 4.9, 0.2
	})
	b.Run(200_000)
	rows := b.rows()
	// Nine jumps, each with the reading before and the one after, which may be of the
	// moment of the jump itself, and then one more.
	if n := len(rows); n < 19 || n > 35 {
		t.Errorf("%d rows: %v", n, rows)
	}
	steps := 0
	for i := 1; i < len(rows); i++ {
		if d := math.Abs(rows[i][2] - rows[i-1][2]); d > 0.002 {
			steps++
			if dt := rows[i][0] - rows[i-1][0]; dt > 1.3 {
				t.Errorf("the current jumps by %g A within %g s", d, dt)
			}
		}
		if rows[i][0] <= rows[i-1][0] {
			t.Errorf("row %d is of %g s, after one of %g s", i, rows[i][0], rows[i-1][0])
		}
	}
	if steps < 9 {
		t.Errorf("%d steps", steps)
	}
}

func TestNothingFinerThanThresholds(t *testing.T) {
	b := start(t, 0, powerlog.Options{MicroAmps: 10_000, MicroVolts: 100_000}, func(ms float64) (float64, float64) {
		return 5 + 0.04*math.Sin(ms/3000), 0.1 + 0.004*math.Sin(ms/1000)
	})
	b.Run(300_000)
	if n := len(b.rows()); n > 7 {
		t.Errorf("%d rows of values that hardly move in 5 minutes", n)
	}
}

// TestBattery: what flows back counts as negative.
func TestBattery(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, func(ms float64) (float64, float64) {
		if ms < 300_000 {
			return 4, 0.5
		}
		return 4, -0.25
	})
	b.Run(900_000)
	if got, want := b.Totals().WattHour, 4*(0.5*300-0.25*600)/3600; math.Abs(got-want) > 0.001 {
		t.Errorf("%g Wh, want %g", got, want)
	}
}

func TestSensorThatFails(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, steady)
	b.Run(100_000)
	before := b.Totals().WattHour
	b.chip.Unplug(true)
	b.Run(30_000)
	if n := b.Count(); n != int(lamp.NoSensor) {
		t.Errorf("the lamp flashes %d times", n)
	}
	during := b.Totals().WattHour
	b.chip.Unplug(false)
	b.Run(65_000)
	if during-before > 0.5*3/3600 {
		t.Errorf("%g Wh were counted without a sensor", during-before)
	}
	rows, gaps := b.rows(), 0
	for i, r := range rows {
		if math.IsNaN(r[1]) {
			gaps++
			if !math.IsNaN(r[2]) || !math.IsNaN(r[3]) || math.IsNaN(r[4]) || r[0] < 100 || r[0] > 104 {
				t.Errorf("the gap is %v", r)
			}
			if prior := rows[i-1]; r[0]-prior[0] > 4 {
				t.Errorf("before the gap at %g s comes a row of %g s", r[0], prior[0])
			}
		}
	}
	if gaps != 1 || len(b.Trouble) != 1 {
		t.Errorf("%d gaps, trouble %v", gaps, b.Trouble)
	}
}

func TestBeyondTheRange(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, func(ms float64) (float64, float64) {
		if ms > 10_000 {
			return 5, 4
		}
		return 5, 0.1
	})
	b.Run(75_000)
	rows := b.rows()
	if last := rows[len(rows)-1]; math.IsNaN(last[1]) || !math.IsNaN(last[2]) || !math.IsNaN(last[3]) {
		t.Errorf("the last row is %v", last)
	}
	if n := b.Count(); n != int(lamp.Saturated) {
		t.Errorf("the lamp flashes %d times", n)
	}
}

// TestBackIntoTheRange: no row says that a current beyond the range was the largest one
// that the sensor can tell, and a row tells when it is within the range again, however
// near to its end.
func TestBackIntoTheRange(t *testing.T) {
	b := start(t, 0, powerlog.Options{}, func(ms float64) (float64, float64) {
		switch {
		case ms < 10_000:
			return 5, 0.1
		case ms < 30_000:
			return 5, 4
		case ms < 40_000:
			return 5, 3.1995
		}
		return 5, 0.1
	})
	b.Run(70_000)
	beyond, near := 0, 0
	for _, r := range b.rows() {
		switch {
		case math.IsNaN(r[2]):
			beyond++
		case math.Abs(r[2]-3.2) < 0.001:
			near++
		}
		if r[2] >= 3.2 {
			t.Errorf("the row %v has a current that is the end of the range", r)
		}
	}
	if beyond < 2 || near < 2 { // when it came, and before it went
		t.Errorf("%d rows beyond the range and %d just within it, want 2 or more of each:\n%v", beyond, near, b.rows())
	}
}

// TestRadioRests: rows are delivered together, nothing is lost, and the program
// sleeps nearly all the time.
func TestRadioRests(t *testing.T) {
	b := start(t, 0, powerlog.Options{SendEvery: 300_000, Latest: 10_000}, steady)
	slept := int64(0)
	for b.Now < 3_600_000 {
		rest := b.Rest()
		slept += rest
		b.Now += max(rest, 1)
		b.Loop.Step(b.Now)
	}
	if part := float64(slept) / 3_600_000; part < 0.8 {
		t.Errorf("it sleeps %.0f %% of the time", 100*part)
	}
	if n := b.Broker.Logins; n < 11 || n > 14 {
		t.Errorf("%d logins in an hour, want one in five minutes", n)
	}
	if b.Broker.Goodbyes < b.Broker.Logins-1 {
		t.Errorf("%d goodbyes of %d logins", b.Broker.Goodbyes, b.Broker.Logins)
	}
	if n := len(b.rows()); n < 320 || n > 362 {
		t.Errorf("%d rows in an hour, want one in 10 s, but for the last 5 minutes", n)
	}
	b.Push()
	b.Until("the plot", func() bool { return len(b.Replies) == 2 })
	if !b.Replies[1].OK || b.Replies[1].Missing != 0 {
		t.Errorf("%+v", b.Replies[1])
	}
}

// TestRadioWithoutNetwork: it is not left on for ever.
func TestRadioWithoutNetwork(t *testing.T) {
	b := start(t, 0, powerlog.Options{SendEvery: 300_000}, steady)
	b.Broker.Down = true
	b.Run(900_000)
	if n := b.Broker.Dials; n < 8 || n > 60 {
		t.Errorf("%d dials in 15 minutes", n)
	}
	b.Run(100_000)
	if s := b.Station().Link().State(); s != uplink.Resting {
		t.Errorf("the link is %v", s)
	}
	b.Broker.Down = false
	b.Run(300_000)
	if n := len(b.rows()); n < 15 {
		t.Errorf("%d rows", n)
	}
}

// TestLongWithoutNetwork: the ring drops its oldest rows, and their place is kept.
func TestLongWithoutNetwork(t *testing.T) {
	b := start(t, 2000, powerlog.Options{Latest: 1000}, steady)
	b.Broker.Down = true
	b.Run(300_000)
	b.Broker.Down = false
	b.Run(60_000)
	run := b.Broker.Server.Find("power")
	if lost := run.Lost(); lost < 200 || lost > 300 {
		t.Errorf("%d rows are lost of %d", lost, len(run.Rows))
	}
	last := run.Rows[len(run.Rows)-1]
	if want := 0.5 * last[0] / 3600; math.Abs(last[4]-want) > 0.01*want {
		t.Errorf("the last row is %v: the energy of lost rows counts, too", last)
	}
}

func TestGoesOnWithTotals(t *testing.T) {
	b := start(t, 0, powerlog.Options{Start: powerlog.Totals{Seconds: 1000, WattHour: 2}}, steady)
	b.Run(120_000)
	rows := b.rows()
	if first := rows[0]; first[0] < 1000 || first[0] > 1001 || first[4] != 2 {
		t.Errorf("the first row is %v", first)
	}
	if got := b.Totals(); math.Abs(got.Seconds-1120) > 1 || math.Abs(got.WattHour-2-0.5*120/3600) > 0.001 {
		t.Errorf("the totals are %+v", got)
	}
}

func TestOptions(t *testing.T) {
	wrong, err := ina219.New(nil, ina219.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o    powerlog.Options
		want error
	}{
		{powerlog.Options{}, powerlog.ErrSensor},
		{powerlog.Options{Sensor: wrong}, powerlog.ErrMode},
	} {
		if _, err := powerlog.New(c.o); err != c.want {
			t.Errorf("the error is %v, want %v", err, c.want)
		}
	}
	b := start(t, 32, powerlog.Options{}, steady)
	b.Run(10_000)
	if len(b.Trouble) != 1 || b.Trouble[0] != plotclient.ErrRing {
		t.Errorf("trouble with a ring of 32 bytes: %v", b.Trouble)
	}
}
