package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Base is the folder, inside the one that files are saved in, that holds the
// journals. [sessions.CheckName] refuses names below it.
const Base = ".iotplot"

// Dir gives the folder of a session's journal below dir.
func Dir(dir, session string) string { return filepath.Join(dir, Base, folderName(session)) }

const maxFolderName = 180 // bytes; file systems end at 255

// folderName makes a file name of any text. Small letters, digits, - and _ stay,
// and a dot within; everything else becomes % and two hexadecimal digits:
// capitals too, since some file systems take Hopla and hopla for the same. The
// first letter of names that Windows keeps for devices is written so as well.
// What gets too long ends in a hash of the whole.
func folderName(session string) string {
	var b strings.Builder
	device := isDevice(session)
	for i := range len(session) {
		c := session[i]
		switch {
		case c >= 'a' && c <= 'z' && !(i == 0 && device), c >= '0' && c <= '9', c == '-', c == '_',
			c == '.' && i > 0 && i < len(session)-1:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	name := b.String()
	switch {
	case name == "":
		return "%"
	case len(name) > maxFolderName:
		sum := sha256.Sum256([]byte(session))
		return strings.TrimRight(name[:maxFolderName-50], "%.") + "%~" + hex.EncodeToString(sum[:16])
	}
	return name
}

func isDevice(name string) bool {
	name, _, _ = strings.Cut(name, ".")
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (strings.HasPrefix(name, "com") || strings.HasPrefix(name, "lpt"))
}

// sessionName gives the session of a folder's name; false when the name does not
// tell.
func sessionName(folder string) (string, bool) {
	if folder == "%" {
		return "", true
	}
	var b strings.Builder
	for i := 0; i < len(folder); i++ {
		if folder[i] != '%' {
			b.WriteByte(folder[i])
			continue
		}
		if i+3 > len(folder) {
			return "", false
		}
		c, err := strconv.ParseUint(folder[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), folderName(b.String()) == folder
}

// Segments are named by the sequence numbers they stand for: 00000007.journal,
// after a compaction also 00000003-00000006.journal.
const (
	segmentEnding = ".journal"
	tempEnding    = ".tmp"
)

func segmentName(first, last uint64) string {
	if first == last {
		return fmt.Sprintf("%08d%s", first, segmentEnding)
	}
	return fmt.Sprintf("%08d-%08d%s", first, last, segmentEnding)
}

func parseSegmentName(name string) (first, last uint64, ok bool) {
	base, ok := strings.CutSuffix(name, segmentEnding)
	if !ok {
		return 0, 0, false
	}
	from, to, isRange := strings.Cut(base, "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.ParseUint(from, 10, 62)
	last, err2 := strconv.ParseUint(to, 10, 62)
	ok = err1 == nil && err2 == nil && first > 0 && first <= last && segmentName(first, last) == name
	return first, last, ok
}
