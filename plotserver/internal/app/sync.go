package app

import (
	"time"

	"iotplot/plotclient/cmdline"
)

const (
	defaultSync = "20ms"
	shortSync   = time.Millisecond
	longSync    = time.Minute
)

// parseSync reads --sync: the interval of group commits, or off.
func parseSync(value string) (every time.Duration, off bool, err error) {
	if value == "off" {
		return 0, true, nil
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < shortSync || d > longSync {
		return 0, false, &cmdline.Error{Usage: true,
			Text: "--sync cannot be " + quoted(value) + `, it must be a time with its unit from 1ms to 1m, such as 20ms, or "off"`}
	}
	return d, false, nil
}
