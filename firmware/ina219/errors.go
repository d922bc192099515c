package ina219

import "strconv"

// Kind is what went wrong: a small constant, itself an error, which
// errors.Is finds in an *[Error] and which is returned as it is where there is no more to tell.
type Kind uint8

// Errors of [New], [CalibrationRegister] and [Device.Set]: what is asked for cannot be.
const (
	ErrAddress    Kind = iota + 1 // not an address of this chip
	ErrShunt                      // a resistance that cannot be calculated with
	ErrMaxCurrent                 // more than the shunt allows
	ErrCurrentLSB                 // no calibration comes of it
	ErrTries                      // too many, or a negative number
	ErrSettings                   // not among the constants of this package
)

// Errors of transfers, always in an *[Error].
const (
	ErrBus       Kind = iota + 16 // the bus failed at each try
	ErrNoAnswer                   // the same at [Device.Configure]'s first words: nothing is there. It is ErrBus too
	ErrOtherChip                  // something answers, but not as an INA219
	ErrNotKept                    // a register does not hold what was just written
)

// Errors of calls.
const (
	ErrNotConfigured Kind = iota + 32 // Configure comes first
	ErrMode                           // the mode does not convert what is asked for
	ErrNotReady                       // no conversion has ended since the last Measure; ask again later
	ErrOverflow                       // current and power are beyond the chip's arithmetic; bus and shunt voltage are right
	ErrReset                          // the chip has lost its calibration, as after a break of its supply; Configure again
)

// Error is one sentence for people.
func (k Kind) Error() string {
	switch k {
	case ErrAddress:
		return "cannot make an INA219: its address is one of 0x40 to 0x4F"
	case ErrShunt:
		return "cannot calibrate the INA219: the shunt must have 10 to 1000000000 µΩ"
	case ErrMaxCurrent:
		return "cannot calibrate the INA219: the largest current must be above 0, and give at most 320 mV across the shunt"
	case ErrCurrentLSB:
		return "cannot calibrate the INA219: 0.04096 V/(current LSB × shunt) must be 2 to 65535"
	case ErrTries:
		return "cannot make an INA219: a transfer can be tried 1 to 100 times"
	case ErrSettings:
		return "cannot set the INA219: a setting is not one of the named constants"
	case ErrBus:
		return "the bus of the INA219 failed"
	case ErrNoAnswer:
		return "no INA219 answers"
	case ErrOtherChip:
		return "what answers is no INA219"
	case ErrNotKept:
		return "the INA219 does not keep what is written"
	case ErrNotConfigured:
		return "cannot use the INA219: Configure comes first"
	case ErrMode:
		return "cannot do this with the INA219: its mode does not convert what is asked for"
	case ErrNotReady:
		return "the INA219 has no new measurement yet"
	case ErrOverflow:
		return "the INA219's current or power is out of range: the current LSB is too small for it, bus and shunt voltage are right"
	case ErrReset:
		return "the INA219 was reset and has lost its calibration: configure it again"
	}
	return "unknown INA219 error"
}

// Error is a transfer that failed. Unwrap gives the bus's own error.
//
// The pointer stays the device's: its next failure overwrites what it points to.
type Error struct {
	Kind     Kind
	Address  uint16
	Register Register // that was read or written
	Write    bool
	Tries    int    // how often it was tried
	Got      uint16 // what was read, for ErrOtherChip and ErrNotKept
	Want     uint16 // what should have been
	Err      error  // the bus's own, for ErrBus and ErrNoAnswer
}

// Error is one sentence for people.
func (e *Error) Error() string {
	verb := "read"
	if e.Write {
		verb = "write"
	}
	b := append(make([]byte, 0, 160), "cannot "...)
	b = append(b, verb...)
	b = append(b, " the "...)
	b = append(b, e.Register.String()...)
	b = append(b, " register of the INA219 at "...)
	b = appendHex(b, e.Address, 2)
	b = append(b, ": "...)
	switch e.Kind {
	case ErrOtherChip:
		b = append(b, "what answers is no INA219, it has "...)
		b = appendHex(b, e.Got, 4)
		b = append(b, " there after a reset instead of "...)
		return string(appendHex(b, e.Want, 4))
	case ErrNotKept:
		b = appendHex(b, e.Want, 4)
		b = append(b, " was written, "...)
		b = appendHex(b, e.Got, 4)
		return string(append(b, " is there"...))
	case ErrNoAnswer:
		b = append(b, "nothing answers after "...)
	default:
		b = append(b, "the bus failed after "...)
	}
	b = strconv.AppendInt(b, int64(e.Tries), 10)
	b = append(b, " tries"...)
	if e.Tries == 1 {
		b = b[:len(b)-len("ies")]
		b = append(b, 'y')
	}
	if e.Err != nil {
		b = append(b, ": "...)
		b = append(b, e.Err.Error()...)
	}
	return string(b)
}

// Unwrap is the bus's own error, nil where it did not fail.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is find the Kind, and ErrBus for ErrNoAnswer too.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && (k == e.Kind || k == ErrBus && e.Kind == ErrNoAnswer)
}

func appendHex(b []byte, v uint16, digits int) []byte {
	b = append(b, "0x"...)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, "0123456789ABCDEF"[v>>shift&15])
	}
	return b
}
