package sessions

import (
	"strconv"
	"strings"
)

// columnNames copies names and makes them what every file format can hold:
// UTF-8, not empty, no two the same.
func columnNames(names []string) []string {
	out := make([]string, len(names))
	taken := make(map[string]bool, len(names))
	last := map[string]int{} // numbers up to here are taken: a file may have one name very often
	for i, name := range names {
		name = strings.ToValidUTF8(name, "\uFFFD")
		if name == "" {
			name = "c" + strconv.Itoa(i+1)
		}
		free := name
		for n := max(last[name], 1) + 1; taken[free]; n++ {
			free = name + "_" + strconv.Itoa(n)
			last[name] = n
		}
		taken[free] = true
		out[i] = free
	}
	return out
}
