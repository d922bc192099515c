package engine

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quote puts a name from a client between quotes, control characters escaped
// and cut to what fits a line.
func quote(name string) string {
	const most = 60
	if len(name) > most {
		n := most
		for n > 0 && !utf8.RuneStart(name[n]) {
			n--
		}
		name = name[:n] + "…"
	}
	return strconv.Quote(name)
}

// Count writes a number and its noun: "1 row", "1,200 rows".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// thousands writes n with a comma at every third digit.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// list names files for a person.
func list(files []string) string {
	return strings.Join(files, ", ")
}
