//go:build !tinygo

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/host"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/solar"
	"iotplot/plotclient/cmdline"
	"iotplot/sessions/ivcurve"
)

const about = `solar measures the I-V curve of a simulated solar cell with a simulated INA219,
as a board would measure a real one, has the plot server save and plot it, and
prints the cell's true values.`

// The simulated sensor is the usual breakout board.
const (
	address        = 0x40
	shuntMicroOhms = 100_000 // 0.1 Ω
)

// flags are those of the simulated bench and of the sweep.
type flags struct {
	irradiance, temperature float64
	noise, area             float64
	byHand                  bool
	turn                    time.Duration
	points                  int
	series, file, title     string
}

// run is the whole program. It returns when the sweep is delivered, or what went
// wrong.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	p := host.New("solar", about, stdout, stderr)
	f := flags{}
	fs := p.Flags
	fs.Float64Var(&f.irradiance, "irradiance", ivcurve.StandardIrradiance, "light on the cell, a `number` of W/m² from 0 to 1300")
	fs.Float64Var(&f.temperature, "temperature", ivcurve.StandardTemperature, "of the cell, a `number` of °C from -40 to 90")
	fs.Float64Var(&f.noise, "noise", 0.5, "standard deviation of the sensor's samples, a `number` of its steps (4 mV, 10 µV)")
	fs.BoolVar(&f.byHand, "by-hand", false, "turn a potentiometer by hand in place of a load that the board drives")
	fs.DurationVar(&f.turn, "turn", 8*time.Second, "`time` that the hand takes, 1s to 18s")
	fs.IntVar(&f.points, "points", 48, "`number` of points along the curve, 8 to 90")
	fs.Float64Var(&f.area, "area", 0, "of the cell in cm², a `number`, for the plot's efficiency")
	fs.StringVar(&f.series, "series", "solar", "`name` of the series")
	fs.StringVar(&f.file, "file", "", "`file` to plot to, SERIES.pdf if not given")
	fs.StringVar(&f.title, "title", "", "`text` above the plot")
	p.Group = cmdline.Group{Title: "Cell and sweep", Flags: []string{"irradiance", "temperature", "noise", "by-hand", "turn", "points", "area", "series", "file", "title", "speed", "seed", "repeat"}}
	if done, err := p.Parse(args); done || err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	bench, loop, err := assemble(p, f)
	if err != nil {
		return err
	}
	how := "a driven load"
	if f.byHand {
		how = "a load turned by hand"
	}
	fmt.Fprintf(stdout, "solar: a simulated cell at %g W/m² and %g °C, %s, into session %s at %s\n", f.irradiance, f.temperature, how, p.Connection.Session, p.Place())
	s := sweeps{p: p, f: f, bench: bench, loop: loop}
	return s.run(ctx)
}

func (f *flags) check() error {
	within := func(name string, v, least, most float64) error {
		if v >= least && v <= most {
			return nil
		}
		return host.Usage("", "--%s cannot be %g, it must be from %g to %g", name, v, least, most)
	}
	series := error(nil)
	if f.series == "" {
		series = host.Usage("", "--series cannot be empty")
	}
	return errors.Join(
		within("irradiance", f.irradiance, 0, 1300),
		within("temperature", f.temperature, -40, 90),
		within("noise", f.noise, 0, 100),
		within("area", f.area, 0, 1e6),
		within("points", float64(f.points), 8, 90),
		within("turn", f.turn.Seconds(), 1, 18),
		series,
	)
}

// gate is the simulated MOSFET.
type gate struct{ bench *ina219sim.Bench }

func (g gate) Set(level int32) { g.bench.SetGate(uint16(level)) }

