//go:build !tinygo

package ina219_test

import (
	"errors"
	"testing"

	"iotplot/firmware/ina219"
)

// constant is a chip that costs nothing itself. It keeps what is written.
type constant struct {
	register [6]uint16
	pointer  byte
	err      error
}

func (c *constant) Tx(_ uint16, w, r []byte) error {
	if c.err != nil {
		return c.err
	}
	c.pointer = w[0]
	if len(w) == 3 {
		v := uint16(w[1])<<8 | uint16(w[2])
		if c.register[c.pointer] = v; v == 0x8000 {
			c.register[c.pointer] = 0x399F
		}
	}
	if len(r) == 2 {
		r[0], r[1] = byte(c.register[c.pointer]>>8), byte(c.register[c.pointer])
	}
	return nil
}

func TestNothingAllocates(t *testing.T) {
	chip := &constant{}
	d, err := ina219.New(chip, ina219.Options{Settings: ina219.Settings{Mode: ina219.Triggered}})
	if err != nil {
		t.Fatal(err)
	}
	good := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	bad := func(err error, want ina219.Kind) {
		if !errors.Is(err, want) {
			t.Fatalf("%v, want %v", err, want)
		}
	}
	broken := errors.New("broken")
	chip.register[ina219.RegShuntVoltage], chip.register[ina219.RegBusVoltage] = 2000, 2995<<3|2
	cases := map[string]func(){
		"Configure": func() { good(d.Configure()) },
		"Measure":   func() { _, err := d.Measure(); good(err) },
		"current":   func() { _, err := d.RegisterMicroAmps(); good(err) },
		"power":     func() { _, err := d.RegisterMicroWatts(); good(err) },
		"bus":       func() { _, err := d.BusMicroVolts(); good(err) },
		"shunt":     func() { _, err := d.ShuntMicroVolts(); good(err) },
		"by Ohm":    func() { _, err := d.ShuntMicroAmps(); good(err) },
		"Status":    func() { _, err := d.Status(); good(err) },
		"Trigger":   func() { good(d.Trigger()) },
		"SetGain":   func() { good(d.SetGain(ina219.Gain40mV)) },
		"SetMode":   func() { good(d.SetMode(ina219.Triggered)) },
		"a broken bus": func() {
			chip.err = broken
			_, err := d.Measure()
			chip.err = nil
			bad(err, ina219.ErrBus)
		},
		"a reset": func() {
			chip.register[ina219.RegCalibration] = 0
			_, err := d.Measure()
			bad(err, ina219.ErrReset)
			good(d.Configure())
		},
	}
	good(d.Configure())
	for name, f := range cases {
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}
