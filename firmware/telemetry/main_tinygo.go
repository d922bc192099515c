//go:build tinygo

// Command telemetry sends readings of any sensors, a column a reading: a program to
// copy and to change. This main is for boards whose network TinyGo's own net carries;
// the original ESP32 has its own in firmware/esp32/telemetry.
package main

import (
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
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	return telemetry.New(telemetry.Options{
		Station: board.Station(new(station.Memory), led, "telemetry-board"),
		Sources: sources(), Every: every, PlotEvery: plotEvery,
		Button: board.NewButton(buttonPin),
	})
}
