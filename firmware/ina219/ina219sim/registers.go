package ina219sim

// The registers (table "Summary of Register Set") and their bits. They are written
// down here a second time on purpose: a mistake in the driver's must not be repeated.
const (
	regConfiguration = 0
	regShunt         = 1
	regBus           = 2
	regPower         = 3
	regCurrent       = 4
	regCalibration   = 5

	powerOn = 0x399F

	bitReset  = 0x8000 // RST
	bitUnused = 0x4000 // "-" in the configuration register
	bitRange  = 0x2000 // BRNG
	bitReady  = 0x0002 // CNVR
	bitOver   = 0x0001 // OVF

	recovery = 40 // µs, section "Basic ADC Functions"
)

// adc is one of the two four-bit fields of the table "ADC Settings".
type adc struct {
	bits    int   // resolution of one sample
	samples int   // averaged
	micros  int64 // of one sample, typical
	slowest int64 // the same, at most ("Electrical Characteristics")
}

func decodeADC(code uint16) adc {
	if code&8 == 0 { // 0X00 … 0X11
		switch code & 3 {
		case 0:
			return adc{9, 1, 84, 93}
		case 1:
			return adc{10, 1, 148, 163}
		case 2:
			return adc{11, 1, 276, 304}
		}
		return adc{12, 1, 532, 586}
	}
	return adc{12, 1 << (code & 7), 532, 586} // 1000: one; 1001: 2 … 1111: 128
}

// configuration is the configuration register taken apart.
type configuration struct {
	bus32      bool
	gain       int // 1, 2, 4, 8
	bus, shunt adc
	doShunt    bool
	doBus      bool
	continuous bool
}

func decode(register uint16) configuration {
	mode := register & 7 // table "Mode Settings"
	return configuration{
		bus32:      register&bitRange != 0,
		gain:       1 << (register >> 11 & 3), // table "PG Bit Settings"
		bus:        decodeADC(register >> 7 & 15),
		shunt:      decodeADC(register >> 3 & 15),
		doShunt:    mode&1 != 0,
		doBus:      mode&2 != 0,
		continuous: mode > 4,
	}
}

// idle reports power-down and ADC off.
func (c configuration) idle() bool { return !c.doShunt && !c.doBus }

func (c configuration) shuntSamples() int { return samplesIf(c.doShunt, c.shunt) }

func (c configuration) busSamples() int { return samplesIf(c.doBus, c.bus) }

func samplesIf(on bool, a adc) int {
	if on {
		return a.samples
	}
	return 0
}
