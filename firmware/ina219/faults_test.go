package ina219_test

import (
	"errors"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
)

// TestRetries: up to Tries-1 failures in a row go unnoticed, one more is an error that has
// the bus's own in it, and then all goes on.
func TestRetries(t *testing.T) {
	for _, tries := range []int{1, 2, 3, 10} {
		r := newRig(t, ina219.Options{Tries: tries}, ina219sim.Options{})
		r.configure()
		calls := map[string]struct {
			f        func() error
			register ina219.Register
			write    bool
		}{
			"Measure":            {func() error { _, err := r.Measure(); return err }, ina219.RegBusVoltage, false},
			"Status":             {func() error { _, err := r.Status(); return err }, ina219.RegBusVoltage, false},
			"BusMicroVolts":      {func() error { _, err := r.BusMicroVolts(); return err }, ina219.RegBusVoltage, false},
			"ShuntMicroVolts":    {func() error { _, err := r.ShuntMicroVolts(); return err }, ina219.RegShuntVoltage, false},
			"ShuntMicroAmps":     {func() error { _, err := r.ShuntMicroAmps(); return err }, ina219.RegShuntVoltage, false},
			"RegisterMicroAmps":  {func() error { _, err := r.RegisterMicroAmps(); return err }, ina219.RegBusVoltage, false},
			"RegisterMicroWatts": {func() error { _, err := r.RegisterMicroWatts(); return err }, ina219.RegBusVoltage, false},
			"Set":                {func() error { return r.Set(ina219.Settings{}) }, ina219.RegConfiguration, true},
			"SetGain":            {func() error { return r.SetGain(ina219.Gain320mV) }, ina219.RegConfiguration, true},
		}
		for name, c := range calls {
			r.apply(6, 0.02)
			r.chip.Nack(tries - 1)
			if err := c.f(); err != nil {
				t.Errorf("%s, %d of %d tries fail: %v", name, tries-1, tries, err)
			}
			r.apply(6, 0.02)
			before := r.chip.Transfers()
			r.chip.Nack(tries)
			err := c.f()
			if !errors.Is(err, ina219.ErrBus) || !errors.Is(err, ina219sim.ErrNACK) || errors.Is(err, ina219.ErrNoAnswer) {
				t.Errorf("%s, all %d tries fail: %v, want ErrBus with the bus's own error", name, tries, err)
			}
			if n := r.chip.Transfers() - before; n != int64(tries) {
				t.Errorf("%s, all %d tries fail: there were %d", name, tries, n)
			}
			var e *ina219.Error
			if !errors.As(err, &e) || e.Register != c.register || e.Write != c.write || e.Tries != tries || e.Address != 0x40 {
				t.Errorf("%s, all %d tries fail: %+v", name, tries, e)
			}
			if err := c.f(); err != nil {
				t.Errorf("%s, after failures: %v", name, err)
			}
		}
	}
}

