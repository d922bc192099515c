//go:build tinygo

package main

import "machine"

// What is wired to the board. Change it here, and nowhere else.
const (
	ledPin      = machine.GPIO2
	ledInverted = false
	buttonPin   = machine.GPIO0 // the button BOOT: send the example once more

	client = "esp32-1" // no two boards may have the same
)
