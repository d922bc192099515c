//go:build tinygo

package allocs

import (
	"runtime"
	"testing"
)

// PerRun is how often f allocates, the mean of so many runs after a first one
// that does not count. The test is skipped where the garbage collector does not
// count allocations.
func PerRun(t testing.TB, runs int, f func()) float64 {
	before := count()
	runtime.KeepAlive(one())
	if count() == before {
		t.Skip("this target's garbage collector does not count allocations; riscv-qemu's does")
	}
	f()
	before = count()
	for range runs {
		f()
	}
	return float64(count()-before) / float64(runs)
}

//go:noinline
func one() *int { return new(int) }

func count() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
