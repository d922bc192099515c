// Package powerlog logs voltage, current, power and energy with an INA219, for hours
// or days. Begin with [New], then call [Loop.Step] for ever, sleeping as long as
// [Loop.Rest] allows.
//
// # Threshold reporting
//
// All is measured every Options.Every, and all of it counts for the energy. A row is
// sent when voltage or current has moved by more than a set amount since the last
// row, at the latest after Options.Latest. Before a row that tells of a jump comes
// the reading just before it, so that the curve shows a step and not a slope.
//
// # Columns
//
// t in s since the log began, V in V behind the shunt (what the load gets), I in A, P
// in W, and E in Wh, summed up by trapezoids. Energy that flows backwards, into a
// battery, counts as negative. A current beyond the sensor's range is a gap, and
// counts for the energy as the end of the range. While the sensor fails nothing is
// counted: a row of gaps tells when it began, and the energy goes on from where it
// was.
//
// # Sleep
//
// With Options.SendEvery the radio rests: rows wait in the ring and are sent
// together. Between two readings the program may sleep in any way that keeps its
// memory. A deep sleep that does not keep it ends the log: then begin the next one
// with the [Totals] of this one.
package powerlog

import (
	"errors"
	"math"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/button"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/wire"
)

// Options are what New needs: Station and Sensor; the rest may be left out.
type Options struct {
	Station station.Options
	Sensor  *ina219.Device // made with meter.Settings

	Every   int64      // ms from reading to reading; 0 is 1,000
	Average ina219.ADC // of each reading; 0 (Bits12) is Average128, 136 ms

	// A row is sent when one of them moved by more than this since the last row, and
	// after Latest ms in any case. 0 is 20 mV, 2 mA and 60,000 ms.
	MicroVolts, MicroAmps int32
	Latest                int64

	SendEvery int64 // ms that the radio rests between two deliveries; 0: it never does

	Series    string         // "" is power
	Button    button.Contact // has the series saved and plotted; nil: there is none
	PlotEvery int64          // ms after which that is done by itself; 0: only on the button
	Plot      []wire.Option  // options of the plot; nil: a panel for each column

	Start Totals // of the log before, which this one goes on with
}

// Totals are what a log has come to.
type Totals struct {
	Seconds  float64 // since the first log began
	WattHour float64
}

// The errors of New.
var (
	ErrSensor = errors.New("cannot make a power log without a sensor: set Options.Sensor")
	ErrMode   = errors.New("cannot make a power log: the sensor's driver needs the settings of meter.Settings")
)

const (
	defaultEvery  = 1_000  // ms
	defaultLatest = 60_000 // ms
	defaultVolts  = 20_000 // µV
	defaultAmps   = 2_000  // µA

	longestDelivery = 20_000 // ms that the radio stays on for without getting rid of all rows
)

// sample is one reading, in what the sensor counts.
type sample struct {
	at          int64   // ms of the loop's clock
	volts, amps int32   // µV, µA
	energy      float64 // Wh, until then
	beyond      bool    // the current is at least amps, beyond the sensor's range
}

// Loop is the program. Make it with New.
type Loop struct {
	o       Options
	station *station.Station
	meter   *meter.Meter
	columns [5]string
	plot    []wire.Option
	button  button.Button

	open, tried bool
	began       int64
	due         int64 // when the next reading is
	reading     bool  // one is under way
	order       int64

	last   sample // the last reading
	known  bool   // there is one that the next can be joined to
	sent   sample // what was reported last
	any    bool   // something was
	unsent bool   // last was not reported
	gap    bool   // a gap was reported since the last reading
	told   bool   // of an outage
	energy float64

	awake  bool  // the radio is on
	wakeAt int64 // when it is switched on next
	woken  int64 // when it was switched on

	time       station.Clock
	clock, now int64 // ms since the first Step, by time; the caller's
}

