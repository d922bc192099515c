//go:build !tinygo

package solar_test

import (
	"testing"
	"unsafe"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/meter"
	"iotplot/firmware/internal/solar"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"
	"iotplot/plotclient/uplink"
)

// TestSamplesDoNotAllocate: no turn of the loop during a sweep does, neither by hand
// nor driven, with and without a connection, except the one that opens the series.
func TestSamplesDoNotAllocate(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		l := newLab(t, setup{irradiance: 1000, byHand: byHand})
		l.Broker.Down = true
		l.bench.TurnByHand(1, 0, 15_000_000)
		l.Run(2_000)
		l.Begin()
		l.Until("the sweep", func() bool { return l.Phase() != solar.Resting })
		turns := func(what string, n int) {
			t.Helper()
			if got := testing.AllocsPerRun(n, func() { l.Run(1) }); got != 0 {
				t.Errorf("by hand %v, %s: a turn takes %v allocations", byHand, what, got)
			}
		}
		if byHand {
			turns("turning", 10_000)
		} else {
			turns("scouting", 500)
			l.Until("the first point", func() bool { return l.Phase() == solar.Driving && l.Station().Stream().Measured() > 0 })
			turns("driving", 1_500)
		}
		if l.Phase() == solar.Resting {
			t.Fatalf("by hand %v: the sweep is over already", byHand)
		}
	}
}

// TestMemory: all that solar needs for good, its ring of rows included, stays below
// 48 KB of the 113 KB that an original ESP32 has.
func TestMemory(t *testing.T) {
	const most = 48 << 10
	parts := []struct {
		name string
		size uintptr
	}{
		{"buffers and ring", unsafe.Sizeof(station.Memory{})},
		{"the loop with its curve", unsafe.Sizeof(solar.Loop{})},
		{"station", unsafe.Sizeof(station.Station{})},
		{"lamp", unsafe.Sizeof(lamp.Lamp{})},
		{"meter", unsafe.Sizeof(meter.Meter{})},
		{"driver", unsafe.Sizeof(ina219.Device{})},
		{"uplink", unsafe.Sizeof(uplink.Link{})},
		{"stream", unsafe.Sizeof(plotclient.Stream{})},
		{"MQTT", unsafe.Sizeof(mqtt.Client{})},
	}
	sum := uintptr(0)
	for _, p := range parts {
		t.Logf("%6d bytes  %s", p.size, p.name)
		sum += p.size
	}
	t.Logf("%6d bytes  together, with pointers of 8 bytes; a board's have 4", sum)
	if sum > most {
		t.Errorf("solar takes %d bytes, %d are allowed", sum, most)
	}
}
