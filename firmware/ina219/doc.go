// Package ina219 drives Texas Instruments' INA219, which measures the voltage
// across a shunt and the voltage of the bus behind it over I²C. It runs on a
// microcontroller and on a laptop, against any [Bus]: TinyGo's machine.I2C is
// one, and so is the simulated chip of the package ina219sim.
//
// Begin with [New], which touches no device, then [Device.Configure], which
// resets the chip, makes sure that it is one, and sets it up. Then, over and
// over, [Device.Measure]:
//
//	d, err := ina219.New(machine.I2C0, ina219.Options{}) // 0.1 Ω at 0x40
//	…
//	err = d.Configure()
//	for {
//		r, err := d.Measure()
//		switch {
//		case err == ina219.ErrNotReady: // no conversion has ended since the last one
//			continue // after a short wait, and not for longer than d.Settings().LongestMicros()
//		case errors.Is(err, ina219.ErrReset): // the supply broke down for a moment
//			err = d.Configure()
//		case err == nil:
//			use(r.SourceMicroVolts(), r.CurrentMicroAmps, r.SourceMicroWatts())
//		}
//	}
//
// The chip measures the bus voltage behind the shunt, at its pin IN-. A source
// that is wired to IN+, such as a solar cell, has the shunt's voltage on top of it:
// [Reading.SourceMicroVolts].
//
// # What it promises
//
// A current is never read as 0 because the chip has forgotten its calibration:
// that is [ErrReset]. An overflow of the chip's own arithmetic and the end of a
// measuring range are told apart ([Reading.Overflow], [Reading.ShuntAtLimit],
// [Reading.BusAtLimit]). A transfer that fails is repeated a bounded number of times; the
// error is then an *[Error] that unwraps to the bus's own. Nothing waits, and nothing
// allocates after New. All values are integers in µV, µA and µW, rounded once, to
// nearest; methods give them as float32 in V, A and W.
//
// # Current from the shunt voltage or from the register
//
// The chip's current and power registers are what its multiplier makes of the
// shunt voltage, with what is left over cut off. [Device.RegisterMicroAmps] and
// [Device.RegisterMicroWatts] read them. [Device.Measure] instead divides the shunt voltage
// by the resistance, in full precision: it loses nothing to the truncation, needs no
// largest current, knows the sign of the power, and cannot overflow. Both are scaled
// so that the truncation of the calibration register itself cancels.
//
// A shunt that is known better than its print, or a gain error that an ammeter has
// shown, goes into [Options.ShuntMicroOhms], which does what the data sheet's "Corrected full
// scale calibration" is for.
//
// # Source
//
// Facts are from the data sheet, SBOS448, of which revisions F (2011) and G (2015)
// agree in all that is used here. Their tables are numbered differently, so the comments
// call them by their titles.
//
// A Device is for one goroutine at a time.
package ina219
