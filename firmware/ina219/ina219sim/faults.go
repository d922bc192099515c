package ina219sim

import "fmt"

// faults are those of the bus that are still to come.
type faults struct {
	nacks     int
	stuck     bool
	unplugged bool
}

func (f *faults) next() error {
	switch {
	case f.stuck:
		return ErrStuck
	case f.unplugged:
		return ErrNACK
	case f.nacks > 0:
		f.nacks--
		return ErrNACK
	}
	return nil
}

// Nack lets the next n transfers fail with [ErrNACK].
func (c *Chip) Nack(n int) { c.faults.nacks = n }

// Stick lets every transfer fail with [ErrStuck], as when a line is held low, until
// called with false.
func (c *Chip) Stick(stuck bool) { c.faults.stuck = stuck }

// Unplug lets every transfer fail with [ErrNACK], as if the chip were not there, until
// called with false. The chip then comes back as after power-on.
func (c *Chip) Unplug(unplugged bool) {
	if c.faults.unplugged && !unplugged {
		c.powerOn()
	}
	c.faults.unplugged = unplugged
}

// BrownOut breaks the supply for a moment: all registers get their power-on values.
func (c *Chip) BrownOut() { c.powerOn() }

// addressError is the NACK of an address where nobody is.
type addressError struct{ asked, is uint16 }

func (e *addressError) Error() string {
	return fmt.Sprintf("nothing answers at 0x%02X, the simulated INA219 is at 0x%02X: %v", e.asked, e.is, ErrNACK)
}

func (e *addressError) Unwrap() error { return ErrNACK }
