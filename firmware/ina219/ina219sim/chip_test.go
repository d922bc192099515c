package ina219sim_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"iotplot/firmware/ina219/ina219sim"
)

// desk is a chip that is spoken to by hand, byte for byte.
type desk struct {
	*ina219sim.Chip
	t          *testing.T
	clock      ina219sim.Clock
	bus, shunt func(micros int64) float64
}

func newDesk(t *testing.T, o ina219sim.Options) *desk {
	d := &desk{t: t, bus: constant(5), shunt: constant(0.01)}
	o.Now = d.clock.Now
	o.Input = func(micros int64) (float64, float64) { return d.bus(micros), d.shunt(micros) }
	d.Chip = ina219sim.New(o)
	return d
}

func constant(v float64) func(int64) float64 { return func(int64) float64 { return v } }

func (d *desk) write(register byte, v uint16) {
	d.t.Helper()
	if err := d.Tx(0x40, []byte{register, byte(v >> 8), byte(v)}, nil); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) read(register byte) uint16 {
	d.t.Helper()
	var r [2]byte
	if err := d.Tx(0x40, []byte{register}, r[:]); err != nil {
		d.t.Fatal(err)
	}
	return uint16(r[0])<<8 | uint16(r[1])
}

func (d *desk) ready() bool { return d.Register(2)&2 != 0 }

func TestPowerOn(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	for register, want := range []uint16{0x399F, 0, 0, 0, 0, 0} {
		if got := d.read(byte(register)); got != want {
			t.Errorf("register %d is 0x%04X after power-on, want 0x%04X", register, got, want)
		}
	}
	d.clock.Advance(2 * 532)
	if got := d.read(1); got != 1000 {
		t.Errorf("shunt voltage %d after the first conversion, want 1000", got)
	}
	if got := d.read(2); got != 1250<<3|2 {
		t.Errorf("bus voltage 0x%04X after the first conversion, want 0x%04X", got, 1250<<3|2)
	}
	if d.read(3) != 0 || d.read(4) != 0 {
		t.Error("power or current without a calibration")
	}
}

func TestUndefinedIsRefused(t *testing.T) {
	two := make([]byte, 2)
	for name, c := range map[string]struct {
		w, r []byte
		text string
	}{
		"register 6":            {[]byte{6}, two, "register 6"},
		"register 255":          {[]byte{255}, nil, "register 255"},
		"nothing":               {nil, nil, "no byte"},
		"half a register":       {[]byte{0, 1}, nil, "writing 2 bytes"},
		"too much":              {[]byte{0, 1, 2, 3}, nil, "writing 4 bytes"},
		"reading too much":      {[]byte{0}, make([]byte, 3), "reading 3 bytes"},
		"writing shunt voltage": {[]byte{1, 0, 0}, nil, "read only"},
		"writing bus voltage":   {[]byte{2, 0, 0}, nil, "read only"},
		"writing power":         {[]byte{3, 0, 0}, nil, "read only"},
		"writing current":       {[]byte{4, 0, 0}, nil, "read only"},
		"the unused bit":        {[]byte{0, 0x40, 0}, nil, "bit 14"},
	} {
		d := newDesk(t, ina219sim.Options{})
		err := d.Tx(0x40, c.w, c.r)
		var u *ina219sim.UndefinedError
		if !errors.As(err, &u) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want an UndefinedError about %q", name, err, c.text)
		}
		if d.Err() != err {
			t.Errorf("%s: Err gives %v, want %v", name, d.Err(), err)
		}
		if again := d.Tx(0x40, []byte{0}, two); again != err {
			t.Errorf("%s: the next transfer gives %v, want the same again", name, again)
		}
	}
}

func TestUndefinedVoltages(t *testing.T) {
	for name, c := range map[string]struct {
		bus, shunt float64
		text       string
	}{
		"bus too high":         {26.1, 0, "26.100 V at its pins, 26 V is the most"},
		"IN+ too high":         {25.9, 0.2, "26.100 V at its pins, 26 V is the most"},
		"bus too low":          {-0.4, 0.4, "-0.400 V at its pins, -0.3 V is the least"},
		"IN+ too low":          {0, -0.4, "-0.400 V at its pins, -0.3 V is the least"},
		"no number":            {math.NaN(), 0, "NaN V at its pins"},
		"the most and no more": {26, 0, ""},
		"the least":            {-0.3, 0, ""},
	} {
		d := newDesk(t, ina219sim.Options{})
		d.bus, d.shunt = constant(c.bus), constant(c.shunt)
		d.clock.Advance(2000)
		err := d.Tx(0x40, []byte{1}, make([]byte, 2))
		if c.text == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var u *ina219sim.UndefinedError
		if !errors.As(err, &u) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want an UndefinedError with %q", name, err, c.text)
		}
	}
}

