// Package expr computes expressions of a series' columns, such as V*I,
// P [mW] = V*I*1e3 or integral(P, t)/3600, for plots and for reports. GRAMMAR.md
// says what may be written and what every function does.
//
// [Compile] reads an expression once, [Expr.Eval] computes it for a series,
// and [Eval] does both. The result has a name, a value for each row, and a unit
// where one follows from the columns' units; where none follows with certainty,
// the unit is empty.
//
// NaN is a gap: what is computed from a gap is a gap. The functions that sum or
// average a whole column pass over gaps instead.
//
// Texts may come from anywhere: their length, their nesting and the number of
// whole columns they can hold in memory are bounded, and no text makes this
// package panic.
package expr
