package ina219sim

import (
	"math"
)

// Input gives what is at the chip's pins at a time in µs: the bus voltage (IN- against
// ground) and the shunt voltage (IN+ against IN-), both in V.
type Input func(micros int64) (bus, shunt float64)

// Options are what New needs. Now and Input are required.
type Options struct {
	Now     func() int64 // in µs, never back
	Input   Input
	Address uint16 // 0 is 0x40

	// Noise of one sample, as a standard deviation in V; 0 is none. The same seed gives the
	// same noise at the same times.
	ShuntNoise, BusNoise float64
	Seed                 uint64

	// Slowest makes conversions take the longest time of the data sheet instead of the
	// typical one.
	Slowest bool
}

// Chip is a simulated INA219. It satisfies the driver's Bus.
type Chip struct {
	o       Options
	pointer uint8
	// registers as they are read; the bus voltage's flags are kept apart
	register [6]uint16
	ready    bool
	overflow bool

	conversion conversion
	faults     faults
	err        error
	count      int64
}

// New makes a chip that has just been powered on. It panics without a clock or an
// input.
func New(o Options) *Chip {
	if o.Now == nil || o.Input == nil {
		panic("ina219sim: a chip needs Options.Now and Options.Input")
	}
	if o.Address == 0 {
		o.Address = 0x40
	}
	c := &Chip{o: o}
	c.powerOn()
	return c
}

// powerOn is the state that the table "Summary of Register Set" gives.
func (c *Chip) powerOn() {
	c.pointer = 0
	c.register = [6]uint16{regConfiguration: powerOn}
	c.ready, c.overflow = false, false
	c.start(0)
}

// Tx is a transfer on the bus: w is written, then r is read after a repeated start.
func (c *Chip) Tx(addr uint16, w, r []byte) error {
	c.count++
	c.CatchUp()
	if err := c.faults.next(); err != nil {
		return err
	}
	if addr == 0 && len(w) == 1 && w[0] == 0x06 && len(r) == 0 { // the bus's general call reset, section "Power-Up Conditions"
		c.powerOn()
		return nil
	}
	if addr != c.o.Address {
		return &addressError{addr, c.o.Address}
	}
	if c.err != nil {
		return c.err // a chip beyond its limits stays so
	}
	if err := c.transfer(w, r); err != nil {
		c.err = err
		return err
	}
	return nil
}

// transfer follows the section "Writing to and Reading from the INA219".
func (c *Chip) transfer(w, r []byte) error {
	switch {
	case len(w)+len(r) == 0:
		return undefined("a transfer of no byte at all")
	case len(w) == 2 || len(w) > 3:
		return undefined("writing %d bytes: a pointer alone is 1, a register 3", len(w))
	case len(r) > 2:
		return undefined("reading %d bytes: a register has 2", len(r))
	}
	if len(w) > 0 {
		if w[0] > regCalibration {
			return undefined("register %d, there are 0 to 5", w[0])
		}
		c.pointer = w[0]
	}
	if len(w) == 3 {
		if err := c.write(uint16(w[1])<<8 | uint16(w[2])); err != nil {
			return err
		}
	}
	if len(r) > 0 {
		v := c.read()
		r[0] = byte(v >> 8)
		if len(r) > 1 {
			r[1] = byte(v)
		}
	}
	return nil
}

func (c *Chip) read() uint16 {
	v := c.register[c.pointer]
	switch c.pointer {
	case regBus:
		if c.ready {
			v |= bitReady
		}
		if c.overflow {
			v |= bitOver
		}
	case regPower:
		c.ready = false // section "Bus Voltage Register", CNVR
	}
	return v
}

func (c *Chip) write(v uint16) error {
	switch c.pointer {
	case regConfiguration:
		if v&bitReset != 0 {
			pointer := c.pointer
			c.powerOn()
			c.pointer = pointer
			return nil
		}
		if v&bitUnused != 0 {
			return undefined("bit 14 of the configuration register, which is unused")
		}
		before := decode(c.register[regConfiguration])
		asleep := c.register[regConfiguration]&7 == 0
		c.register[regConfiguration] = v
		if decode(v).idle() {
			c.conversion.running = false // the data of the last one stay, and so does the flag
			return nil
		}
		c.ready = false
		wake := int64(0)
		if before.idle() && asleep {
			wake = recovery
		}
		c.start(wake)
	case regCalibration:
		c.register[regCalibration] = v &^ 1 // section "Calibration Register", FS0
	default:
		return undefined("writing to register %d, which is read only", c.pointer)
	}
	return nil
}

// Err is the first thing that was asked of the chip, or done to it, and that the data sheet
// does not define: nil, or an [*UndefinedError]. From then on every transfer gives it.
func (c *Chip) Err() error { return c.err }

// Transfers is how many transfers there were, failed ones too.
func (c *Chip) Transfers() int64 { return c.count }

// Register gives what is in a register, without a transfer: 0 to 5.
func (c *Chip) Register(n int) uint16 {
	c.CatchUp()
	pointer, ready := c.pointer, c.ready
	c.pointer = uint8(n)
	v := c.read()
	c.pointer, c.ready = pointer, ready
	return v
}

// finish puts a conversion's sums into the registers.
func (c *Chip) finish() {
	v := &c.conversion
	cfg := v.cfg
	if cfg.doShunt {
		limit := 4000.0 * float64(cfg.gain)
		mean := math.Round(v.shunt / float64(cfg.shunt.samples))
		c.register[regShunt] = uint16(int16(max(-limit, min(limit, mean))))
	}
	if cfg.doBus {
		limit := 4000.0
		if cfg.bus32 {
			limit = 8000
		}
		mean := math.Round(v.bus / float64(cfg.bus.samples))
		c.register[regBus] = uint16(max(0, min(limit, mean))) << 3
	}
	c.multiply()
	c.ready = true
}

// multiply is section "Current Register" and "Power Register": current = shunt ×
// calibration / 4096, power = current × bus / 5000.
func (c *Chip) multiply() {
	current := int64(int16(c.register[regShunt])) * int64(c.register[regCalibration]) / 4096
	power := current * int64(c.register[regBus]>>3) / 5000
	if power < 0 {
		power = -power
	}
	c.overflow = current > math.MaxInt16 || current < math.MinInt16 || power > math.MaxUint16
	c.register[regCurrent], c.register[regPower] = uint16(current), uint16(power)
}
