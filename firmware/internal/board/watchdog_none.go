//go:build tinygo && !(esp32 || nrf52840 || nrf52833 || rp2040 || rp2350 || atsamd21 || atsamd51 || atsame5x || stm32)

package board

import "iotplot/firmware/internal/station"

// newWatchdog: TinyGo has none for this chip.
func newWatchdog() station.Watchdog { return nil }
