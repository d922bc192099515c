package render

import (
	"strings"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// fit sets a text so that it is no wider than a width: a little smaller if
// that is enough, else in several lines, at most the given number; what is
// then left over is cut, and fit says so.
func fit(s string, size, width vg.Length, most int, opts ...typeset.Option) (b typeset.Box, cutShort bool) {
	// More than a page of text cannot be read in a plot and only takes time.
	const longest = 2000
	if len(s) > longest {
		s, cutShort = shortened(s, longest), true
	}
	b = typeset.Layout(s, size, opts...)
	if !cutShort && b.Width <= width && strings.Count(s, "\n") < most {
		return b, false
	}
	if b.Width*leastLetters <= width && strings.Count(s, "\n") < most {
		return typeset.Layout(s, size*max(width/b.Width*0.995, leastLetters), opts...), cutShort
	}
	b, rest := onLines(s, size*leastLetters, width, most, opts...)
	return b, cutShort || rest
}

// shortened is a text of at most so many bytes, and an ellipsis.
func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xc0 == 0x80 {
		most--
	}
	return s[:most] + "…"
}

// leastLetters is how much smaller than asked letters may get.
const leastLetters = 0.82

// onLines sets a text on several lines, and cuts it where these do not hold it.
func onLines(s string, size, width vg.Length, most int, opts ...typeset.Option) (b typeset.Box, cutShort bool) {
	within := func(width vg.Length) func(string) bool {
		return func(line string) bool { return typeset.Layout(line, size, opts...).Width <= width }
	}
	lines, rest := wrap(s, most, within(width))
	if n := len(lines); n > 1 && !rest {
		// The same number of lines in less width is more even.
		for lo, hi := width*0.4, width; hi-lo > width/32; {
			mid := (lo + hi) / 2
			if even, cut := wrap(s, most, within(mid)); len(even) == n && !cut {
				lines, hi = even, mid
			} else {
				lo = mid
			}
		}
	}
	return typeset.Layout(strings.Join(lines, "\n"), size, opts...), rest
}

// wrap breaks a text into lines that fit, at spaces outside of mathematics.
func wrap(s string, most int, fits func(string) bool) (lines []string, cutShort bool) {
	for _, given := range strings.Split(s, "\n") {
		line := ""
		for _, word := range words(given) {
			longer := word
			if line != "" {
				longer = line + " " + word
			}
			if fits(longer) {
				line = longer
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			line = word
			if !fits(word) {
				line = shorten(word, fits)
				cutShort = true
			}
			if len(lines) >= most {
				break
			}
		}
		lines = append(lines, line)
		if len(lines) > most {
			break
		}
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = shorten(lines[most-1]+"…", fits)
		cutShort = true
	}
	return lines, cutShort
}

// words splits at spaces, but not between dollar signs.
func words(s string) []string {
	var out []string
	from, math := 0, false
	for i := range len(s) {
		switch {
		case s[i] == '$' && (i == 0 || s[i-1] != '\\'):
			math = !math
		case s[i] == ' ' && !math:
			if i > from {
				out = append(out, s[from:i])
			}
			from = i + 1
		}
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}

// shorten cuts a text that does not fit and puts an ellipsis in place of the
// rest.
func shorten(s string, fits func(string) bool) string {
	if fits(s) {
		return s
	}
	runes := []rune(strings.TrimSuffix(s, "…"))
	lo, hi := 0, len(runes) // lo fits, hi does not
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if fits(string(runes[:mid]) + "…") {
			lo = mid
		} else {
			hi = mid
		}
	}
	return string(runes[:lo]) + "…"
}
