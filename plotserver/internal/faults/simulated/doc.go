// Package simulated holds no program: its tests run the client's streams and the
// server's engine, both as they are, against each other in one goroutine, with a
// network, a journal, boards and clocks that do what they like. A schedule is a
// seed, a number of steps and the faults that may happen; what it does is the
// same each time, so that one that fails can be made smaller and looked at.
package simulated
