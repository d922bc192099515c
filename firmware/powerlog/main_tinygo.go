//go:build tinygo

// Command powerlog logs voltage, current, power and energy with an INA219. This main
// is for boards whose network TinyGo's own net carries; the original ESP32 has its own
// in firmware/esp32/powerlog.
package main

import (
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/powerlog"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/secrets"
)

func main() {
	led := board.NewLED(ledPin, ledInverted)
	loop, err := begin(led)
	board.Run(led, loop, err)
}

func begin(led board.LED) (*powerlog.Loop, error) {
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	sensor, err := board.INA219(bus(), sda, scl, address, shuntMicroOhms)
	if err != nil {
		return nil, err
	}
	return powerlog.New(powerlog.Options{
		Station: board.Station(new(station.Memory), led, "powerlog-board"),
		Sensor:  sensor, Every: every, PlotEvery: plotEvery, SendEvery: sendEvery,
		Button: board.NewButton(buttonPin),
	})
}
