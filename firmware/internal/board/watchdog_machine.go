//go:build tinygo && (nrf52840 || nrf52833 || rp2040 || rp2350 || atsamd21 || atsamd51 || atsame5x || stm32)

package board

import (
	"machine"

	"iotplot/firmware/internal/station"
)

type watchdog struct{}

// newWatchdog starts the chip's watchdog, at its longest time: a dial to a broker
// that does not answer takes long.
func newWatchdog() station.Watchdog {
	machine.Watchdog.Configure(machine.WatchdogConfig{TimeoutMillis: machine.WatchdogMaxTimeout})
	if machine.Watchdog.Start() != nil {
		return nil
	}
	return watchdog{}
}

// Feed puts the reset off.
func (watchdog) Feed() { machine.Watchdog.Update() }
