// Package sinusoid is a board's first program, for which it needs no sensor: the
// course's example, a damped oscillation of 200 rows, is sent, saved and plotted.
// Begin with [New], then call [Loop.Step] for ever.
package sinusoid

import (
	"math"

	"iotplot/firmware/internal/button"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// What is sent: the same as by plotclient demo.
const (
	Series = "sinusoid"
	Rows   = 200
	Step   = 0.025 // s from row to row
	File   = "mqtt_plotter_example.pdf"
)

// Options are what New needs: Station; the rest may be left out.
type Options struct {
	Station station.Options
	Button  button.Contact // sends it once more; nil: there is none
	AtOnce  bool           // it is sent when the board is switched on
}

// Loop is the program. Make it with New.
type Loop struct {
	o       Options
	station *station.Station
	columns [4]string
	plot    []wire.Option
	button  button.Button
	phase   phase
	row     int
	time    station.Clock
	clock   int64 // ms since the first Step, by time
	due     int64 // when the next row is
	done    int
	result  station.Result
	err     error
}

type phase uint8

const (
	resting phase = iota
	beginning
	sending
	waiting // for the server
)

// New makes the program.
func New(o Options) (*Loop, error) {
	l := &Loop{
		o:       o,
		columns: [4]string{"time", "cos", "sin", "sin*cos"},
		plot: []wire.Option{
			plotclient.Filename(File),
			plotclient.Title(`Damped exponential decay $e^{-t} \cos(2\pi t)$`),
			plotclient.XLabel("Time [s]"),
			plotclient.YLabel("Voltage [mV]"),
		},
	}
	var err error
	l.station, err = station.New(o.Station)
	if o.AtOnce {
		l.phase = beginning
	}
	return l, err
}

// Station is the program's way to the server.
func (l *Loop) Station() *station.Station { return l.station }

// Begin sends the example, as the button does.
func (l *Loop) Begin() {
	if l.phase == resting {
		l.phase = beginning
	}
}

// Done is how often the example was sent and answered.
func (l *Loop) Done() int { return l.done }

// Result is what became of it the last time, and why it could not be sent.
func (l *Loop) Result() (station.Result, error) { return l.result, l.err }

// Step does what is due. Call it every few milliseconds, with the time in ms.
func (l *Loop) Step(now int64) {
	l.clock = l.time.Tick(now)
	if l.button.Pushed(l.clock, l.o.Button) {
		l.Begin()
	}
	switch l.phase {
	case beginning:
		l.err = l.station.Open(now, Series, l.columns[:])
		l.station.Trouble(l.err)
		l.phase, l.row, l.due = sending, 0, l.clock
		if l.err != nil {
			l.phase = resting
			l.done++
		}
	case sending:
		l.send(now)
	case waiting:
		if l.station.Delivered(now) {
			l.phase, l.result = resting, l.station.Result()
			l.done++
		}
	}
	own := lamp.Ready
	if l.phase != resting {
		own = lamp.Sending
	}
	l.station.Turn(now, false, own)
}

// send gives the rows that are due, at the pace of their times.
func (l *Loop) send(now int64) {
	for l.row < Rows && l.clock >= l.due {
		v := Row(l.row)
		if l.station.Row(now, v[:]...) != nil {
			return // the ring is full: later
		}
		l.row++
		l.due += 1000 * Step
	}
	if l.row == Rows {
		l.err = l.station.Order(now, "", l.plot...)
		l.phase = waiting
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
