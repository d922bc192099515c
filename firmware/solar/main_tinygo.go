//go:build tinygo

// Command solar measures I-V curves of a solar cell with an INA219: the button begins
// a sweep. This main is for boards whose network TinyGo's own net carries; the
// original ESP32 has its own in firmware/esp32/solar.
package main

import (
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/solar"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/secrets"
)

func main() {
	led := board.NewLED(ledPin, ledInverted)
	loop, err := begin(led)
	board.Run(led, loop, err)
}

func begin(led board.LED) (*solar.Loop, error) {
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	sensor, err := board.INA219(bus(), sda, scl, address, shuntMicroOhms)
	if err != nil {
		return nil, err
	}
	load, level, err := load()
	if err != nil {
		return nil, err
	}
	return solar.New(solar.Options{
		Station: board.Station(new(station.Memory), led, "solar-board"),
		Sensor:  sensor, Load: load, Level: level,
		Button: board.NewButton(buttonPin),
	})
}
