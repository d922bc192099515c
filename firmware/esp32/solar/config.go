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

	ledPin      = machine.GPIO2
	ledInverted = false
	buttonPin   = machine.GPIO0 // the button BOOT, which most boards have
	sda, scl    = machine.GPIO21, machine.GPIO22

	client = "esp32-1" // no two boards may have the same
)

func bus() *machine.I2C { return machine.I2C0 }

// load is nil for a potentiometer that is turned by hand. For a MOSFET whose gate is
// wired to GPIO25:
//
//	func load() (solar.Load, int32, error) { return board.NewDAC(), board.DACLevels, nil }
func load() (load solar.Load, level int32, err error) { return nil, 0, nil }
