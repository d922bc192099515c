package ina219_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
)

var (
	_ ina219.Bus = (*ina219sim.Chip)(nil)
	_ error      = ina219.ErrReset
	_ error      = (*ina219.Error)(nil)
)

// rig is a device on a simulated chip whose inputs are set by hand.
type rig struct {
	*ina219.Device
	t          *testing.T
	clock      ina219sim.Clock
	chip       *ina219sim.Chip
	bus, shunt float64 // V
}

func newRig(t *testing.T, o ina219.Options, sim ina219sim.Options) *rig {
	t.Helper()
	r := &rig{t: t, bus: 5, shunt: 0.01}
	sim.Now = r.clock.Now
	sim.Input = func(int64) (float64, float64) { return r.bus, r.shunt }
	r.chip = ina219sim.New(sim)
	var err error
	if r.Device, err = ina219.New(r.chip, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.chip.Err(); err != nil {
			t.Error("the driver did what the data sheet does not define:", err)
		}
	})
	return r
}

func (r *rig) configure() {
	r.t.Helper()
	if err := r.Configure(); err != nil {
		r.t.Fatal(err)
	}
}

// apply puts voltages on the pins and waits for a conversion of them.
func (r *rig) apply(bus, shunt float64) {
	r.chip.CatchUp()
	r.bus, r.shunt = bus, shunt
	r.clock.Advance(2 * int64(r.Settings().LongestMicros())) // one may be half done
}

func (r *rig) measure() ina219.Reading {
	r.t.Helper()
	m, err := r.Measure()
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// TestExampleOfTheDataSheet is the table "Configure/Measure/Calculate Example": 10 A through 2 mΩ
// at 12 V.
func TestExampleOfTheDataSheet(t *testing.T) {
	for name, o := range map[string]ina219.Options{
		"largest current": {MaxMicroAmps: 15_000_000},
		"current LSB":     {CurrentLSBNanoAmps: 1_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			o.ShuntMicroOhms = 2_000
			o.Settings = ina219.Settings{Bus: ina219.Bus16V, Gain: ina219.Gain40mV}
			r := newRig(t, o, ina219sim.Options{})
			r.configure()
			r.apply(11.98, 0.020)
			for register, want := range []uint16{0x019F, 0x07D0, 0x5D98 | 2, 0x1766, 0x2710, 0x5000} { // and CNVR
				if got := r.chip.Register(register); got != want {
					t.Errorf("register %d holds 0x%04X, want 0x%04X", register, got, want)
				}
			}
			amps, err := r.RegisterMicroAmps()
			if amps != 10_000_000 || err != nil {
				t.Errorf("current register: %d µA, %v, want 10.0 A", amps, err)
			}
			watts, err := r.RegisterMicroWatts()
			if watts != 119_800_000 || err != nil {
				t.Errorf("power register: %d µW, %v, want 119.8 W", watts, err)
			}
			r.apply(11.98, 0.020)
			want := ina219.Reading{BusMicroVolts: 11_980_000, ShuntMicroVolts: 20_000, CurrentMicroAmps: 10_000_000, PowerMicroWatts: 119_800_000}
			if got := r.measure(); got != want {
				t.Errorf("measured %+v, want %+v", got, want)
			}
			if f := r.chip.Register(2); f&2 != 0 {
				t.Error("Measure leaves the flag for a finished conversion set")
			}
		})
	}
}