// TestEveryTransferCanFail lets the bus fail for good at each of the transfers of Configure and
// Measure in turn: always an error that says so, never a wrong value, and the next
// Configure works.
func TestEveryTransferCanFail(t *testing.T) {
	r := newRig(t, ina219.Options{Tries: 1}, ina219sim.Options{})
	faulty := &failAt{bus: r.chip}
	d, err := ina219.New(faulty, ina219.Options{Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	configureTransfers, measureTransfers := 0, 0
	for at := 0; ; at++ {
		faulty.at, faulty.n = at, 0
		err := d.Configure()
		if err == nil {
			configureTransfers = at
			break
		}
		want := ina219.ErrBus
		if at == 0 {
			want = ina219.ErrNoAnswer
		}
		if !errors.Is(err, want) || !errors.Is(err, errFault) {
			t.Errorf("Configure, transfer %d fails: %v, want %v", at, err, want)
		}
		if _, err := d.Measure(); err != ina219.ErrNotConfigured {
			t.Errorf("after Configure failed: %v, want ErrNotConfigured", err)
		}
	}
	for at := 0; ; at++ {
		r.apply(6, 0.02)
		faulty.at, faulty.n = at, 0
		m, err := d.Measure()
		if err == nil {
			measureTransfers = at
			break
		}
		if !errors.Is(err, errFault) || m != (ina219.Reading{}) {
			t.Errorf("Measure, transfer %d fails: %+v, %v", at, m, err)
		}
	}
	if configureTransfers != 6 || measureTransfers != 4 {
		t.Errorf("Configure and Measure are %d and %d transfers, the documentation says 6 and 4", configureTransfers, measureTransfers)
	}
}

var errFault = errors.New("fault on demand")

// failAt is a bus whose transfer number at fails.
type failAt struct {
	bus   ina219.Bus
	at, n int
}

func (f *failAt) Tx(addr uint16, w, r []byte) error {
	f.n++
	if f.n-1 == f.at {
		return errFault
	}
	return f.bus.Tx(addr, w, r)
}

func TestNobodyThere(t *testing.T) {
	r := newRig(t, ina219.Options{Tries: 2}, ina219sim.Options{})
	r.chip.Unplug(true)
	err := r.Configure()
	if !errors.Is(err, ina219.ErrNoAnswer) || !errors.Is(err, ina219.ErrBus) || !errors.Is(err, ina219sim.ErrNACK) {
		t.Errorf("nothing there: %v, want ErrNoAnswer", err)
	}
	const want = "cannot write the configuration register of the INA219 at 0x40: nothing answers after 2 tries: I2C: not acknowledged"
	if err.Error() != want {
		t.Errorf("nothing there:\n%q, want\n%q", err, want)
	}
	r.chip.Unplug(false)
	r.configure()

	elsewhere, err := ina219.New(r.chip, ina219.Options{Address: 0x45, Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	err = elsewhere.Configure()
	if !errors.Is(err, ina219.ErrNoAnswer) {
		t.Errorf("another address: %v, want ErrNoAnswer", err)
	}
	const wantElsewhere = "cannot write the configuration register of the INA219 at 0x45: nothing answers after 1 try: " +
		"nothing answers at 0x45, the simulated INA219 is at 0x40: I2C: not acknowledged"
	if err.Error() != wantElsewhere {
		t.Errorf("another address:\n%q, want\n%q", err, wantElsewhere)
	}
}

// other is a chip that is none of TI's: it holds what it is given for some registers and
// else answers always the same.
type other struct {
	answer  uint16
	kept    map[byte]uint16
	pointer byte
}

func (o *other) Tx(_ uint16, w, r []byte) error {
	if len(w) > 0 {
		o.pointer = w[0]
	}
	if len(w) == 3 && o.kept != nil {
		if _, ok := o.kept[o.pointer]; ok {
			o.kept[o.pointer] = uint16(w[1])<<8 | uint16(w[2])
		}
	}
	v, ok := o.kept[o.pointer]
	if !ok {
		v = o.answer
	}
	if len(r) == 2 {
		r[0], r[1] = byte(v>>8), byte(v)
	}
	return nil
}

func TestAnotherChip(t *testing.T) {
	for _, c := range []struct {
		name string
		chip *other
		kind ina219.Kind
		text string
	}{
		{"a line that stays high", &other{answer: 0xFFFF}, ina219.ErrOtherChip,
			"cannot read the configuration register of the INA219 at 0x40: what answers is no INA219, it has 0xFFFF there after a reset instead of 0x399F"},
		{"an INA226", &other{answer: 0x4127}, ina219.ErrOtherChip,
			"cannot read the configuration register of the INA219 at 0x40: what answers is no INA219, it has 0x4127 there after a reset instead of 0x399F"},
		{"a register that does not change", &other{answer: 0x399F}, ina219.ErrNotKept,
			"cannot read the calibration register of the INA219 at 0x40: 0x1000 was written, 0x399F is there"},
		{"another that does not change", &other{answer: 0x399F, kept: map[byte]uint16{5: 0}}, ina219.ErrNotKept,
			"cannot read the configuration register of the INA219 at 0x40: 0x219F was written, 0x399F is there"},
	} {
		d, err := ina219.New(c.chip, ina219.Options{Settings: ina219.Settings{Gain: ina219.Gain40mV}})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Configure()
		if !errors.Is(err, c.kind) || errors.Is(err, ina219.ErrBus) || err.Error() != c.text {
			t.Errorf("%s:\n%v, want\n%s", c.name, err, c.text)
		}
		if _, err := d.Measure(); err != ina219.ErrNotConfigured {
			t.Errorf("%s: then %v, want ErrNotConfigured", c.name, err)
		}
	}
}

func TestStuckBus(t *testing.T) {
	r := newRig(t, ina219.Options{}, ina219sim.Options{})
	r.configure()
	r.apply(6, 0.02)
	r.chip.Stick(true)
	for range 5 {
		if _, err := r.Measure(); !errors.Is(err, ina219.ErrBus) || !errors.Is(err, ina219sim.ErrStuck) {
			t.Errorf("stuck bus: %v", err)
		}
	}
	r.chip.Stick(false)
	r.measure()
}

// TestBrownOut breaks the supply before each transfer of each call in turn, at two gains of
// which one is as after power-on: what comes back is right, or it is ErrReset; never a
// current of 0.
func TestBrownOut(t *testing.T) {
	const want = 200_000 // µA
	for _, gain := range []ina219.Gain{ina219.Gain40mV, ina219.Gain320mV} {
		calls := map[string]func(d *ina219.Device) (int64, error){
			"Measure":           func(d *ina219.Device) (int64, error) { m, err := d.Measure(); return m.CurrentMicroAmps, err },
			"RegisterMicroAmps": (*ina219.Device).RegisterMicroAmps,
			"RegisterMicroWatts": func(d *ina219.Device) (int64, error) { // 6 V
				w, err := d.RegisterMicroWatts()
				return w / 6, err
			},
		}
		for name, call := range calls {
			resets := 0
			for at := range 6 {
				r := newRig(t, ina219.Options{}, ina219sim.Options{})
				breaking := &breakAt{chip: r.chip, at: -1}
				d, err := ina219.New(breaking, ina219.Options{Settings: ina219.Settings{Gain: gain}})
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Configure(); err != nil {
					t.Fatal(err)
				}
				r.apply(6, 0.02)
				breaking.at, breaking.n = at, 0
				breaking.then = func() { r.clock.Advance(2000) } // the chip has measured again
				for range 3 {
					amps, err := call(d)
					switch {
					case err == ina219.ErrReset:
						resets++
					case err == ina219.ErrNotReady:
					case err != nil || amps != want:
						t.Errorf("gain %d, %s, a brown-out before transfer %d: %d µA, %v, want %d or ErrReset", gain, name, at, amps, err, want)
					}
					r.clock.Advance(2000)
				}
				if breaking.n <= at {
					continue
				}
				if _, err := call(d); err != ina219.ErrReset {
					t.Errorf("gain %d, %s, after a brown-out before transfer %d: %v, want ErrReset until Configure", gain, name, at, err)
				}
				if err := d.Configure(); err != nil {
					t.Fatal(err)
				}
				r.clock.Advance(2000)
				if amps, err := call(d); amps != want || err != nil {
					t.Errorf("gain %d, %s, configured again: %d µA, %v, want %d", gain, name, amps, err, want)
				}
			}
			if resets == 0 {
				t.Errorf("gain %d, %s: no brown-out was noticed", gain, name)
			}
		}
	}
}

// breakAt breaks the chip's supply before the transfer number at.
type breakAt struct {
	chip  *ina219sim.Chip
	at, n int
	then  func()
}

func (b *breakAt) Tx(addr uint16, w, r []byte) error {
	b.n++
	if b.n-1 == b.at {
		b.chip.BrownOut()
		b.then()
	}
	return b.chip.Tx(addr, w, r)
}

// A current that is really 0 is no error.
func TestNoCurrent(t *testing.T) {
	r := newRig(t, ina219.Options{}, ina219sim.Options{})
	r.configure()
	r.apply(6, 0)
	if a, err := r.RegisterMicroAmps(); a != 0 || err != nil {
		t.Errorf("%d µA, %v", a, err)
	}
	if w, err := r.RegisterMicroWatts(); w != 0 || err != nil {
		t.Errorf("%d µW, %v", w, err)
	}
}
