//go:build tinygo

package main

import "machine"

// What is wired to the board. Change it here, and nowhere else.
const (
	address        = 0x40    // of the INA219: 0x40 unless its pads A0 and A1 are bridged
	shuntMicroOhms = 100_000 // 0.1 Ω, the R100 on the usual breakout board

	ledPin      = machine.GPIO2
	ledInverted = false
	buttonPin   = machine.GPIO0 // the button BOOT: have the series saved and plotted
	sda, scl    = machine.GPIO21, machine.GPIO22

	client = "esp32-1" // no two boards may have the same

	every     = 1_000   // ms from reading to reading
	plotEvery = 600_000 // ms
	sendEvery = 0       // ms between two deliveries, for a connection that is closed meanwhile; 0: it stays open
)

func bus() *machine.I2C { return machine.I2C0 }