// TestEveryRange measures voltages within and beyond each range at 12 bits.
func TestEveryRange(t *testing.T) {
	steps := map[ina219.Gain]float64{ina219.Gain40mV: 10, ina219.Gain80mV: 20, ina219.Gain160mV: 40, ina219.Gain320mV: 80} // µV
	for gain, step := range steps {
		for _, busRange := range []ina219.BusRange{ina219.Bus16V, ina219.Bus32V} {
			r := newRig(t, ina219.Options{Settings: ina219.Settings{Bus: busRange, Gain: gain}}, ina219sim.Options{})
			r.configure()
			fullShunt := float64(gain.FullScaleMicroVolts())
			fullBus := float64(busRange.FullScaleMicroVolts())
			for _, bus := range []float64{0, 0.001, 0.004, 3.3, 6.125, 15.999, 16, 16.38, 16.4, 20.5, 25.5} {
				for _, part := range []float64{0, 0.0013, 0.37, 0.9999, 1, 1.01, 1.5, -0.0013, -0.37, -0.9999, -1, -1.01, -1.5} {
					shunt := part * fullShunt / 1e6
					if bus+shunt < 0 {
						continue
					}
					r.apply(bus, shunt)
					got := r.measure()
					wantShunt := math.Max(-fullShunt, math.Min(fullShunt, shunt*1e6))
					if math.Abs(float64(got.ShuntMicroVolts)-wantShunt) > step/2+1e-6 {
						t.Errorf("gain %d, %g V across the shunt: %d µV", gain, shunt, got.ShuntMicroVolts)
					}
					wantBus := math.Min(fullBus, bus*1e6)
					if math.Abs(float64(got.BusMicroVolts)-wantBus) > 2000+1e-3 {
						t.Errorf("range %d, %g V on the bus: %d µV", busRange, bus, got.BusMicroVolts)
					}
					// 0.1 Ω: 10 µA for each µV.
					if got.CurrentMicroAmps != 10*int64(got.ShuntMicroVolts) {
						t.Errorf("%d µV across 0.1 Ω give %d µA", got.ShuntMicroVolts, got.CurrentMicroAmps)
					}
					power := float64(got.BusMicroVolts) * float64(got.CurrentMicroAmps) / 1e6
					if math.Abs(float64(got.PowerMicroWatts)-power) > 0.5 {
						t.Errorf("%d µV × %d µA give %d µW", got.BusMicroVolts, got.CurrentMicroAmps, got.PowerMicroWatts)
					}
					if want := math.Abs(part) >= 0.9999; got.ShuntAtLimit != want {
						t.Errorf("gain %d, %g V across the shunt: at its limit %t, want %t", gain, shunt, got.ShuntAtLimit, want)
					}
					if want := bus*1e6 >= fullBus-2000; got.BusAtLimit != want {
						t.Errorf("range %d, %g V on the bus: at its limit %t, want %t", busRange, bus, got.BusAtLimit, want)
					}
					if got.Overflow {
						t.Errorf("%g V, %g V: an overflow with a calibration for 320 mV", bus, shunt)
					}
					if source := got.SourceMicroVolts(); source != got.BusMicroVolts+got.ShuntMicroVolts {
						t.Errorf("source %d µV", source)
					}
				}
			}
		}
	}
}

