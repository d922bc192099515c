//go:build tinygo

// Command sinusoid sends the course's example from an original ESP32, for a first try
// without a sensor.
package main

import (
	"iotplot/firmware/esp32/wifi"
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
	// First, because it starts the watchdog: when the Wi-Fi cannot be joined, the chip is
	// reset after a minute and tries again.
	options := board.Station(new(station.Memory), led, client)
	if err := wifi.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	return sinusoid.New(sinusoid.Options{
		Station: options,
		Button:  board.NewButton(buttonPin), AtOnce: true,
	})
}
