package wire

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

// maxSession bounds a session's name, in bytes, so that a topic fits any broker and a board's buffer.
const maxSession = 128

// CheckSession says whether a session can be the beginning of a topic: 1 to 128 bytes of UTF-8 in parts that single
// slashes separate, without MQTT's wildcards + and #, without control characters, and not beginning with $, which
// brokers keep for themselves (MQTT 3.1.1, 4.7).
func CheckSession(session string) error {
	wrong := ""
	switch {
	case session == "":
		wrong = "it is empty"
	case len(session) > maxSession:
		wrong = "it has " + strconv.Itoa(len(session)) + " bytes"
	case !utf8.ValidString(session):
		wrong = "it is not UTF-8"
	case session[0] == '$':
		wrong = "a name that begins with $ belongs to the broker"
	case session[0] == '/':
		wrong = "it begins with a slash"
	case session[len(session)-1] == '/':
		wrong = "it ends with a slash"
	default:
		for i := 0; i < len(session) && wrong == ""; i++ {
			switch c := session[i]; {
			case c == '+' || c == '#':
				wrong = string(rune(c)) + " is a wildcard of MQTT"
			case c == '/' && session[i-1] == '/':
				wrong = "it has two slashes in a row"
			case c < ' ' || c == 0x7f:
				wrong = "it holds a control character"
			}
		}
	}
	if wrong == "" {
		return nil
	}
	return errors.New("cannot use session " + quote(session) + ": " + wrong +
		", allowed are up to 128 bytes such as hopla or alice/solar, without + and #")
}
