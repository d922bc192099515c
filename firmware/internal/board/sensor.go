//go:build tinygo

package board

import (
	"machine"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/meter"
)

// INA219 makes the bus and the driver of the sensor that package meter reads.
func INA219(bus *machine.I2C, sda, scl machine.Pin, address uint16, shuntMicroOhms int64) (*ina219.Device, error) {
	if err := bus.Configure(machine.I2CConfig{Frequency: 400 * machine.KHz, SDA: sda, SCL: scl}); err != nil {
		return nil, err
	}
	return ina219.New(bus, ina219.Options{
		Address: address, ShuntMicroOhms: shuntMicroOhms, Settings: meter.Settings(ina219.Average8),
	})
}
