package expr

import (
	"slices"
	"strconv"
	"strings"
)

// node is a part of an expression. Trees are never changed after parsing.
type node struct {
	op     op
	value  float64   // of a number or a constant
	name   string    // of a constant
	column int       // of a column: its place among Expr.columns
	fn     *function // of a call
	args   []*node
}

type op uint8

const (
	opNumber op = iota
	opConstant
	opIndex
	opColumn
	opNeg
	opAdd
	opSub
	opMul
	opDiv
	opPow
	opCall
)

// How tightly operators bind, as the grammar nests them.
const (
	bindsSum = iota
	bindsProduct
	bindsUnary
	bindsPower
	bindsAtom
)

func (n *node) binds() int {
	switch n.op {
	case opAdd, opSub:
		return bindsSum
	case opMul, opDiv:
		return bindsProduct
	case opNeg:
		return bindsUnary
	case opPow:
		return bindsPower
	}
	return bindsAtom
}

// write appends the node to b, in parentheses when it binds less than least.
func (n *node) write(b *strings.Builder, columns []string, least int) {
	if n.binds() < least {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	infix := func(sign string, left, right int) {
		n.args[0].write(b, columns, left)
		b.WriteString(sign)
		n.args[1].write(b, columns, right)
	}
	switch n.op {
	case opNumber:
		b.WriteString(strconv.FormatFloat(n.value, 'g', -1, 64))
	case opConstant, opIndex:
		b.WriteString(n.name)
	case opColumn:
		b.WriteString(nameText(columns[n.column]))
	case opNeg:
		b.WriteByte('-')
		n.args[0].write(b, columns, bindsUnary)
	case opAdd:
		infix(" + ", bindsSum, bindsProduct)
	case opSub:
		infix(" - ", bindsSum, bindsProduct)
	case opMul:
		infix("*", bindsProduct, bindsUnary)
	case opDiv:
		infix("/", bindsProduct, bindsUnary)
	case opPow:
		infix("^", bindsAtom, bindsUnary)
	case opCall:
		b.WriteString(n.fn.Name)
		b.WriteByte('(')
		for i, arg := range n.args {
			if i > 0 {
				b.WriteString(", ")
			}
			arg.write(b, columns, bindsSum)
		}
		b.WriteByte(')')
	}
}

// constant gives the value of a node that is the same whatever the series is.
func (n *node) constant() (float64, bool) {
	switch n.op {
	case opNumber, opConstant:
		return n.value, true
	case opIndex, opColumn:
		return 0, false
	case opCall:
		if n.fn.whole() {
			return 0, false
		}
	}
	values := make([]float64, len(n.args))
	for i, arg := range n.args {
		v, ok := arg.constant()
		if !ok {
			return 0, false
		}
		values[i] = v
	}
	return n.apply(values), true
}

// apply computes an elementwise node from its arguments' values in one row.
func (n *node) apply(args []float64) float64 {
	switch n.op {
	case opNeg:
		return -args[0]
	case opCall:
		if n.fn.one != nil {
			return n.fn.one(args[0])
		}
		v := args[0]
		for _, w := range args[1:] {
			v = n.fn.two(v, w)
		}
		return v
	}
	return n.op.apply(args[0], args[1])
}

func (o op) apply(a, b float64) float64 {
	switch o {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv:
		return a / b
	}
	return power(a, b)
}

// String writes the expression in its shortest form with the same meaning,
// which [Compile] reads back to the same expression for the same columns.
func (e *Expr) String() string {
	var b strings.Builder
	e.root.write(&b, e.all, bindsSum)
	text := b.String()
	isThisColumn := e.root.op == opColumn && text == e.all[e.root.column]
	head := ""
	if e.named {
		head = nameText(e.name)
		if e.unit != "" {
			head += " [" + e.unit + "]"
		}
		head += " = "
	}
	// A text that is some column's name would be read as that column.
	for !isThisColumn && slices.Contains(e.all, text) || e.named && slices.Contains(e.all, head+text) {
		text = "(" + text + ")"
		isThisColumn = false
	}
	return head + text
}
