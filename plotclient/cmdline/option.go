package cmdline

import "strings"

// CutOption takes an argument that is an option, name=value, apart. The name is a
// word of letters, digits and underscores, so that a formula or a path with a = in
// it is none.
func CutOption(arg string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(arg, "=")
	if !ok || name == "" || '0' <= name[0] && name[0] <= '9' {
		return "", "", false
	}
	for _, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && c != '_' && (c < '0' || c > '9') {
			return "", "", false
		}
	}
	return name, value, true
}