func TestPointerStays(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	d.write(5, 0x1234)
	var r [2]byte
	for range 3 {
		if err := d.Tx(0x40, nil, r[:]); err != nil || r != [2]byte{0x12, 0x34} {
			t.Errorf("reading without a pointer gives % x, %v, want 12 34", r, err)
		}
	}
	if err := d.Tx(0x40, []byte{0}, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Tx(0x40, nil, r[:1]); err != nil || r[0] != 0x39 {
		t.Errorf("reading one byte gives %x, %v, want 39", r[0], err)
	}
	if err := d.Tx(0x40, []byte{5, 0x56, 0x78}, r[:]); err != nil || r != [2]byte{0x56, 0x78} {
		t.Errorf("writing and reading at once gives % x, %v, want 56 78", r, err)
	}
}

func TestCalibrationHasNoBit0(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	for _, v := range []uint16{0, 1, 2, 3, 0xFFFF} {
		d.write(5, v)
		if got := d.read(5); got != v&0xFFFE {
			t.Errorf("0x%04X written to the calibration register, 0x%04X is there", v, got)
		}
	}
}

func TestResets(t *testing.T) {
	for name, reset := range map[string]func(*desk){
		"RST":          func(d *desk) { d.write(0, 0x8000) },
		"RST and more": func(d *desk) { d.write(0, 0xFFFF) },
		"general call": func(d *desk) {
			if err := d.Tx(0, []byte{0x06}, nil); err != nil {
				t.Error(err)
			}
		},
		"brown-out": func(d *desk) { d.BrownOut() },
		"unplugged": func(d *desk) {
			d.Unplug(true)
			if err := d.Tx(0x40, nil, make([]byte, 2)); err != ina219sim.ErrNACK {
				t.Error("an unplugged chip answers:", err)
			}
			d.Unplug(false)
		},
	} {
		d := newDesk(t, ina219sim.Options{})
		d.write(5, 4096)
		d.write(0, 0x019F)
		d.clock.Advance(5000)
		if d.read(4) == 0 {
			t.Fatalf("%s: no current before", name)
		}
		reset(d)
		for register, want := range []uint16{0x399F, 0, 0, 0, 0, 0} {
			if got := d.Register(register); got != want {
				t.Errorf("%s: register %d is 0x%04X, want 0x%04X", name, register, got, want)
			}
		}
		d.clock.Advance(1064)
		if d.Register(1) != 1000 || d.Register(4) != 0 {
			t.Errorf("%s: then it does not measure, or has a current without a calibration", name)
		}
	}
}

// TestReadyFlag is CNVR in the section "Bus Voltage Register".
func TestReadyFlag(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	d.clock.Advance(1063)
	if d.ready() {
		t.Error("ready 1 µs before the end of the conversion")
	}
	d.clock.Advance(1)
	for register := range byte(6) {
		if register != 3 {
			d.read(register)
		}
	}
	d.write(5, 4096)
	if !d.ready() {
		t.Error("not ready at the end of the conversion, or cleared by what does not clear it")
	}
	d.read(3)
	if d.ready() {
		t.Error("reading the power register does not clear the flag")
	}
	d.clock.Advance(1064)
	if !d.ready() {
		t.Error("not ready after the next conversion")
	}
	d.write(0, 0x3998) // power-down
	if !d.ready() {
		t.Error("power-down clears the flag")
	}
	d.write(0, 0x399C) // ADC off
	if !d.ready() {
		t.Error("ADC off clears the flag")
	}
	d.write(0, 0x399F)
	if d.ready() {
		t.Error("a new mode does not clear the flag")
	}
}

func TestPowerDownKeepsTheData(t *testing.T) {
	for _, off := range []uint16{0x3998, 0x399C} {
		d := newDesk(t, ina219sim.Options{})
		d.clock.Advance(5000)
		d.write(0, off)
		d.bus, d.shunt = constant(9), constant(0.3)
		d.clock.Advance(1_000_000)
		if d.read(1) != 1000 || d.read(2)>>3 != 1250 {
			t.Errorf("0x%04X: the data of the last conversion are gone", off)
		}
		d.write(0, 0x399F)
		wake := int64(0)
		if off == 0x3998 {
			wake = 40
		}
		d.clock.Advance(1063 + wake)
		if d.ready() {
			t.Errorf("0x%04X: ready before %d µs", off, 1064+wake)
		}
		d.clock.Advance(1)
		if !d.ready() || d.read(1) != 30000 || d.read(2)>>3 != 2250 {
			t.Errorf("0x%04X: not measured after %d µs", off, 1064+wake)
		}
	}
}

// TestTriggered: one conversion for each write, of which a second one before the end starts
// again.
func TestTriggered(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	d.write(0, 0x399B) // both, triggered, 1064 µs
	d.clock.Advance(1000)
	d.write(0, 0x399B)
	d.clock.Advance(1063)
	if d.ready() {
		t.Error("a new trigger does not start from the beginning")
	}
	d.clock.Advance(1)
	if !d.ready() || d.read(1) != 1000 {
		t.Error("not measured")
	}
	d.read(3)
	d.shunt = constant(0.02)
	d.clock.Advance(1_000_000)
	if d.ready() || d.read(1) != 1000 {
		t.Error("measured without a trigger")
	}
	d.write(0, 0x399B)
	d.clock.Advance(1064)
	if !d.ready() || d.read(1) != 2000 {
		t.Error("not measured again")
	}
}

// TestMultiplier: current = shunt × calibration / 4096, power = current × bus / 5000, both
// cut off, and the flag where one does not fit.
func TestMultiplier(t *testing.T) {
	for _, c := range []struct {
		name           string
		bus, shunt     float64
		calibration    uint16
		current, power uint16
		overflow       bool
	}{
		{"the example", 11.98, 0.020, 20480, 10000, 5990, false},
		{"cut off: 1000.5 and 599.3", 11.98, 0.02001, 2048, 1000, 599, false},
		{"towards zero: -1000.5", 11.98, -0.02001, 2048, 0xFC18, 599, false},
		{"largest", 0, 0.32, 4194, 32765, 0, false},
		{"one more", 0, 0.32, 4195 &^ 1, 32765, 0, false},
		{"too much", 12, 0.32, 4196, 32781, 19668, true},
		{"too little", 12, -0.32, 4196, 0x10000 - 32781, 19668, true},
		{"much too much", 12, 0.32, 0xFFFE, 511984 & 0xFFFF, 307190 & 0xFFFF, true},
		{"no calibration", 12, 0.32, 0, 0, 0, false},
	} {
		d := newDesk(t, ina219sim.Options{})
		d.bus, d.shunt = constant(c.bus), constant(c.shunt)
		d.write(5, c.calibration)
		gain := uint16(0x399F)
		if math.Abs(c.shunt) < 0.04 {
			gain = 0x219F // steps of 10 µV
		}
		d.write(0, gain)
		d.clock.Advance(2000)
		if current, power := d.read(4), d.read(3); current != c.current || power != c.power {
			t.Errorf("%s: current %d, power %d, want %d, %d", c.name, int16(current), power, int16(c.current), c.power)
		}
		if over := d.read(2)&1 != 0; over != c.overflow {
			t.Errorf("%s: overflow %t, want %t", c.name, over, c.overflow)
		}
	}
}

// TestLatestConversion: with inputs that rise, what is read says when it was sampled. The shunt's
// sample lies in the first half of the conversion, the bus's in the second.
func TestLatestConversion(t *testing.T) {
	for _, late := range []int64{0, 1, 500, 1063} {
		for _, n := range []int64{1, 2, 3, 1000} {
			d := newDesk(t, ina219sim.Options{})
			d.write(0, 0x219F)
			d.shunt = func(micros int64) float64 { return float64(micros) * 1e-8 } // 10 µV a ms
			d.bus = func(micros int64) float64 { return float64(micros) * 4e-6 }   // 4 mV a ms
			d.clock.Advance(n*1064 + late)
			shunt, bus := float64(n-1)*1064+266, float64(n-1)*1064+532+266
			if got, want := d.read(1), uint16(math.Round(shunt/1000)); got != want {
				t.Errorf("%d conversions and %d µs: shunt %d, want %d", n, late, got, want)
			}
			if got, want := d.read(2)>>3, uint16(math.Round(bus/1000)); got != want {
				t.Errorf("%d conversions and %d µs: bus %d, want %d", n, late, got, want)
			}
		}
	}
}

// TestSleepCostsNothing: of the conversions of a day that nobody reads only the last is made.
func TestSleepCostsNothing(t *testing.T) {
	d := newDesk(t, ina219sim.Options{})
	samples := 0
	d.shunt = func(int64) float64 { samples++; return 0.01 }
	d.clock.Advance(100)
	d.read(1)
	d.clock.Advance(24 * 3600 * 1_000_000)
	if d.read(1) != 1000 || samples > 6 {
		t.Errorf("%d samples for a day, want those of one conversion and a half", samples)
	}
}

// TestReadingDoesNotDisturb: the same seed gives the same values at the same times, whether
// all conversions are read, or one now and then, or the chip is asked in the middle of one.
func TestReadingDoesNotDisturb(t *testing.T) {
	var last []uint16
	for _, every := range []int64{100, 1064, 1_000_000} {
		d := newDesk(t, ina219sim.Options{ShuntNoise: 100e-6, BusNoise: 10e-3, Seed: 7})
		for waited := int64(0); waited < 1_000_000; {
			step := min(every, 1_000_000-waited)
			d.clock.Advance(step)
			waited += step
			d.read(1)
		}
		got := []uint16{d.read(1), d.read(2)}
		if last != nil && (got[0] != last[0] || got[1] != last[1]) {
			t.Errorf("asked every %d µs: %v, else %v", every, got, last)
		}
		last = got
	}
}

// TestNoise: its standard deviation is what was asked for, its mean nothing, other seeds
// give other noise, and averaging n makes it the square root of n smaller.
func TestNoise(t *testing.T) {
	const sigma, n = 300e-6, 2000 // V
	series := func(seed uint64, code uint16) (mean, deviation float64, first uint16) {
		d := newDesk(t, ina219sim.Options{ShuntNoise: sigma, Seed: seed})
		d.write(0, 0x2000|code<<3|5) // shunt alone, ±40 mV
		sum, squares := 0.0, 0.0
		for i := range n {
			d.clock.Advance(532 << (code & 7))
			v := d.read(1)
			if i == 0 {
				first = v
			}
			x := (float64(v) - 1000) * 10e-6
			sum += x
			squares += x * x
		}
		mean = sum / n
		return mean, math.Sqrt(squares/n - mean*mean), first
	}
	for code := uint16(8); code < 16; code++ {
		want := sigma / math.Sqrt(float64(int(1)<<(code&7)))
		mean, deviation, _ := series(1, code)
		if math.Abs(mean) > 4*want/math.Sqrt(n) || math.Abs(deviation/want-1) > 0.07 { // 4 σ of each
			t.Errorf("setting %04b: %.3g ± %.3g V, want 0 ± %.3g", code, mean, deviation, want)
		}
	}
	_, _, a := series(1, 8)
	_, _, b := series(2, 8)
	_, _, again := series(1, 8)
	if a == b || a != again {
		t.Errorf("first values %d, %d, %d for the seeds 1, 2, 1", a, b, again)
	}
}

// TestAveragingFillsIn: between two steps of 80 µV, noise and averaging find the value.
func TestAveragingFillsIn(t *testing.T) {
	d := newDesk(t, ina219sim.Options{ShuntNoise: 100e-6, Seed: 3})
	d.shunt = constant(10.033e-3)
	d.write(0, 0x3800|0b1111<<3|5) // 128, ±320 mV
	sum := 0.0
	for range 100 {
		d.clock.Advance(128 * 532)
		sum += float64(d.read(1)) / 100
	}
	if math.Abs(sum-1003.3) > 0.5 {
		t.Errorf("the mean of 100 times 128 is %.2f × 10 µV, want 1003.3", sum)
	}
	d = newDesk(t, ina219sim.Options{})
	d.shunt = constant(10.033e-3)
	d.clock.Advance(2000)
	if got := d.read(1); got != 1000 {
		t.Errorf("without noise %d × 10 µV, want 1000, a multiple of 8", got)
	}
}

func TestFaultsOnDemand(t *testing.T) {
	d := newDesk(t, ina219sim.Options{Address: 0x41})
	two := make([]byte, 2)
	ask := func() error { return d.Tx(0x41, []byte{0}, two) }
	d.Nack(2)
	for i, want := range []error{ina219sim.ErrNACK, ina219sim.ErrNACK, nil} {
		if err := ask(); err != want {
			t.Errorf("transfer %d after Nack(2): %v, want %v", i, err, want)
		}
	}
	d.Stick(true)
	for range 100 {
		if err := ask(); err != ina219sim.ErrStuck {
			t.Fatalf("stuck: %v", err)
		}
	}
	d.Stick(false)
	if err := ask(); err != nil {
		t.Errorf("no longer stuck: %v", err)
	}
	if err := d.Tx(0x40, []byte{0}, two); !errors.Is(err, ina219sim.ErrNACK) || !strings.Contains(err.Error(), "0x41") {
		t.Errorf("another address: %v, want a NACK that names the right one", err)
	}
	if d.Err() != nil {
		t.Errorf("a NACK counts as undefined: %v", d.Err())
	}
	if got := d.Transfers(); got != 105 {
		t.Errorf("%d transfers, want 105", got)
	}
}

func TestNewNeedsClockAndInput(t *testing.T) {
	var clock ina219sim.Clock
	for name, o := range map[string]ina219sim.Options{
		"nothing":  {},
		"no input": {Now: clock.Now},
		"no clock": {Input: func(int64) (float64, float64) { return 0, 0 }},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			ina219sim.New(o)
		}()
	}
}

func TestClockNeverRunsBack(t *testing.T) {
	var c ina219sim.Clock
	c.Advance(5)
	c.Advance(-3)
	if c.Now() != 5 {
		t.Errorf("the clock shows %d, want 5", c.Now())
	}
}
