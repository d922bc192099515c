package ina219

// Reading is one measurement. Its bus and shunt voltage are converted one after
// the other (section "Power Measurement").
type Reading struct {
	BusMicroVolts    int32 // at IN-, against ground
	ShuntMicroVolts  int32 // from IN+ to IN-
	CurrentMicroAmps int64 // the shunt's voltage divided by its resistance
	PowerMicroWatts  int64 // what goes to the load: bus voltage × current

	// ShuntAtLimit: the shunt voltage is at the end of the gain's range, so that current
	// and power are at least these. Take a larger range.
	ShuntAtLimit bool
	// BusAtLimit: the same of the bus voltage.
	BusAtLimit bool
	// Overflow: the chip's own current and power registers are out of range. The values
	// above are not made of them and hold.
	Overflow bool
}

// SourceMicroVolts is the voltage in µV of what is wired to IN+, against ground: that
// of the bus and the shunt together.
func (r Reading) SourceMicroVolts() int32 { return r.BusMicroVolts + r.ShuntMicroVolts }

// SourceMicroWatts is the power in µW that the same gives, the load's and the shunt's.
func (r Reading) SourceMicroWatts() int64 {
	return round(int64(r.SourceMicroVolts())*r.CurrentMicroAmps, 1_000_000)
}

// SourceVolts is SourceMicroVolts in V.
func (r Reading) SourceVolts() float32 { return Float(int64(r.SourceMicroVolts())) }

// SourceWatts is SourceMicroWatts in W.
func (r Reading) SourceWatts() float32 { return Float(r.SourceMicroWatts()) }

// BusVolts is BusMicroVolts in V.
func (r Reading) BusVolts() float32 { return Float(int64(r.BusMicroVolts)) }

// ShuntVolts is ShuntMicroVolts in V.
func (r Reading) ShuntVolts() float32 { return Float(int64(r.ShuntMicroVolts)) }

// Amps is CurrentMicroAmps in A.
func (r Reading) Amps() float32 { return Float(r.CurrentMicroAmps) }

// Watts is PowerMicroWatts in W.
func (r Reading) Watts() float32 { return Float(r.PowerMicroWatts) }

// Float gives a number of millionths as the nearest float32: µV as V, µA as A.
func Float(micro int64) float32 { return float32(float64(micro) / 1e6) }

// Status is what the bus voltage register says beside the voltage (section "Bus
// Voltage Register").
type Status struct {
	Ready    bool // CNVR: a conversion has ended since the last Measure, Set or Trigger
	Overflow bool // OVF: the current and power registers are out of range
}

// Measure reads the conversion that ended last, once: until the next one ends it
// says ErrNotReady. It needs a mode that converts both voltages, else it is ErrMode. It
// makes sure that the chip has not been reset meanwhile (ErrReset).
//
// In a triggered mode both values are of one conversion. In a continuous mode one may
// end between the transfers, so that they can be of two that follow each other.
//
// It takes four short transfers, 2 ms at 100 kHz, 0.5 ms at 400 kHz.
func (d *Device) Measure() (Reading, error) {
	if !d.configured {
		return Reading{}, ErrNotConfigured
	}
	if m := d.settings.Mode; m != Continuous && m != Triggered {
		return Reading{}, ErrMode
	}
	bus, err := d.read(RegBusVoltage)
	if err != nil {
		return Reading{}, err
	}
	if bus&conversionReady == 0 {
		return Reading{}, ErrNotReady
	}
	shunt, err := d.read(RegShuntVoltage)
	if err != nil {
		return Reading{}, err
	}
	// Read only because that clears the flag (section "Bus Voltage Register").
	if _, err := d.read(RegPower); err != nil {
		return Reading{}, err
	}
	// Last, so that a reset between the others is noticed too.
	if err := d.checkCalibration(); err != nil {
		return Reading{}, err
	}
	r := Reading{
		BusMicroVolts:    busMicroVolts(bus),
		ShuntMicroVolts:  shuntMicroVolts(shunt),
		CurrentMicroAmps: shuntMicroAmps(shunt, d.shunt),
		PowerMicroWatts:  microWatts(bus, shunt, d.shunt),
		Overflow:         bus&overflow != 0,
	}
	limit := d.settings.Gain.FullScaleMicroVolts()
	r.ShuntAtLimit = r.ShuntMicroVolts >= limit || r.ShuntMicroVolts <= -limit
	r.BusAtLimit = r.BusMicroVolts >= d.settings.Bus.FullScaleMicroVolts()
	return r, nil
}

// Status reads the two flags and clears none.
func (d *Device) Status() (Status, error) {
	bus, err := d.read(RegBusVoltage)
	return Status{Ready: bus&conversionReady != 0, Overflow: bus&overflow != 0}, err
}

// BusMicroVolts reads the bus voltage of the last conversion, in µV, 0 to 32 V. An
// overflow does not touch it.
func (d *Device) BusMicroVolts() (int32, error) {
	bus, err := d.read(RegBusVoltage)
	return busMicroVolts(bus), err
}

// ShuntMicroVolts reads the shunt voltage of the last conversion, in µV.
func (d *Device) ShuntMicroVolts() (int32, error) {
	shunt, err := d.read(RegShuntVoltage)
	return shuntMicroVolts(shunt), err
}

// ShuntMicroAmps reads the shunt voltage and gives the current by Ohm's law, in µA.
func (d *Device) ShuntMicroAmps() (int64, error) {
	shunt, err := d.read(RegShuntVoltage)
	return shuntMicroAmps(shunt, d.shunt), err
}

// RegisterMicroAmps reads the chip's own current register, in µA. It is ErrOverflow
// where that is out of range, and ErrReset rather than a 0 that means nothing.
func (d *Device) RegisterMicroAmps() (int64, error) {
	current, err := d.readScaled(RegCurrent)
	return registerMicroAmps(current, d.calibration, d.shunt), err
}

// RegisterMicroWatts reads the chip's own power register, in µW, with the errors of
// RegisterMicroAmps. The register has no sign. Reading it clears the conversion-ready
// flag, so that Measure then waits for the next conversion.
func (d *Device) RegisterMicroWatts() (int64, error) {
	power, err := d.readScaled(RegPower)
	return registerMicroWatts(power, d.calibration, d.shunt), err
}

// readScaled reads a register that the calibration scales.
func (d *Device) readScaled(r Register) (uint16, error) {
	if !d.configured {
		return 0, ErrNotConfigured
	}
	s, err := d.Status()
	if err != nil {
		return 0, err
	}
	if s.Overflow {
		return 0, ErrOverflow
	}
	value, err := d.read(r)
	if err != nil {
		return 0, err
	}
	if value == 0 {
		return 0, d.checkCalibration()
	}
	return value, nil
}

// checkCalibration notices a reset, which leaves 0 in the calibration register (table
// "Summary of Register Set").
func (d *Device) checkCalibration() error {
	got, err := d.read(RegCalibration)
	if err == nil && got != d.calibration {
		return ErrReset
	}
	return err
}