// New makes the program. It touches no hardware and dials nothing.
func New(o Options) (*Loop, error) {
	switch {
	case o.Sensor == nil:
		return nil, ErrSensor
	case o.Sensor.Settings().Mode != ina219.Triggered:
		return nil, ErrMode
	}
	if o.Every <= 0 {
		o.Every = defaultEvery
	}
	if o.Latest <= 0 {
		o.Latest = defaultLatest
	}
	if o.MicroVolts <= 0 {
		o.MicroVolts = defaultVolts
	}
	if o.MicroAmps <= 0 {
		o.MicroAmps = defaultAmps
	}
	if o.Average == ina219.Bits12 {
		o.Average = ina219.Average128
	}
	if o.Series == "" {
		o.Series = "power"
	}
	if o.Station.Uplink.Stream.Overflow == plotclient.Block {
		o.Station.Uplink.Stream.Overflow = plotclient.DropOldest // nobody waits for room here
	}
	l := &Loop{
		o: o, meter: meter.New(o.Sensor), plot: o.Plot, awake: true, energy: o.Start.WattHour,
		columns: [5]string{"t", "V", "I", "P", "E"},
	}
	l.meter.Average(o.Average)
	if l.plot == nil {
		l.plot = []wire.Option{plotclient.Set("subplots", "columns")}
	}
	var err error
	l.station, err = station.New(o.Station, "s", "V", "A", "W", "Wh")
	return l, err
}

// Station is the program's way to the server.
func (l *Loop) Station() *station.Station { return l.station }

// Totals are what the log has come to, for the next one to begin with.
func (l *Loop) Totals() Totals {
	return Totals{Seconds: l.o.Start.Seconds + float64(l.clock-l.began)/1e3, WattHour: l.energy}
}

// Order has the series saved and plotted, as the button does.
func (l *Loop) Order(now int64) {
	if l.open && l.station.Stream().Waiting() == 0 { // else it is under way already
		l.wake()
		l.station.Order(now, "", l.plot...)
	}
}

// Rest is for how many ms nothing is due, so that the program may sleep: 0 while the
// radio is on or a reading is under way.
func (l *Loop) Rest() int64 {
	if l.awake || l.reading || !l.open || l.meter.Failing() {
		return 0
	}
	rest := min(l.due, l.wakeAt) - l.clock
	if l.order != 0 {
		rest = min(rest, l.order-l.clock)
	}
	return max(rest, 0)
}

// Step does what is due. Call it every few milliseconds, or after so many as Rest
// said, with the time in ms.
func (l *Loop) Step(now int64) {
	l.clock, l.now = l.time.Tick(now), now
	if !l.open && !l.tried {
		l.begin(now)
	}
	if l.open {
		l.measure()
		if pushed := l.button.Pushed(l.clock, l.o.Button); pushed || l.order != 0 && l.clock >= l.order {
			if l.order != 0 {
				l.order = l.clock + l.o.PlotEvery
			}
			l.Order(now)
		}
	}
	l.station.Turn(now, false, l.pattern())
	l.radio()
}

func (l *Loop) begin(now int64) {
	if err := l.station.Open(now, l.o.Series, l.columns[:]); err != nil {
		l.station.Trouble(err)
		l.tried = true // the options are wrong, which does not change
		return
	}
	l.open, l.began, l.due = true, l.clock, l.clock
	if l.o.PlotEvery > 0 {
		l.order = l.clock + l.o.PlotEvery
	}
}

// measure takes a reading when one is due.
func (l *Loop) measure() {
	if !l.reading {
		if l.clock < l.due {
			return
		}
		l.meter.Begin()
		l.reading = true
		if l.due += l.o.Every; l.due <= l.clock { // a turn that came late
			l.due = l.clock + l.o.Every
		}
	}
	r, status := l.meter.Poll(l.clock)
	switch status {
	case meter.Good, meter.AtLimit:
		l.reading, l.told = false, false
		l.take(r, status == meter.AtLimit)
	case meter.Failed:
		l.fail()
	}
}

