package sessions

import (
	"fmt"
	"hash/fnv"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxName = 1000 // bytes of a name with its sub-folders
	maxPart = 200  // bytes of one part; systems allow 255, the rest is for numbers and time stamps

	insideNames   = "names inside the folder such as solar.csv or plots/solar.pdf"
	portableNames = "names that every system can hold, such as solar.csv or plots/solar.pdf"
)

// CheckName says whether a name may be used for a file in a [Folder]: a path of
// one or more parts with / between them that stays in the folder, hides nothing
// and can be used on Linux, macOS and Windows alike. An error is a *[NameError].
func CheckName(name string) error {
	_, err := cleanName(name)
	return err
}

// cleanName checks a name and takes what means nothing out of it: ./ and //.
func cleanName(name string) (string, error) {
	refuse := func(allowed, format string, args ...any) (string, error) {
		return "", &NameError{Name: name, Wrong: fmt.Sprintf(format, args...), Allowed: allowed}
	}
	switch {
	case name == "":
		return refuse(insideNames, "it is empty")
	case len(name) > maxName:
		return refuse(portableNames, "it has %d bytes, more than %d", len(name), maxName)
	case !utf8.ValidString(name):
		return refuse(portableNames, "it is not UTF-8 text")
	case name[0] == '/':
		return refuse(insideNames, "it starts at the root of the disk")
	case name[0] == '~':
		return refuse(insideNames, "it starts with ~")
	case len(name) > 1 && name[1] == ':':
		return refuse(insideNames, "it names a drive")
	}
	for _, r := range name {
		switch {
		case r == 0:
			return refuse(portableNames, "it has a NUL in it")
		case r == '\\':
			return refuse(insideNames, `it has a \ in it, sub-folders are written with /`)
		case strings.ContainsRune(`<>:"|?*`, r):
			return refuse(portableNames, "it has a %c in it, which Windows cannot hold", r)
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return refuse(portableNames, "it has the invisible character %U in it", r)
		}
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		switch {
		case part == "" || part == ".":
			if i == len(parts)-1 {
				return refuse(insideNames, "it names a folder, not a file")
			}
			continue
		case part == "..":
			return refuse(insideNames, "it leaves the folder with ..")
		case part[0] == '.':
			return refuse(insideNames, "%q is hidden", part)
		case len(part) > maxPart:
			return refuse(portableNames, "a part of it has %d bytes, more than %d", len(part), maxPart)
		case part[0] == ' ' || strings.HasSuffix(part, " ") || strings.HasSuffix(part, "."):
			return refuse(portableNames, "%q starts or ends with a space or ends with a dot", part)
		case reserved(part):
			return refuse(portableNames, "%q is the name of a device on Windows", part)
		case shortName(part):
			return refuse(portableNames, "%q can be the short name of another file on Windows", part)
		}
	}
	return path.Clean(name), nil
}

// reserved says whether Windows takes a part for a device, whatever its ending.
// The names are those of Microsoft's "Naming Files, Paths, and Namespaces".
func reserved(part string) bool {
	base, _, _ := strings.Cut(part, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, ok := strings.CutPrefix(base, "COM")
	if !ok {
		port, ok = strings.CutPrefix(base, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// shortName says whether a part looks like the 8.3 name that Windows gives to a
// file with a long or a hidden name: IOTPLO~1 leads to .iotplot.
func shortName(part string) bool {
	_, after, ok := strings.Cut(part, "~")
	for ok {
		if after != "" && after[0] >= '0' && after[0] <= '9' {
			return true
		}
		_, after, ok = strings.Cut(after, "~")
	}
	return false
}

// SafeName makes a name that [CheckName] accepts out of any text, such as a
// series' name, for the files that nobody named. Text that is accepted already
// comes back as it is; other text has what is wrong replaced by _ and ends with
// a number made from the text, so that different texts get different names.
func SafeName(text string) string {
	clean, err := cleanName(text)
	if err == nil && len(path.Base(clean)) <= maxPart-suffixRoom && len(clean) <= maxName-suffixRoom {
		return clean
	}
	sum := fnv.New32a()
	sum.Write([]byte(text)) // never fails, see hash.Hash
	name := onePart(text)
	for len(name) > maxPart-2*suffixRoom {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return fmt.Sprintf("%s-%08x", name, sum.Sum32())
}

// suffixRoom is what is kept free for an ending such as .json, for it is
// appended to what SafeName gives.
const suffixRoom = 16

// onePart replaces everything that a part of a name may not have by _, and
// leaves its length alone.
func onePart(text string) string {
	name := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || strings.ContainsRune(`/\<>:"|?*~`, r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(text, "_"))
	name = strings.Trim(name, " .")
	if name == "" || reserved(name) {
		name = "_" + name
	}
	return name
}
