package ina219

// Each of these rounds once, to nearest, halves away from zero. Bounds: shunts of
// at least leastShunt keep every product within an int64.

// round divides by a positive number.
func round(a, b int64) int64 {
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}

// shuntMicroVolts is exact.
func shuntMicroVolts(register uint16) int32 { return int32(int16(register)) * shuntStep }

// busMicroVolts is exact. The register is not signed: read as such, all above
// 16.38 V would be negative.
func busMicroVolts(register uint16) int32 { return int32(register>>busShift) * busStep }

// shuntMicroAmps is the current by Ohm's law.
func shuntMicroAmps(shunt uint16, microOhms int64) int64 {
	return round(int64(int16(shunt))*shuntStep*1_000_000, microOhms)
}

// microWatts is bus voltage times current by Ohm's law.
func microWatts(bus, shunt uint16, microOhms int64) int64 {
	return round(int64(bus>>busShift)*busStep*int64(int16(shunt))*shuntStep, microOhms)
}

// registerMicroAmps is what the current register means. One step is
// 0.04096/(calibration × shunt), of which the chosen current LSB is what it was
// before the calibration was truncated; without a remainder they are the same.
func registerMicroAmps(current, calibration uint16, microOhms int64) int64 {
	return round(int64(int16(current))*(scale/1_000), int64(calibration)*microOhms)
}

// registerMicroWatts is what the power register means: steps of 20 × those of the
// current.
func registerMicroWatts(power, calibration uint16, microOhms int64) int64 {
	return round(int64(power)*powerSteps*(scale/1_000), int64(calibration)*microOhms)
}
