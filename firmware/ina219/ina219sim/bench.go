package ina219sim

import (
	"fmt"
	"math"

	"iotplot/sessions/ivcurve"
)

// BenchOptions are what NewBench needs: Now, and what is not as usual.
type BenchOptions struct {
	Now  func() int64 // in µs, never back
	Cell Cell         // zero: DefaultCell

	ShuntOhms float64 // 0: 0.1
	PotOhms   float64 // of the load that a hand turns; 0: 1000

	// SettleMicros is the time constant in µs with which the load follows: contacts,
	// the filter of a PWM, the cell's capacitance. 0: 2000; below 0: at once.
	SettleMicros int64

	Chip Options // its Now and Input are the bench's
}

// Bench is a cell, a chip and a load: the cell's plus goes to IN+, the load is between IN- and
// ground.
type Bench struct {
	Chip *Chip

	now       func() int64
	cell      Cell
	shunt     float64
	pot       float64
	tau       int64
	seed      uint64
	light     ivcurve.SingleDiode
	load      load
	beginning int64 // of the present load, µs

	last         point // that bus (V) and current (A) are of
	bus, current float64
}

// NewBench makes a bench in full sun (1000 W/m², 25 °C) with nothing connected: an
// open circuit. The error is about options that make no bench.
func NewBench(o BenchOptions) (*Bench, error) {
	if o.Now == nil {
		return nil, fmt.Errorf("cannot make a bench: BenchOptions.Now is needed")
	}
	if o.Cell == (Cell{}) {
		o.Cell = DefaultCell()
	}
	b := &Bench{
		now: o.Now, cell: o.Cell,
		shunt: o.ShuntOhms, pot: o.PotOhms, tau: o.SettleMicros, seed: o.Chip.Seed,
		load: load{position: 1, from: 1},
	}
	if b.shunt == 0 {
		b.shunt = 0.1
	}
	if b.pot == 0 {
		b.pot = 1000
	}
	if b.tau == 0 {
		b.tau = 2000
	}
	if !(b.shunt > 0 && b.shunt <= 1e6) || !(b.pot > 0 && b.pot <= 1e9) {
		return nil, fmt.Errorf("cannot make a bench: a shunt of %g Ω and a load of %g Ω, allowed are above 0 to 1e6 and 1e9", b.shunt, b.pot)
	}
	var err error
	if b.light, err = lit(b.cell, ivcurve.StandardIrradiance, ivcurve.StandardTemperature); err != nil {
		return nil, err
	}
	b.beginning = b.now()
	o.Chip.Now, o.Chip.Input = o.Now, b.At
	b.Chip = New(o.Chip)
	return b, nil
}

func lit(cell Cell, irradiance, temperature float64) (ivcurve.SingleDiode, error) {
	m := cell.At(irradiance, temperature)
	if err := m.Check(); err != nil {
		return m, fmt.Errorf("cannot light a cell with %g W/m² at %g °C: %w", irradiance, temperature, err)
	}
	return m, nil
}

// SetLight changes irradiance (W/m², 0 is dark) and cell temperature (°C), at once. If the cell
// cannot have them it stays as it was.
func (b *Bench) SetLight(irradiance, temperature float64) error {
	m, err := lit(b.cell, irradiance, temperature)
	if err == nil {
		b.Chip.CatchUp()
		b.light = m
	}
	return err
}

// Truth is what a perfect measurement of the cell finds in the present light. In the dark
// it is an error, with [ivcurve.ErrDark].
func (b *Bench) Truth() (ivcurve.OperatingPoints, error) { return b.light.OperatingPoints() }

// Model is the cell's equation in the present light.
func (b *Bench) Model() ivcurve.SingleDiode { return b.light }

// SetResistance connects a resistor in Ω: 0 is a short circuit, +Inf an open one; what is
// below 0 or no number counts as 0.
func (b *Bench) SetResistance(ohm float64) {
	if !(ohm > 0) {
		ohm = 0
	}
	b.connect(func(l *load) { l.kind, l.position = resistor, position(ohm) })
}

// SetGate connects a MOSFET and puts 0 to 3.3 V on its gate, for 0 to 65535, as a board's DAC or
// filtered PWM does. It begins to conduct at half of that and comes near a short
// circuit at the end. On the flat part of the curve it is a current source against another,
// as a real one is: the 256 levels of a small DAC leave up to a third of the curve between two
// points there, those of a PWM with 12 bits a fiftieth.
func (b *Bench) SetGate(level uint16) {
	b.connect(func(l *load) {
		if l.kind != mosfet {
			l.gateFrom = 0
		}
		l.kind, l.gate = mosfet, gateSupply*float64(level)/math.MaxUint16
	})
}

// TurnByHand connects a potentiometer (logarithmic, PotOhms) and turns it from one position
// to another, 0 to 1 of its way, within so many µs: in strokes with pauses, as a hand does. The
// seed is Options.Seed. It stays where it ends.
func (b *Bench) TurnByHand(from, to float64, micros int64) {
	b.connect(func(l *load) {
		l.kind = potentiometer
		l.hand = newHand(b.seed, max(0, min(1, from)), max(0, min(1, to)), max(micros, 1))
	})
}

// connect changes the load from now on; what was before decided the samples until now.
func (b *Bench) connect(change func(*load)) {
	b.Chip.CatchUp()
	now := b.now()
	bus, shunt := b.At(now)
	if b.load.from = 1; shunt > 0 {
		b.load.from = position(bus * b.shunt / shunt)
	}
	_, b.load.gateFrom = b.load.settled(now-b.beginning, b.tau)
	change(&b.load)
	b.beginning = now
}

// At gives the voltages in V at a time in µs: of the bus, at IN-, and across the shunt. The cell has
// their sum.
func (b *Bench) At(micros int64) (bus, shunt float64) {
	p := point{kind: b.load.kind, light: b.light}
	elapsed := max(0, micros-b.beginning)
	position, gate := b.load.settled(elapsed, b.tau)
	switch p.kind {
	case resistor:
		p.load = scaleOhms * position / (1 - position) // +Inf at 1
	case potentiometer:
		p.load = potentiometerOhms(b.pot, b.load.hand.position(elapsed))
	case mosfet:
		p.load = gate
	}
	if p != b.last { // else nothing has changed since, and solving is what takes the time
		b.last = p
		b.bus, b.current = p.solve(b.shunt)
	}
	return b.bus, b.current * b.shunt
}

// point is all that an operating point depends on.
type point struct {
	kind  kind
	load  float64 // Ω, or V on the gate
	light ivcurve.SingleDiode
}

func (p point) solve(shunt float64) (bus, current float64) {
	behind := p.light // the cell with the shunt in series
	behind.Rs += shunt
	switch {
	case p.kind == mosfet:
		return intoMOSFET(behind, p.load)
	case math.IsInf(p.load, 1):
		return behind.VoltageAt(0), 0
	}
	return intoResistor(behind, p.load)
}
