package ina219

// CalibrationRegister is the value of the calibration register that gives the
// current register steps of lsbNanoAmps with a shunt of shuntMicroOhms:
//
//	trunc(0.04096 / (current LSB × shunt))
//
// as in section "Programming the Calibration Register", in integers. Bit 0 of the
// register cannot be set (section "Calibration Register"), so the value is even. The
// data sheet's example, 1 mA with 2 mΩ, gives 20480. The error is [ErrShunt] or
// [ErrCurrentLSB], for values that no even number from 2 to 65534 comes of.
func CalibrationRegister(shuntMicroOhms, lsbNanoAmps int64) (uint16, error) {
	if shuntMicroOhms < leastShunt || shuntMicroOhms > mostShunt {
		return 0, ErrShunt
	}
	if lsbNanoAmps < 1 || lsbNanoAmps > scale/2/shuntMicroOhms { // so the product is at most scale/2
		return 0, ErrCurrentLSB
	}
	c := scale / (shuntMicroOhms * lsbNanoAmps)
	if c > 0xFFFF {
		return 0, ErrCurrentLSB
	}
	return uint16(c) &^ 1, nil
}

const (
	defaultShunt = 100_000       // µΩ: 0.1 Ω, on the usual breakout boards
	leastShunt   = 10            // µΩ: 32,000 A at 320 mV
	mostShunt    = 1_000_000_000 // µΩ: 1 kΩ, much more and the pins' own 20 µA matter
	mostShuntNV  = 320_000_000   // nV, the largest range (table "PG Bit Settings")
	highest      = 32_767        // of the current register
	finest       = 0x8000        // see currentLSB
)

// currentLSB gives the step of the current register in nA for a largest current in
// µA, 0 for all that the shunt gives 320 mV at.
//
// Section "Programming the Calibration Register" divides the largest current by 2^15
// and then takes a round number above it; this one takes the next of 1, 2, 5, 10 …,
// which in most cases leaves nothing for the calibration to truncate. Steps of less than
// an eighth of what the shunt voltage's 10 µV make of them would show nothing more.
func currentLSB(shuntMicroOhms, maxMicroAmps int64) (int64, error) {
	if shuntMicroOhms < leastShunt || shuntMicroOhms > mostShunt {
		return 0, ErrShunt
	}
	most := mostShuntNV * 1_000 / shuntMicroOhms // µA
	if maxMicroAmps == 0 {
		maxMicroAmps = most
	}
	if maxMicroAmps < 1 || maxMicroAmps > most {
		return 0, ErrMaxCurrent
	}
	least := max((maxMicroAmps*1_000+highest-1)/highest, scale/finest/shuntMicroOhms+1)
	for decade := int64(1); ; decade *= 10 {
		for _, digit := range [...]int64{1, 2, 5} {
			if decade*digit >= least {
				return decade * digit, nil
			}
		}
	}
}
