package solar

import (
	"math"

	"iotplot/firmware/internal/button"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/wire"
)

// Phase is what a Loop is measuring.
type Phase uint8

// The phases.
const (
	Resting  Phase = iota // nothing: the button begins a sweep
	Scouting              // a driven load: where along its levels the curve lies
	Driving               // a driven load: point after point
	Turning               // by hand
)

// String is the phase in a word.
func (p Phase) String() string {
	switch p {
	case Scouting:
		return "scouting"
	case Driving:
		return "driving"
	case Turning:
		return "turning"
	}
	return "resting"
}

// Loop is the program. Make it with New.
type Loop struct {
	o       Options
	station *station.Station
	meter   *meter.Meter
	columns [4]string
	plot    []wire.Option

	time  station.Clock
	clock int64 // ms since the first Step, by time

	phase Phase
	curve curve
	began int64 // when the sweep began
	good  int64 // when the last good reading came
	begin bool  // a sweep is to begin as soon as there is room
	asked int64 // since when
	next  int64 // when the next one begins by itself, 0 for never

	// Driven.
	level int32
	since int64 // when it was set
	step  int   // place in the curve of the level that is measured
	older meter.Reading
	again bool // older is of this level

	// By hand.
	group   group
	changed int64    // when the curve got a point last
	outage  [4]int32 // when outages of the sensor ended
	outages int

	// What becomes of the rows.
	ready    int  // points that may be sent
	sent     int  // points that were given to the stream
	finished bool // the sweep is over, all its points are there
	open     bool // the stream is open for a sweep
	ordered  bool // all rows are given, save and plot are ordered
	ended    int  // sweeps that are over
	done     int  // sweeps that were delivered

	mine    Result // of the sweep that is measured, or was last
	sending Result // of the one that is on its way
	result  Result // of the one that was delivered last

	told   bool // of an outage of the sensor
	button button.Button
}

// Result is what became of a sweep.
type Result struct {
	Points   int   // with voltage and current
	Gaps     int   // rows in which the sensor failed
	Beyond   int   // rows whose current is beyond the sensor's range
	Reversed bool  // currents were negative: the shunt's wires are swapped
	NoSensor error // why the sensor stayed away, nil if it did not
	Open     error // why the series could not be opened, nil if it could
	Orders   error // why it could not be ordered to be saved or plotted

	station.Result
}

// New makes the program. It touches no hardware and dials nothing.
func New(o Options) (*Loop, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	l := &Loop{o: o, meter: meter.New(o.Sensor), columns: [4]string{"t", "V", "I", "P"}}
	var err error
	if l.station, err = station.New(o.Station, "s", "V", "A", "W"); err != nil {
		return nil, err
	}
	l.plot = append(l.plot, plotclient.Set("kind", "iv"))
	if o.File != "" {
		l.plot = append(l.plot, plotclient.Filename(o.File))
	}
	if o.Title != "" {
		l.plot = append(l.plot, plotclient.Title(o.Title))
	}
	l.plot = append(l.plot, o.Options...)
	l.begin = o.AtOnce
	return l, nil
}

// Station is the program's way to the server.
func (l *Loop) Station() *station.Station { return l.station }

// Phase is what is being measured.
func (l *Loop) Phase() Phase { return l.phase }

// Done is how many sweeps are over and delivered, or were found to have no points.
func (l *Loop) Done() int { return l.done }

// Result is what became of the last sweep that is Done.
func (l *Loop) Result() Result { return l.result }

// Step does what is due. Call it every millisecond or two, with the time in ms.
func (l *Loop) Step(now int64) {
	l.clock = l.time.Tick(now)
	if l.button.Pushed(l.clock, l.o.Button) {
		l.push()
	}
	if l.next != 0 && l.clock >= l.next {
		l.next = 0
		l.Begin()
	}
	switch l.phase {
	case Resting:
		// The points of the sweep before are in the ring by now, or the curve is still
		// needed.
		if l.begin && !l.finished && l.connected() {
			l.start()
		}
	case Scouting, Driving:
		l.drive()
	case Turning:
		l.turn()
	}
	l.send(now)
	l.station.Turn(now, l.phase != Resting, l.pattern())
}

// Begin begins a sweep as the button does, for programs that have none.
func (l *Loop) Begin() {
	if l.phase == Resting && !l.begin {
		l.begin, l.asked = true, l.clock
	}
}

// push takes the button.
func (l *Loop) push() {
	if l.phase == Turning {
		l.finish()
		return
	}
	l.Begin()
}

// longestJoin is for how many ms a sweep waits for a connection that is being made.
const longestJoin = 2_000

