//go:build tinygo

package main

import "machine"

// What is wired to the board. Change it here, and nowhere else.
const (
	address        = 0x40    // of the INA219: 0x40 unless its pads A0 and A1 are bridged
	shuntMicroOhms = 100_000 // 0.1 Ω, the R100 on the usual breakout board

	ledPin      = machine.LED
	ledInverted = false
	buttonPin   = machine.D2 // to ground: have the series saved and plotted
	sda, scl    = machine.SDA_PIN, machine.SCL_PIN

	every     = 1_000   // ms from reading to reading
	plotEvery = 600_000 // ms
	sendEvery = 0       // ms between two deliveries, for a connection that is closed meanwhile; 0: it stays open
)

func bus() *machine.I2C { return machine.I2C0 }
