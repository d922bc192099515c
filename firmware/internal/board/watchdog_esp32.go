//go:build tinygo && esp32

package board

import (
	"device/esp"

	"iotplot/firmware/internal/station"
)

// watchdog is that of timer group 1 (ESP32 Technical Reference Manual, chapter
// "Watchdog Timers"). TinyGo's machine has none for this chip.
type watchdog struct{}

const (
	unlock    = 0x50D83AA1 // TIMGn_WDTWPROTECT_REG
	prescale  = 40_000     // of 80 MHz: a tick is 0.5 ms
	resetChip = 3          // what stage 0 does
	seconds   = 60         // a dial to a broker that does not answer takes long
)

func newWatchdog() station.Watchdog {
	t := esp.TIMG1
	t.SetWDTWPROTECT(unlock)
	t.SetWDTCONFIG1_WDT_CLK_PRESCALE(prescale)
	t.SetWDTCONFIG2(seconds * 2_000)
	t.SetWDTCONFIG0_WDT_STG0(resetChip)
	t.SetWDTFEED(1)
	t.SetWDTCONFIG0_WDT_EN(1)
	t.SetWDTWPROTECT(0)
	return watchdog{}
}

// Feed puts the reset off.
func (watchdog) Feed() {
	t := esp.TIMG1
	t.SetWDTWPROTECT(unlock)
	t.SetWDTFEED(1)
	t.SetWDTWPROTECT(0)
}
