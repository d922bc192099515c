package app

import "testing"

func TestTextsCannotPlayWithTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"new series \"s\": t, V":        "new series \"s\": t, V",
		"25 °C, 3 µA, 10⁻³, 1\u202f000": "25 °C, 3 µA, 10⁻³, 1\u202f000",
		"a line\nits hint":              "a line\nits hint",
		"\x1b[2Jgone\r\a":               `\x1b[2Jgone\r\a`,
		"a\x00b\u009bc\u202ed":          `a\x00b\u009bc\u202ed`,
		"cut \xff":                      "cut \ufffd",
	} {
		if got := visible(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
