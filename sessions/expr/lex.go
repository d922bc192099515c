package expr

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token's kind is its operator in plain ASCII, or one of these.
const (
	tokenEnd    rune = 0
	tokenNumber rune = -1 - iota
	tokenName
	tokenQuoted
	tokenOther // a character that means nothing here
)

type token struct {
	kind     rune
	text     string // of a name: the name itself, without quotes
	value    float64
	pos, end int
}

// operators maps what people write to the operator's one kind.
func operator(r rune) rune {
	switch r {
	case '+', '-', '*', '/', '^', '(', ')', ',', '=', '²', '³':
		return r
	case '−': // U+2212, the minus sign
		return '-'
	case '·', '⋅', '×':
		return '*'
	case '÷':
		return '/'
	}
	return tokenOther
}

func startsName(r rune) bool {
	return unicode.IsLetter(r) || r == '_' || r == '°'
}

func continuesName(r rune) bool {
	return startsName(r) || unicode.IsDigit(r) || unicode.IsMark(r) || '₀' <= r && r <= '₉'
}

// isName tells whether a column's name can be written without quotes.
func isName(name string) bool {
	for i, r := range name {
		if i == 0 && !startsName(r) || !continuesName(r) || r == utf8.RuneError {
			return false
		}
	}
	return name != ""
}

// nameText writes a column's name the way an expression has to.
func nameText(name string) string {
	if isName(name) {
		return name
	}
	return quoteName(name)
}

func quoteName(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// scan reads the token that begins at or after pos. The problem is "" when
// there is a token.
func scan(text string, pos int) (t token, problem string) {
	for pos < len(text) {
		r, size := utf8.DecodeRuneInString(text[pos:])
		if !unicode.IsSpace(r) {
			break
		}
		pos += size
	}
	if pos == len(text) {
		return token{kind: tokenEnd, pos: pos, end: pos}, ""
	}
	r, size := utf8.DecodeRuneInString(text[pos:])
	switch {
	case r == '"' || r == '`':
		name, length, ok := unquote(text[pos:])
		if !ok {
			return token{pos: pos}, "the quote that opens at " + place(text, pos) + " is not closed"
		}
		return token{kind: tokenQuoted, text: name, pos: pos, end: pos + length}, ""
	case isDigit(r) || r == '.' && pos+1 < len(text) && isDigit(rune(text[pos+1])):
		return scanNumber(text, pos)
	case startsName(r):
		end := pos + size
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !continuesName(r) {
				break
			}
			end += size
		}
		return token{kind: tokenName, text: text[pos:end], pos: pos, end: end}, ""
	case strings.HasPrefix(text[pos:], "**"):
		return token{kind: '^', text: "**", pos: pos, end: pos + 2}, ""
	}
	return token{kind: operator(r), text: text[pos : pos+size], pos: pos, end: pos + size}, ""
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// scanNumber reads digits, a point among them, and an exponent. An e without
// digits behind it belongs to the number no more.
func scanNumber(text string, pos int) (token, string) {
	digits := func(i int) int {
		for i < len(text) && isDigit(rune(text[i])) {
			i++
		}
		return i
	}
	end := digits(pos)
	if end < len(text) && text[end] == '.' {
		end = digits(end + 1)
	}
	if end < len(text) && (text[end] == 'e' || text[end] == 'E') {
		i := end + 1
		if i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if last := digits(i); last > i {
			end = last
		}
	}
	t := token{kind: tokenNumber, text: text[pos:end], pos: pos, end: end}
	v, err := strconv.ParseFloat(t.text, 64)
	if err != nil {
		return t, "the number " + shorten(t.text) + " is too large, the largest is 1.8e308"
	}
	t.value = v
	if end < len(text) {
		if r, _ := utf8.DecodeRuneInString(text[end:]); startsName(r) {
			return t, "an operator is missing behind " + shorten(t.text) + " at " + place(text, end) +
				", and a name that starts with a digit is written in quotes"
		}
	}
	return t, ""
}

// unquote reads the quoted name that a text begins with. A double quote inside
// double quotes is written twice; between backticks everything stands for
// itself.
func unquote(text string) (name string, length int, ok bool) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			b.WriteByte(text[i])
			continue
		}
		if quote == '"' && i+1 < len(text) && text[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}

// place tells a person where in the text a byte is.
func place(text string, pos int) string {
	if pos >= len(text) {
		return "the end"
	}
	return "character " + strconv.Itoa(utf8.RuneCountInString(text[:pos])+1)
}
