package typeset

import (
	"math"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/recorder"

	"iotplot/plotserver/internal/render/fonts"
)

// find gives the n-th glyph that stands for a text.
func find(t *testing.T, b Box, text string, n int) fonts.Glyph {
	t.Helper()
	for _, g := range b.run.Glyphs {
		if g.Text == text {
			if n == 0 {
				return g
			}
			n--
		}
	}
	t.Fatalf("%q has no glyph for %q", b.Plain(), text)
	return fonts.Glyph{}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Time [s]", "Time [s]"},
		{"25 °C, µA, Ω, 10⁻³, Größe", "25 °C, µA, Ω, 10⁻³, Größe"},
		{`Damped exponential decay $e^{-t} \cos(2\pi t)$`, "Damped exponential decay e−t cos(2πt)"},
		{`Power versus load, $P = V^2/R_L$`, "Power versus load, P = V2/RL"},
		{`$\frac{a}{b}$`, "a/b"},
		{`$\sqrt{2}$`, "√2"},
		{`$\hbar\omega \leq k_\mathrm{B}T$`, "ℏω ≤ kBT"},
		{`$25^\circ\mathrm{C}$`, "25°C"},
		{`$\text{for all }x$`, "for all x"},
		{"a\nb", "a\nb"},
		// minus signs
		{"-0.5", "−0.5"}, {"x = -3", "x = −3"}, {"1e-05", "1e−05"}, {"-.5", "−.5"}, {"(-1, -2)", "(−1, −2)"},
		{"I-V curve", "I-V curve"}, {"2024-01-02", "2024-01-02"}, {"INA219-1", "INA219-1"}, {"a - b", "a - b"},
		{`$-5-3$`, "−5 − 3"},
		// signs that are only themselves
		{"5 $", "5 $"}, {"$", "$"}, {"$$", "$$"}, {"a & b", "a & b"}, {"#3", "#3"}, {"50 %", "50 %"}, {"my_label", "my_label"}, {`C:\data`, `C:\data`}, {`\`, `\`}, {`x\`, `x\`},
		{"5$ and 6$", "5$ and 6$"}, {"from $5 to $6", "from $5 to $6"}, {"{x}", "{x}"}, {"x^2", "x^2"},
		{`50\,\%`, `50\,%`}, {`5 \$`, "5 $"}, {`a\_b`, "a_b"}, {`\mu`, `\mu`},
		{`$x\%\$\#\&\_\{\}$`, "x%$#&_{}"},
		{"$ x $", "x"}, {"a $ x $ b", "a x b"}, {"costs 5 $ and 5 % of $x$", "costs 5 $ and 5 % of x"}, {"5 $ and 6 $", "5 $ and 6 $"}, {"of $ or $x_1$", "of $ or x1"}, {"5 $x$", "5 x"}, {"$x$", "x"}, {"$$x^2$$", "x2"},
		{`$\{x\}$`, "{x}"},
		// controls and joiners leave nothing
		{"a\x00b\u200bc\ufe0f", "abc"}, {"a\tb", "a b"},
		{"\xff", "\ufffd"},
	} {
		b := Layout(c.in, 10)
		if got := b.Plain(); got != c.want {
			t.Errorf("Layout(%q).Plain() = %q, want %q", c.in, got, c.want)
		}
		if len(b.Problems) > 0 {
			t.Errorf("Layout(%q) has problems: %q", c.in, b.Problems)
		}
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ in, plain, problem string }{
		{`$\foo{x}+1$`, `\foo{x} + 1`, `cannot set "\foo": there is no such command, it is drawn as typed`},
		{`$\input{/etc/hostname}$`, `\input{/etc/hostname}`, `"\input"`},
		{`$\loop\iterate\repeat$`, `\loop\iterate\repeat`, `"\loop"`},
		{`$a^b^c$`, "a^b^c", "two superscripts"},
		{`$a_b_c$`, "a_b_c", "two subscripts"},
		{`$\frac{1}{2$`, `\frac{1}{2`, "has no }"},
		{`$\frac{1}$`, `\frac{1}`, "argument is missing"},
		{`$x}$`, "x}", "has no {"},
		{`$x^$`, "x^", "argument is missing"},
		{`$\left( x^2$`, `\left( x^2`, `no \right`},
		{`$x^2 \right)$`, `x^2 \right)`, "has no {"},
		{`$\sqrt[3{x}$`, `\sqrt[3{x}`, "has no ]"},
		{"あ", "あ", "U+3042"},
		{`$あ^2$`, "あ2", "U+3042"},
		{"$" + strings.Repeat("{", 40) + `\alpha` + strings.Repeat("}", 40) + "$", strings.Repeat("{", 40) + `\alpha` + strings.Repeat("}", 40), "more than 32 deep"},
	} {
		b := Layout(c.in, 10)
		if got := b.Plain(); got != c.plain {
			t.Errorf("Layout(%q).Plain() = %q, want it as typed: %q", c.in, got, c.plain)
		}
		if len(b.Problems) == 0 || !strings.Contains(strings.Join(b.Problems, "\n"), c.problem) {
			t.Errorf("Layout(%q).Problems = %q, want one with %q", c.in, b.Problems, c.problem)
		}
		if len(b.Problems) > maxProblems {
			t.Errorf("Layout(%q) has %d problems", c.in, len(b.Problems))
		}
	}
}