// assemble puts the simulated hardware and the board's program together.
func assemble(p *host.Program, f flags) (*ina219sim.Bench, *solar.Loop, error) {
	bench, err := ina219sim.NewBench(ina219sim.BenchOptions{
		Now:       p.Micros,
		ShuntOhms: shuntMicroOhms / 1e6,
		Chip: ina219sim.Options{
			Address:    address,
			ShuntNoise: f.noise * 10e-6, BusNoise: f.noise * 4e-3,
			Seed: p.Seed,
		},
	})
	if err != nil {
		return nil, nil, err
	}
	if err := bench.SetLight(f.irradiance, f.temperature); err != nil {
		return nil, nil, err
	}
	device, err := ina219.New(bench.Chip, ina219.Options{
		Address: address, ShuntMicroOhms: shuntMicroOhms, Settings: meter.Settings(ina219.Average8),
	})
	if err != nil {
		return nil, nil, err
	}
	o := solar.Options{Sensor: device, Points: f.points, Series: f.series, File: f.file, Title: f.title}
	if o.Station, err = p.Station(); err != nil {
		return nil, nil, err
	}
	o.Station.Uplink.Stream.Meta["irradiance"] = f.irradiance
	o.Station.Uplink.Stream.Meta["temperature"] = f.temperature
	if f.area > 0 {
		o.Station.Uplink.Stream.Meta["area"] = f.area
	}
	if !f.byHand {
		o.Load = gate{bench}
	}
	loop, err := solar.New(o)
	return bench, loop, err
}

// sweeps makes one sweep, or one after the other.
type sweeps struct {
	p     *host.Program
	f     flags
	bench *ina219sim.Bench
	loop  *solar.Loop

	done     int       // sweeps that were told about
	measured time.Time // when the sweep was over
	sweeping bool
	began    int64 // simulated ms
	took     int64
	err      error
}

func (s *sweeps) run(ctx context.Context) error {
	s.start()
	s.p.Loop(ctx, s.step)
	switch {
	case s.err != nil:
		return s.err
	case ctx.Err() != nil && s.done == 0:
		s.err = errors.New("interrupted before the sweep was delivered")
	}
	s.part()
	return s.err
}

func (s *sweeps) start() {
	if s.f.byHand {
		s.bench.TurnByHand(1, 0, s.f.turn.Microseconds())
	}
	s.loop.Begin()
	s.measured = time.Time{}
}

// step is one turn of the board's program.
func (s *sweeps) step(now int64) (done bool) {
	s.loop.Step(now)
	switch resting := s.loop.Phase() == solar.Resting; {
	case !resting && !s.sweeping:
		s.sweeping, s.began = true, now
	case resting && s.sweeping:
		s.sweeping, s.measured, s.took = false, time.Now(), now-s.began
	}
	if s.loop.Done() > s.done {
		s.done = s.loop.Done()
		s.tell()
		if s.err != nil || !s.p.Repeat {
			return true
		}
		s.start()
	}
	if !s.measured.IsZero() && time.Since(s.measured) > s.p.Timeout {
		s.err = s.p.Late("the sweep", s.loop.Station())
		return true
	}
	return false
}

// tell prints what became of a sweep, and the cell's true values.
func (s *sweeps) tell() {
	r := s.loop.Result()
	fmt.Fprintf(s.p.Stdout, "%s: %d points in %.1f s", s.f.series, r.Points, float64(s.took)/1000)
	if r.Gaps > 0 {
		fmt.Fprintf(s.p.Stdout, ", and %d gaps where the sensor failed", r.Gaps)
	}
	if r.Beyond > 0 {
		fmt.Fprintf(s.p.Stdout, ", and %d beyond the sensor's range", r.Beyond)
	}
	fmt.Fprintln(s.p.Stdout)
	if truth, err := s.bench.Truth(); err == nil {
		fmt.Fprintln(s.p.Stdout, "true values of the simulated cell:")
		for _, v := range []struct {
			name  string
			value float64
			unit  string
		}{
			{"Isc", truth.Isc, " A"}, {"Voc", truth.Voc, " V"}, {"Vmp", truth.Vmp, " V"}, {"Imp", truth.Imp, " A"}, {"Pmax", truth.Pmax, " W"}, {"FF", truth.FF, ""},
		} {
			fmt.Fprintf(s.p.Stdout, "%s=%s%s\n", v.name, strconv.FormatFloat(v.value, 'g', 8, 64), v.unit)
		}
	} else {
		fmt.Fprintln(s.p.Stdout, "the simulated cell is in the dark and has no operating points")
	}
	s.err = errors.Join(r.Open, r.Orders, r.NoSensor)
	if s.err == nil {
		s.err = host.Fault(r.Result, int64(r.Points+r.Gaps+r.Beyond))
	}
}

// part ends the connection as one should.
func (s *sweeps) part() {
	if s.loop.Station().Stream().Pending() == 0 {
		s.loop.Station().Link().Rest()
	}
}
