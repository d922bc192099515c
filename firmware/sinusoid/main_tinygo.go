//go:build tinygo

// Command sinusoid sends the course's example, for a first try without a sensor.
// This main is for boards whose network TinyGo's own net carries; the original ESP32
// has its own in firmware/esp32/sinusoid.
package main

import (
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/sinusoid"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/secrets"
)

func main() {
	led := board.NewLED(ledPin, ledInverted)
	loop, err := begin(led)
	board.Run(led, loop, err)
}

func begin(led board.LED) (*sinusoid.Loop, error) {
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	return sinusoid.New(sinusoid.Options{
		Station: board.Station(new(station.Memory), led, "sinusoid-board"),
		Button:  board.NewButton(buttonPin), AtOnce: true,
	})
}
