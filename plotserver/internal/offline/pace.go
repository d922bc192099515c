package offline

import (
	"math"
	"slices"
	"strings"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/expr"
)

// pace says when each row of a series was measured, counted from its first one.
type pace struct {
	series *sessions.Series
	column int     // that tells the time; -1 for rows at a fixed rate
	unit   float64 // of the column, in seconds
	named  string  // the same for people
	rate   float64 // rows/s
	first  float64 // the column's first time
}

// timeUnits are the units of a time column, in seconds.
var timeUnits = map[string]float64{
	"s": 1, "sec": 1, "second": 1, "seconds": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9, "min": 60, "h": 3600,
}

// paceOf finds the column that tells the time: the one that is named, else the
// first with a unit of time, of its own or in its name, else one called t or time,
// which is taken for seconds. It says no where there is none.
func paceOf(s *sessions.Series, named string) (pace, bool) {
	timed := func(i int, unit string) (pace, bool) {
		p := pace{series: s, column: i, unit: timeUnits[unit], named: unit, first: math.NaN()}
		for piece := range s.Column(i).Chunks() {
			for _, v := range piece {
				if v-v == 0 {
					p.first = v
					return p, true
				}
			}
		}
		return p, false
	}
	unitOf := func(i int) string {
		if u := s.Unit(i); u != "" {
			return u
		}
		name, u := expr.SplitUnit(s.Columns[i])
		if u != "" {
			return u
		}
		return unitInName(strings.ToLower(name))
	}
	if named != "" {
		i := s.Lookup(named)
		if i < 0 {
			return pace{}, false
		}
		unit := unitOf(i)
		if timeUnits[unit] == 0 {
			unit = "s"
		}
		return timed(i, unit)
	}
	for i := range s.Columns {
		if unit := unitOf(i); timeUnits[unit] != 0 {
			if p, ok := timed(i, unit); ok {
				return p, true
			}
		}
	}
	for i, name := range s.Columns {
		if unitOf(i) == "" && slices.Contains([]string{"t", "time"}, strings.ToLower(name)) {
			if p, ok := timed(i, "s"); ok {
				return p, true
			}
		}
	}
	return pace{}, false
}

// steady is rows at a fixed rate a second.
func steady(s *sessions.Series, rate float64) pace {
	return pace{series: s, column: -1, rate: rate}
}

// unitInName is the unit of names such as t_ms, time_us or ms, "" if there is none.
func unitInName(name string) string {
	for _, prefix := range []string{"t_", "time_", "timestamp_"} {
		if unit, ok := strings.CutPrefix(name, prefix); ok && timeUnits[unit] != 0 {
			return unit
		}
	}
	if slices.Contains([]string{"ms", "us", "sec", "seconds"}, name) {
		return name
	}
	return ""
}

// String says where the times come from.
func (p pace) String() string {
	if p.column < 0 {
		return "at " + figure(p.rate) + " rows/s"
	}
	return "timed by column " + printable(p.series.Columns[p.column]) + " in " + p.named
}

// longest bounds a time that a duration holds.
const longest = float64(1<<62) / float64(time.Second)

// at is when row i was measured, where the row before was at last: a row that
// tells no time, or an earlier one, comes right behind it.
func (p pace) at(i int, last time.Duration) time.Duration {
	seconds := float64(i) / p.rate
	if p.column >= 0 {
		seconds = (p.series.Column(p.column).At(i) - p.first) * p.unit
	}
	if !(seconds > last.Seconds()) {
		return last
	}
	return time.Duration(min(seconds, longest) * float64(time.Second))
}

// length is when the last row was measured.
func (p pace) length() time.Duration {
	var last time.Duration
	for i := range p.series.Len() {
		last = p.at(i, last)
	}
	return last
}
