//go:build !tinygo

package telemetry_test

import (
	"testing"

	"iotplot/firmware/internal/telemetry"
)

func TestRowsDoNotAllocate(t *testing.T) {
	d, l := start(t, 0, telemetry.Options{Every: 10, Sources: []telemetry.Source{{Columns: []string{"T", "H"}, Sensor: &thermometer{}}}})
	d.Broker.Down = true
	d.Run(1_000)
	if n := testing.AllocsPerRun(20_000, func() { d.Run(1) }); n != 0 {
		t.Errorf("a turn takes %v allocations", n)
	}
	if n := l.Station().Stream().Measured(); n < 2_000 {
		t.Errorf("%d rows only", n)
	}
}
