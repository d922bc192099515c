package solar_test

import (
	"math"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/solar"
	"iotplot/firmware/internal/station/stationtest"
	"iotplot/plotclient/wire"
	"iotplot/sessions/ivcurve"
)

// lab is a board with its program, the simulated bench in front of it and a plot
// server behind.
type lab struct {
	*stationtest.Desk
	*solar.Loop
	t     *testing.T
	bench *ina219sim.Bench
}

// gate is the bench's MOSFET.
type gate struct{ bench *ina219sim.Bench }

func (g gate) Set(level int32) { g.bench.SetGate(uint16(level)) }

// setup is what tests change.
type setup struct {
	irradiance, temperature float64
	noise                   float64
	seed                    uint64
	bench                   ina219sim.BenchOptions
	options                 solar.Options
	byHand                  bool
	ring                    int
	bus                     func(b ina219.Bus) ina219.Bus
	load                    func(l solar.Load) solar.Load
}

func newLab(t *testing.T, s setup) *lab {
	t.Helper()
	l := &lab{Desk: stationtest.New(t), t: t}
	if s.temperature == 0 {
		s.temperature = 25
	}
	s.bench.Now = func() int64 { return 1000 * l.Now }
	s.bench.Chip.Seed = s.seed
	s.bench.Chip.ShuntNoise, s.bench.Chip.BusNoise = s.noise*10e-6, s.noise*4e-3
	var err error
	if l.bench, err = ina219sim.NewBench(s.bench); err != nil {
		t.Fatal(err)
	}
	if err := l.bench.SetLight(s.irradiance, s.temperature); err != nil {
		t.Fatal(err)
	}
	var bus ina219.Bus = l.bench.Chip
	if s.bus != nil {
		bus = s.bus(bus)
	}
	o := s.options
	if o.Sensor, err = ina219.New(bus, ina219.Options{Settings: meter.Settings(ina219.Average8)}); err != nil {
		t.Fatal(err)
	}
	if !s.byHand {
		o.Load = gate{l.bench}
		if s.load != nil {
			o.Load = s.load(o.Load)
		}
	}
	o.Button = l.Desk
	o.Station = l.Options(s.ring)
	if l.Loop, err = solar.New(o); err != nil {
		t.Fatal(err)
	}
	l.Desk.Step = l.Loop.Step
	t.Cleanup(func() {
		if err := l.bench.Chip.Err(); err != nil {
			t.Errorf("the program did what the data sheet does not define: %v", err)
		}
	})
	return l
}

// sweep makes one sweep and returns its result.
func (l *lab) sweep() solar.Result {
	l.t.Helper()
	done := l.Done()
	l.Begin()
	l.Until("the sweep", func() bool { return l.Done() > done })
	return l.Result()
}

// vi is what the server has of the newest run.
func (l *lab) vi() (v, i []float64) {
	l.t.Helper()
	run := l.Broker.Server.Find("solar")
	if run == nil {
		l.t.Fatal("no run arrived")
	}
	for k, row := range run.Rows {
		if len(row) != 4 {
			l.t.Fatalf("row %d is %v", k, row)
		}
		v, i = append(v, row[1]), append(i, row[2])
		if p := row[1] * row[2]; math.Abs(row[3]-p) > 1e-9 {
			l.t.Errorf("row %d: the power is %g W, %g V times %g A", k, row[3], row[1], row[2])
		}
	}
	return v, i
}

// near fails unless got is want within a part and an absolute tolerance.
func (l *lab) near(what string, got, want, part, absolute float64) {
	l.t.Helper()
	if !(math.Abs(got-want) <= part*math.Abs(want)+absolute) {
		l.t.Errorf("%s is %.6g, the cell's is %.6g (%.2g %% off)", what, got, want, 100*(got/want-1))
	}
}

