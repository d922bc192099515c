package render

import (
	"math"
	"slices"
	"time"
)

// timeScale is linear in Unix seconds and labels by calendar and clock, in a
// time zone. What all labels have in common, the date or the year, stands at
// the end of the axis.
type timeScale struct {
	linearScale
	zone *time.Location
}

// The calendar goes from year 1 to 9999; beyond it labels are numbers.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// timeStep is a distance of ticks: a number of seconds, days, months or years.
type timeStep struct {
	seconds, days, months, years int
}

var timeSteps = []timeStep{
	{seconds: 1}, {seconds: 2}, {seconds: 5}, {seconds: 10}, {seconds: 15}, {seconds: 30},
	{seconds: 60}, {seconds: 120}, {seconds: 300}, {seconds: 600}, {seconds: 900}, {seconds: 1800},
	{seconds: 3600}, {seconds: 2 * 3600}, {seconds: 3 * 3600}, {seconds: 6 * 3600}, {seconds: 12 * 3600},
	{days: 1}, {days: 2}, {days: 4}, {days: 7}, {days: 14},
	{months: 1}, {months: 2}, {months: 3}, {months: 6},
	{years: 1}, {years: 2}, {years: 5}, {years: 10}, {years: 20}, {years: 50},
	{years: 100}, {years: 200}, {years: 500}, {years: 1000}, {years: 2000},
}

// about is the length in seconds.
func (s timeStep) about() float64 {
	return float64(s.seconds) + 86400*(float64(s.days)+30.4*float64(s.months)+365.25*float64(s.years))
}

func (s timeScale) ticks(lim span, want int) tickSet {
	lo, hi := min(lim.lo, lim.hi), max(lim.lo, lim.hi)
	if !(lo >= firstSecond && hi <= lastSecond) {
		return s.linearScale.ticks(lim, want)
	}
	want = max(want, 1)
	if hi-lo < 0.8*float64(want) {
		return s.fractions(lo, hi, want)
	}
	for i, step := range timeSteps {
		if step.about() < (hi-lo)/float64(want)*0.97 && i < len(timeSteps)-1 {
			continue
		}
		at := s.places(step, lo, hi)
		for len(at) < 2 && i > 0 {
			i--
			step = timeSteps[i]
			at = s.places(step, lo, hi)
		}
		if len(at) < 2 {
			break
		}
		return s.label(step, at)
	}
	return s.fractions(lo, hi, want)
}

// places are the round times of a step within an interval.
func (s timeScale) places(step timeStep, lo, hi float64) []time.Time {
	t := time.Unix(int64(math.Floor(lo)), 0).In(s.zone)
	var next func(time.Time) time.Time
	switch {
	case step.seconds > 0:
		// From midnight on, so that hours are round in every zone.
		midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, s.zone)
		gone := int(t.Sub(midnight) / time.Second)
		t = midnight.Add(time.Duration(gone/step.seconds*step.seconds) * time.Second)
		if h := step.seconds / 3600; h > 1 {
			// By the clock, not by duration: on the day on which it changes the
			// hours stay round. An hour that is left out has no tick.
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour()/h*h, 0, 0, 0, s.zone)
			next = func(t time.Time) time.Time {
				for k := t.Hour()/h + 1; ; k++ {
					u := time.Date(t.Year(), t.Month(), t.Day(), k*h, 0, 0, 0, s.zone)
					if u.Hour()%h == 0 || k*h >= 24 {
						return u
					}
				}
			}
			break
		}
		next = func(t time.Time) time.Time {
			u := t.Add(time.Duration(step.seconds) * time.Second)
			if u.Day() == t.Day() {
				return u
			}
			// A day with a change of the clock is an hour shorter or longer.
			return time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, s.zone)
		}
	case step.days > 0:
		t = time.Date(t.Year(), t.Month(), (t.Day()-1)/step.days*step.days+1, 0, 0, 0, 0, s.zone)
		next = func(t time.Time) time.Time {
			u := time.Date(t.Year(), t.Month(), t.Day()+step.days, 0, 0, 0, 0, s.zone)
			// Counted anew each month; a tick just before its first would crowd.
			first := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, s.zone)
			if step.days > 1 && first.Sub(u) < time.Duration(step.days)*12*time.Hour {
				return first
			}
			return u
		}
	case step.months > 0:
		t = time.Date(t.Year(), (t.Month()-1)/time.Month(step.months)*time.Month(step.months)+1, 1, 0, 0, 0, 0, s.zone)
		next = func(t time.Time) time.Time { return t.AddDate(0, step.months, 0) }
	default:
		t = time.Date(t.Year()/step.years*step.years, 1, 1, 0, 0, 0, 0, s.zone)
		next = func(t time.Time) time.Time { return t.AddDate(step.years, 0, 0) }
	}
	var out []time.Time
	const most = 200
	for float64(t.Unix()) <= hi && len(out) < most {
		if float64(t.Unix()) >= lo {
			out = append(out, t)
		}
		u := next(t)
		if !u.After(t) {
			// There are zones in which a day has no midnight.
			u = t.Add(time.Hour)
		}
		t = u
	}
	return out
}