// TestEveryResolution: the error stays within half a step of the converter, and a
// measurement is there after the longest time also where the chip takes it.
func TestEveryResolution(t *testing.T) {
	bits := map[ina219.ADC]int{ina219.Bits9: 9, ina219.Bits10: 10, ina219.Bits11: 11}
	for adc := range adcs() {
		wide := 1.0
		if b := bits[adc]; b != 0 {
			wide = float64(int(1) << (12 - b))
		}
		for _, slowest := range []bool{false, true} {
			for _, mode := range []ina219.Mode{ina219.Continuous, ina219.Triggered} {
				s := ina219.Settings{Bus: ina219.Bus16V, Gain: ina219.Gain40mV, BusADC: adc, ShuntADC: adc, Mode: mode}
				r := newRig(t, ina219.Options{Settings: s}, ina219sim.Options{Slowest: slowest})
				r.bus, r.shunt = 6.2345, 0.012345
				r.configure()
				quick := int64(s.TypicalMicros())
				if slowest {
					quick = int64(s.LongestMicros())
				}
				r.clock.Advance(quick - 1)
				if _, err := r.Measure(); err != ina219.ErrNotReady {
					t.Errorf("%+v: %v before the end of the conversion, want ErrNotReady", s, err)
				}
				r.clock.Advance(int64(s.LongestMicros()) - quick + 1)
				m, err := r.Measure()
				if err != nil {
					t.Errorf("%+v: %v after the longest time", s, err)
					continue
				}
				if e := math.Abs(float64(m.BusMicroVolts) - 6_234_500); e > wide*2000 {
					t.Errorf("%+v: bus %d µV", s, m.BusMicroVolts)
				}
				if e := math.Abs(float64(m.ShuntMicroVolts) - 12_345); e > wide*5 {
					t.Errorf("%+v: shunt %d µV", s, m.ShuntMicroVolts)
				}
				if int64(m.BusMicroVolts)%int64(wide*4000) != 0 || int64(m.ShuntMicroVolts)%int64(wide*10) != 0 {
					t.Errorf("%+v: %d and %d µV are no whole steps", s, m.BusMicroVolts, m.ShuntMicroVolts)
				}
				// Once measured, it is not new any more.
				if _, err := r.Measure(); err != ina219.ErrNotReady {
					t.Errorf("%+v: %v at once after a measurement, want ErrNotReady", s, err)
				}
				r.clock.Advance(int64(s.LongestMicros()))
				_, err = r.Measure()
				if want := mode == ina219.Continuous; (err == nil) != want {
					t.Errorf("%+v: %v one conversion later", s, err)
				}
				if mode == ina219.Triggered {
					if err := r.Trigger(); err != nil {
						t.Fatal(err)
					}
					r.clock.Advance(int64(s.LongestMicros()))
					r.measure()
				}
			}
		}
	}
}

// TestEveryMode: what is converted, and what Measure and Trigger say.
func TestEveryMode(t *testing.T) {
	for mode, m := range modes() {
		r := newRig(t, ina219.Options{Settings: ina219.Settings{Gain: ina219.Gain40mV}}, ina219sim.Options{})
		r.bus, r.shunt = 5, 0.02
		r.configure()
		r.clock.Advance(int64(r.Settings().LongestMicros()))
		r.measure()
		if err := r.SetMode(mode); err != nil {
			t.Fatal(err)
		}
		r.apply(9, 0.03)
		wantShunt, wantBus := int32(20_000), int32(5_000_000)
		if m.shunt {
			wantShunt = 30_000
		}
		if m.bus {
			wantBus = 9_000_000
		}
		if v, err := r.ShuntMicroVolts(); v != wantShunt || err != nil {
			t.Errorf("mode %d: shunt %d µV, %v, want %d", mode, v, err, wantShunt)
		}
		if v, err := r.BusMicroVolts(); v != wantBus || err != nil {
			t.Errorf("mode %d: bus %d µV, %v, want %d", mode, v, err, wantBus)
		}
		if a, err := r.ShuntMicroAmps(); a != 10*int64(wantShunt) || err != nil {
			t.Errorf("mode %d: %d µA, %v", mode, a, err)
		}
		s, err := r.Status()
		if want := m.shunt || m.bus; s.Ready != want || err != nil {
			t.Errorf("mode %d: ready %t, %v, want %t", mode, s.Ready, err, want)
		}
		_, err = r.Measure()
		if both := m.shunt && m.bus; (err == nil) != both || !both && err != ina219.ErrMode {
			t.Errorf("mode %d: Measure says %v", mode, err)
		}
		err = r.Trigger()
		if triggered := m.code >= 1 && m.code <= 3; (err == nil) != triggered || !triggered && err != ina219.ErrMode {
			t.Errorf("mode %d: Trigger says %v", mode, err)
		}
		if got := r.chip.Register(0); got != r.Settings().Register() || got&7 != m.code {
			t.Errorf("mode %d: the chip has configuration 0x%04X", mode, got)
		}
	}
}

func TestWakingUp(t *testing.T) {
	r := newRig(t, ina219.Options{Settings: ina219.Settings{Mode: ina219.PowerDown}}, ina219sim.Options{Slowest: true})
	r.configure()
	if err := r.SetMode(ina219.Triggered); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(int64(r.Settings().LongestMicros()))
	if _, err := r.Measure(); err != ina219.ErrNotReady {
		t.Errorf("without the time to wake up: %v, want ErrNotReady", err)
	}
	r.clock.Advance(ina219.RecoveryMicros)
	r.measure()
}

