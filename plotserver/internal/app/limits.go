package app

import (
	"fmt"
	"strconv"
	"strings"

	"iotplot/plotclient/wire"
)

// limit is one bound that --limit can change.
type limit struct {
	name    string
	of      func(*wire.Limits) *int
	highest int
}

func limits() []limit {
	return []limit{
		{"payload", func(l *wire.Limits) *int { return &l.Payload }, 64 << 20},
		{"columns", func(l *wire.Limits) *int { return &l.Columns }, 65535},
		{"name", func(l *wire.Limits) *int { return &l.Name }, 1024},
		{"series", func(l *wire.Limits) *int { return &l.Series }, 1 << 20},
		{"runs", func(l *wire.Limits) *int { return &l.Runs }, 1 << 16},
	}
}

// limitNames lists the limits with their defaults.
func limitNames() string {
	d := wire.DefaultLimits()
	var names []string
	for _, l := range limits() {
		names = append(names, fmt.Sprintf("%s=%d", l.name, *l.of(&d)))
	}
	return strings.Join(names, " ")
}

// parseLimits returns the defaults with the changes that were asked for.
func parseLimits(changes []string) (wire.Limits, error) {
	all := wire.DefaultLimits()
next:
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		for _, l := range limits() {
			if l.name != name {
				continue
			}
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > l.highest {
				return all, fmt.Errorf("cannot set limit %s to %q: it must be a whole number from 1 to %d", name, value, l.highest)
			}
			*l.of(&all) = n
			continue next
		}
		return all, fmt.Errorf("cannot set limit %q: there is no such limit, there are %s", name, limitNames())
	}
	return all, nil
}
