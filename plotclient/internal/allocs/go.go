//go:build !tinygo

package allocs

import "testing"

// PerRun is how often f allocates, the mean of so many runs after a first one
// that does not count.
func PerRun(_ testing.TB, runs int, f func()) float64 { return testing.AllocsPerRun(runs, f) }
