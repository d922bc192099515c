//go:build tinygo && !esp32

package board

import (
	"machine"
	"time"
)

// random reads the chip's source of random numbers, and the clock where that fails:
// numbers that repeat cost a message more and no row.
func random() uint64 {
	a, err := machine.GetRNG()
	b, err2 := machine.GetRNG()
	if err != nil || err2 != nil {
		return uint64(time.Now().UnixNano()) * 0x9E3779B97F4A7C15
	}
	return uint64(a)<<32 | uint64(b)
}
