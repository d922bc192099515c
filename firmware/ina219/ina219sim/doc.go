// Package ina219sim simulates an INA219 and a solar cell behind it, so that
// programs for the sensor can be written, tested and shown before there is one.
//
// [NewBench] gives the whole bench: a [Cell] in the light, a shunt with the [Chip]
// across it, and a load that is turned by hand ([Bench.SetResistance],
// [Bench.TurnByHand]) or by a board ([Bench.SetGate]). [Bench.Truth] is what a perfect
// measurement of the cell would find. [New] gives a chip alone, for any two voltages.
// Both take their time from a function; [Clock] is one that only moves when told.
//
// # The chip
//
// It follows the data sheet, SBOS448: registers with their power-on values, the
// pointer that stays, the calibration with its bit that cannot be set, the multiplier
// that cuts off, the ranges and their ends, the flags for a finished conversion and for an
// overflow, the times of conversions, triggers, averaging, resolutions, power-down. What
// the data sheet does not define is answered by an [*UndefinedError] that says what it is:
// an address pointer beyond 5, a write to a register that is read only, a transfer of a
// wrong length, a voltage that the chip does not survive. [Chip.Err] keeps the first of them,
// so that no program can overlook it. Faults come on demand: [Chip.Nack], [Chip.Stick],
// [Chip.BrownOut], [Chip.Unplug].
//
// Where the data sheet leaves a choice the chip does the less convenient:
//
//   - A shunt conversion of 12 bits has 4096 steps to either side of zero, so steps of
//     10 µV × the gain; fewer bits, steps twice, four and eight times as wide. Averaging
//     fills in what is between. (Real chips give finer steps.) The bus voltage has its 4 mV at
//     12 bits in both ranges, as "Electrical Characteristics" says of the one and the
//     example of the other.
//   - A new configuration starts a conversion from the beginning.
//   - A new calibration is used from the next conversion on.
//   - After an overflow the current and power registers hold the low bits of what did not fit.
//   - The multiplier drops its remainder, towards zero. The power register, which has no sign,
//     holds the magnitude.
//
// Offset, gain error and the currents into the pins (20 µA) are not simulated.
//
// # The cell
//
// It is the single-diode equation of the package iotplot/sessions/ivcurve, with series and shunt
// resistance, brought to irradiance and temperature after De Soto, Klein and Beckman, Solar
// Energy 80 (2006) 78-88. [DefaultCell] is a small panel of ten cells, 6 V and 200 mA.
//
// Nothing here is for more than one goroutine at a time.
package ina219sim
