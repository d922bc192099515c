package sessions

import (
	"strconv"
	"strings"
)

// distinct mends names so that no two have the same key. Names that need no
// mending keep theirs.
func distinct(names []string, mend, key func(string) string) []string {
	out := make([]string, len(names))
	taken := map[string]bool{}
	last := map[string]int{} // by key, numbers up to here are taken
	for i, name := range names {
		if mend(name) == name && !taken[key(name)] {
			out[i] = name
			taken[key(name)] = true
		}
	}
	for i, name := range names {
		if out[i] != "" {
			continue
		}
		base := mend(name)
		free := base
		for n := max(last[key(base)], 1) + 1; taken[key(free)]; n++ {
			last[key(base)] = n
			suffix := "_" + strconv.Itoa(n)
			free = strings.ToValidUTF8(base[:min(len(base), maxIdentifier-len(suffix))], "") + suffix
		}
		out[i] = free
		taken[key(free)] = true
	}
	return out
}
