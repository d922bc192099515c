package ina219

// Settings are what the configuration register holds. The zero value is the
// chip's state after power-on: 32 V, ±320 mV, 12 bits, continuous.
type Settings struct {
	Bus      BusRange
	Gain     Gain
	BusADC   ADC
	ShuntADC ADC
	Mode     Mode
}

// BusRange is the full scale of the bus voltage, BRNG in section "Configuration
// Register". Whatever it is, the pins stand no more than 26 V.
type BusRange uint8

const (
	Bus32V BusRange = iota
	Bus16V
)

// FullScaleMicroVolts is where the bus voltage reads no further (section "Bus
// Voltage Register").
func (b BusRange) FullScaleMicroVolts() int32 {
	if b == Bus16V {
		return 16_000_000
	}
	return 32_000_000
}

// Gain is the full scale of the shunt voltage (table "PG Bit Settings"). The next
// one is twice as sensitive.
type Gain uint8

const (
	Gain320mV Gain = iota // PGA ÷8
	Gain160mV             // PGA ÷4
	Gain80mV              // PGA ÷2
	Gain40mV              // PGA ÷1
)

// FullScaleMicroVolts is where the shunt voltage reads no further, in both
// directions.
func (g Gain) FullScaleMicroVolts() int32 { return 320_000 >> (g & 3) }

// ADC is the resolution of a conversion, or how many of 12 bits are averaged (table
// "ADC Settings").
type ADC uint8

const (
	Bits12 ADC = iota
	Bits11
	Bits10
	Bits9
	Average2
	Average4
	Average8
	Average16
	Average32
	Average64
	Average128
)

// Samples is how many conversions make one value.
func (a ADC) Samples() int32 {
	if a <= Bits9 || a > Average128 {
		return 1
	}
	return 2 << (a - Average2)
}

// code is the four bits of the table "ADC Settings".
func (a ADC) code() uint16 {
	if a <= Bits9 {
		return uint16(3 - a)
	}
	return uint16(a-Average2) + 9
}

// micros is the time of one value in µs: typical as in the table "ADC Settings",
// which rounds multiples of 532 µs, and the longest of "Electrical Characteristics",
// ADC conversion time, of which averaging takes as many.
func (a ADC) micros() (typical, longest int32) {
	switch a {
	case Bits9:
		return 84, 93
	case Bits10:
		return 148, 163
	case Bits11:
		return 276, 304
	}
	return 532 * a.Samples(), 586 * a.Samples()
}

// Mode is what is converted and when (table "Mode Settings"). A triggered mode
// converts once each time that it is written: see [Device.Trigger].
type Mode uint8

const (
	Continuous Mode = iota // shunt and bus voltage
	ContinuousBus
	ContinuousShunt
	ADCOff
	Triggered // shunt and bus voltage
	TriggeredBus
	TriggeredShunt
	PowerDown
)

func (m Mode) triggered() bool { return m >= Triggered && m <= TriggeredShunt }
func (m Mode) shunt() bool     { return m&1 == 0 } // bit 0 of the register's code, which is 7 - m
func (m Mode) bus() bool       { return m&2 == 0 } // bit 1

// check reports whether all fields are among the constants above.
func (s Settings) check() bool {
	return s.Bus <= Bus16V && s.Gain <= Gain40mV && s.BusADC <= Average128 && s.ShuntADC <= Average128 && s.Mode <= PowerDown
}

// Register is the configuration register that means these settings.
func (s Settings) Register() uint16 {
	return uint16(1-s.Bus)<<13 | uint16(3-s.Gain)<<11 | s.BusADC.code()<<7 | s.ShuntADC.code()<<3 | uint16(7-s.Mode)
}

// LongestMicros is the time in µs after which a conversion of all that the mode
// converts has ended for sure: so long after [Device.Configure], [Device.Set] or
// [Device.Trigger], and so long after the one before. It is 0 where nothing is
// converted. After power-down [RecoveryMicros] comes on top.
func (s Settings) LongestMicros() int32 {
	_, longest := s.micros()
	return longest
}

// TypicalMicros is the time in µs that a conversion takes as a rule.
func (s Settings) TypicalMicros() int32 {
	typical, _ := s.micros()
	return typical
}

func (s Settings) micros() (typical, longest int32) {
	if s.Mode == ADCOff || s.Mode == PowerDown {
		return 0, 0
	}
	if s.Mode.shunt() {
		typical, longest = s.ShuntADC.micros()
	}
	if s.Mode.bus() {
		t, l := s.BusADC.micros()
		typical, longest = typical+t, longest+l
	}
	return typical, longest
}
