package button

import "testing"

type contact bool

func (c contact) Pressed() bool { return bool(c) }

func TestPushes(t *testing.T) {
	for name, c := range map[string]struct {
		pressed func(ms int64) bool
		want    int
	}{
		"never":          {func(int64) bool { return false }, 0},
		"held":           {func(ms int64) bool { return ms > 100 }, 1},
		"from the start": {func(int64) bool { return true }, 1},
		"three times":    {func(ms int64) bool { return ms%200 > 100 && ms < 600 }, 3},
		"bouncing":       {func(ms int64) bool { return ms > 200 && ms < 500 || ms > 100 && ms < 600 && ms%10 < 5 }, 1},
		"touched":        {func(ms int64) bool { return ms%100 < 20 }, 0},
	} {
		var b Button
		n := 0
		for ms := int64(1); ms < 1000; ms++ {
			if b.Pushed(ms, contact(c.pressed(ms))) {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: %d pushes, want %d", name, n, c.want)
		}
	}
	if new(Button).Pushed(1, nil) {
		t.Error("no button was pushed")
	}
}
