package offline

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// terminal is what is known of where a text goes.
type terminal struct {
	width int
	color bool // see no-color.org
	ascii bool // its font has no Braille
}

// noTerminal is how wide a text is that goes to a file or a pipe.
const noTerminal = 80

func terminalOf(w io.Writer) terminal {
	kind := os.Getenv("TERM")
	t := terminal{width: noTerminal, ascii: kind == "dumb" || kind == "linux"}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		t.width = n
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.color = os.Getenv("NO_COLOR") == "" && kind != "dumb"
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			t.width = n
		}
	}
	t.width = min(max(t.width, narrowest), widest)
	return t
}

// printable is a text without what a terminal would act on.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, text)
}

// cut shortens a text to at most n characters.
func cut(text string, n int) string {
	n = max(n, 1)
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