// TestOverflow: a calibration for 327 mA, and 390 mA.
func TestOverflow(t *testing.T) {
	r := newRig(t, ina219.Options{CurrentLSBNanoAmps: 10_000, Settings: ina219.Settings{Gain: ina219.Gain40mV}}, ina219sim.Options{})
	r.configure()
	r.apply(6, 0.039)
	if s, err := r.Status(); err != nil || !s.Overflow || !s.Ready {
		t.Fatalf("%+v, %v, want ready and overflow", s, err)
	}
	if a, err := r.RegisterMicroAmps(); err != ina219.ErrOverflow || a != 0 {
		t.Errorf("current register: %d µA, %v, want ErrOverflow", a, err)
	}
	if w, err := r.RegisterMicroWatts(); err != ina219.ErrOverflow || w != 0 {
		t.Errorf("power register: %d µW, %v, want ErrOverflow", w, err)
	}
	if v, err := r.BusMicroVolts(); v != 6_000_000 || err != nil {
		t.Errorf("bus %d µV, %v, want 6 V all the same", v, err)
	}
	want := ina219.Reading{BusMicroVolts: 6_000_000, ShuntMicroVolts: 39_000, CurrentMicroAmps: 390_000, PowerMicroWatts: 2_340_000, Overflow: true}
	if got := r.measure(); got != want {
		t.Errorf("measured %+v, want %+v", got, want)
	}
	r.apply(6, 0.03) // and it ends
	if got := r.measure(); got.Overflow || got.CurrentMicroAmps != 300_000 {
		t.Errorf("measured %+v after the overflow", got)
	}
}

