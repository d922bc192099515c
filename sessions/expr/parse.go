package expr

import (
	"fmt"
	"math"
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
		return nil, err
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

// parser reads one expression by recursive descent; GRAMMAR.md has the rules
// its methods follow.
type parser struct {
	text    string
	columns []string
	next    token

	depth, operators, wholes int // so far
}

func (p *parser) fail(pos int, format string, args ...any) error {
	return &Error{Text: p.text, Offset: pos, Problem: fmt.Sprintf(format, args...)}
}

func (p *parser) advance() error {
	t, problem := scan(p.text, p.next.end)
	if problem != "" {
		return p.fail(t.pos, "%s", problem)
	}
	p.next = t
	return nil
}

func (p *parser) whole() (*node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.next.kind != tokenEnd {
		return nil, p.surplus()
	}
	return n, nil
}

// surplus says what is wrong with a token that stands behind an expression.
func (p *parser) surplus() error {
	t := p.next
	at := place(p.text, t.pos)
	switch t.kind {
	case ')':
		return p.fail(t.pos, "the ) at %s closes nothing", at)
	case ',':
		return p.fail(t.pos, "the comma at %s is not between a function's arguments, decimals are written with a point", at)
	case '=':
		return p.fail(t.pos, "the = at %s has no meaning there, allowed is one = behind the result's name", at)
	case '²', '³':
		return p.fail(t.pos, "the %s at %s follows another power, write ^ with the whole exponent", t.text, at)
	case '(':
		return p.fail(t.pos, "an operator is missing in front of the ( at %s, a function's ( follows its name directly", at)
	case tokenOther:
		return p.fail(t.pos, "%q at %s has no meaning, names with such characters are written in quotes", t.text, at)
	}
	return p.fail(t.pos, "an operator is missing in front of %s at %s, names with spaces are written in quotes", shorten(t.text), at)
}

func (p *parser) sum() (*node, error) {
	return p.chain(p.product, '+', opAdd, '-', opSub)
}

func (p *parser) product() (*node, error) {
	return p.chain(p.unary, '*', opMul, '/', opDiv)
}

// chain reads operands with either of two operators between them, which group
// from the left.
func (p *parser) chain(operand func() (*node, error), sign1 rune, op1 op, sign2 rune, op2 op) (*node, error) {
	n, err := operand()
	for err == nil && (p.next.kind == sign1 || p.next.kind == sign2) {
		op := op1
		if p.next.kind == sign2 {
			op = op2
		}
		if err = p.advance(); err != nil {
			break
		}
		var right *node
		if right, err = operand(); err == nil {
			n, err = p.operator(op, n, right)
		}
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// operator makes the node of an operator, and counts it.
func (p *parser) operator(op op, args ...*node) (*node, error) {
	return &node{op: op, args: args}, p.count()
}

func (p *parser) count() error {
	if p.operators++; p.operators > maxOperators {
		return p.fail(p.next.pos, "it has more than %d operators and functions", maxOperators)
	}
	return nil
}

// unary is where every nesting passes through, so it counts the depth.
func (p *parser) unary() (*node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.fail(p.next.pos, "it is nested deeper than %d levels at %s", maxDepth, place(p.text, p.next.pos))
	}
	sign := p.next.kind
	if sign != '-' && sign != '+' {
		return p.power()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.unary()
	if err != nil || sign == '+' {
		return n, err
	}
	return p.operator(opNeg, n)
}

func (p *parser) power() (*node, error) {
	n, err := p.atom()
	if err != nil {
		return nil, err
	}
	if p.next.kind == '²' || p.next.kind == '³' {
		exponent := 2.0
		if p.next.kind == '³' {
			exponent = 3
		}
		if n, err = p.operator(opPow, n, &node{op: opNumber, value: exponent}); err != nil {
			return nil, err
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if p.next.kind != '^' {
		return n, nil
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	exponent, err := p.unary()
	if err != nil {
		return nil, err
	}
	return p.operator(opPow, n, exponent)
}

func (p *parser) atom() (*node, error) {
	t := p.next
	switch t.kind {
	case tokenNumber:
		return &node{op: opNumber, value: t.value}, p.advance()
	case tokenQuoted:
		i := findColumn(t.text, p.columns)
		if i < 0 {
			return nil, p.noColumn(t)
		}
		return &node{op: opColumn, column: i}, p.advance()
	case tokenName:
		if t.end < len(p.text) && p.text[t.end] == '(' {
			return p.call()
		}
		n, err := p.named(t)
		if err != nil {
			return nil, err
		}
		return n, p.advance()
	case '(':
		if err := p.advance(); err != nil {
			return nil, err
		}
		n, err := p.sum()
		if err != nil {
			return nil, err
		}
		return n, p.closing(t)
	case tokenOther:
		return nil, p.surplus()
	case tokenEnd:
		return nil, p.fail(t.pos, "something is missing at the end, expected is a number, a column or a function")
	}
	return nil, p.fail(t.pos, "there is %s at %s, expected is a number, a column or a function", t.text, place(p.text, t.pos))
}

// closing reads the ) that belongs to the parenthesis at open.
func (p *parser) closing(open token) error {
	switch p.next.kind {
	case ')':
		return p.advance()
	case tokenEnd:
		return p.fail(p.next.pos, "the ( at %s is not closed", place(p.text, open.pos))
	}
	return p.surplus()
}

// named finds what a name without parentheses stands for. Columns come before
// everything that is built in.
func (p *parser) named(t token) (*node, error) {
	if i := findColumn(t.text, p.columns); i >= 0 {
		return &node{op: opColumn, column: i}, nil
	}
	if v, ok := constantValue(t.text); ok {
		return &node{op: opConstant, name: t.text, value: v}, nil
	}
	if t.text == indexName {
		return &node{op: opIndex, name: indexName}, nil
	}
	return nil, p.noColumn(t)
}

// indexName stands for the number of the row.
const indexName = "index"

func constantValue(name string) (float64, bool) {
	switch name {
	case "pi", "π":
		return math.Pi, true
	case "e":
		return math.E, true
	case "nan":
		return math.NaN(), true
	case "inf":
		return math.Inf(1), true
	}
	return 0, false
}

func (p *parser) noColumn(t token) error {
	problem := "there is no column " + shorten(nameText(t.text))
	if t.kind == tokenName && len(overloads(t.text)) > 0 {
		problem += ", the function is written " + overloads(t.text)[0].signature()
	}
	if len(p.columns) == 0 {
		return p.fail(t.pos, "%s, the series has no columns", problem)
	}
	if near := nearest(t.text, p.columns); near != "" && len(p.columns) > shownNames {
		return p.fail(t.pos, "%s, the nearest is %s, there are %s", problem, shorten(nameText(near)), listNames(p.columns))
	}
	return p.fail(t.pos, "%s, there are %s", problem, listNames(p.columns))
}

// call reads a function with its arguments; the name is the next token.
func (p *parser) call() (*node, error) {
	name := p.next
	variants := overloads(name.text)
	if len(variants) == 0 {
		return nil, p.noFunction(name)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	open := p.next
	if err := p.advance(); err != nil {
		return nil, err
	}
	n := &node{op: opCall}
	var places []int
	for p.next.kind != ')' || len(n.args) > 0 {
		places = append(places, p.next.pos)
		arg, err := p.sum()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		if p.next.kind != ',' {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.closing(open); err != nil {
		return nil, err
	}
	for _, fn := range variants {
		if len(n.args) >= fn.min && len(n.args) <= fn.max {
			n.fn = fn
		}
	}
	if n.fn == nil {
		return nil, p.fail(name.pos, "%s takes %s, not %d", variants[0].signature(), wanted(variants), len(n.args))
	}
	if err := p.count(); err != nil {
		return nil, err
	}
	if n.fn.whole() {
		if p.wholes++; p.wholes > maxWhole {
			return nil, p.fail(name.pos, "it has more than %d functions of whole columns", maxWhole)
		}
	}
	if n.fn.rows != rowsNone {
		return n, p.checkRows(n, places[1])
	}
	return n, nil
}

// checkRows refuses a number of rows that is none.
func (p *parser) checkRows(n *node, pos int) error {
	v, ok := n.args[1].constant()
	least, allowed := float64(-maxRows), "a whole number of rows such as -1"
	if n.fn.rows == rowsPositive {
		least, allowed = 1, "a whole number of rows from 1 on"
	}
	if ok && v == math.Trunc(v) && v >= least && v <= maxRows {
		return nil
	}
	return p.fail(pos, "the n of %s at %s has to be %s that is the same for all rows",
		n.fn.signature(), place(p.text, pos), allowed)
}

func (p *parser) noFunction(t token) error {
	if slices.Contains(p.columns, t.text) {
		return p.fail(t.pos, "there is no function %s, to multiply the column write %s*(…)", shorten(t.text), shorten(t.text))
	}
	names := functionNames()
	if near := nearest(t.text, names); near != "" {
		return p.fail(t.pos, "there is no function %s, did you mean %s?", shorten(t.text), overloads(near)[0].signature())
	}
	return p.fail(t.pos, "there is no function %s, there are %s", shorten(t.text), strings.Join(names, ", "))
}
