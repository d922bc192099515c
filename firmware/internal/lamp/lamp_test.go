package lamp

import "testing"

// bulb counts.
type bulb struct {
	on      bool
	flashes int
	sets    int
}

func (b *bulb) Set(on bool) {
	if on && !b.on {
		b.flashes++
	}
	b.on = on
	b.sets++
}

// TestFlashesAreCounted looks at each trouble for a minute: so many flashes, then a
// pause that nobody takes for one between flashes.
func TestFlashesAreCounted(t *testing.T) {
	for p := NoNetwork; p <= Saturated; p++ {
		var b bulb
		l := New(&b)
		dark, counted, groups := int64(0), 0, 0
		for now := int64(5_000); now < 65_000; now += 10 {
			before := b.flashes
			l.Show(now, p)
			if b.on {
				dark = 0
			} else if dark += 10; dark == 1_000 {
				if counted != int(p) {
					t.Errorf("%v: %d flashes before a pause, want %d", p, counted, p)
				}
				counted, groups = 0, groups+1
			}
			counted += b.flashes - before
		}
		if groups < 10 {
			t.Errorf("%v: %d pauses in a minute", p, groups)
		}
	}
}

// TestNeverStuck: within two seconds every pattern changes the light.
func TestNeverStuck(t *testing.T) {
	for p := Ready; p <= Sending; p++ {
		if p == 1 {
			continue
		}
		var b bulb
		l := New(&b)
		last, at := false, int64(0)
		for now := int64(0); now < 60_000; now += 5 {
			l.Show(now, p)
			if b.on != last {
				last, at = b.on, now
			}
			if now-at > 2_000 {
				t.Fatalf("%v: the light has not changed for 2 s", p)
			}
		}
		if b.sets > 2*60_000/flicker {
			t.Errorf("%v: it was set %d times in a minute", p, b.sets)
		}
	}
}

func TestPatternsBeginAtTheirBeginning(t *testing.T) {
	var b bulb
	l := New(&b)
	l.Show(100, Measuring)
	l.Show(1_000, Measuring)
	if !b.on {
		t.Error("measuring, and the light is off")
	}
	l.Show(1_010, NoSensor)
	l.Show(1_010+flash, NoSensor)
	if b.on {
		t.Error("the second flash follows the first without a gap")
	}
	l.Show(500, NoSensor) // a clock that was set back
	if !b.on {
		t.Error("the pattern did not begin again")
	}
	New(nil).Show(0, Ready)
}

func TestWords(t *testing.T) {
	seen := map[string]bool{}
	for p := Ready; p <= Sending; p++ {
		if p != 1 {
			seen[p.String()] = true
		}
	}
	if len(seen) != int(Sending) {
		t.Errorf("two patterns have the same words: %v", seen)
	}
}
