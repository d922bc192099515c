//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this program has used so far, with what the
// system did for it (getrusage(2)).
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
