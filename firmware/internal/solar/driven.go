package solar

import (
	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/meter"
)

// Times in ms.
const (
	longestSettle = 400   // that a level gets to settle; then it is taken as it is
	longestAway   = 3_000 // that a sensor may be away before a sweep ends
)

// scout begins with the open circuit.
func (l *Loop) scout() {
	l.meter.Average(ina219.Average2)
	l.put(0)
}

// put sets the load and begins to wait for it.
func (l *Loop) put(level int32) {
	l.level, l.since, l.again = level, l.clock, false
	l.o.Load.Set(level)
	l.meter.Cancel()
}

// drive goes on with a driven sweep.
func (l *Loop) drive() {
	r, status := l.settled()
	if status == meter.Waiting {
		return
	}
	if status == meter.Failed {
		l.fell()
		return
	}
	p := point{volts: r.Volts, amps: r.Amps, at: l.elapsed(), level: l.level, weight: 1}
	if status == meter.AtLimit {
		p.lack = current
	}
	if l.phase == Driving {
		l.curve.points[l.step] = p
		l.step++
		l.ready = l.step // it can be sent at once
		if l.step == l.curve.n {
			l.finish()
			return
		}
		l.put(l.curve.points[l.step].level)
		return
	}
	l.curve.see(r.Volts, r.Amps, meter.VoltStep, r.Step)
	l.found(p)
}

// found takes a point that was scouted and goes to the next level.
func (l *Loop) found(p point) {
	c := &l.curve
	at := 0
	for at < c.n && c.points[at].level < p.level {
		at++
	}
	c.insert(at, p)
	if c.n == 1 {
		l.put(l.o.Level)
		return
	}
	if gap, k := c.widest(true); k >= 0 && gap > c.spacing*c.spacing && c.n < most {
		a, b := c.points[k].level, c.points[k+1].level
		l.put(a + (b-a)/2)
		return
	}
	c.pick()
	l.phase, l.step = Driving, 0
	l.meter.Average(l.o.Average)
	l.put(c.points[0].level)
}

// settled waits until a level has settled: two readings in a row are about the
// same, or it has had its time. What a cell and a load have not settled to is still a
// point of the curve; only the time between its current and its voltage counts.
func (l *Loop) settled() (meter.Reading, meter.Status) {
	if l.clock-l.since < l.o.Settle {
		return meter.Reading{}, meter.Waiting
	}
	r, status := l.meter.Poll(l.clock)
	switch status {
	case meter.Idle:
		l.meter.Begin()
		r, status = l.meter.Poll(l.clock)
		return r, status
	case meter.Good, meter.AtLimit:
	default:
		return r, status
	}
	l.notice(r)
	same := l.again && abs(r.Volts-l.older.Volts) <= 2*meter.VoltStep+l.curve.volts/200 &&
		abs(r.Amps-l.older.Amps) <= 2*r.Step+l.curve.amps/200
	if same || l.clock-l.since > longestSettle {
		return r, status
	}
	l.older, l.again = r, true
	l.meter.Begin()
	return r, meter.Waiting
}

// fell takes a failure of the sensor: it is given some time to come back, and then
// the sweep ends with a gap.
func (l *Loop) fell() {
	l.again = false
	l.failed()
	if !l.away(longestAway) {
		return
	}
	l.mine.NoSensor = l.meter.Err()
	if l.phase == Scouting {
		l.curve.n = 0 // what was scouted is no measurement
	} else {
		l.curve.points[l.step] = point{at: l.elapsed(), lack: all}
		l.curve.n = l.step + 1
	}
	l.finish()
}
