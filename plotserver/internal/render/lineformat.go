package render

import (
	"fmt"
	"strings"
)

// lineFormat is what one of matplotlib's format strings says: "r--", "bs",
// "C1o-". The grammar, in any order and each part at most once:
//
//	format = { color | marker | line }
//	color  = b g r c m y k w | CSS name | "tab:" name | "C" digits | "#" hex
//	marker = . , o v ^ < > 1 2 3 4 8 s p P * h H + x X D d | _
//	line   = "-" | "--" | "-." | ":"
//
// A text that is a colour as a whole is that colour, which "0.5" (a grey)
// needs. Source: matplotlib's documentation of pyplot.plot, "Format Strings".
type lineFormat struct {
	paint  paint
	marker byte      // 0: none
	line   lineStyle // noLine where only a marker is given
}

type lineStyle byte

const (
	noLine lineStyle = iota
	solid
	dashed
	dashDot
	dotted
)

const markerLetters = ".,ov^<>12348spP*hH+xXDd|_"

// parseLineFormat reads a format string. Without line and marker it means a
// solid line, and without colour the next one of the style's cycle.
func parseLineFormat(text string) (lineFormat, error) {
	var f lineFormat
	if p, ok := parsePaint(text); ok {
		return lineFormat{paint: p, line: solid}, nil
	}
	var styled bool
	for s := text; s != ""; {
		style, n := leadingLine(s)
		if n > 0 {
			if styled {
				return lineFormat{}, fmt.Errorf("format %q names two lines, allowed is one of -, --, -. and : alone", text)
			}
			f.line, styled = style, true
			s = s[n:]
			continue
		}
		if s[0] == ' ' {
			s = s[1:]
			continue
		}
		// Colours of several letters come before markers, so that "pink" is not
		// a pentagon; no single letter is both.
		if p, n := leadingPaint(s); n > 0 {
			if f.paint.set {
				return lineFormat{}, fmt.Errorf("format %q names two colours, allowed is one", text)
			}
			f.paint = p
			s = s[n:]
			continue
		}
		if strings.IndexByte(markerLetters, s[0]) >= 0 {
			if f.marker != 0 {
				return lineFormat{}, fmt.Errorf("format %q names two markers, allowed is one of %s", text, strings.Join(strings.Split(markerLetters, ""), " "))
			}
			f.marker = s[0]
			s = s[1:]
			continue
		}
		return lineFormat{}, fmt.Errorf(
			"format %q: %q is no colour, marker or line, allowed is a colour b g r c m y k w, a name, C0 to C9 or #rrggbb, a line : - -- -. or a marker %s",
			text, firstRune(s), strings.Join(strings.Split(markerLetters, ""), " "))
	}
	if !styled && f.marker == 0 {
		f.line = solid
	}
	return f, nil
}

func leadingLine(s string) (lineStyle, int) {
	switch {
	case strings.HasPrefix(s, "--"):
		return dashed, 2
	case strings.HasPrefix(s, "-."):
		return dashDot, 2
	case s[0] == '-':
		return solid, 1
	case s[0] == ':':
		return dotted, 1
	}
	return noLine, 0
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// String writes the format so that parseLineFormat reads it back.
func (f lineFormat) String() string {
	var b strings.Builder
	// The marker comes first, because behind "C0" a "1" is a digit and behind
	// "-" a dot makes "-.".
	if f.marker != 0 {
		b.WriteByte(f.marker)
	}
	if f.paint.set {
		if f.paint.cycle >= 0 {
			fmt.Fprintf(&b, "C%d", f.paint.cycle)
		} else {
			c := f.paint.fixed
			fmt.Fprintf(&b, "#%02x%02x%02x%02x", c.R, c.G, c.B, c.A)
		}
	}
	switch f.line {
	case solid:
		b.WriteString("-")
	case dashed:
		b.WriteString("--")
	case dashDot:
		b.WriteString("-.")
	case dotted:
		b.WriteString(":")
	case noLine:
		b.WriteString(" ")
	}
	return b.String()
}
