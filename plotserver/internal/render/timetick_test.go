package render

import (
	"strings"
	"testing"
	"time"
)

func TestTimeTicks(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		berlin = time.FixedZone("CET", 3600)
	}
	for _, c := range []struct {
		from string
		long time.Duration
		zone *time.Location
		want int
		text string
	}{
		{"2026-11-21 07:00:03", 20 * time.Second, time.UTC, 5, "07:00:05 07:00:10 07:00:15 07:00:20 (2026-11-21)"},
		{"2026-11-21 07:02:00", 10 * time.Minute, time.UTC, 5, "07:02 07:04 07:06 07:08 07:10 07:12 (2026-11-21)"},
		{"2026-11-21 07:02:00", 8 * time.Hour, time.UTC, 5, "08:00 10:00 12:00 14:00 (2026-11-21)"},
		{"2026-11-21 18:00:00", 15 * time.Hour, time.UTC, 6, "18:00 21:00 Nov 22 03:00 06:00 09:00 (2026-11-21 … 2026-11-22)"},
		{"2026-03-03 12:00:00", 5 * 24 * time.Hour, time.UTC, 6, "Mar 4 Mar 5 Mar 6 Mar 7 Mar 8 (2026)"},
		{"2026-12-20 12:00:00", 30 * 24 * time.Hour, time.UTC, 5, "Dec 22 2027 Jan 8 Jan 15"},
		{"2026-02-03 12:00:00", 200 * 24 * time.Hour, time.UTC, 7, "Mar Apr May Jun Jul Aug (2026)"},
		{"2024-07-01 00:00:00", 3 * 365 * 24 * time.Hour, time.UTC, 6, "Jul 2025 Jul 2026 Jul 2027 Jul"},
		{"1950-01-01 00:00:00", 80 * 365 * 24 * time.Hour, time.UTC, 8, "1950 1960 1970 1980 1990 2000 2010 2020"},
		{"2026-03-28 23:00:00", 24 * time.Hour, berlin, 6, "06:00 12:00 18:00 Mar 30"},
		{"2026-11-21 07:00:03", 2 * time.Second, time.UTC, 5, "3.0 3.5 4.0 4.5 5.0 (s after 2026-11-21 07:00)"},
		{"2026-11-21 21:59:03", 2 * time.Second, time.UTC, 5, "3.0 3.5 4.0 4.5 5.0 (s after 2026-11-21 21:59)"},
		{"2026-11-21 07:00:03", 2 * time.Microsecond, time.UTC, 5, ""},
	} {
		from, err := time.ParseInLocation("2006-01-02 15:04:05", c.from, c.zone)
		if err != nil {
			t.Fatal(err)
		}
		lo := float64(from.Unix())
		set := timeScale{zone: c.zone}.ticks(span{lo, lo + c.long.Seconds()}, c.want)
		got := labels(set)
		if c.text == "" || c.zone == berlin {
			// What matters is that there are ticks, and at midnight.
			if len(set.ticks) < 2 || c.zone == berlin && !strings.Contains(got, "Mar 29") {
				t.Errorf("%s + %v: got %s", c.from, c.long, got)
			}
			continue
		}
		if got != c.text {
			t.Errorf("%s + %v: got %s, want %s", c.from, c.long, got, c.text)
		}
	}
}

// FuzzTimeTicks holds that times ascend, lie within and are not too many, in
// zones with odd changes of the clock.
func FuzzTimeTicks(f *testing.F) {
	f.Add(1.7e9, 1e5, 6, uint8(0))
	f.Add(-6e10, 1e10, 3, uint8(1))
	f.Add(1.7e9, 1e-6, 9, uint8(2))
	f.Add(1540000000.0, 9e6, 30, uint8(3))
	var zones []*time.Location
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			z = time.UTC
		}
		zones = append(zones, z)
	}
	f.Fuzz(func(t *testing.T, lo, long float64, want int, zone uint8) {
		if !(lo > -1e12 && lo < 1e12 && long > 0 && long < 1e12) || want < 1 || want > 20 || lo+long <= lo {
			return
		}
		s := timeScale{zone: zones[int(zone)%len(zones)]}
		lim := s.limits(span{lo, lo + long}, emptySpan(), margins{fraction: 0.05})
		set := s.ticks(lim, want)
		if n := len(set.ticks); n < 1 || n > 4*want+40 {
			t.Errorf("%v, %d: %d ticks", lim, want, n)
		}
		tol := 1e-9*lim.half() + 1e-6
		for i, k := range set.ticks {
			if k.value < lim.lo-tol || k.value > lim.hi+tol || i > 0 && !(k.value > set.ticks[i-1].value) || k.label == "" {
				t.Errorf("%v: tick %d is %q at %v", lim, i, k.label, k.value)
			}
		}
	})
}

// TestHoursStayRoundWhenTheClockChanges looks at both days on which it does.
func TestHoursStayRoundWhenTheClockChanges(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("the time zones are not installed: apt install tzdata")
	}
	for _, c := range []struct {
		from time.Time
		want string
	}{
		{time.Date(2026, 3, 28, 20, 0, 0, 0, zone), "20:00 22:00 Mar 29 04:00 06:00 08:00 10:00"},
		{time.Date(2026, 10, 24, 20, 0, 0, 0, zone), "20:00 22:00 Oct 25 02:00 04:00 06:00 08:00"},
	} {
		lo := float64(c.from.Unix())
		var labels []string
		for _, k := range (timeScale{zone: zone}).ticks(span{lo, lo + 13*3600}, 8).ticks {
			labels = append(labels, k.label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("from %v: %s, want %s", c.from, got, c.want)
		}
	}
}

// TestMarginsBeginNoMinute looks at data that begin on the minute: the axis
// begins a little before.
func TestMarginsBeginNoMinute(t *testing.T) {
	at := float64(time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC).Unix())
	got := labels((timeScale{zone: time.UTC}).ticks(span{at - 0.05, at + 1.05}, 6))
	if want := "0.0 0.2 0.4 0.6 0.8 1.0 (s after 2026-11-21 22:00)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestChangeOfTheClockIsNoted(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("the time zones are not installed: apt install tzdata")
	}
	for _, c := range []struct {
		day  int
		want string
	}{{25, "2026-10-25, CEST to CET"}, {26, "2026-10-26"}} {
		lo := float64(time.Date(2026, 10, c.day, 0, 30, 0, 0, zone).Unix())
		if got := (timeScale{zone: zone}).ticks(span{lo, lo + 5*3600}, 8).common; got != c.want {
			t.Errorf("on the %dth: %q, want %q", c.day, got, c.want)
		}
	}
}

func TestTimesBeyondTheCalendarAreReported(t *testing.T) {
	for big, want := range map[float64]bool{1e11: false, 1e12: true, -1e11: true} {
		a := newAxis(false)
		a.scale = timeScale{zone: time.UTC}
		a.reach(span{min(0, big), max(0, big)})
		if got := a.choose() != ""; got != want {
			t.Errorf("%g s: reported: %v, want %v", big, got, want)
		}
	}
}
