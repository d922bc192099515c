package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a text may ask for at most. Each function of whole columns holds 8 bytes
// a row while it is computed.
const (
	maxText      = 2000 // bytes
	maxDepth     = 100  // parentheses, signs and powers within each other
	maxOperators = 200  // operators and functions, each a pass over the rows
	maxWhole     = 16   // functions of whole columns
)

// Expr is an expression of a series' columns. It never changes, so any number
// of goroutines may use it.
type Expr struct {
	text  string
	name  string
	named bool   // the text begins with "name ="
	unit  string // as stated between brackets behind the name
	all   []string
	root  *node
}

// Compile reads an expression for a series with these columns; GRAMMAR.md says
// what may be written. A text that is exactly a column's name is that column,
// whatever else it could mean. Errors are of type [*Error].
func Compile(text string, columns []string) (*Expr, error) {
	e := &Expr{text: text, all: slices.Clone(columns)}
	if i := exactColumn(text, columns); i >= 0 {
		e.name, e.root = columns[i], &node{op: opColumn, column: i}
		return e, nil
	}
	switch {
	case len(text) > maxText:
		return nil, &Error{text, maxText, fmt.Sprintf("it is %d bytes long, at most %d are allowed", len(text), maxText)}
	case !utf8.ValidString(text):
		return nil, &Error{text, 0, "it is not UTF-8 text"}
	case strings.TrimSpace(text) == "":
		return nil, &Error{text, 0, "it is empty, expected is a column or an expression such as V*I"}
	}
	start := e.splitName()
	if e.named && e.name == "" {
		return nil, &Error{text, 0, "the name in front of = is missing, expected is something like P = V*I"}
	}
	if i := exactColumn(text[start:], columns); i >= 0 {
		e.root = &node{op: opColumn, column: i}
		return e, nil
	}
	p := parser{text: text, columns: columns, next: token{end: start}}
	root, err := p.whole()
	if err != nil {
		i := shortText(text[start:], columns)
		if i < 0 {
			return nil, err
		}
		root = &node{op: opColumn, column: i}
	}
	e.root = root
	if !e.named {
		e.name = strings.TrimSpace(text)
		if root.op == opColumn {
			e.name = columns[root.column]
		}
	}
	return e, nil
}

// exactColumn gives the column whose name is the text, -1 when there is none.
func exactColumn(text string, columns []string) int {
	if i := slices.Index(columns, text); i >= 0 {
		return i
	}
	return findColumn(strings.TrimSpace(text), columns)
}

// findColumn gives the column of that name, -1 when there is none. Letters that
// look the same and that Unicode has twice are taken for each other where the
// exact name is not there: nobody could see what is wrong.
func findColumn(name string, columns []string) int {
	if i := slices.Index(columns, name); i >= 0 {
		return i
	}
	name = oneLetter(name)
	return slices.IndexFunc(columns, func(c string) bool { return oneLetter(c) == name })
}

// oneLetter replaces the micro, ohm and ångström signs by the letters µ, Ω, Å
// that they are compatible with.
func oneLetter(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u00b5':
			return '\u03bc'
		case '\u2126':
			return '\u03a9'
		case '\u212b':
			return '\u00c5'
		}
		return r
	}, name)
}

// splitName takes "name =" or "name [unit] =" off the text and gives where the
// expression starts.
func (e *Expr) splitName() int {
	equals := unquotedEquals(e.text)
	if equals < 0 {
		return 0
	}
	head := strings.TrimSpace(e.text[:equals])
	name, rest, unit := head, "", ""
	quoted := false
	if head != "" && (head[0] == '"' || head[0] == '`') {
		var length int
		name, length, quoted = unquote(head)
		rest = strings.TrimSpace(head[length:])
	}
	if !quoted && strings.HasSuffix(head, "]") {
		if i := strings.LastIndex(head, "["); i > 0 && !strings.ContainsAny(head[i:], "\"`") {
			name, rest = strings.TrimSpace(head[:i]), head[i:]
		}
	}
	if rest != "" {
		if rest[0] != '[' || rest[len(rest)-1] != ']' || strings.ContainsAny(rest, "\"`") {
			return 0 // the parser says what is wrong with it
		}
		unit = strings.TrimSpace(rest[1 : len(rest)-1])
	}
	e.name, e.unit, e.named = name, unit, true
	return equals + 1
}

// unquotedEquals gives the place of the first = that is not in a quoted name,
// -1 when there is none.
func unquotedEquals(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '=':
			return i
		case '"', '`':
			_, length, ok := unquote(text[i:])
			if !ok {
				return -1
			}
			i += length - 1
		}
	}
	return -1
}

// Name gives what the expression is called: the name in front of =, or else the
// column's name or the text itself.
func (e *Expr) Name() string { return e.name }

// Column tells whether the expression is nothing but a column, and gives its
// place among the columns it was compiled for, or else -1. Such a column can be
// read from the series without a copy.
func (e *Expr) Column() (i int, ok bool) {
	if e.root.op == opColumn {
		return e.root.column, true
	}
	return -1, false
}

// Columns gives the places of the columns that the expression reads, among
// those it was compiled for, ascending and each once.
func (e *Expr) Columns() []int {
	var out []int
	e.root.walk(func(n *node) {
		if n.op == opColumn {
			out = append(out, n.column)
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, arg := range n.args {
		arg.walk(visit)
	}
}
