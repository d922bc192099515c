package render

import (
	"image/color"
	"strings"
	"testing"
)

func TestLineFormat(t *testing.T) {
	red, blue, green := letters['r'], letters['b'], letters['g']
	of := func(c color.NRGBA) paint { return fixedPaint(c) }
	for _, c := range []struct {
		text string
		want lineFormat
	}{
		{"", lineFormat{line: solid}},
		{"r--", lineFormat{of(red), 0, dashed}},
		{"--r", lineFormat{of(red), 0, dashed}},
		{"bs", lineFormat{of(blue), 's', noLine}},
		{"sb", lineFormat{of(blue), 's', noLine}},
		{"g^", lineFormat{of(green), '^', noLine}},
		{"o", lineFormat{paint{}, 'o', noLine}},
		{"o-", lineFormat{paint{}, 'o', solid}},
		{"-o", lineFormat{paint{}, 'o', solid}},
		{"-.", lineFormat{line: dashDot}},
		{".-", lineFormat{paint{}, '.', solid}},
		{".-.", lineFormat{paint{}, '.', dashDot}},
		{"-..", lineFormat{paint{}, '.', dashDot}},
		{"--.", lineFormat{paint{}, '.', dashed}},
		{":", lineFormat{line: dotted}},
		{":k|", lineFormat{of(letters['k']), '|', dotted}},
		{"C1", lineFormat{paint{set: true, cycle: 1}, 0, solid}},
		{"C3o--", lineFormat{paint{set: true, cycle: 3}, 'o', dashed}},
		{"oC3", lineFormat{paint{set: true, cycle: 3}, 'o', noLine}},
		{"1C2", lineFormat{paint{set: true, cycle: 2}, '1', noLine}},
		{"red", lineFormat{of(red), 0, solid}},
		{"red--", lineFormat{of(red), 0, dashed}},
		{"--Red", lineFormat{of(red), 0, dashed}},
		{"pink", lineFormat{of(color.NRGBA{0xff, 0xc0, 0xcb, 0xff}), 0, solid}},
		{"darkorange^:", lineFormat{of(color.NRGBA{0xff, 0x8c, 0, 0xff}), '^', dotted}},
		{"greeno", lineFormat{of(color.NRGBA{0, 0x80, 0, 0xff}), 'o', noLine}},
		{"tab:blue", lineFormat{of(tableau["tab:blue"]), 0, solid}},
		{"o--tab:red", lineFormat{of(tableau["tab:red"]), 'o', dashed}},
		{"#1f77b4", lineFormat{of(tableau["tab:blue"]), 0, solid}},
		{"#1f77b4o-", lineFormat{of(tableau["tab:blue"]), 'o', solid}},
		{"#1f77b4d", lineFormat{of(tableau["tab:blue"]), 'd', noLine}},
		{"#f00", lineFormat{of(red), 0, solid}},
		{"#ff000080", lineFormat{of(color.NRGBA{0xff, 0, 0, 0x80}), 0, solid}},
		{"0.5", lineFormat{of(color.NRGBA{128, 128, 128, 255}), 0, solid}},
		{"k,", lineFormat{of(letters['k']), ',', noLine}},
		{"x", lineFormat{paint{}, 'x', noLine}},
		{"_", lineFormat{paint{}, '_', noLine}},
		{"r o --", lineFormat{of(red), 'o', dashed}},
	} {
		got, err := parseLineFormat(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got != c.want {
			t.Errorf("%q: got %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestEveryMarkerIsDrawn(t *testing.T) {
	for _, m := range markerLetters {
		f, err := parseLineFormat(string(m))
		if _, grey := parsePaint(string(m)); grey {
			continue // "1" alone is the colour white to matplotlib as well
		}
		if err != nil || f.marker != byte(m) {
			t.Errorf("marker %q: %+v, %v", m, f, err)
		}
		if p := (marker{letter: byte(m), edge: 1}).path(3, point{}); len(p) < 2 {
			t.Errorf("marker %q draws nothing", m)
		}
	}
}

func TestLineFormatErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"rb", "two colours"},
		{"os", "two markers"},
		{"---", "two lines"},
		{"q", `"q" is no colour, marker or line`},
		{"r$", `"$" is no colour`},
		{"rß", `"ß" is no colour`},
		{"#12", `"#" is no colour`},
		{"C", `"C" is no colour`},
		{"2.5", "two markers"},
	} {
		_, err := parseLineFormat(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "allowed") {
			t.Errorf("%q: error %v, want one with %q and what is allowed", c.text, err, c.want)
		}
	}
}

// FuzzLineFormat holds that a format written out is read back as the same.
func FuzzLineFormat(f *testing.F) {
	for _, s := range []string{"r--", "bs", "C1o-.", "#1f77b4d", "tab:olive:", "0.3", "C01", "-.-", "\xff", "rebeccapurple*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseLineFormat(s)
		if err != nil {
			if got != (lineFormat{}) {
				t.Errorf("%q: an error and %+v", s, got)
			}
			return
		}
		back, err := parseLineFormat(got.String())
		if err != nil || back != got {
			t.Errorf("%q: %+v is written %q and read %+v, %v", s, got, got.String(), back, err)
		}
	})
}
