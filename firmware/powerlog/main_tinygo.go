//go:build tinygo

// Command powerlog logs voltage, current, power and energy with an INA219. This main
// is for boards whose network TinyGo's own net carries; the original ESP32 has its own
// in firmware/esp32/powerlog.
package main

import (
	"machine"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/powerlog"
	"iotplot/firmware/internal/station"
	"iotplot/firmware/secrets"
)

func main() {
	led := board.NewLED(ledPin, ledInverted)
	loop, err := begin(led)
	if err != nil {
		board.Stop(led, err)
	}
	for {
		loop.Step(board.Now())
		board.Pause()
	}
}

func begin(led board.LED) (*powerlog.Loop, error) {
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	if err := bus().Configure(machine.I2CConfig{Frequency: 400 * machine.KHz, SDA: sda, SCL: scl}); err != nil {
		return nil, err
	}
	sensor, err := ina219.New(bus(), ina219.Options{
		Address: address, ShuntMicroOhms: shuntMicroOhms, Settings: meter.Settings(ina219.Average128),
	})
	if err != nil {
		return nil, err
	}
	return powerlog.New(powerlog.Options{
		Station: board.Station(new(station.Memory), led, "powerlog-board"),
		Sensor:  sensor, Every: every, PlotEvery: plotEvery,
		Button: board.NewButton(buttonPin),
	})
}
