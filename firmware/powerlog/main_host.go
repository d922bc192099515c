//go:build !tinygo

// Command powerlog logs voltage, current, power and energy. On a laptop the sensor is
// a simulated INA219 in the supply of a simulated board, which sleeps, and wakes up
// to send:
//
//	go run ./firmware/powerlog -session hopla -seconds 600 -speed 50
//
// or a day of a garden lamp with a solar panel and a battery:
//
//	go run ./firmware/powerlog -session hopla -day -speed 500
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/host"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/powerlog"
)

func main() { os.Exit(host.Main(run, "powerlog")) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	p := host.New("powerlog", "powerlog logs the supply of a simulated board that sleeps and wakes, as a board would.", stdout, stderr)
	var seconds, noise float64
	var every int64
	var series string
	var wholeDay bool
	p.Flags.Float64Var(&seconds, "seconds", 60, "simulated `time` in s to log for; 0: until Ctrl-C")
	p.Flags.Int64Var(&every, "every", 1000, "`time` in ms from reading to reading, from 200 on")
	p.Flags.Float64Var(&noise, "noise", 0.5, "standard deviation of the sensor's samples, a `number` of its steps (4 mV, 10 µV)")
	p.Flags.StringVar(&series, "series", "power", "`name` of the series")
	p.Flags.BoolVar(&wholeDay, "day", false, "log the battery of a garden lamp with a solar panel, from midnight to midnight; a reading each 30 s unless --every says otherwise")
	p.Flags.Lookup("repeat").Hidden = true
	p.Group.Title, p.Group.Flags = "Supply", []string{"seconds", "day", "every", "noise", "series", "speed", "seed"}
	if done, err := p.Parse(args); done || err != nil {
		return err
	}
	switch {
	case !(seconds >= 0 && seconds <= 1e9):
		return host.Usage("", "--seconds cannot be %g, it must be from 0 to 1e9", seconds)
	case every < 200:
		return host.Usage("", "--every cannot be %d, it must be from 200 on: a reading takes 136 ms", every)
	case !(noise >= 0 && noise <= 100):
		return host.Usage("", "--noise cannot be %g, it must be from 0 to 100", noise)
	case series == "":
		return host.Usage("", "--series cannot be empty")
	}
	input := ina219sim.Input(supply)
	var garden *day
	if wholeDay {
		garden = newDay(p.Seed)
		input = garden.at
		if !p.Flags.Changed("seconds") {
			seconds = daySeconds
		}
		if !p.Flags.Changed("every") {
			every = dayEvery
		}
	}
	chip := ina219sim.New(ina219sim.Options{
		Now: p.Micros, Input: input, Seed: p.Seed,
		ShuntNoise: noise * 10e-6, BusNoise: noise * 4e-3,
	})
	o := powerlog.Options{Every: every, Series: series}
	var err error
	if o.Sensor, err = ina219.New(chip, ina219.Options{Settings: meter.Settings(ina219.Average128)}); err != nil {
		return err
	}
	if o.Station, err = p.Station(); err != nil {
		return err
	}
	if wholeDay {
		o.Station.Uplink.Stream.Meta["battery"] = capacity
	}
	loop, err := powerlog.New(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "powerlog: into session %s at %s\n", p.Connection.Session, p.Place())
	step := loop.Step
	if wholeDay {
		step = func(now int64) {
			chip.Unplug(garden.loose(now))
			loop.Step(now)
			if now%3_600_000 == 0 { // for those who watch
				fmt.Fprintf(stdout, "%02d:00\n", now/3_600_000)
			}
		}
	}
	if err := p.Log(ctx, loop.Station(), int64(seconds*1000), step, loop.Order); err != nil {
		return err
	}
	t := loop.Totals()
	fmt.Fprintf(stdout, "%s Wh in %.0f s\n", strconv.FormatFloat(t.WattHour, 'g', 4, 64), t.Seconds)
	return nil
}

// supply is that of a board: 20 mA asleep, 160 mA for 3 s of each 20 s, from a
// source that gives way a little.
func supply(micros int64) (bus, shunt float64) {
	amps := 0.02
	if math.Mod(float64(micros)/1e6, 20) > 17 {
		amps = 0.16
	}
	return 5 - 0.5*amps, 0.1 * amps
}