// connected reports whether there is nothing to be gained by waiting for the
// connection: it is there, or it failed. During a sweep nothing is dialled.
func (l *Loop) connected() bool {
	link := l.station.Link()
	switch link.State() {
	case uplink.Joining:
	case uplink.Offline:
		if link.Failure() != nil {
			return true
		}
	default:
		return true
	}
	return l.clock-l.asked >= longestJoin
}

// start begins a sweep.
func (l *Loop) start() {
	l.begin, l.next = false, 0
	l.began, l.good = l.clock, l.clock
	l.curve.clear(l.o.Points)
	l.ready, l.sent, l.finished = 0, 0, false
	l.mine, l.told = Result{}, false
	l.meter.Average(l.o.Average)
	if l.o.Load == nil {
		l.phase, l.changed = Turning, l.clock
		l.group, l.outages = group{}, 0
		l.meter.Begin()
		return
	}
	l.phase = Scouting
	l.scout()
}

// finish ends a sweep, whose points are all there.
func (l *Loop) finish() {
	if l.phase == Turning {
		l.conclude()
	}
	if l.o.Load != nil {
		l.o.Load.Set(0)
	}
	l.meter.Cancel()
	l.phase = Resting
	l.ready, l.finished = l.curve.n, true
	l.ended++
	if l.o.Every > 0 {
		l.next = l.clock + l.o.Every
	}
}

// away reports whether the sensor has been away for too long, for so many ms.
func (l *Loop) away(ms int64) bool { return l.meter.Failing() && l.clock-l.good > ms }

// send gives points to the stream, as many as it takes, and orders the rest.
func (l *Loop) send(now int64) {
	if !l.open && l.ready > 0 && l.mine.Open == nil {
		l.mine.Open = l.station.Open(now, l.o.Series, l.columns[:])
		l.open = l.mine.Open == nil
		l.station.Trouble(l.mine.Open)
	}
	for l.open && !l.ordered && l.sent < l.ready {
		if err := l.row(now, &l.curve.points[l.sent]); err != nil {
			break // the ring is full
		}
		l.sent++
	}
	switch {
	case l.finished && (l.ready == 0 || l.mine.Open != nil): // nothing was measured, or it can't be sent
		l.finished, l.ready = false, 0
		l.result = l.mine
		l.done++
	case l.finished && !l.ordered && l.sent == l.ready:
		l.order(now)
	case l.ordered && l.station.Delivered(now):
		l.open, l.ordered = false, false
		l.result = l.sending
		l.result.Result = l.station.Result()
		l.done++
	}
}

// order has the series saved and plotted.
func (l *Loop) order(now int64) {
	l.finished, l.ordered = false, true
	l.ready, l.sent = 0, 0 // all points are in the ring, the curve is free for the next sweep
	l.mine.Orders = l.station.Order(now, l.o.SaveAs, l.plot...)
	l.sending = l.mine
}

// row gives a point to the stream.
func (l *Loop) row(now int64, p *point) error {
	v, i := float64(p.volts)/1e6, float64(p.amps)/1e6
	w := math.Round(float64(p.volts)*float64(p.amps)/1e3) / 1e9 // to nW: what is finer is not measured
	nan := math.NaN()
	switch p.lack {
	case current:
		i, w = nan, nan
	case all:
		v, i, w = nan, nan, nan
	}
	err := l.station.Row(now, float64(p.at)/1e3, v, i, w)
	if err == nil {
		switch p.lack {
		case nothing:
			l.mine.Points++
		case current:
			l.mine.Beyond++
		case all:
			l.mine.Gaps++
		}
	}
	return err
}

// pattern is what the lamp has to tell of the program itself.
func (l *Loop) pattern() lamp.Pattern {
	switch {
	case l.away(outage) || l.phase == Resting && l.mine.NoSensor != nil:
		return lamp.NoSensor
	case l.phase != Resting:
		return lamp.Measuring
	case l.mine.Beyond > 0:
		return lamp.Saturated
	case l.mine.Reversed:
		return lamp.Reversed
	case l.open:
		return lamp.Sending
	}
	return lamp.Ready
}

// notice takes note of a reading, and of what it says of the wiring.
func (l *Loop) notice(r meter.Reading) {
	l.good, l.told = l.clock, false
	if r.Amps < -5*r.Step && r.Volts > 5*meter.VoltStep {
		l.mine.Reversed = true
	}
}

// failed takes a failure of the sensor, which is told once in an outage.
func (l *Loop) failed() {
	if !l.told {
		l.told = true
		l.station.Trouble(l.meter.Err())
	}
}

// elapsed is the time since the sweep began.
func (l *Loop) elapsed() int32 { return int32(min(l.clock-l.began, math.MaxInt32)) }
