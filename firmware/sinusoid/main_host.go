//go:build !tinygo

// Command sinusoid sends the course's example, as a board does that has no sensor
// yet. Here, on a laptop, it is the very same loop:
//
//	go run ./firmware/sinusoid -session hopla
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"iotplot/firmware/internal/host"
	"iotplot/firmware/internal/sinusoid"
)

func main() { os.Exit(host.Main(run, "sinusoid")) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	p := host.New("sinusoid", "sinusoid sends the course's example, a damped oscillation, as a board would.", stdout, stderr)
	p.Group.Title, p.Group.Flags = "Example", []string{"speed", "repeat"}
	if done, err := p.Parse(args); done || err != nil {
		return err
	}
	o := sinusoid.Options{AtOnce: true}
	var err error
	if o.Station, err = p.Station(); err != nil {
		return err
	}
	loop, err := sinusoid.New(o)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "sinusoid: into session %s at %s\n", p.Connection.Session, p.Place())
	done, since := 0, time.Now()
	// The rows take 5 s of simulated time.
	patience := p.Timeout + time.Duration(5/p.Speed*float64(time.Second))
	p.Loop(ctx, func(now int64) bool {
		loop.Step(now)
		switch {
		case loop.Done() > done:
			done, since = loop.Done(), time.Now()
			r, failed := loop.Result()
			if err = failed; err == nil {
				err = host.Fault(r, sinusoid.Rows)
			}
			loop.Begin()
			return err != nil || !p.Repeat
		case time.Since(since) > patience:
			err = p.Late("the example", loop.Station())
			return true
		}
		return false
	})
	if err == nil && done == 0 {
		return errors.New("interrupted before the example was delivered")
	}
	if err == nil {
		loop.Station().Link().Rest()
	}
	return err
}