// take counts a reading and reports it if it has something to tell.
func (l *Loop) take(r meter.Reading, beyond bool) {
	s := sample{at: l.clock, volts: r.Load, amps: r.Amps, beyond: beyond}
	if l.known {
		// Trapezoids: µV·µA is 1e-12 W, an hour has 3,600,000 ms.
		mean := (float64(l.last.volts)*float64(l.last.amps) + float64(s.volts)*float64(s.amps)) / 2
		l.energy += mean * 1e-12 * float64(s.at-l.last.at) / 3_600_000
	}
	s.energy = l.energy
	jump := l.any && (far(s.volts, l.sent.volts, l.o.MicroVolts) || far(s.amps, l.sent.amps, l.o.MicroAmps) || s.beyond != l.sent.beyond)
	switch {
	case jump && l.unsent && l.known:
		l.report(l.last)
		l.report(s)
	case jump, !l.any, l.gap, s.at-l.sent.at >= l.o.Latest:
		l.report(s)
	default:
		l.unsent = true
	}
	l.last, l.known, l.gap = s, true, false
	if l.sent.at == s.at {
		l.unsent = false
	}
}

// fail begins a gap: the last reading is reported, and then none.
func (l *Loop) fail() {
	if !l.told {
		l.told = true
		l.station.Trouble(l.meter.Err())
	}
	if l.gap || l.clock-l.last.at < 2*l.o.Every && l.known {
		return // it may come back in time
	}
	if l.known && l.unsent {
		l.report(l.last)
	}
	nan := math.NaN()
	l.station.Trouble(l.station.Row(l.now, l.seconds(l.clock), nan, nan, nan, rounded(l.energy)))
	l.known, l.unsent, l.gap = false, false, true
}

// report gives a row.
func (l *Loop) report(s sample) {
	v, i := float64(s.volts)/1e6, float64(s.amps)/1e6
	p := rounded(float64(s.volts) * float64(s.amps) / 1e12)
	if s.beyond {
		i, p = math.NaN(), math.NaN()
	}
	l.station.Trouble(l.station.Row(l.now, l.seconds(s.at), v, i, p, rounded(s.energy)))
	l.sent, l.any = s, true
}

// rounded leaves nine decimals: what is finer is not measured.
func rounded(x float64) float64 { return math.Round(x*1e9) / 1e9 }

func (l *Loop) seconds(at int64) float64 {
	return math.Round((l.o.Start.Seconds+float64(at-l.began)/1e3)*1e3) / 1e3
}

func far(a, b, step int32) bool {
	d := int64(a) - int64(b)
	return d > int64(step) || d < -int64(step)
}

// radio switches it on and off.
func (l *Loop) radio() {
	if l.o.SendEvery <= 0 {
		return
	}
	link, st := l.station.Link(), l.station.Stream()
	if !l.awake {
		const row = 5 * 8 // bytes
		if l.clock >= l.wakeAt || st.Pending() > int64(len(l.o.Station.Uplink.Stream.Ring)/row/2) {
			l.wake()
		}
		return
	}
	delivered := link.State() == uplink.Online && st.State() == plotclient.Sending && st.Pending() == 0 && st.Waiting() == 0
	if delivered || l.clock-l.woken > longestDelivery && st.Waiting() == 0 || l.clock-l.woken > 3*longestDelivery {
		link.Rest()
		l.awake = false
		l.wakeAt = l.clock + l.o.SendEvery
	}
}

func (l *Loop) wake() {
	if !l.awake {
		l.awake, l.woken = true, l.clock
		l.station.Link().Wake()
	}
}

func (l *Loop) pattern() lamp.Pattern {
	switch {
	case l.meter.Failing():
		return lamp.NoSensor
	case l.last.beyond:
		return lamp.Saturated
	case l.station.Stream().Waiting() > 0:
		return lamp.Sending
	}
	return lamp.Ready
}
