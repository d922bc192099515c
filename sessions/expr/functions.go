package expr

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Function describes a function that expressions may call.
type Function struct {
	Name    string // as it is written in front of the parenthesis
	Args    string // the names of its arguments: "y, x"
	Meaning string // what it gives
	Unit    string // the result's unit: "y" is that of y, "1" none, "" not known
	Whole   bool   // it looks at more rows than its own
}

// Functions lists all functions in the order in which they are documented. A
// name stands twice where the number of arguments decides between two meanings.
func Functions() []Function {
	out := make([]Function, len(functions))
	for i := range functions {
		out[i] = functions[i].Function
	}
	return out
}

// function is a Function with what computes it: one of the fields from one to
// rewrite is set.
type function struct {
	Function
	min, max int // number of arguments

	one     func(float64) float64      // of one row
	two     func(a, b float64) float64 // of one row; more arguments are taken pair by pair
	fold    func(stream) float64       // a column to one number
	rewrite *rewrite                   // columns to a column

	rows rowsArgument
	unit func(args []quantity) quantity
}

// rowsArgument says what the second argument has to be.
type rowsArgument uint8

const (
	rowsNone     rowsArgument = iota // nothing special
	rowsPositive                     // a constant whole number from 1 on
	rowsSigned                       // a constant whole number
)

// maxRows bounds numbers of rows, so that sums of them can't overflow.
const maxRows = 1 << 30

// maxArgs bounds the arguments where any number makes sense.
const maxArgs = 16

func (f *function) whole() bool { return f.Whole }

func (f *function) signature() string { return f.Name + "(" + f.Args + ")" }

// functions is the one table of functions; nothing changes it. The table in
// GRAMMAR.md is compared with it.
var functions = []function{
	row1("abs", "a", "size without sign", "a", math.Abs, sameUnit),
	row1("sign", "a", "−1, 0 or 1", "1", sign, noUnit),
	row1("floor", "a", "next whole number below", "a", math.Floor, sameUnit),
	row1("ceil", "a", "next whole number above", "a", math.Ceil, sameUnit),
	row1("round", "a", "nearest whole number, halves away from 0", "a", math.Round, sameUnit),
	row1("sqrt", "a", "square root, NaN below 0", "√a", math.Sqrt, func(q []quantity) quantity { return q[0].root() }),
	row1("exp", "a", "e to the power a", "1", math.Exp, noUnit),
	row1("ln", "a", "natural logarithm", "1", math.Log, logUnit),
	row1("log", "a", "natural logarithm, the same as ln", "1", math.Log, logUnit),
	row1("log10", "a", "logarithm to base 10", "1", math.Log10, logUnit),
	row1("log2", "a", "logarithm to base 2", "1", math.Log2, logUnit),
	row1("sin", "a", "sine, a in radians", "1", math.Sin, noUnit),
	row1("cos", "a", "cosine, a in radians", "1", math.Cos, noUnit),
	row1("tan", "a", "tangent, a in radians", "1", math.Tan, noUnit),
	row1("asin", "a", "inverse sine in radians", "1", math.Asin, noUnit),
	row1("acos", "a", "inverse cosine in radians", "1", math.Acos, noUnit),
	row1("atan", "a", "inverse tangent in radians", "1", math.Atan, noUnit),
	row2("atan2", "y, x", "angle of the point x, y in radians", "1", 2, math.Atan2, noUnit),
	row1("sinh", "a", "hyperbolic sine", "1", math.Sinh, noUnit),
	row1("cosh", "a", "hyperbolic cosine", "1", math.Cosh, noUnit),
	row1("tanh", "a", "hyperbolic tangent", "1", math.Tanh, noUnit),
	row2("pow", "a, b", "a to the power b, the same as a^b", "a to the power b if b is a number", 2, power,
		func(q []quantity) quantity { return q[0].power(q[1]) }),
	row2("hypot", "a, b", "√(a² + b²)", "a if all have the same", 2, hypot, commonUnit),
	row2("min", "a, b, …", "the smallest in each row", "a if all have the same", maxArgs, smaller, commonUnit),
	row2("max", "a, b, …", "the largest in each row", "a if all have the same", maxArgs, larger, commonUnit),

	folding("min", "smallest value", "y", foldMin, sameUnit),
	folding("max", "largest value", "y", foldMax, sameUnit),
	folding("sum", "sum of the values", "y", foldSum, sameUnit),
	folding("mean", "mean of the values", "y", foldMean, sameUnit),
	folding("median", "median, the mean of the two middle values if their number is even", "y", foldMedian, sameUnit),
	folding("std", "standard deviation of a sample (divided by n − 1)", "y", foldStd, sameUnit),
	folding("first", "first value that is no gap", "y", foldFirst, sameUnit),
	folding("last", "last value that is no gap", "y", foldLast, sameUnit),

	rewriting("diff", "y", "difference from the row before, first a gap", "y", &diff, sameUnit),
	rewriting("deriv", "y, x", "slope dy/dx, of second order from the neighbours on both sides, at the ends and beside gaps from one; a gap where x stands still or turns",
		"y/x", &deriv, func(q []quantity) quantity { return q[0].times(q[1], -1) }),
	rewriting("cumsum", "y", "running sum", "y", &cumsum, sameUnit),
	rewriting("cumtrapz", "y, x", "running integral of y over x by trapezoids, from 0 on", "y·x", &cumtrapz, productUnit),
	rewriting("integral", "y, x", "the same as cumtrapz", "y·x", &cumtrapz, productUnit),
	withRows(rowsPositive, rewriting("movavg", "y, n",
		"mean of the n rows around each row: (n−1)/2 before and after it, for even n one more before than after; fewer at the ends and beside gaps",
		"y", &movavg, sameUnit)),
	withRows(rowsSigned, rewriting("shift", "y, n", "values moved n rows later, earlier if n is negative; gaps come in", "y", &shift, sameUnit)),
	rewriting("norm", "y", "y divided by the largest size in the column", "1", &norm, noUnit),
}

