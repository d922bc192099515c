//go:build tinygo

// Command powerlog logs voltage, current, power and energy with an INA219, on an
// original ESP32.
package main

import (
	"iotplot/firmware/esp32/wifi"
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
	return powerlog.New(powerlog.Options{
		Station: options,
		Sensor:  sensor, Every: every, PlotEvery: plotEvery, SendEvery: sendEvery,
		Button: board.NewButton(buttonPin),
	})
}
