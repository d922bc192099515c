package ina219_test

import (
	"testing"

	"iotplot/firmware/ina219"
)

// adcs is the table "ADC Settings", with the longest times of "Electrical
// Characteristics" for one sample.
func adcs() map[ina219.ADC]struct {
	code             uint16
	samples          int32
	typical, longest int32 // µs
} {
	return map[ina219.ADC]struct {
		code             uint16
		samples          int32
		typical, longest int32
	}{
		ina219.Bits9:      {0b0000, 1, 84, 93},
		ina219.Bits10:     {0b0001, 1, 148, 163},
		ina219.Bits11:     {0b0010, 1, 276, 304},
		ina219.Bits12:     {0b0011, 1, 532, 586},
		ina219.Average2:   {0b1001, 2, 1_060, 1_172},
		ina219.Average4:   {0b1010, 4, 2_130, 2_344},
		ina219.Average8:   {0b1011, 8, 4_260, 4_688},
		ina219.Average16:  {0b1100, 16, 8_510, 9_376},
		ina219.Average32:  {0b1101, 32, 17_020, 18_752},
		ina219.Average64:  {0b1110, 64, 34_050, 37_504},
		ina219.Average128: {0b1111, 128, 68_100, 75_008},
	}
}

// modes is the table "Mode Settings".
func modes() map[ina219.Mode]struct {
	code       uint16
	shunt, bus bool
} {
	return map[ina219.Mode]struct {
		code       uint16
		shunt, bus bool
	}{
		ina219.PowerDown:       {0b000, false, false},
		ina219.TriggeredShunt:  {0b001, true, false},
		ina219.TriggeredBus:    {0b010, false, true},
		ina219.Triggered:       {0b011, true, true},
		ina219.ADCOff:          {0b100, false, false},
		ina219.ContinuousShunt: {0b101, true, false},
		ina219.ContinuousBus:   {0b110, false, true},
		ina219.Continuous:      {0b111, true, true},
	}
}

func TestEverySetting(t *testing.T) {
	buses := map[ina219.BusRange]uint16{ina219.Bus16V: 0, ina219.Bus32V: 1}
	gains := map[ina219.Gain]struct {
		code      uint16
		fullScale int32
	}{
		ina219.Gain40mV: {0, 40_000}, ina219.Gain80mV: {1, 80_000}, ina219.Gain160mV: {2, 160_000}, ina219.Gain320mV: {3, 320_000},
	}
	seen := map[uint16]bool{}
	for bus, busCode := range buses {
		for gain, g := range gains {
			if gain.FullScaleMicroVolts() != g.fullScale {
				t.Errorf("gain %d ends at %d µV, want %d", gain, gain.FullScaleMicroVolts(), g.fullScale)
			}
			for busADC, b := range adcs() {
				if busADC.Samples() != b.samples {
					t.Errorf("ADC setting %d takes %d samples, want %d", busADC, busADC.Samples(), b.samples)
				}
				for shuntADC, s := range adcs() {
					for mode, m := range modes() {
						settings := ina219.Settings{Bus: bus, Gain: gain, BusADC: busADC, ShuntADC: shuntADC, Mode: mode}
						want := busCode<<13 | g.code<<11 | b.code<<7 | s.code<<3 | m.code
						if got := settings.Register(); got != want {
							t.Fatalf("%+v: configuration 0x%04X, want 0x%04X", settings, got, want)
						}
						seen[want] = true
						var typical, longest int32
						if m.shunt {
							typical, longest = typical+s.typical, longest+s.longest
						}
						if m.bus {
							typical, longest = typical+b.typical, longest+b.longest
						}
						if got := settings.LongestMicros(); got != longest {
							t.Fatalf("%+v: at most %d µs, want %d", settings, got, longest)
						}
						if got := settings.TypicalMicros(); got < typical-10 || got > typical+10 { // the table rounds to 10 µs
							t.Fatalf("%+v: typically %d µs, want %d", settings, got, typical)
						}
					}
				}
			}
		}
	}
	if len(seen) != 2*4*11*11*8 {
		t.Errorf("%d different configurations, want %d", len(seen), 2*4*11*11*8)
	}
}

