package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// part is a stretch of text or the inside of a formula.
type part struct {
	text    string
	formula bool
}

// split finds the formulas of a line. Two dollars enclose a formula unless they
// look like money, as in "5$ and 6$": then, and where a dollar is alone, it is
// just that character. Blanks inside of both dollars are allowed, as in "$ x $",
// unless the first follows a number or the second one begins a word, as in
// "5 $ and 5 % of $x$". Outside of formulas a backslash before one of %$#&_{}
// is dropped, as TeX does; any other stays.
func split(line string) []part {
	var out []part
	var text strings.Builder
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '\\' && i+1 < len(line) && strings.IndexByte(`%$#&_{}`, line[i+1]) >= 0 {
			i++
			text.WriteByte(line[i])
			continue
		}
		if c != '$' {
			text.WriteByte(c)
			continue
		}
		body, next, ok := formula(line, i)
		if !ok {
			text.WriteByte(c)
			if next < 0 { // no dollar follows any more
				text.WriteString(unescape(line[i+1:]))
				break
			}
			continue
		}
		if text.Len() > 0 {
			out = append(out, part{text: text.String()})
			text.Reset()
		}
		if strings.TrimSpace(body) != "" {
			out = append(out, part{text: body, formula: true})
		}
		i = next - 1
	}
	if text.Len() > 0 {
		out = append(out, part{text: text.String()})
	}
	return out
}

// unescape drops the backslashes before special characters.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`%$#&_{}`, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// formula reads the formula whose dollar stands at i, and where the line goes on
// behind it; next is negative if no dollar follows. "$$…$$" is a formula, too.
func formula(line string, i int) (body string, next int, ok bool) {
	from, mark := i+1, "$"
	if strings.HasPrefix(line[i:], "$$") && strings.Contains(line[i+2:], "$$") {
		from, mark = i+2, "$$"
	}
	end := -1
	for k := from; k < len(line); k++ {
		if line[k] == '\\' {
			k++
		} else if strings.HasPrefix(line[k:], mark) {
			end = k
			break
		}
	}
	if end < 0 {
		return "", -1, false
	}
	body = line[from:end]
	if body == "" {
		return "", end, false
	}
	next = end + len(mark)
	if mark == "$$" {
		return body, next, true
	}
	first, _ := utf8.DecodeRuneInString(body)
	last, _ := utf8.DecodeLastRuneInString(body)
	behind, _ := utf8.DecodeRuneInString(line[next:])
	if unicode.IsSpace(first) && unicode.IsSpace(last) &&
		(behind == '\\' || unicode.IsLetter(behind) || unicode.IsDigit(behind) || isAmount(line[:i])) {
		return body, next, false
	}
	if strings.ContainsAny(body, `\^_{`) {
		return body, next, true
	}
	if unicode.IsSpace(first) != unicode.IsSpace(last) || unicode.IsDigit(behind) {
		return body, next, false
	}
	return body, next, true
}

// isAmount tells that a text ends with a number, of which a dollar is the unit.
func isAmount(before string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, " "))
	return unicode.IsDigit(last)
}
