//go:build tinygo

// Command solar measures I-V curves of a solar cell with an INA219, on an original
// ESP32: the button begins a sweep.
package main

import (
	"iotplot/firmware/esp32/wifi"
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
	// First, because it starts the watchdog: when the Wi-Fi cannot be joined, the chip is
	// reset after a minute and tries again.
	options := board.Station(new(station.Memory), led, client)
	if err := wifi.Join(secrets.SSID, secrets.Passphrase); err != nil {
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
		Station: options,
		Sensor:  sensor, Load: load, Level: level,
		Button: board.NewButton(buttonPin),
	})
}
