package expr

import (
	"math"
	"slices"
	"strings"
)

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
