package ina219sim

import (
	"errors"
	"fmt"
)

// Errors as a bus gives them.
var (
	// ErrNACK: nobody acknowledged.
	ErrNACK = errors.New("I2C: not acknowledged")
	// ErrStuck: a line is held low.
	ErrStuck = errors.New("I2C: the bus is stuck, a line stays low")
)

// UndefinedError is something that the chip's data sheet does not define.
type UndefinedError struct {
	Text string // what, and what is defined
}

// Error is one sentence for people.
func (e *UndefinedError) Error() string {
	return "the data sheet of the INA219 does not define " + e.Text
}

func undefined(format string, args ...any) error {
	return &UndefinedError{fmt.Sprintf(format, args...)}
}
