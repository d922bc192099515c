// Package demo is the course's example, the first thing to run against a plot
// server: a damped oscillation, sent row by row, saved and plotted. [Play] is all
// of it, [Run] the same in version 1 of the protocol.
package demo

import (
	"context"
	"fmt"
	"math"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// What Run sends: the series, its columns, its number of rows and the time from
// one row to the next in seconds, and the file the plot is drawn to.
const (
	Series = "sinusoid"
	Rows   = 200
	Step   = 0.025
	File   = "mqtt_plotter_example.pdf"
)

// Columns are the names of the series' columns.
func Columns() []string { return []string{"time", "cos", "sin", "sin*cos"} }

// PlotOptions are the options of the plot.
func PlotOptions() []wire.Option {
	return []wire.Option{
		plotclient.Filename(File),
		plotclient.Title(`Damped exponential decay $e^{-t} \cos(2\pi t)$`),
		plotclient.XLabel("Time [s]"),
		plotclient.YLabel("Voltage [mV]"),
	}
}

// Row is the values of row i, counted from 0: t, and at that time cos(2πt)e^{-t},
// sin(2πt)e^{-t} and sin(2πt)cos(2πt)e^{-t}.
func Row(i int) [4]float64 {
	t := float64(i) * Step
	sin, cos := math.Sincos(2 * math.Pi * t)
	decay := math.Exp(-t)
	return [4]float64{t, cos * decay, sin * decay, sin * cos * decay}
}

// Stream is what Play needs of a stream that keeps rows until they are safe, such
// as hoststream.Stream.
type Stream interface {
	Row(ctx context.Context, values ...float64) error
	Save(ctx context.Context, filename string) (wire.Reply, error)
	Plot(ctx context.Context, options ...wire.Option) (wire.Reply, error)
}

// Play sends the example through a stream that was opened for Series and Columns.
// It calls answered, unless that is nil, with the reply to each command.
func Play(ctx context.Context, s Stream, answered func(wire.Topic, wire.Reply)) error {
	for i := range Rows {
		row := Row(i)
		if err := s.Row(ctx, row[:]...); err != nil {
			return fmt.Errorf("demo: row %d: %w", i, err)
		}
	}
	after := func(command wire.Topic, r wire.Reply, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("demo: %s: %w", command, err)
		case answered != nil:
			answered(command, r)
		}
		return nil
	}
	r, err := s.Save(ctx, "")
	if err := after(wire.TopicSaveSeries, r, err); err != nil {
		return err
	}
	r, err = s.Plot(ctx, PlotOptions()...)
	return after(wire.TopicPlotSeries, r, err)
}

// Answer waits until the plot server has answered the command that was just sent,
// and returns its refusal as an error.
type Answer func(ctx context.Context, command wire.Topic) error

// Run sends the example through c. If answer is not nil, Run calls it after each
// command (new_series, save_series, plot_series; not the rows, which good servers
// do not answer) and goes on when it returns nil.
func Run(ctx context.Context, c *plotclient.Client, answer Answer) error {
	after := func(command wire.Topic, err error) error {
		switch {
		case err != nil:
		case answer != nil:
			err = answer(ctx, command)
		default:
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("demo: %s: %w", command, err)
		}
		return nil
	}
	if err := after(wire.TopicNewSeries, c.NewSeries(Series, Columns()...)); err != nil {
		return err
	}
	for i := range Rows {
		row := Row(i)
		if err := c.Data(Series, row[:]...); err != nil {
			return fmt.Errorf("demo: row %d: %w", i, err)
		}
	}
	if err := after(wire.TopicSaveSeries, c.SaveSeries(Series, "")); err != nil {
		return err
	}
	return after(wire.TopicPlotSeries, c.PlotSeries(Series, PlotOptions()...))
}
