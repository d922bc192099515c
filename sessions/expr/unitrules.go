package expr

import "math"

// Unit gives the unit of the expression when its columns have these units, in
// the order of the columns that it was compiled for. A unit that is stated in
// front of = is taken as it is. Otherwise the unit is derived from the columns',
// and it is "" for a plain number and wherever it can't be derived with
// certainty: a missing unit has to be looked up, a wrong one is believed.
func (e *Expr) Unit(units []string) string {
	if e.unit != "" {
		return e.unit
	}
	q := e.root.quantity(units)
	switch {
	case q.kind == quantityUnknown || q.kind == quantityNumber:
		return ""
	case q.text != "":
		if q.text == "1" {
			return ""
		}
		return q.text
	}
	text, _ := q.unit.text()
	return text
}

// quantity is what is known of a value besides the value.
type quantity struct {
	kind  quantityKind
	value float64 // of a number
	text  string  // the unit as the series has it, "" when it was derived
	unit  unit    // of a quantity that is measured
}

type quantityKind uint8

const (
	quantityUnknown  quantityKind = iota
	quantityNumber                // a number in the expression, which may convert between units
	quantityPure                  // a computed number without unit, such as a sine
	quantityLabel                 // a unit that can't be taken apart
	quantityMeasured              // a unit that can
)

var (
	unknown = quantity{}
	pure    = quantity{kind: quantityPure}
)

func measured(text string) quantity {
	if text == "" {
		return unknown
	}
	if u, ok := parseUnit(text); ok {
		return quantity{kind: quantityMeasured, text: text, unit: u}
	}
	return quantity{kind: quantityLabel, text: text}
}

func derived(u unit) quantity {
	if !u.bounded() {
		return unknown
	}
	return quantity{kind: quantityMeasured, unit: u}
}

func (n *node) quantity(units []string) quantity {
	switch n.op {
	case opNumber, opConstant:
		return quantity{kind: quantityNumber, value: n.value}
	case opIndex:
		return pure
	case opColumn:
		if n.column >= len(units) {
			return unknown
		}
		return measured(units[n.column])
	}
	args := make([]quantity, len(n.args))
	values := make([]float64, len(n.args))
	numbers := true
	for i, arg := range n.args {
		args[i] = arg.quantity(units)
		values[i] = args[i].value
		numbers = numbers && args[i].kind == quantityNumber
	}
	whole := n.op == opCall && n.fn.whole()
	switch {
	case numbers && !whole:
		return quantity{kind: quantityNumber, value: n.apply(values)}
	case whole && args[0].kind == quantityNumber:
		// The sum of a number over the rows is another number.
		args[0] = pure
	}
	switch n.op {
	case opNeg:
		return args[0]
	case opAdd, opSub:
		return commonUnit(args)
	case opMul:
		return args[0].times(args[1], 1)
	case opDiv:
		return args[0].times(args[1], -1)
	case opPow:
		return args[0].power(args[1])
	}
	return n.fn.unit(args)
}

// times multiplies by w to the power exp, which is 1 or -1.
func (q quantity) times(w quantity, exp int) quantity {
	switch {
	case q.kind == quantityUnknown || w.kind == quantityUnknown:
		return unknown
	case w.kind == quantityNumber:
		return q.scaled(w.value, exp)
	case q.kind == quantityNumber && (exp == 1 || w.kind == quantityPure):
		return w.scaled(q.value, 1)
	case q.kind == quantityLabel || w.kind == quantityLabel:
		return unknown
	case w.kind == quantityPure:
		return q
	case q.kind == quantityPure && exp == 1:
		return w
	}
	product := derived(q.unit.times(w.unit, exp))
	if q.kind == quantityNumber {
		return product.scaled(q.value, 1)
	}
	return product
}

// scaled multiplies by a number to the power exp. A number may be a quantity of
// its own, but powers of ten and the 60 and 3600 of the clock are what people
// convert units with; whoever multiplies amperes by 1000 has milliamperes.
// Other numbers leave the unit open.
func (q quantity) scaled(v float64, exp int) quantity {
	v = math.Abs(v)
	if v == 1 {
		return q
	}
	if q.kind != quantityMeasured {
		return unknown
	}
	ten, sixty, ok := tens(v)
	if !ok {
		return unknown
	}
	// The value grows by what the unit shrinks.
	return derived(q.unit.times(unit{ten: ten, sixty: sixty}, -exp))
}

// tens takes a number apart into powers of 10 and of 60.
func tens(v float64) (ten, sixty int, ok bool) {
	if !(v > 0) || math.IsInf(v, 0) {
		return 0, 0, false
	}
	for _, sixty := range []int{0, 1, 2, -1, -2} {
		w := v / math.Pow(60, float64(sixty))
		ten := int(math.Round(math.Log10(w)))
		// As near as a few roundings of a computed constant leave it.
		if ten >= -30 && ten <= 30 && math.Abs(w/math.Pow10(ten)-1) < 1e-13 {
			return ten, sixty, true
		}
	}
	return 0, 0, false
}

// root is the unit of the square root.
func (q quantity) root() quantity {
	switch q.kind {
	case quantityPure:
		return q
	case quantityMeasured:
		if u, ok := q.unit.root(); ok {
			return derived(u)
		}
	}
	return unknown
}

// power is the unit of q to the power w, known only where w is a number.
func (q quantity) power(w quantity) quantity {
	switch {
	case q.kind == quantityPure || q.kind == quantityNumber:
		if w.kind == quantityPure || w.kind == quantityNumber {
			return pure
		}
	case q.kind == quantityMeasured && w.kind == quantityNumber:
		switch v := w.value; {
		case v == 1:
			return q
		case v == 0.5:
			return q.root()
		case v == math.Trunc(v) && math.Abs(v) <= maxExponent:
			return derived(unit{}.times(q.unit, int(v)))
		}
	}
	return unknown
}

// The rules that the table of functions names.

func sameUnit(q []quantity) quantity { return q[0] }

func noUnit([]quantity) quantity { return pure }

func productUnit(q []quantity) quantity { return q[0].times(q[1], 1) }

// logUnit: the logarithm of a quantity depends on the unit it is measured in,
// so only that of a plain number is one.
func logUnit(q []quantity) quantity {
	if q[0].kind == quantityPure || q[0].kind == quantityMeasured && q[0].unit.plain() && q[0].unit.ten == 0 {
		return pure
	}
	return unknown
}

// commonUnit is the unit that all arguments have. A number beside them is meant
// in that unit, except where an offset could be a conversion: between scales of
// temperature, or of units that are not known here.
func commonUnit(args []quantity) quantity {
	var out quantity
	numbers := false
	for _, q := range args {
		switch {
		case q.kind == quantityUnknown:
			return unknown
		case q.kind == quantityNumber:
			numbers = true
		case out.kind == quantityUnknown:
			out = q
		case q.kind != out.kind, q.kind == quantityLabel && q.text != out.text,
			q.kind == quantityMeasured && !q.unit.same(out.unit):
			return unknown
		}
	}
	if numbers && !out.takesOffset() {
		return unknown
	}
	return out
}

func (q quantity) takesOffset() bool {
	switch q.kind {
	case quantityPure:
		return true
	case quantityMeasured:
		for _, f := range q.unit.rest {
			if f.symbol == "K" || !takesPrefix(f.symbol) {
				return false
			}
		}
		return true
	}
	return false
}
