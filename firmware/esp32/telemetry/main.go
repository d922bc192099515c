//go:build tinygo

// Command telemetry sends readings of any sensors from an original ESP32, a column a
// reading: a program to copy and to change.
package main

import (
	"iotplot/firmware/esp32/wifi"
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/internal/telemetry"
	"iotplot/firmware/secrets"
)

func main() {
	led := board.NewLED(ledPin, ledInverted)
	loop, err := begin(led)
	board.Run(led, loop, err)
}

func begin(led board.LED) (*telemetry.Loop, error) {
	// First, because it starts the watchdog: when the Wi-Fi cannot be joined, the chip is
	// reset after a minute and tries again.
	options := board.Station(new(station.Memory), led, client)
	if err := wifi.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	return telemetry.New(telemetry.Options{
		Station: options,
		Sources: sources(), Every: every, PlotEvery: plotEvery,
		Button: board.NewButton(buttonPin),
	})
}