// TestRegistersAgreeWithOhm: whatever was truncated in the calibration, the current register
// means the same current within one of its steps, and the power register within two.
func TestRegistersAgreeWithOhm(t *testing.T) {
	for _, o := range []ina219.Options{
		{},
		{MaxMicroAmps: 400_000},
		{CurrentLSBNanoAmps: 70_000},
		{CurrentLSBNanoAmps: 33_333_333}, // calibration 12.3: the remainder is 2.5 %
		{ShuntMicroOhms: 5_000, CurrentLSBNanoAmps: 700_000},      // 11702.9
		{ShuntMicroOhms: 3_000, CurrentLSBNanoAmps: 1_000_000},    // 13653.3, not even
		{ShuntMicroOhms: 123_457, MaxMicroAmps: 1_000_000},        //
		{ShuntMicroOhms: 10_000_000, MaxMicroAmps: 30_000},        // 10 Ω
		{ShuntMicroOhms: 1_000_000_000, CurrentLSBNanoAmps: 1000}, // 1 kΩ
	} {
		r := newRig(t, o, ina219sim.Options{})
		r.configure()
		for _, shunt := range []float64{0, 0.00008, 0.012, 0.1, 0.3199, -0.00008, -0.012, -0.1, -0.3} {
			r.apply(12, shunt)
			amps, err := r.RegisterMicroAmps()
			if math.Abs(shunt)/float64(r.ShuntMicroOhms())*1e15 > 32_767*float64(r.CurrentLSBNanoAmps()) {
				if err != ina219.ErrOverflow {
					t.Errorf("%+v at %g V: %v, want ErrOverflow", o, shunt, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%+v at %g V: %v", o, shunt, err)
			}
			watts, err := r.RegisterMicroWatts()
			if err != nil {
				t.Fatalf("%+v at %g V: %v", o, shunt, err)
			}
			r.apply(12, shunt)
			m := r.measure()
			step := 40.96e9 / float64(r.Calibration()) / float64(r.ShuntMicroOhms()) // µA
			if e := math.Abs(float64(amps - m.CurrentMicroAmps)); e > step+1 {
				t.Errorf("%+v at %g V: the register says %d µA, the shunt %d µA, a step is %g µA", o, shunt, amps, m.CurrentMicroAmps, step)
			}
			// The power is made of the truncated current, and truncated in steps of 20 V times its own.
			if e := math.Abs(float64(watts) - math.Abs(float64(m.PowerMicroWatts))); e > step*(12+20)+1 {
				t.Errorf("%+v at %g V: the register says %d µW, the shunt %d µW, a step is %g µW", o, shunt, watts, m.PowerMicroWatts, 20*step)
			}
		}
	}
}

func TestSettingsChangeOnTheWay(t *testing.T) {
	r := newRig(t, ina219.Options{}, ina219sim.Options{})
	if err := r.SetGain(ina219.Gain40mV); err != ina219.ErrNotConfigured {
		t.Errorf("before Configure: %v, want ErrNotConfigured", err)
	}
	if _, err := r.Measure(); err != ina219.ErrNotConfigured {
		t.Errorf("before Configure: %v, want ErrNotConfigured", err)
	}
	if _, err := r.RegisterMicroAmps(); err != ina219.ErrNotConfigured {
		t.Errorf("before Configure: %v, want ErrNotConfigured", err)
	}
	r.configure()
	r.apply(6, 0.25)
	r.measure()
	if err := r.SetGain(ina219.Gain80mV); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Measure(); err != ina219.ErrNotReady {
		t.Errorf("just after a new gain: %v, want ErrNotReady", err)
	}
	r.clock.Advance(int64(r.Settings().LongestMicros()))
	if m := r.measure(); !m.ShuntAtLimit || m.ShuntMicroVolts != 80_000 {
		t.Errorf("250 mV in the range of 80 mV: %+v", m)
	}
	if err := r.Set(ina219.Settings{Gain: 9}); err != ina219.ErrSettings || r.Settings().Gain != ina219.Gain80mV {
		t.Errorf("an unknown gain: %v, %+v", err, r.Settings())
	}
	r.chip.Stick(true)
	if err := r.SetGain(ina219.Gain320mV); !errors.Is(err, ina219.ErrBus) || r.Settings().Gain != ina219.Gain80mV {
		t.Errorf("a stuck bus: %v, %+v", err, r.Settings())
	}
	r.chip.Stick(false)
	if err := r.Reset(); err != nil {
		t.Fatal(err)
	}
	if r.chip.Register(0) != ina219.PowerOnConfiguration || r.chip.Register(5) != 0 {
		t.Error("Reset did not reset the chip")
	}
	if _, err := r.Measure(); err != ina219.ErrNotConfigured {
		t.Errorf("after Reset: %v, want ErrNotConfigured", err)
	}
}

func TestReadingAsFloats(t *testing.T) {
	m := ina219.Reading{BusMicroVolts: 5_996_000, ShuntMicroVolts: -12_340, CurrentMicroAmps: -123_400, PowerMicroWatts: -739_906}
	for name, c := range map[string]struct{ got, want float32 }{
		"bus":          {m.BusVolts(), 5.996},
		"shunt":        {m.ShuntVolts(), -0.01234},
		"source":       {m.SourceVolts(), 5.98366},
		"current":      {m.Amps(), -0.1234},
		"power":        {m.Watts(), -0.739906},
		"source power": {m.SourceWatts(), -0.738384}, // 5.98366 V × 0.1234 A = 0.738383644 W
		"largest":      {ina219.Float(math.MaxInt64), 9.223372e12},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if w := m.SourceMicroWatts(); w != -738_384 {
		t.Errorf("source %d µW, want -738384", w)
	}
}

func TestErrorsAreSentences(t *testing.T) {
	for k := ina219.Kind(1); k < 64; k++ {
		text := k.Error()
		if text == "unknown INA219 error" {
			continue
		}
		if !strings.Contains(text, "INA219") || strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
			t.Errorf("kind %d: %q", k, text)
		}
	}
	if ina219.Kind(0).Error() != "unknown INA219 error" || ina219.Register(9).String() != "unknown" {
		t.Error("what is unknown has no text")
	}
}
