package expr

import (
	"fmt"
	"math"
)

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
			var err error
			if i, err = p.short(t); err != nil {
				return nil, err
			}
		}
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
// everything that is built in, and that before columns without their units.
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
	if i, err := p.short(t); err != nil {
		return nil, err
	} else if i >= 0 {
		return &node{op: opColumn, column: i}, nil
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
