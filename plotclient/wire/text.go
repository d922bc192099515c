package wire

import (
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// text reads a text and appends what it says to dst; without keep it only checks it.
func (s *scanner) text(dst []byte, keep bool) ([]byte, bool) {
	b := s.b
	i := s.i + 1 // behind the quotation mark
	for {
		from := i
		for i < len(b) && b[i] >= ' ' && b[i] < utf8.RuneSelf && b[i] != '"' && b[i] != '\\' {
			i++
		}
		if keep {
			dst = append(dst, b[from:i]...)
		}
		if i >= len(b) {
			return dst, s.fail(faultEnd, i, "")
		}
		switch c := b[i]; {
		case c == '"':
			s.i = i + 1
			return dst, true
		case c == '\\':
			r, n, ok := s.escape(i)
			if !ok {
				return dst, false
			}
			i += n
			if keep {
				dst = utf8.AppendRune(dst, r)
			}
		case c < ' ':
			return dst, s.fail(faultControl, i, "")
		default:
			_, n := utf8.DecodeRune(b[i:])
			if n == 1 {
				if !utf8.FullRune(b[i:]) {
					return dst, s.fail(faultEnd, len(b), "")
				}
				return dst, s.fail(faultUTF8, i, "")
			}
			if keep {
				dst = append(dst, b[i:i+n]...)
			}
			i += n
		}
	}
}

// escape reads the escape at i, a pair of them for a character beyond 16 bits. Half a pair is U+FFFD, as in
// encoding/json: Python writes such halves for the bytes of names that it could not decode.
func (s *scanner) escape(i int) (r rune, n int, ok bool) {
	b := s.b
	if i+1 >= len(b) {
		return 0, 0, s.fail(faultEnd, len(b), "")
	}
	switch c := b[i+1]; c {
	case '"', '\\', '/':
		return rune(c), 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'n':
		return '\n', 2, true
	case 'r':
		return '\r', 2, true
	case 't':
		return '\t', 2, true
	case 'u':
	default:
		return 0, 0, s.fail(faultEscape, i, "")
	}
	r, ok = s.hex4(i, i+2)
	if !ok {
		return 0, 0, false
	}
	if !utf16.IsSurrogate(r) {
		return r, 6, true
	}
	if i+7 < len(b) && b[i+6] == '\\' && b[i+7] == 'u' {
		low, ok := s.hex4(i+6, i+8)
		if !ok {
			return 0, 0, false
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, 12, true
		}
	}
	return utf8.RuneError, 6, true
}

// hex4 reads the four digits at i of the escape that begins at from.
func (s *scanner) hex4(from, i int) (rune, bool) {
	var r rune
	for j := i; j < i+4; j++ {
		if j >= len(s.b) {
			return 0, s.fail(faultEnd, j, "")
		}
		c := s.b[j]
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, s.fail(faultEscape, from, "")
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// raw reads a text that has to stand here. The result is a part of the payload where the text has no escapes.
func (s *scanner) raw(want string) ([]byte, bool) {
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != '"' {
		return nil, s.fail(faultByte, s.i, want)
	}
	from := s.i + 1
	if _, ok := s.text(nil, false); !ok {
		return nil, false
	}
	for _, c := range s.b[from : s.i-1] {
		if c == '\\' {
			s.i = from - 1
			return s.text(nil, true)
		}
	}
	return s.b[from : s.i-1], true
}

// appendText writes a text for version 2: UTF-8 as it is, escapes where JSON needs them. What is not UTF-8 becomes U+FFFD.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		size := 0
		dst, size = appendRune(dst, text[i:])
		i += size
	}
	return append(dst, '"')
}

// appendRune writes the first character of text as it stands inside quotation marks, and says how many bytes of text
// it was.
func appendRune(dst []byte, text string) ([]byte, int) {
	c := text[0]
	if c < utf8.RuneSelf {
		if c >= ' ' && c != '"' && c != '\\' {
			return append(dst, c), 1
		}
		return appendEscape(dst, c), 1
	}
	r, n := utf8.DecodeRuneInString(text)
	return utf8.AppendRune(dst, r), n
}

// appendEscape writes an ASCII character that may not stand for itself, as Python does: by letter or by number.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return appendUnicode(dst, uint16(c))
}

func appendUnicode(dst []byte, u uint16) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// appendASCII writes a text as Python's json.dumps does: nothing but ASCII, characters beyond 16 bits in two halves.
func appendASCII(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for _, r := range text {
		switch {
		case r >= ' ' && r < 0x7f && r != '"' && r != '\\':
			dst = append(dst, byte(r))
		case r < utf8.RuneSelf:
			dst = appendEscape(dst, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = appendUnicode(appendUnicode(dst, uint16(high)), uint16(low))
		default:
			dst = appendUnicode(dst, uint16(r))
		}
	}
	return append(dst, '"')
}

// appendCut is appendText within most bytes, quotation marks included. A text that does not fit ends in …, where cut
// between characters.
func appendCut(dst []byte, text string, most int) []byte {
	from := len(dst)
	fits := from + 1 // where to go back to when it turns out too long
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		size := 0
		dst, size = appendRune(dst, text[i:])
		i += size
		if len(dst)-from+len(`…"`) <= most {
			fits = len(dst)
		}
		if len(dst)-from+1 > most {
			dst = append(dst[:fits], "…"...)
			break
		}
	}
	return append(dst, '"')
}

// view is b as a string without a copy: it changes when b does.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