// TestStructure checks where the glyphs of a formula stand to each other.
func TestStructure(t *testing.T) {
	const size = 10
	for _, c := range []struct {
		in   string
		want func(t *testing.T, b Box)
	}{
		{`$e^{-t}$`, func(t *testing.T, b Box) {
			e, x := find(t, b, "e", 0), find(t, b, "t", 0)
			if x.Y <= e.Y+2 || x.Size >= e.Size || x.X <= e.X {
				t.Errorf("the exponent is at (%g, %g), size %g", x.X, x.Y, x.Size)
			}
		}},
		{`$x^{y^{z^w}}$`, func(t *testing.T, b Box) {
			x, y, z, w := find(t, b, "x", 0), find(t, b, "y", 0), find(t, b, "z", 0), find(t, b, "w", 0)
			if !(x.Y < y.Y && y.Y < z.Y && z.Y < w.Y) || !(x.Size > y.Size && y.Size > z.Size && z.Size == w.Size) {
				t.Errorf("baselines %g %g %g %g, sizes %g %g %g %g", x.Y, y.Y, z.Y, w.Y, x.Size, y.Size, z.Size, w.Size)
			}
		}},
		{`$x_i^2$`, func(t *testing.T, b Box) {
			i, two := find(t, b, "i", 0), find(t, b, "2", 0)
			if i.Y >= 0 || two.Y <= 0 || math.Abs(float64(i.X-two.X)) > 1 {
				t.Errorf("the subscript is at (%g, %g), the superscript at (%g, %g)", i.X, i.Y, two.X, two.Y)
			}
		}},
		{`$\frac{a}{b}$`, func(t *testing.T, b Box) {
			over, under := find(t, b, "a", 0), find(t, b, "b", 0)
			if len(b.rules) != 1 {
				t.Fatalf("a fraction has %d bars", len(b.rules))
			}
			bar := b.rules[0]
			top := under.Y + vg.Length(under.Face.Glyph(under.ID).YMax)*under.Size/fonts.Em
			if over.Y <= bar.y+bar.h || top >= bar.y || bar.w < 3 {
				t.Errorf("numerator at %g, bar at %g, denominator up to %g", over.Y, bar.y, top)
			}
		}},
		{`$\dfrac{a}{b}$`, func(t *testing.T, b Box) {
			if a := find(t, b, "a", 0); a.Size != size {
				t.Errorf("the numerator in display style has size %g", a.Size)
			}
		}},
		{`$\sqrt[3]{x+y}$`, func(t *testing.T, b Box) {
			root, x, y, three := find(t, b, "√", 0), find(t, b, "x", 0), find(t, b, "y", 0), find(t, b, "3", 0)
			bar := b.rules[0]
			if x.X < root.X || bar.x > x.X || bar.x+bar.w < y.X || bar.y < 4 || three.Y <= 0 || three.X >= x.X || three.Size >= size {
				t.Errorf("root at %g, x at %g, bar %+v, index at (%g, %g)", root.X, x.X, bar, three.X, three.Y)
			}
		}},
		{`$\left(\frac{\frac{a}{b}}{c}\right)$`, func(t *testing.T, b Box) {
			for _, text := range []string{"(", ")"} {
				g := find(t, b, text, 0)
				o := g.Face.Glyph(g.ID)
				if (o.YMax-o.YMin)/fonts.Em*size < 15 {
					t.Errorf("%s is only %g tall", text, (o.YMax-o.YMin)/fonts.Em*size)
				}
			}
		}},
		{`$\left[\dfrac{\dfrac{\dfrac{1}{2}}{\dfrac{3}{4}}}{\dfrac{\dfrac{5}{6}}{\dfrac{7}{8}}}\right.$`, func(t *testing.T, b Box) {
			if got := b.Ascent + b.Descent; got < 60 {
				t.Errorf("the whole is %g tall", got)
			}
		}},
		{`$\sum_{i=1}^n$`, func(t *testing.T, b Box) {
			if s, i := find(t, b, "∑", 0), find(t, b, "i", 0); i.X < s.X+5 {
				t.Errorf("the lower limit is at %g, want it beside in text", i.X)
			}
		}},
		{`$\sum\limits_{i=1}^n$`, func(t *testing.T, b Box) {
			s, i, n := find(t, b, "∑", 0), find(t, b, "i", 0), find(t, b, "n", 0)
			if n.Y < 7 || i.Y > -5 || math.Abs(float64(n.X-s.X)) > 5 {
				t.Errorf("limits at %g and %g", n.Y, i.Y)
			}
		}},
		{`$\hat{x}$`, func(t *testing.T, b Box) {
			if b.Ascent < 6 || b.Width > 7 {
				t.Errorf("x with a hat is %g wide and %g tall", b.Width, b.Ascent)
			}
		}},
		{`$\overline{AB}$`, func(t *testing.T, b Box) {
			if r := b.rules[0]; r.w < 10 || r.y < find(t, b, "A", 0).Y+6 {
				t.Errorf("the line is %+v", r)
			}
		}},
		{`$a+b$`, func(t *testing.T, b Box) {
			if wide, narrow := b.Width, Layout(`${a}{+}{b}$`, size).Width; wide-narrow < 4 {
				t.Errorf("an operator adds %g, want 4.4", wide-narrow)
			}
		}},
		{`$\cos x$`, func(t *testing.T, b Box) {
			c, x := find(t, b, "c", 0), find(t, b, "x", 0)
			if c.Face.Style() != fonts.Regular || x.Face.Style() != fonts.Math {
				t.Errorf("cos is set in %s, x in %s", c.Face.Name(), x.Face.Name())
			}
		}},
		{`$\pi$`, func(t *testing.T, b Box) {
			if g := find(t, b, "π", 0); g.ID != g.Face.Index('𝜋') {
				t.Error("π is not the italic one")
			}
		}},
		{`$\Omega h$`, func(t *testing.T, b Box) {
			if g := find(t, b, "Ω", 0); g.ID != g.Face.Index('Ω') {
				t.Error("Ω is not the upright one")
			}
			if g := find(t, b, "h", 0); g.ID != g.Face.Index('ℎ') {
				t.Error("h is not the italic one")
			}
		}},
		{`$\mathbf{B}\mathrm{d}$`, func(t *testing.T, b Box) {
			if f := find(t, b, "B", 0).Face.Style(); f != fonts.Bold {
				t.Errorf("B is in style %d", f)
			}
			if f := find(t, b, "d", 0).Face.Style(); f != fonts.Regular {
				t.Errorf("d is in style %d", f)
			}
		}},
	} {
		t.Run(c.in, func(t *testing.T) {
			b := Layout(c.in, size)
			if len(b.Problems) > 0 {
				t.Fatalf("problems: %q", b.Problems)
			}
			c.want(t, b)
		})
	}
}

