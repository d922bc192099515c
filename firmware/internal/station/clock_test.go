package station_test

import (
	"testing"

	"iotplot/firmware/internal/station"
)

func TestClock(t *testing.T) {
	var c station.Clock
	for _, step := range []struct{ now, want int64 }{
		{1_000, 0}, {1_005, 5}, {1_005, 5}, {10, 5}, {12, 7}, {-20, 7}, {-10, 17}, {1_000_000, 1_000_027},
	} {
		if got := c.Tick(step.now); got != step.want {
			t.Errorf("at %d: %d ms have passed, want %d", step.now, got, step.want)
		}
	}
}
