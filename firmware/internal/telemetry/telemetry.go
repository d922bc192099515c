// Package telemetry sends readings of any sensors at a steady pace, a column a
// reading: a program to copy and to change. Begin with [New], then call [Loop.Step]
// for ever.
//
// A sensor that fails leaves gaps in its columns and nothing else; the lamp tells of
// it. Without a network the rows wait in the ring; when that is full the oldest make
// room, and the series shows a gap in their place.
package telemetry

import (
	"errors"
	"math"

	"iotplot/firmware/internal/button"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// Sensor reads one or more values at a time.
type Sensor interface {
	// Read fills values, which has a place for each of the Source's columns; all of
	// them are NaN before. It must not wait for long: a sensor that takes its time is
	// started at one Read and read at the next. An error makes all of them gaps.
	Read(values []float64) error
}

// Source is a sensor and the names of what it reads.
type Source struct {
	Columns []string
	Units   []string // one a column, or none at all
	Sensor  Sensor
}

// Options are what New needs: Station and Sources; the rest may be left out.
type Options struct {
	Station station.Options
	Sources []Source

	Every     int64          // ms from row to row; 0 is 1,000
	Series    string         // "" is telemetry
	Button    button.Contact // has the series saved and plotted; nil: there is none
	PlotEvery int64          // ms after which that is done by itself; 0: only on the button
	Plot      []wire.Option  // options of the plot; nil: a panel for each column
}

// The errors of New.
var (
	ErrSources = errors.New("cannot make a telemetry program without a sensor that has a column: set Options.Sources")
	ErrUnits   = errors.New("cannot make a telemetry program: a source has another number of units than of columns")
)

// Loop is the program. Make it with New.
type Loop struct {
	o       Options
	station *station.Station
	columns []string
	values  []float64
	failing []bool // a sensor each
	plot    []wire.Option
	button  button.Button

	open  bool
	tried bool  // to open, which failed
	began int64 // of the loop's clock
	due   int64 // when the next row is
	order int64 // when it is plotted next, 0 for never

	time  station.Clock
	clock int64 // ms since the first Step, by time
}

// New makes the program.
func New(o Options) (*Loop, error) {
	if o.Every <= 0 {
		o.Every = 1_000
	}
	if o.Series == "" {
		o.Series = "telemetry"
	}
	if o.Station.Uplink.Stream.Overflow == plotclient.Block {
		o.Station.Uplink.Stream.Overflow = plotclient.DropOldest // nobody waits for room here
	}
	l := &Loop{o: o, columns: []string{"t"}, plot: o.Plot}
	units := []string{"s"}
	for _, s := range o.Sources {
		if s.Sensor == nil {
			return nil, ErrSources
		}
		l.columns = append(l.columns, s.Columns...)
		units = append(units, s.Units...)
		if len(s.Units) == 0 {
			units = append(units, make([]string, len(s.Columns))...)
		}
		if len(units) != len(l.columns) {
			return nil, ErrUnits
		}
	}
	if len(l.columns) == 1 {
		return nil, ErrSources
	}
	if l.plot == nil {
		l.plot = []wire.Option{plotclient.Set("subplots", "columns")}
	}
	l.values = make([]float64, len(l.columns))
	l.failing = make([]bool, len(o.Sources))
	var err error
	l.station, err = station.New(o.Station, units...)
	return l, err
}

// Station is the program's way to the server.
func (l *Loop) Station() *station.Station { return l.station }

// Order has the series saved and plotted, as the button does.
func (l *Loop) Order(now int64) {
	if l.open && l.station.Stream().Waiting() == 0 { // else it is under way already
		l.station.Order(now, "", l.plot...)
	}
}

// Step does what is due. Call it every few milliseconds, with the time in ms.
func (l *Loop) Step(now int64) {
	l.clock = l.time.Tick(now)
	if !l.open && !l.tried {
		l.begin(now)
	}
	if l.open && l.clock >= l.due {
		l.row(now)
	}
	pushed := l.button.Pushed(l.clock, l.o.Button)
	if pushed || l.order != 0 && l.clock >= l.order {
		if l.order != 0 {
			l.order = l.clock + l.o.PlotEvery
		}
		l.Order(now)
	}
	l.station.Turn(now, false, l.pattern())
}

func (l *Loop) begin(now int64) {
	if err := l.station.Open(now, l.o.Series, l.columns); err != nil {
		l.station.Trouble(err)
		l.tried = true // the options are wrong, which does not change
		return
	}
	l.open, l.began, l.due = true, l.clock, l.clock
	if l.o.PlotEvery > 0 {
		l.order = l.clock + l.o.PlotEvery
	}
}

// row reads all sensors and gives the row.
func (l *Loop) row(now int64) {
	l.values[0] = float64(l.clock-l.began) / 1e3
	at := 1
	for i, s := range l.o.Sources {
		values := l.values[at : at+len(s.Columns)]
		at += len(s.Columns)
		for k := range values {
			values[k] = math.NaN()
		}
		err := s.Sensor.Read(values)
		if err != nil {
			for k := range values {
				values[k] = math.NaN()
			}
			if !l.failing[i] {
				l.station.Trouble(err)
			}
		}
		l.failing[i] = err != nil
	}
	l.station.Trouble(l.station.Row(now, l.values...))
	// After a dial that took long, rows go on from here: those between were never
	// measured.
	if l.due += l.o.Every; l.due <= l.clock {
		l.due += (l.clock - l.due) / l.o.Every * l.o.Every
		if l.due < l.clock {
			l.due += l.o.Every
		}
	}
}

func (l *Loop) pattern() lamp.Pattern {
	for _, failing := range l.failing {
		if failing {
			return lamp.NoSensor
		}
	}
	if l.station.Stream().Waiting() > 0 {
		return lamp.Sending
	}
	return lamp.Ready
}
