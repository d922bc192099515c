// Package board is what the mains for microcontrollers share: clock, light, button,
// loads, watchdog, random numbers, and the network as TinyGo's own net has it. It is
// compiled by TinyGo only.
//
// Everything here is thin on purpose, because it can't be tested without hardware.
package board
