//go:build tinygo

package main

import (
	"machine"

	"iotplot/firmware/internal/telemetry"
)

// What is wired to the board. Change it here, and nowhere else.
const (
	ledPin      = machine.LED
	ledInverted = false
	buttonPin   = machine.D2 // to ground: have the series saved and plotted

	every     = 1_000   // ms from row to row
	plotEvery = 600_000 // ms
)

// sources are the sensors: here one that every board has, its own button. Put yours
// in its place, or beside it.
func sources() []telemetry.Source {
	return []telemetry.Source{
		{Columns: []string{"button"}, Sensor: pin(buttonPin)},
	}
}

// pin reads a pin: 1 is high.
type pin machine.Pin

func (p pin) Read(values []float64) error {
	values[0] = 0
	if machine.Pin(p).Get() {
		values[0] = 1
	}
	return nil
}
