package expr

import (
	"fmt"
	"strconv"
	"strings"
)

// Error tells why an expression can't be computed.
type Error struct {
	Text    string // the expression as it was given
	Offset  int    // the byte in Text at which the problem stands
	Problem string // what is wrong and what is allowed
}

// Error gives one sentence: what was asked, what is wrong and what is allowed.
func (e *Error) Error() string { return "cannot compute " + quoteText(e.Text) + ": " + e.Problem }

// The longest piece of a text and the most names that an error repeats.
const (
	shownBytes = 80
	shownNames = 12
)

// shorten cuts a text to what an error repeats of it.
func shorten(text string) string {
	if len(text) > shownBytes {
		return strings.ToValidUTF8(text[:shownBytes], "") + "…"
	}
	return text
}

// quoteText puts a text between quotes, choosing those that need no escapes.
func quoteText(text string) string {
	text = shorten(text)
	if strings.Contains(text, `"`) {
		return fmt.Sprintf("%#q", text)
	}
	return strconv.Quote(text)
}

// listNames lists column names the way an expression has to write them.
func listNames(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i == shownNames {
			fmt.Fprintf(&b, " and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(shorten(nameText(name)))
	}
	return b.String()
}

// nearest gives the candidate that is fewest typing errors away from name, ""
// when all are too far away to be meant.
func nearest(name string, candidates []string) string {
	if len(name) > shownBytes {
		return "" // nobody mistypes that, and comparing takes the square of the length
	}
	best, distance := "", 1+max(1, len(name)/3)
	for _, c := range candidates {
		if d := typingErrors(strings.ToLower(name), strings.ToLower(c), distance); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// typingErrors counts the letters to put in, take out or replace (Levenshtein's
// distance), and gives limit when their number can only be that or more.
func typingErrors(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return min(row[len(b)], limit)
}
