package station

// Clock is the time that has passed, in ms, by a clock that may be set: back, it
// stands still until that goes on. The zero value is ready.
type Clock struct {
	passed, last int64
	set          bool
}

// Tick takes the time of that clock, and returns the time since the first Tick.
func (c *Clock) Tick(now int64) (passed int64) {
	if c.set && now > c.last {
		c.passed += now - c.last
	}
	c.last, c.set = now, true
	return c.passed
}