func row1(name, args, meaning, unit string, f func(float64) float64, rule func([]quantity) quantity) function {
	return function{Function: Function{Name: name, Args: args, Meaning: meaning, Unit: unit}, min: 1, max: 1, one: f, unit: rule}
}

func row2(name, args, meaning, unit string, most int, f func(a, b float64) float64, rule func([]quantity) quantity) function {
	return function{Function: Function{Name: name, Args: args, Meaning: meaning, Unit: unit}, min: 2, max: most, two: f, unit: rule}
}

func folding(name, meaning, unit string, f func(stream) float64, rule func([]quantity) quantity) function {
	return function{Function: Function{Name: name, Args: "y", Meaning: meaning, Unit: unit, Whole: true}, min: 1, max: 1, fold: f, unit: rule}
}

func rewriting(name, args, meaning, unit string, r *rewrite, rule func([]quantity) quantity) function {
	n := 1
	if args != "y" {
		n = 2
	}
	return function{Function: Function{Name: name, Args: args, Meaning: meaning, Unit: unit, Whole: true}, min: n, max: n, rewrite: r, unit: rule}
}

func withRows(kind rowsArgument, f function) function {
	f.rows = kind
	return f
}

// overloads gives the functions of that name, usually one.
func overloads(name string) []*function {
	var out []*function
	for i := range functions {
		if functions[i].Name == name {
			out = append(out, &functions[i])
		}
	}
	return out
}

// functionNames lists each name once, in alphabetical order.
func functionNames() []string {
	names := make([]string, len(functions))
	for i := range functions {
		names[i] = functions[i].Name
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// wanted says how many arguments the variants of a function take.
func wanted(variants []*function) string {
	text := ""
	least, most := variants[0].min, variants[0].max
	for _, f := range variants {
		least, most = min(least, f.min), max(most, f.max)
	}
	switch {
	case least != most:
		text = fmt.Sprintf("%d to %d arguments", least, most)
	case least == 1:
		text = "1 argument"
	default:
		text = strconv.Itoa(least) + " arguments"
	}
	return text
}

// The functions of one row that package math does not have, or has with
// exceptions from the rule that a gap gives a gap.

func sign(a float64) float64 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	case a == 0:
		return 0
	}
	return math.NaN()
}

func smaller(a, b float64) float64 { return min(a, b) }
func larger(a, b float64) float64  { return max(a, b) }

func hypot(a, b float64) float64 {
	if a != a || b != b {
		return math.NaN()
	}
	return math.Hypot(a, b)
}

func power(a, b float64) float64 {
	switch {
	case a != a || b != b:
		return math.NaN()
	case b == 2:
		return a * a
	case b == 3:
		return a * a * a
	}
	return math.Pow(a, b)
}
