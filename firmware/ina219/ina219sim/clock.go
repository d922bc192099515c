package ina219sim

// Clock is a time that moves when told. The zero value is ready; hand its Now to
// [Options] or [BenchOptions].
type Clock struct{ micros int64 }

// Now is the time in µs since the start.
func (c *Clock) Now() int64 { return c.micros }

// Advance lets so many µs pass. Time never runs back: less than 0 does nothing.
func (c *Clock) Advance(micros int64) { c.micros += max(micros, 0) }
