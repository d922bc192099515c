package main

import (
	"math"

	"iotplot/sessions"
)

// energyLog is a log of power over time.
type energyLog struct {
	*sessions.Series
	hours, power []float64 // h, W; NaN: a gap
	counter      []float64 // Wh that the board added up, nil without such a column
	gaps         []gap
	sum, hoursOf float64 // Wh and hours between rows that follow each other
	in, out      float64 // Wh of them below and above zero
	mostW        float64
}

// gap is a stretch in which the power is not known.
type gap struct {
	from, to float64 // h
	lost     int     // rows lost on the way; the others were measured as gaps
	rows     int
	counted  float64 // Wh that the counter has of it, NaN without one
}

// newEnergyLog adds up a series that has a power over a time and a counter of energy;
// nil if it has not.
func newEnergyLog(s *sessions.Series) *energyLog {
	t, okT := quantity(s, "s", "t", "time")
	p, okP := quantity(s, "W", "P")
	e, okE := quantity(s, "Wh", "E")
	if !okT || !okP || !okE || s.Len() < 2 {
		return nil
	}
	l := &energyLog{Series: s, power: p, counter: e}
	for _, seconds := range t {
		l.hours = append(l.hours, seconds/3600)
	}
	missing := s.MissingRanges()
	last := -1
	for k := range p {
		if math.IsNaN(p[k]) || math.IsNaN(t[k]) {
			continue
		}
		l.mostW = max(l.mostW, math.Abs(p[k]))
		switch {
		case last < 0:
		case k > last+1:
			g := gap{from: l.hours[last], to: l.hours[k], rows: k - last - 1, counted: e[k] - e[last]}
			for _, m := range missing {
				g.lost += max(0, min(m.End, k)-max(m.First, last+1))
			}
			l.gaps = append(l.gaps, g)
		default:
			l.add(last, k)
		}
		last = k
	}
	if last < 0 {
		return nil
	}
	return l
}

// add adds the energy between two rows, the power between them being a straight line.
func (l *energyLog) add(a, b int) {
	h, p, q := l.hours[b]-l.hours[a], l.power[a], l.power[b]
	l.hoursOf += h
	l.sum += h * (p + q) / 2
	if p*q >= 0 {
		if p+q > 0 {
			l.out += h * (p + q) / 2
		} else {
			l.in -= h * (p + q) / 2
		}
		return
	}
	zero := p / (p - q) // of the way
	first, second := h*zero*p/2, h*(1-zero)*q/2
	l.out += max(first, second)
	l.in -= min(first, second)
}

// counted is what the board's counter rose by, from the first row to the last that has it.
func (l *energyLog) counted() float64 {
	first, last := math.NaN(), math.NaN()
	for _, e := range l.counter {
		if e == e {
			if first != first {
				first = e
			}
			last = e
		}
	}
	return last - first
}
