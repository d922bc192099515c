// Package meter takes single readings from an INA219 for measuring programs: it
// starts a conversion, waits for its end without stopping the program, picks the
// range, and brings back a sensor that failed.
//
// Begin with [New]; then, for each reading, [Meter.Begin], and [Meter.Poll] until it
// says Good or AtLimit.
package meter

import "iotplot/firmware/ina219"

// Status is what Poll found.
type Status uint8

// The statuses.
const (
	Idle    Status = iota // Begin was not called
	Waiting               // the conversion has not ended yet, or the range is being changed
	Good                  // a reading
	AtLimit               // a reading, but the current is at least as large as it says, beyond the largest range
	Failed                // the sensor failed; Err says how. It is brought back, and the reading begins again by itself
)

// Times in ms.
const (
	firstRetry   = 50 // after a failure
	longestRetry = 1_000
	grace        = 50 // beyond the longest time of a conversion
)

// mostChanges is how often the range is changed for one reading. A current that jumps
// to and fro, such as one that is switched on and off in step with the conversions,
// is then read in the range that it fits into, though a finer one might do.
const mostChanges = 3

// Reading is one reading of a source that is wired to IN+.
type Reading struct {
	Volts int32 // µV, of the source's own terminals
	Load  int32 // µV, behind the shunt: what the load gets
	Amps  int32 // µA; negative if the shunt's wires are swapped
	Step  int32 // µA: how fine the current is told in the range that was used
}

// VoltStep is how fine voltages are told, in µV (SBOS448, section "Bus Voltage
// Register").
const VoltStep = 4_000

// Meter takes readings from one chip. Make it with New.
type Meter struct {
	device   *ina219.Device
	adc      ina219.ADC
	asked    bool  // a reading is wanted
	ready    bool  // the chip is configured
	failing  bool  // since the last reading
	restart  bool  // a conversion is to be started at the next Poll
	changes  int   // of the range, for this reading
	earliest int64 // no looking before
	latest   int64 // by then the conversion has ended
	retryAt  int64
	retry    int64
	err      error
	failures int
}

// New makes a meter of a chip whose driver has triggered mode and the largest range
// among its settings: see [Settings]. It touches no device.
func New(device *ina219.Device) *Meter {
	return &Meter{device: device, adc: device.Settings().ShuntADC}
}

// Settings are what a meter needs of the driver: 32 V, the largest range to begin
// with, one conversion at a time, averaged as asked for.
func Settings(average ina219.ADC) ina219.Settings {
	return ina219.Settings{BusADC: average, ShuntADC: average, Mode: ina219.Triggered}
}

// Average changes how many samples make a reading from the next Begin on.
func (m *Meter) Average(adc ina219.ADC) { m.adc = adc }

// Begin asks for a reading whose conversion starts now, at the next Poll.
func (m *Meter) Begin() { m.asked, m.restart, m.changes = true, true, 0 }

// Cancel forgets about it.
func (m *Meter) Cancel() { m.asked = false }

// Err is why the sensor failed last, nil if it did not.
func (m *Meter) Err() error { return m.err }

// Failures is how often it failed.
func (m *Meter) Failures() int { return m.failures }

// Failing is true from a failure on until the next reading.
func (m *Meter) Failing() bool { return m.failing }

// Poll looks for the reading. now is the time in ms. It waits for nothing but the
// bus.
func (m *Meter) Poll(now int64) (Reading, Status) {
	switch {
	case !m.asked:
		return Reading{}, Idle
	case m.failing && m.retryAt > now && m.retryAt-now <= longestRetry: // a clock that was set back is not waited for
		return Reading{}, Waiting
	case !m.ready:
		if err := m.device.Configure(); err != nil {
			return m.fail(now, err)
		}
		m.ready, m.restart = true, true
	}
	if m.restart {
		s := m.device.Settings()
		s.BusADC, s.ShuntADC, s.Mode = m.adc, m.adc, ina219.Triggered
		return m.start(now, s)
	}
	if now < m.earliest && m.latest-now < 10_000 {
		return Reading{}, Waiting
	}
	r, err := m.device.Measure()
	switch {
	case err == ina219.ErrNotReady && now < m.latest:
		return Reading{}, Waiting
	case err != nil:
		return m.fail(now, err)
	}
	s := m.device.Settings()
	if g := gain(r, s.Gain); g != s.Gain && (m.changes < mostChanges || r.ShuntAtLimit) {
		s.Gain = g
		m.changes++
		return m.start(now, s)
	}
	m.asked, m.failing, m.retry = false, false, 0
	status := Good
	if r.ShuntAtLimit || r.BusAtLimit {
		status = AtLimit
	}
	return m.reading(r, s), status
}

// reading makes one of what the chip gives. The source is at the end of the shunt
// that has the higher voltage, since it drives the current: so the voltage is right
// with swapped wires too.
func (m *Meter) reading(r ina219.Reading, s ina219.Settings) Reading {
	return Reading{
		Volts: max(r.BusMicroVolts, r.SourceMicroVolts()),
		Load:  min(r.BusMicroVolts, r.SourceMicroVolts()),
		Amps:  int32(min(max(r.CurrentMicroAmps, -1<<31), 1<<31-1)),
		// 10 µV in the finest range and twice as much in each other one (section "Shunt
		// Voltage Register" and, for 12 bits, "Electrical Characteristics").
		Step: int32(min(max(10<<(ina219.Gain40mV-s.Gain)*1_000_000/m.device.ShuntMicroOhms(), 1), 1<<31-1)),
	}
}

// start writes settings, which starts a conversion.
func (m *Meter) start(now int64, s ina219.Settings) (Reading, Status) {
	if err := m.device.Set(s); err != nil {
		return m.fail(now, err)
	}
	m.restart = false
	// now is that of a clock that counts whole ms, so up to one of them is over.
	m.earliest = now + int64(s.TypicalMicros())/1000
	m.latest = now + int64(s.LongestMicros())/1000 + grace
	return Reading{}, Waiting
}

// fail takes a failure; the next attempt comes a little later.
func (m *Meter) fail(now int64, err error) (Reading, Status) {
	m.err = err
	m.failures++
	m.ready, m.failing = false, true
	m.retry = min(max(2*m.retry, firstRetry), longestRetry)
	m.retryAt = now + m.retry
	return Reading{}, Failed
}

// gain is the range for a reading: the most sensitive one that it fills to 80 %,
// and the present one as long as it fills that to less than 95 %, so that readings
// at a border do not change it each time.
func gain(r ina219.Reading, present ina219.Gain) ina219.Gain {
	v := max(r.ShuntMicroVolts, -r.ShuntMicroVolts)
	if r.ShuntAtLimit {
		return ina219.Gain320mV // how much it is will be seen there
	}
	best := ina219.Gain320mV
	for g := ina219.Gain40mV; g > ina219.Gain320mV; g-- {
		if v <= g.FullScaleMicroVolts()/5*4 {
			best = g
			break
		}
	}
	if best < present && v <= present.FullScaleMicroVolts()/20*19 {
		return present
	}
	return best
}
