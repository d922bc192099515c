//go:build !tinygo

// Command solar measures I-V curves of a solar cell. On a board (main_tinygo.go, or
// firmware/esp32/solar) it does so with an INA219; here, on a laptop, the very same
// loop measures a simulated cell with a simulated INA219:
//
//	go run ./firmware/solar -session hopla
package main

import (
	"os"

	"iotplot/firmware/internal/host"
)

func main() { os.Exit(host.Main(run, "solar")) }
