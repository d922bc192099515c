package solar

import "iotplot/firmware/internal/meter"

// Times in ms.
const (
	nothingNew = 3_000 // after which a sweep that has both ends is over
	outage     = 500   // of the sensor that is told as a gap
)

// group is readings in a row that are about the same: the knob rests.
type group struct {
	n           int32
	volts, amps int64 // sums
	at          int32
}

// longest is how many readings are averaged at the most.
const longest = 32

// turn goes on with a sweep by hand.
func (l *Loop) turn() {
	r, status := l.meter.Poll(l.clock)
	switch status {
	case meter.Idle:
		l.meter.Begin()
	case meter.Good:
		l.meter.Begin()
		l.back()
		l.notice(r)
		l.collect(r)
	case meter.AtLimit:
		l.meter.Begin()
		l.back()
		l.notice(r)
		l.beyond(r)
	case meter.Failed:
		l.failed()
	}
	switch {
	case l.clock-l.began >= l.o.HandTime, l.complete(), l.curve.n == 0 && l.away(longestAway):
		l.finish()
	}
}

// collect adds a reading to the group, or begins another.
func (l *Loop) collect(r meter.Reading) {
	g := &l.group
	if g.n > 0 {
		v, a := int32(g.volts/int64(g.n)), int32(g.amps/int64(g.n))
		rests := abs(r.Volts-v) <= meter.VoltStep+l.curve.volts/400 && abs(r.Amps-a) <= r.Step+l.curve.amps/400
		if !rests || g.n == longest {
			l.close()
		}
	}
	if l.curve.see(r.Volts, r.Amps, meter.VoltStep, r.Step) {
		l.curve.thin()
	}
	g.n++
	g.volts += int64(r.Volts)
	g.amps += int64(r.Amps)
	g.at = l.elapsed()
}

// close makes a point of the group.
func (l *Loop) close() {
	g := l.group
	l.group = group{}
	if g.n == 0 {
		return
	}
	p := point{
		volts: rounded(g.volts, g.n), amps: rounded(g.amps, g.n),
		at: g.at, weight: uint8(g.n),
	}
	if l.curve.offer(p) {
		l.changed = l.clock
	}
}

// beyond takes a reading whose current is beyond the range: one row of them is
// enough to tell.
func (l *Loop) beyond(r meter.Reading) {
	l.close()
	for k := range l.curve.n {
		if l.curve.points[k].lack == current {
			return
		}
	}
	p := point{volts: r.Volts, amps: r.Amps, at: l.elapsed(), lack: current, weight: longest}
	l.curve.see(r.Volts, r.Amps, meter.VoltStep, r.Step)
	if l.curve.offer(p) {
		l.changed = l.clock
	}
}

// back notes an outage that is over: it becomes a row of gaps behind the others.
func (l *Loop) back() {
	if l.clock-l.good > outage && l.outages < len(l.outage) {
		l.outage[l.outages] = l.elapsed()
		l.outages++
	}
}

// conclude ends a sweep by hand: the last group and the outages become points.
func (l *Loop) conclude() {
	l.close()
	l.curve.thin()
	if l.away(outage) {
		l.back()
		l.mine.NoSensor = l.meter.Err()
	}
	for _, at := range l.outage[:l.outages] {
		if l.curve.n < most && l.curve.n > 0 {
			l.curve.insert(l.curve.n, point{at: at, lack: all})
		}
	}
}

// complete reports whether both ends of the curve were seen, it has no wide gaps, and
// nothing new has come for some time.
func (l *Loop) complete() bool {
	c := &l.curve
	if c.n < l.o.Points/3 || l.clock-l.changed < nothingNew {
		return false
	}
	open, short := &c.points[0], &c.points[c.n-1]
	gap, _ := c.widest(false)
	return abs(open.amps) < c.amps/20 && short.volts < c.volts/10 && gap < 9*c.spacing*c.spacing
}

func rounded(sum int64, n int32) int32 {
	half := int64(n) / 2
	if sum < 0 {
		half = -half
	}
	return int32((sum + half) / int64(n))
}
