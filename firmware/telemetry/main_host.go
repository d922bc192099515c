//go:build !tinygo

// Command telemetry sends readings of sensors, a column a reading. On a laptop the
// sensors are simulated: a room's temperature and humidity, and a sensor that fails
// now and then, if told to.
//
//	go run ./firmware/telemetry -session hopla -seconds 60 -speed 10
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"

	"iotplot/firmware/internal/host"
	"iotplot/firmware/internal/telemetry"
)

func main() { os.Exit(host.Main(run, "telemetry")) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	p := host.New("telemetry", "telemetry sends the temperature and humidity of a simulated room, as a board would.", stdout, stderr)
	var seconds, failing float64
	var every int64
	var series string
	p.Flags.Float64Var(&seconds, "seconds", 10, "simulated `time` in s to log for; 0: until Ctrl-C")
	p.Flags.Int64Var(&every, "every", 200, "`time` in ms from row to row, from 10 on")
	p.Flags.Float64Var(&failing, "failing", 0, "part of the readings that fail, a `number` from 0 to 1")
	p.Flags.StringVar(&series, "series", "telemetry", "`name` of the series")
	p.Flags.Lookup("repeat").Hidden = true
	p.Group.Title, p.Group.Flags = "Room", []string{"seconds", "every", "failing", "series", "speed", "seed"}
	if done, err := p.Parse(args); done || err != nil {
		return err
	}
	switch {
	case !(seconds >= 0 && seconds <= 1e9):
		return host.Usage("", "--seconds cannot be %g, it must be from 0 to 1e9", seconds)
	case every < 10:
		return host.Usage("", "--every cannot be %d, it must be from 10 on", every)
	case !(failing >= 0 && failing <= 1):
		return host.Usage("", "--failing cannot be %g, it must be from 0 to 1", failing)
	case series == "":
		return host.Usage("", "--series cannot be empty")
	}
	chance := rand.New(rand.NewPCG(p.Seed, 1))
	o := telemetry.Options{
		Every: every, Series: series,
		Sources: []telemetry.Source{{
			Columns: []string{"T", "RH"}, Units: []string{"°C", "%"},
			Sensor: room{p: p, chance: chance, failing: failing},
		}},
	}
	var err error
	if o.Station, err = p.Station(); err != nil {
		return err
	}
	loop, err := telemetry.New(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "telemetry: into session %s at %s\n", p.Connection.Session, p.Place())
	return p.Log(ctx, loop.Station(), int64(seconds*1000), loop.Step, loop.Order)
}

// room is a room whose heating goes on and off.
type room struct {
	p       *host.Program
	chance  *rand.Rand
	failing float64
}

var errRoom = errors.New("the simulated sensor failed, as it was told to")

// Read gives temperature and relative humidity, with the noise of a usual sensor.
func (r room) Read(values []float64) error {
	if r.chance.Float64() < r.failing {
		return errRoom
	}
	t := float64(r.p.Micros()) / 1e6
	wave := math.Sin(2 * math.Pi * t / 600)
	values[0] = math.Round(100*(21+0.8*wave+0.02*r.chance.NormFloat64())) / 100
	values[1] = math.Round(10*(45-3*wave+0.1*r.chance.NormFloat64())) / 10
	return nil
}
