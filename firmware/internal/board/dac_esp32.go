//go:build tinygo && esp32

package board

import "device/esp"

// DACLevels is the highest level of a [DAC].
const DACLevels = 255

// DAC is the ESP32's digital to analog converter 1, 8 bits, 0 V to the supply, at
// GPIO25 (ESP32 Technical Reference Manual, chapter "On-Chip Sensors and Analog Signal
// Processing"). It drives the gate of a load's MOSFET.
type DAC struct{}

// NewDAC switches it on, at 0 V.
func NewDAC() DAC {
	io := esp.RTC_IO
	io.SetPAD_DAC1_PDAC1_DAC(0)
	io.SetPAD_DAC1_PDAC1_MUX_SEL(1) // the pad belongs to the analog part
	io.SetPAD_DAC1_PDAC1_RUE(0)
	io.SetPAD_DAC1_PDAC1_RDE(0)
	io.SetPAD_DAC1_PDAC1_DAC_XPD_FORCE(1)
	io.SetPAD_DAC1_PDAC1_XPD_DAC(1)
	return DAC{}
}

// Set sets the voltage: 0 to DACLevels.
func (DAC) Set(level int32) {
	esp.RTC_IO.SetPAD_DAC1_PDAC1_DAC(uint32(max(0, min(level, DACLevels))))
}