// label writes times: the clock with the date at the end of the axis, or days
// with the year, or months, or years. A tick at which what is in common
// changes says the new day or year itself.
func (s timeScale) label(step timeStep, at []time.Time) tickSet {
	first, last := at[0], at[len(at)-1]
	oneDay := first.YearDay() == last.YearDay() && first.Year() == last.Year()
	oneYear := first.Year() == last.Year()
	set := tickSet{}
	for _, t := range at {
		midnight := t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0
		var text string
		switch {
		case step.seconds > 0 && midnight && !oneDay:
			text = t.Format("Jan 2")
		case step.seconds >= 60:
			text = t.Format("15:04")
		case step.seconds > 0:
			text = t.Format("15:04:05")
		case step.days > 0 && t.YearDay() == 1 && !oneYear:
			text = t.Format("2006")
		case step.days > 0:
			text = t.Format("Jan 2")
		case step.months > 0 && t.Month() == time.January && !oneYear:
			text = t.Format("2006")
		case step.months > 0:
			text = t.Format("Jan")
		default:
			text = t.Format("2006")
		}
		set.ticks = append(set.ticks, tick{value: float64(t.Unix()), label: text})
	}
	switch {
	case step.years > 0 || !oneYear && step.seconds == 0:
	case step.seconds > 0 && oneDay:
		set.common = first.Format("2006-01-02")
	case step.seconds > 0:
		set.common = first.Format("2006-01-02 ") + "…" + last.Format(" 2006-01-02")
	default:
		set.common = first.Format("2006")
	}
	if step.seconds > 0 {
		// Where the clock changes, an hour is there twice or not at all.
		if a, b := first.Format("MST"), last.Format("MST"); a != b {
			set.common += ", " + a + " to " + b
		}
	}
	return set
}

// fractions labels an axis of few seconds by decimals, counted from the minute
// or second it begins in.
func (s timeScale) fractions(lo, hi float64, want int) tickSet {
	// What lies within the margin before the data begins no minute.
	from := math.Floor(lo + 0.05*(hi-lo))
	start := time.Unix(int64(from), 0).In(s.zone)
	if start.Second() > 0 && hi-from+float64(start.Second()) < 60 {
		from -= float64(start.Second())
		start = start.Add(-time.Duration(start.Second()) * time.Second)
	}
	set := s.linearScale.ticks(span{lo - from, hi - from}, want)
	if k := slices.IndexFunc(set.ticks, func(k tick) bool { return k.value >= 0 }); k > 0 && len(set.ticks)-k >= 2 {
		set.ticks = set.ticks[k:]
	}
	for i := range set.ticks {
		set.ticks[i].value += from
	}
	common := "s after " + start.Format("2006-01-02 15:04")
	if set.common != "" {
		common = set.common + " " + common
	}
	set.common = common
	return set
}