func TestSettingsOfTheDataSheet(t *testing.T) {
	if got := (ina219.Settings{}).Register(); got != ina219.PowerOnConfiguration {
		t.Errorf("the zero value is 0x%04X, want 0x%04X as after power-on", got, ina219.PowerOnConfiguration)
	}
	if got := (ina219.Settings{Bus: ina219.Bus16V, Gain: ina219.Gain40mV}).Register(); got != 0x019F {
		t.Errorf("the example's configuration is 0x%04X, want 0x019F", got)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		o    ina219.Options
		want error
	}{
		"address below":         {ina219.Options{Address: 0x3F}, ina219.ErrAddress},
		"address above":         {ina219.Options{Address: 0x50}, ina219.ErrAddress},
		"first address":         {ina219.Options{Address: 0x40}, nil},
		"last address":          {ina219.Options{Address: 0x4F}, nil},
		"negative shunt":        {ina219.Options{ShuntMicroOhms: -1}, ina219.ErrShunt},
		"tiny shunt":            {ina219.Options{ShuntMicroOhms: 9}, ina219.ErrShunt},
		"huge shunt":            {ina219.Options{ShuntMicroOhms: 1_000_000_001}, ina219.ErrShunt},
		"shunt beside a step":   {ina219.Options{ShuntMicroOhms: 9, CurrentLSBNanoAmps: 1_000_000}, ina219.ErrShunt},
		"too much current":      {ina219.Options{MaxMicroAmps: 3_200_001}, ina219.ErrMaxCurrent},
		"the most current":      {ina219.Options{MaxMicroAmps: 3_200_000}, nil},
		"negative current":      {ina219.Options{MaxMicroAmps: -1}, ina219.ErrMaxCurrent},
		"step too small":        {ina219.Options{CurrentLSBNanoAmps: 6_249}, ina219.ErrCurrentLSB},
		"smallest step":         {ina219.Options{CurrentLSBNanoAmps: 6_251}, nil},
		"step too large":        {ina219.Options{CurrentLSBNanoAmps: 204_800_001}, ina219.ErrCurrentLSB},
		"largest step":          {ina219.Options{CurrentLSBNanoAmps: 204_800_000}, nil},
		"negative step":         {ina219.Options{CurrentLSBNanoAmps: -1}, ina219.ErrCurrentLSB},
		"negative tries":        {ina219.Options{Tries: -1}, ina219.ErrTries},
		"many tries":            {ina219.Options{Tries: 101}, ina219.ErrTries},
		"unknown bus range":     {ina219.Options{Settings: ina219.Settings{Bus: 2}}, ina219.ErrSettings},
		"unknown gain":          {ina219.Options{Settings: ina219.Settings{Gain: 4}}, ina219.ErrSettings},
		"unknown bus setting":   {ina219.Options{Settings: ina219.Settings{BusADC: 11}}, ina219.ErrSettings},
		"unknown shunt setting": {ina219.Options{Settings: ina219.Settings{ShuntADC: 11}}, ina219.ErrSettings},
		"unknown mode":          {ina219.Options{Settings: ina219.Settings{Mode: 8}}, ina219.ErrSettings},
	} {
		// A nil bus: New must touch none.
		d, err := ina219.New(nil, c.o)
		if err != c.want || (d == nil) != (err != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestCalibration(t *testing.T) {
	for _, c := range []struct {
		name       string
		shunt, lsb int64
		want       uint16
	}{
		{"the data sheet's example: 2 mΩ, 1 mA", 2_000, 1_000_000, 20_480},
		{"what is left over is cut off: 11702.9", 5_000, 700_000, 11_702},
		{"and so is bit 0: 13653.3", 3_000, 1_000_000, 13_652},
		{"0.1 Ω, 100 µA", 100_000, 100_000, 4_096},
		{"largest", 100_000, 6_251, 65_524},
		{"smallest", 100_000, 204_800_000, 2},
	} {
		if got, err := ina219.CalibrationRegister(c.shunt, c.lsb); got != c.want || err != nil {
			t.Errorf("%s: %d, %v, want %d", c.name, got, err, c.want)
		}
	}
	for _, c := range []struct {
		o           ina219.Options
		lsb         int64
		calibration uint16
	}{
		{ina219.Options{}, 100_000, 4_096},                                                   // 3.2 A
		{ina219.Options{MaxMicroAmps: 400_000}, 20_000, 20_480},                              // 12.2 µA
		{ina219.Options{MaxMicroAmps: 10_000}, 20_000, 20_480},                               // no finer than is of use
		{ina219.Options{ShuntMicroOhms: 2_000, MaxMicroAmps: 15_000_000}, 1_000_000, 20_480}, // as in the data sheet's example
	} {
		d, err := ina219.New(nil, c.o)
		if err != nil {
			t.Errorf("%+v: %v", c.o, err)
			continue
		}
		if d.CurrentLSBNanoAmps() != c.lsb || d.Calibration() != c.calibration {
			t.Errorf("%+v: steps of %d nA, calibration %d, want %d, %d", c.o, d.CurrentLSBNanoAmps(), d.Calibration(), c.lsb, c.calibration)
		}
	}
}
