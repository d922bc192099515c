//go:build tinygo && esp32

package board

import "device/esp"

// random reads the noise of the radio (ESP32 Technical Reference Manual, chapter
// "Random Number Generator"). While the radio is off the numbers may repeat; then
// a run is drawn again, and no row is lost.
func random() uint64 {
	return uint64(esp.RNG.DATA.Get())<<32 | uint64(esp.RNG.DATA.Get())
}
