package mqtt

import "unicode/utf8"

// isText reports whether s may be sent as MQTT text: 1.5.3, [MQTT-1.5.3-1] and
// [MQTT-1.5.3-2].
func isText(s string) bool {
	if len(s) > longestText || !utf8.ValidString(s) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] == 0 {
			return false
		}
	}
	return true
}

// isTopic reports whether a message can be published to s: [MQTT-4.7.3-1] and
// [MQTT-3.3.2-2].
func isTopic(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '+' || s[i] == '#' {
			return false
		}
	}
	return s != "" && isText(s)
}

// isTopicReceived is isTopic for bytes, which cannot be made a string without
// allocating.
func isTopicReceived(b []byte) bool {
	for _, c := range b {
		if c == '+' || c == '#' || c == 0 {
			return false
		}
	}
	return len(b) > 0 && utf8.Valid(b)
}

// isFilter reports whether s can be subscribed to: 4.7.1.
func isFilter(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '+' && s[i] != '#' {
			continue
		}
		alone := (i == 0 || s[i-1] == '/') && (i == len(s)-1 || s[i+1] == '/')
		if !alone || s[i] == '#' && i != len(s)-1 { // [MQTT-4.7.1-2], [MQTT-4.7.1-3]
			return false
		}
	}
	return s != "" && isText(s)
}
