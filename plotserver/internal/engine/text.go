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

// columnList names columns for a person, as many as fit a line.
func columnList(columns []string) string {
	const most = 16
	var names []string
	for i, c := range columns {
		if i == most && len(columns) > most+1 {
			return strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(columns)-most)
		}
		if q := quote(c); q[1:len(q)-1] != c {
			c = q
		}
		names = append(names, c)
	}
	return strings.Join(names, ", ")
}