// agrees compares the measured curve with the cell.
func (l *lab) agrees(part float64) {
	l.t.Helper()
	truth, err := l.bench.Truth()
	if err != nil {
		l.t.Fatal(err)
	}
	v, i := l.vi()
	r, err := ivcurve.Analyze(v, i, ivcurve.Options{})
	if err != nil {
		l.t.Fatalf("%v of %d points %v %v", err, len(v), v, i)
	}
	// Half a step of the sensor, and what a fit makes of it.
	const volt, ampere = 0.002, 0.00005
	l.near("Isc", r.Isc.Value, truth.Isc, part, ampere)
	l.near("Voc", r.Voc.Value, truth.Voc, part, volt)
	l.near("Pmax", r.Pmax.Value, truth.Pmax, part, truth.Vmp*ampere+truth.Imp*volt)
	l.near("FF", r.FF.Value, truth.FF, 2*part, truth.FF*(ampere/truth.Isc+volt/truth.Voc+ampere/truth.Imp+volt/truth.Vmp))
}

func TestDrivenSweep(t *testing.T) {
	for _, irradiance := range []float64{1000, 300, 50} {
		l := newLab(t, setup{irradiance: irradiance})
		r := l.sweep()
		if r.Points < 40 || r.Points > 90 || r.Gaps+r.Beyond != 0 || r.Reversed || r.NoSensor != nil || r.Refused != "" || r.Lost != 0 {
			t.Errorf("%g W/m²: %+v", irradiance, r)
		}
		t.Logf("%g W/m²: %d points in %.1f s", irradiance, r.Points, float64(l.Now)/1e3)
		l.agrees(0.001)
		v, _ := l.vi()
		for k := 1; k < len(v); k++ {
			if v[k] > v[k-1]+0.01 {
				t.Errorf("%g W/m²: row %d goes back to %g V from %g V", irradiance, k, v[k], v[k-1])
			}
		}
		if n := len(l.Trouble); n != 0 {
			t.Errorf("%g W/m²: there was trouble: %v", irradiance, l.Trouble)
		}
		if len(l.Replies) != 2 || !l.Replies[0].OK || !l.Replies[1].OK || l.Replies[1].Rows != int64(r.Points) {
			t.Errorf("the replies are %+v", l.Replies)
		}
		c := l.Broker.Server.Commands
		if len(c) != 2 || c[0].Topic != wire.TopicSaveSeries || c[1].Options["kind"] != "iv" {
			t.Errorf("the commands are %+v", c)
		}
		run := l.Broker.Server.Find("solar")
		if got := run.Columns[1] + run.Units[1] + run.Columns[2] + run.Units[2]; got != "VVIA" || run.Units[0] != "s" || run.Units[3] != "W" {
			t.Errorf("columns %v, units %v", run.Columns, run.Units)
		}
	}
}

// TestHand turns the knob with several hands and tempers.
func TestHand(t *testing.T) {
	for seed := range 6 {
		l := newLab(t, setup{irradiance: 1000, byHand: true, seed: uint64(seed), noise: 0.3})
		l.bench.TurnByHand(1, 0, 12_000_000)
		r := l.sweep()
		t.Logf("seed %d: %d points in %.1f s", seed, r.Points, float64(l.Now)/1e3)
		if r.Points < 25 || r.Points > 90 {
			t.Errorf("seed %d: %+v", seed, r)
		}
		l.agrees(0.004)
		v, i := l.vi()
		spread(t, v, i)
	}
}

// spread fails if points lie heaped in one place.
func spread(t *testing.T, v, i []float64) {
	t.Helper()
	vm, im := 0.0, 0.0
	for k := range v {
		vm, im = math.Max(vm, v[k]), math.Max(im, i[k])
	}
	for k := 1; k < len(v); k++ {
		if d := math.Hypot((v[k]-v[k-1])/vm, (i[k]-i[k-1])/im); d < 0.01 || d > 0.25 {
			t.Errorf("points %d and %d are %.3f of the curve apart", k-1, k, d)
		}
	}
}
