//go:build !tinygo

package powerlog_test

import (
	"testing"

	"iotplot/firmware/internal/powerlog"
)

func TestReadingsDoNotAllocate(t *testing.T) {
	b := start(t, 0, powerlog.Options{Latest: 2_000}, steady)
	b.Broker.Down = true
	b.Run(5_000)
	if n := testing.AllocsPerRun(20_000, func() { b.Run(1) }); n != 0 {
		t.Errorf("a turn takes %v allocations", n)
	}
	if n := b.Station().Stream().Measured(); n < 10 {
		t.Errorf("%d rows only", n)
	}
}
