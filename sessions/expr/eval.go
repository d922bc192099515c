package expr

import (
	"fmt"

	"iotplot/sessions"
)

// Result is an expression's values for a series.
type Result struct {
	Name   string    // the name in front of =, the column's name, or the text itself
	Unit   string    // "" when there is none or none is known
	Values []float64 // one a row; NaN is a gap
}

// Eval compiles the text for the series and computes it. Errors are of type
// [*Error].
func Eval(text string, s *sessions.Series) (Result, error) {
	e, err := Compile(text, s.Columns)
	if err != nil {
		return Result{}, err
	}
	return e.Eval(s)
}

// Eval computes the expression for all rows of a series, which may be another
// one than the expression was compiled for as long as it has columns of these
// names. The values are new memory that belongs to the caller. The error, of
// type [*Error], names the column that the series does not have.
func (e *Expr) Eval(s *sessions.Series) (Result, error) {
	return e.EvalRows(s, 0, s.Len())
}

// EvalRows computes the expression for the rows [from, to); rows that the
// series does not have are left out. The values are those that [Expr.Eval] has
// there: functions of a whole column look at rows outside of the range as well.
func (e *Expr) EvalRows(s *sessions.Series, from, to int) (Result, error) {
	to = min(to, s.Len())
	from = min(max(from, 0), max(to, 0))
	r := runner{rows: s.Len(), columns: map[int][][]float64{}}
	units := make([]string, len(e.all))
	for _, i := range e.Columns() {
		at := s.Lookup(e.all[i])
		if at < 0 {
			problem := fmt.Sprintf("there is no column %s in the series %q, there are %s",
				nameText(e.all[i]), shorten(s.Name), listNames(s.Columns))
			return Result{}, &Error{Text: e.text, Problem: problem}
		}
		units[i] = unitOf(s.Unit(at), s.Columns[at])
		r.load(i, s.Column(at))
	}
	return Result{Name: e.name, Unit: e.Unit(units), Values: r.hold(e.root, from, to)}, nil
}
