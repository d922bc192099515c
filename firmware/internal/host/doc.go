// Package host runs the boards' programs on a laptop, against simulated hardware:
// the flags they share, the connection to the broker, the simulated time, and what
// they say. Begin with [Program].
package host
