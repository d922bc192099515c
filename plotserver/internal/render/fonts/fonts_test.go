package fonts_test

import (
	"sync"
	"testing"

	"iotplot/plotserver/internal/render/fonts"
)

func TestEveryFaceHasLetters(t *testing.T) {
	for s := fonts.Regular; s <= fonts.Sans; s++ {
		f := fonts.Get(s)
		o := f.Glyph(f.Index('x'))
		if len(o.Segments) == 0 || o.Advance < 300 || o.Advance > 800 {
			t.Errorf("%s: x has %d segments and is %g wide", f.Name(), len(o.Segments), o.Advance)
		}
		if o.YMin < -50 || o.YMax < 380 || o.YMax > 600 || o.XMax > o.Advance+50 {
			t.Errorf("%s: x lies in %g %g … %g %g, it must stand on the line", f.Name(), o.XMin, o.YMin, o.XMax, o.YMax)
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		r    rune
		want fonts.Style
		face string
	}{
		{'A', fonts.Regular, "STIXTwoText-Regular"},
		{'A', fonts.Bold, "STIXTwoText-Bold"},
		{'Ω', fonts.Italic, "STIXTwoText-Italic"},
		{'⁻', fonts.Regular, "STIXTwoText-Regular"},
		{'∞', fonts.Regular, "STIXTwoMath-Regular"},
		{'∞', fonts.Bold, "STIXTwoMath-Regular"},
		{'א', fonts.Regular, "DejaVuSans"},
		{'あ', fonts.Regular, ""},
	} {
		f, g, ok := fonts.Find(c.want, c.r)
		switch {
		case !ok:
			if c.face != "" {
				t.Errorf("%q: no face has it, want %s", c.r, c.face)
			}
		case f.Name() != c.face:
			t.Errorf("%q: found in %s, want %q", c.r, f.Name(), c.face)
		case g == 0:
			t.Errorf("%q: found as the glyph for what is missing", c.r)
		}
	}
}

func TestKern(t *testing.T) {
	f := fonts.Get(fonts.Regular)
	if k := f.Kern(f.Index('A'), f.Index('V')); k > -20 {
		t.Errorf("A and V are kerned by %g, want them closer", k)
	}
	if k := f.Kern(f.Index('H'), f.Index('H')); k != 0 {
		t.Errorf("H and H are kerned by %g, want 0", k)
	}
}

func TestMaths(t *testing.T) {
	m, f := fonts.Maths(), fonts.Get(fonts.Math)
	if m.Script < 0.6 || m.Script > 0.8 || m.ScriptScript < 0.4 || m.ScriptScript >= m.Script {
		t.Errorf("scripts are %g and %g", m.Script, m.ScriptScript)
	}
	if a := m.Value(fonts.AxisHeight); a < 200 || a > 300 {
		t.Errorf("the axis is at %g", a)
	}
	if r := m.DegreeRaise; r < 0.4 || r > 0.7 {
		t.Errorf("the index of a root is raised by %g", r)
	}
	last := 0.0
	for _, v := range m.Tall(f.Index('(')) {
		o := f.Glyph(v.Glyph)
		if h := o.YMax - o.YMin; h <= last {
			t.Errorf("parentheses do not grow: %g after %g", h, last)
		} else {
			last = h
		}
	}
	if last < 2000 || len(m.Parts(f.Index('('))) < 3 {
		t.Errorf("the tallest parenthesis is %g, with %d parts", last, len(m.Parts(f.Index('('))))
	}
	if m.Italic(f.Index('∫')) <= 0 {
		t.Error("the integral does not lean")
	}
}

// TestCachesStayBounded asks for more characters than the caches hold, from
// several goroutines.
func TestCachesStayBounded(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for r := rune(0x20); r < 0x3000; r++ {
				if f, g, ok := fonts.Find(fonts.Regular, r); ok && f.Glyph(g) == nil {
					t.Errorf("%q has no outline", r)
				}
			}
		})
	}
	wg.Wait()
	f := fonts.Get(fonts.Regular)
	if a := f.Glyph(f.Index('a')); len(a.Segments) == 0 {
		t.Error("a is gone after the caches were renewed")
	}
}
