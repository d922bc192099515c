//go:build tinygo

package main

import "machine"

// What is wired to the board. Change it here, and nowhere else.
const (
	ledPin      = machine.LED
	ledInverted = false
	buttonPin   = machine.D2 // to ground: send the example once more
)
