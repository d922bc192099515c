//go:build tinygo

// Command solar measures I-V curves of a solar cell with an INA219: the button begins
// a sweep. This main is for boards whose network TinyGo's own net carries; the
// original ESP32 has its own in firmware/esp32/solar.
package main

import (
	"machine"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/board"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/solar"
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

func begin(led board.LED) (*solar.Loop, error) {
	if err := board.Join(secrets.SSID, secrets.Passphrase); err != nil {
		return nil, err
	}
	if err := bus().Configure(machine.I2CConfig{Frequency: 400 * machine.KHz, SDA: sda, SCL: scl}); err != nil {
		return nil, err
	}
	sensor, err := ina219.New(bus(), ina219.Options{
		Address: address, ShuntMicroOhms: shuntMicroOhms, Settings: meter.Settings(ina219.Average8),
	})
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
