package ina219

// Options are what New needs to know. The zero value is for the usual breakout
// board: 0.1 Ω at 0x40, all settings as after power-on.
type Options struct {
	Address uint16 // 0x40 to 0x4F; 0 is 0x40

	// ShuntMicroOhms is the shunt's resistance in µΩ, 10 to 1e9; 0 is 100,000 (0.1 Ω).
	ShuntMicroOhms int64

	// MaxMicroAmps is the largest current to be expected, in µA. It scales the chip's own
	// current and power registers and nothing else. 0 is all that makes 320 mV across
	// the shunt.
	MaxMicroAmps int64

	// CurrentLSBNanoAmps, if not 0, is the step of the current register in nA; MaxMicroAmps
	// is then not used.
	CurrentLSBNanoAmps int64

	// Tries is how often a transfer is tried before it is given up, 1 to 100; 0 is 3.
	Tries int

	Settings Settings
}

// Device is one chip.
type Device struct {
	transfer
	settings    Settings
	shunt       int64 // µΩ
	lsb         int64 // nA
	calibration uint16
	configured  bool
}

const (
	defaultTries = 3
	mostTries    = 100
)

// New prepares a chip's driver and touches no device. The error is one of the first
// group of constants.
func New(bus Bus, o Options) (*Device, error) {
	if o.Address == 0 {
		o.Address = FirstAddress
	}
	if o.ShuntMicroOhms == 0 {
		o.ShuntMicroOhms = defaultShunt
	}
	if o.Tries == 0 {
		o.Tries = defaultTries
	}
	switch {
	case o.Address < FirstAddress || o.Address > LastAddress:
		return nil, ErrAddress
	case o.Tries < 1 || o.Tries > mostTries:
		return nil, ErrTries
	case !o.Settings.check():
		return nil, ErrSettings
	}
	lsb := o.CurrentLSBNanoAmps
	if lsb == 0 {
		var err error
		if lsb, err = currentLSB(o.ShuntMicroOhms, o.MaxMicroAmps); err != nil {
			return nil, err
		}
	}
	calibration, err := CalibrationRegister(o.ShuntMicroOhms, lsb)
	if err != nil {
		return nil, err
	}
	return &Device{
		transfer:    transfer{bus: bus, address: o.Address, tries: o.Tries},
		settings:    o.Settings,
		shunt:       o.ShuntMicroOhms,
		lsb:         lsb,
		calibration: calibration,
	}, nil
}

// Configure resets the chip, makes sure that it is an INA219 by what its
// configuration register then holds, and writes calibration and settings and reads them
// back. The first conversion ends [Settings.LongestMicros] later. The error is an
// *[Error]: ErrNoAnswer, ErrOtherChip, ErrNotKept or ErrBus.
func (d *Device) Configure() error {
	if err := d.Reset(); err != nil {
		d.failure.Kind = ErrNoAnswer
		return err
	}
	got, err := d.read(RegConfiguration)
	if err != nil {
		return err
	}
	if got != PowerOnConfiguration {
		d.failure = Error{Kind: ErrOtherChip, Address: d.address, Register: RegConfiguration, Tries: 1, Got: got, Want: PowerOnConfiguration}
		return &d.failure
	}
	if err := d.writeAndCheck(RegCalibration, d.calibration); err != nil {
		return err
	}
	if err := d.writeAndCheck(RegConfiguration, d.settings.Register()); err != nil {
		return err
	}
	d.configured = true
	return nil
}

// Reset puts the chip into its state after power-on. It then needs Configure.
func (d *Device) Reset() error {
	d.configured = false
	return d.write(RegConfiguration, reset)
}

// Set writes other settings. That starts a conversion, unless the mode is
// [ADCOff] or [PowerDown]; Measure waits for its end. If it fails, the settings before
// stay those that the driver reckons with.
func (d *Device) Set(s Settings) error {
	if !s.check() {
		return ErrSettings
	}
	if !d.configured {
		return ErrNotConfigured
	}
	if err := d.write(RegConfiguration, s.Register()); err != nil {
		return err
	}
	d.settings = s
	return nil
}

// SetGain is Set with another gain.
func (d *Device) SetGain(g Gain) error {
	s := d.settings
	s.Gain = g
	return d.Set(s)
}

// SetMode is Set with another mode. From [PowerDown] the chip needs [RecoveryMicros]
// more than the conversion takes.
func (d *Device) SetMode(m Mode) error {
	s := d.settings
	s.Mode = m
	return d.Set(s)
}

// Trigger starts one conversion in a triggered mode, also while another is under way
// (section "Basic ADC Functions"). In other modes it is ErrMode.
func (d *Device) Trigger() error {
	if !d.settings.Mode.triggered() {
		return ErrMode
	}
	return d.Set(d.settings)
}

// Settings are those last written, or those that Configure is going to write.
func (d *Device) Settings() Settings { return d.settings }

// ShuntMicroOhms is the shunt's resistance in µΩ.
func (d *Device) ShuntMicroOhms() int64 { return d.shunt }

// CurrentLSBNanoAmps is the step in nA that the calibration register was calculated
// for; the power register's is 20 times as many nW for each V.
func (d *Device) CurrentLSBNanoAmps() int64 { return d.lsb }

// Calibration is the value of the calibration register.
func (d *Device) Calibration() uint16 { return d.calibration }