// TestEveryCommand sets each command there is and finds its sign in a font.
func TestEveryCommand(t *testing.T) {
	for name := range symbols {
		if b := Layout(`$a\`+name+` b$`, 10); len(b.Problems) > 0 || len(b.run.Glyphs) < 3 {
			t.Errorf(`\%s: %q, %d glyphs`, name, b.Problems, len(b.run.Glyphs))
		}
	}
	for name := range bigOperators {
		if b := Layout(`$\displaystyle\`+name+`_0^1$`, 10); len(b.Problems) > 0 {
			t.Errorf(`\%s: %q`, name, b.Problems)
		}
	}
	for name := range accents {
		if b := Layout(`$\`+name+`{abc}$`, 10); len(b.Problems) > 0 {
			t.Errorf(`\%s: %q`, name, b.Problems)
		}
	}
	for name := range alphabets {
		if name == "rm" || name == "bf" || name == "it" {
			continue
		}
		for r := 'A'; r <= 'z'; r++ {
			if r > 'Z' && r < 'a' {
				continue
			}
			if b := Layout(`$\`+name+`{`+string(r)+`}$`, 10); len(b.Problems) > 0 || b.Plain() != string(r) || b.Width == 0 {
				t.Errorf(`\%s{%c}: %q, %q`, name, r, b.Plain(), b.Problems)
			}
		}
	}
}

func TestLines(t *testing.T) {
	one, two := Layout("wide line", 10), Layout("wide line\nx", 10, Centred)
	if two.Descent < one.Descent+9 || two.Ascent != one.Ascent || two.Width != one.Width {
		t.Errorf("one line: %+v, two lines: %g wide, %g up, %g down", one.Width, two.Width, two.Ascent, two.Descent)
	}
	x := find(t, two, "x", 0)
	if math.Abs(float64(x.X+2.5-two.Width/2)) > 1 || x.Y > -11 {
		t.Errorf("the short line begins at (%g, %g)", x.X, x.Y)
	}
	right := Layout("wide line\nx", 10, Right)
	if x := find(t, right, "x", 0); x.X < right.Width-8 {
		t.Errorf("the short line begins at %g of %g", x.X, right.Width)
	}
	tall := Layout("a\n"+`$\dfrac{\dfrac{1}{2}}{3}$`, 10)
	g := find(t, tall, "1", 0)
	if top := g.Y + vg.Length(g.Face.Glyph(g.ID).YMax)*g.Size/fonts.Em; top > -1 {
		t.Errorf("a tall line reaches to %g, into the one above", top)
	}
}

func TestOptions(t *testing.T) {
	if f := find(t, Layout("a", 10, Bold), "a", 0).Face.Style(); f != fonts.Bold {
		t.Errorf("bold is style %d", f)
	}
	if f := find(t, Layout("a", 10, Bold|Italic), "a", 0).Face.Style(); f != fonts.BoldItalic {
		t.Errorf("bold italic is style %d", f)
	}
	if got := Layout("$x^2$", 10, Verbatim).Plain(); got != "$x^2$" {
		t.Errorf("verbatim is %q", got)
	}
}

// TestOtherCanvas draws on a canvas that knows no glyphs.
func TestOtherCanvas(t *testing.T) {
	var c recorder.Canvas
	Layout(`$\frac{a}{b}$ x`, 10).Draw(&c, 5, 5)
	fills := 0
	for _, a := range c.Actions {
		if _, ok := a.(*recorder.Fill); ok {
			fills++
		}
	}
	if fills != 4 {
		t.Errorf("%d areas were filled, want 3 letters and a bar", fills)
	}
}

func TestConcurrent(t *testing.T) {
	want := Layout(`$\frac{a}{b}$ Größe $\sum_i x_i$`, 10)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if b := Layout(`$\frac{a}{b}$ Größe $\sum_i x_i$`, 10); b.Width != want.Width || b.Plain() != want.Plain() {
					t.Errorf("got %q, %g wide", b.Plain(), b.Width)
				}
			}
		})
	}
	wg.Wait()
}

// check holds what must be true of every box.
func check(t *testing.T, text string, b Box) {
	t.Helper()
	finite := func(v ...vg.Length) {
		for _, x := range v {
			if math.IsNaN(float64(x)) || math.Abs(float64(x)) > 1e9 {
				t.Fatalf("%q: a length of %g", text, x)
			}
		}
	}
	finite(b.Width, b.Ascent, b.Descent)
	if b.Ascent < 0 || b.Descent < 0 {
		t.Fatalf("%q: ascent %g, descent %g", text, b.Ascent, b.Descent)
	}
	if !utf8.ValidString(b.Plain()) {
		t.Fatalf("%q: plain text %q", text, b.Plain())
	}
	if len(b.Problems) > maxProblems {
		t.Fatalf("%q: %d problems", text, len(b.Problems))
	}
	// nothing is drawn that was not typed: a root has up to 200 parts, a command
	// at least two characters
	if n := len(b.run.Glyphs) + len(b.rules); n > 250*(len(text)+1) {
		t.Fatalf("%q: %d glyphs", text, n)
	}
	for _, g := range b.run.Glyphs {
		finite(g.X, g.Y, g.Size)
	}
	for _, r := range b.rules {
		finite(r.x, r.y, r.w, r.h)
	}
}

// TestLong sets texts of 10 kB of every bad kind.
func TestLong(t *testing.T) {
	for _, s := range []string{"a", "$", "$$", "$x", "$x$", "{", "}", "\\", `\frac`, `$\frac`, `$\a{`, `\left(`, `\sqrt{`, `\sqrt[`, "^", "x^", "x_", "\n", "あ", "'", "~", `\ `, "$5 ", `\big`} {
		for _, wrap := range []string{"", "$"} {
			text := wrap + strings.Repeat(s, 10_000/len(s)) + wrap
			check(t, text, Layout(text, 10))
		}
	}
	text := "$" + strings.Repeat(`\dfrac{1}{`, 30) + "x" + strings.Repeat("}", 30) + "$"
	b := Layout(text, 10)
	check(t, text, b)
	if b.Ascent+b.Descent < 300 {
		t.Errorf("30 fractions are only %g tall: %q", b.Ascent+b.Descent, b.Problems)
	}
	long := Layout(strings.Repeat("é", maxText), 10)
	check(t, strings.Repeat("é", maxText), long)
	if len(long.Problems) != 1 {
		t.Errorf("a text cut short has problems %q", long.Problems)
	}
}

func TestSizes(t *testing.T) {
	for _, size := range []vg.Length{0, -1, vg.Length(math.NaN()), vg.Length(math.Inf(1)), 1e300} {
		check(t, "x", Layout(`$\sqrt{\frac{a}{b}}$`, size))
	}
}

func FuzzLayout(f *testing.F) {
	for _, s := range []string{`Decay $e^{-t} \cos(2\pi t)$`, `$\frac{a}{\sqrt[3]{b}}$`, `$\left(x\right]_1^2$`, `$\hat{\vec x}''^\circ$`, `$\text{a$b}$`, `$\sum\limits_{i}^n\big|$`, "5 $ & # % _ \\ あ\n$\\foo{x}$", `$\displaystyle\int_0^\infty\!\!x\;~\quad$`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		check(t, text, Layout(text, 10))
		check(t, text, Layout("$"+text+"$", 10))
	})
}

func BenchmarkLayout(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"tick", "−0.25"}, {"label", "Voltage [mV]"}, {"title", `Damped exponential decay $e^{-t} \cos(2\pi t)$`},
		{"10kB", strings.Repeat(`Decay $e^{-\frac{t}{\tau}}$ `, 400)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Layout(c.text, 10)
			}
		})
	}
}

func TestRightToLeftTextIsReported(t *testing.T) {
	for text, want := range map[string]bool{"טמפרטורה": true, "درجة الحرارة": true, "Temperature α": false} {
		got := false
		for _, p := range Layout(text, 10).Problems {
			got = got || strings.Contains(p, "right-to-left")
		}
		if got != want {
			t.Errorf("%s: reported: %v, want %v", text, got, want)
		}
	}
}
