//go:build tinygo

package main

import (
	"machine"

	"iotplot/firmware/internal/solar"
)

// What is wired to the board. Change it here, and nowhere else.
const (
	address        = 0x40    // of the INA219: 0x40 unless its pads A0 and A1 are bridged
	shuntMicroOhms = 100_000 // 0.1 Ω, the R100 on the usual breakout board

	ledPin      = machine.LED
	ledInverted = false
	buttonPin   = machine.D2 // to ground
	sda, scl    = machine.SDA_PIN, machine.SCL_PIN
)

func bus() *machine.I2C { return machine.I2C0 }

// load is nil for a potentiometer that is turned by hand. For a MOSFET whose gate
// gets a filtered PWM:
//
//	func load() (solar.Load, int32, error) {
//		pwm, err := board.NewPWM(machine.PWM1, machine.D3)
//		return pwm, board.PWMLevels, err
//	}
func load() (load solar.Load, level int32, err error) { return nil, 0, nil }
