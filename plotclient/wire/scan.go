package wire

import (
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep lists and objects may stand in each other, the outermost counted as 1.
const maxDepth = 16

// fault is the first thing that is wrong with a payload's text.
type fault uint8

const (
	faultNone fault = iota
	faultEnd        // the payload ends in the middle
	faultByte       // something stands where something else has to
	faultUTF8
	faultControl // a control character inside a text
	faultEscape  // a backslash and no escape after it
	faultDepth
	faultTrailing // a whole value, and then more
	faultZeros    // a number with leading zeros
	faultMany     // more rows than can be counted
	faultEmpty    // an empty text where want stands
)

// scanner walks over one payload. It reads JSON as Python and MicroPython write it: GRAMMAR.md has the rules. After its
// first fault it stands still, and every method says so by its last result.
type scanner struct {
	b     []byte
	i     int
	fault fault
	at    int    // index of the byte at fault
	want  string // what should have stood there
	depth int

	mistake string // the first value of a wrong type; the walk goes on, to find names and ids behind it
	code    Code   // what the mistake amounts to
}

func (s *scanner) fail(f fault, at int, want string) bool {
	if s.fault == faultNone {
		if at >= len(s.b) && f != faultMany {
			f = faultEnd
		}
		s.fault, s.at, s.want = f, at, want
	}
	return false
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\r', '\t':
			s.i++
		default:
			return
		}
	}
}

// open enters a list or an object that has to begin here.
func (s *scanner) open(c byte, want string) bool {
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != c {
		return s.fail(faultByte, s.i, want)
	}
	if s.depth == maxDepth {
		return s.fail(faultDepth, s.i, "")
	}
	s.depth++
	s.i++
	return true
}

// more moves to the next element of the list or object that was entered, at which some byte then stands, and leaves it
// (false, without a fault) at its end.
func (s *scanner) more(first bool, end byte) bool {
	s.space()
	if s.i >= len(s.b) {
		return s.fail(faultEnd, s.i, "")
	}
	c := s.b[s.i]
	if c == end {
		s.i++
		s.depth--
		return false
	}
	if first {
		return true
	}
	if c != ',' {
		return s.fail(faultByte, s.i, "a comma or "+string(rune(end)))
	}
	s.i++
	s.space()
	if s.i >= len(s.b) {
		return s.fail(faultEnd, s.i, "")
	}
	return true
}

// key reads an object's key and the colon behind it.
func (s *scanner) key() ([]byte, bool) {
	k, ok := s.raw("a key, a text")
	if !ok {
		return nil, false
	}
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != ':' {
		return nil, s.fail(faultByte, s.i, "a colon")
	}
	s.i++
	s.space()
	return k, true
}

// end makes sure that nothing but space is left.
func (s *scanner) end() bool {
	s.space()
	if s.i < len(s.b) {
		return s.fail(faultTrailing, s.i, "")
	}
	return true
}

// kind tells what the value here is by its first bytes, KindNone for what begins no value.
func (s *scanner) kind() Kind {
	if s.i >= len(s.b) {
		return KindNone
	}
	switch c := s.b[s.i]; c {
	case '"':
		return KindText
	case '[':
		return KindList
	case '{':
		return KindObject
	case 't', 'f':
		return KindBool
	case 'n':
		if s.i+1 < len(s.b) && s.b[s.i+1] == 'u' {
			return KindNull
		}
		return KindNumber
	case '-', 'N', 'I', 'i':
		return KindNumber
	default:
		if c-'0' <= 9 {
			return KindNumber
		}
		return KindNone
	}
}

// word reads one of the words of JSON: true, false, null.
func (s *scanner) word(w string) bool {
	for j := 0; j < len(w); j++ {
		if s.i+j >= len(s.b) || s.b[s.i+j] != w[j] {
			return s.fail(faultByte, s.i+j, w)
		}
	}
	s.i += len(w)
	return true
}

// boolean reads true or false; the caller knows that it begins with t or f.
func (s *scanner) boolean() (v, ok bool) {
	if s.b[s.i] == 't' {
		return true, s.word("true")
	}
	return false, s.word("false")
}

// skip reads any value and drops it.
func (s *scanner) skip() bool {
	switch s.kind() {
	case KindText:
		_, ok := s.text(nil, false)
		return ok
	case KindNumber:
		_, ok := s.number()
		return ok
	case KindBool:
		_, ok := s.boolean()
		return ok
	case KindNull:
		return s.word("null")
	case KindList:
		s.open('[', "")
		for first := true; s.fault == faultNone && s.more(first, ']'); first = false {
			s.skip()
		}
	case KindObject:
		s.open('{', "")
		for first := true; s.fault == faultNone && s.more(first, '}'); first = false {
			if _, ok := s.key(); ok {
				s.skip()
			}
		}
	default:
		return s.fail(faultByte, s.i, "a value")
	}
	return s.fault == faultNone
}

// wrong notes a value of a wrong type without stopping, and steps over it.
func (s *scanner) wrong(code Code, what, allowed string) {
	k := s.kind()
	if s.mistake == "" {
		s.mistake = what + " is " + k.article() + ", it has to be " + allowed
		s.code = code
	}
	s.skip()
}

// problem says in words what is wrong, once something is.
func (s *scanner) problem() (code Code, text, hint string) {
	at := " at byte " + strconv.Itoa(s.at+1)
	switch s.fault {
	case faultNone:
		return s.code, s.mistake, ""
	case faultEnd:
		if len(s.b) == 0 {
			return CodeBadMessage, "the payload is empty", ""
		}
		return CodeBadMessage, "the payload ends in the middle, after byte " + strconv.Itoa(len(s.b)), cutHint
	case faultUTF8:
		text = "it is not UTF-8" + at
	case faultControl:
		text = "a text holds the unescaped control character 0x" + hexByte(s.b[s.at]) + at
	case faultEscape:
		text = "a text holds a backslash that begins no escape of JSON" + at
	case faultDepth:
		text = "lists and objects stand more than 16 deep in each other" + at
	case faultTrailing:
		text = "something follows the end: " + s.found() + at
	case faultZeros:
		text = "a number begins with 0" + at
	case faultEmpty:
		text = s.want + " is an empty text" + at
	case faultMany:
		text = "more rows than can be counted" + at
	default:
		text = "found " + s.found() + at
		if s.want != "" {
			text += ", expected " + s.want
		}
	}
	return CodeBadMessage, text, ""
}

// cutHint stands on a line of its own below the sentence.
const cutHint = "\nhint: a MicroPython client counts characters as bytes, and cuts a message that holds one such as ° short: " +
	"publish text.encode() in place of text"

// found shows the character at fault.
func (s *scanner) found() string {
	r, n := utf8.DecodeRune(s.b[s.at:])
	if r == utf8.RuneError && n <= 1 {
		return "the byte 0x" + hexByte(s.b[s.at])
	}
	return strconv.QuoteRune(r)
}

func hexByte(c byte) string { return string([]byte{hexDigits[c>>4], hexDigits[c&15]}) }

const hexDigits = "0123456789abcdef"
