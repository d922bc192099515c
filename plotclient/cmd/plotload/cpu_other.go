//go:build !unix

package main

import "time"

// cpuTime is 0, for not known.
func cpuTime() time.Duration { return 0 }
