package main

// What is wired to the board. Change it here, and nowhere else.
const (
	address        = 0x40    // of the INA219: 0x40 unless its pads A0 and A1 are bridged
	shuntMicroOhms = 100_000 // 0.1 Ω, the R100 on the usual breakout board
)
