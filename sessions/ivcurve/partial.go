package ivcurve

import (
	"errors"
	"math"
)

// AnalyzePart finds what is there of a curve that [Analyze] refuses with
// [ErrIncomplete], because it ends too far from short or open circuit: of Isc,
// Voc and the maximum power point those that the points show. What is missing, and
// what follows from it, has NaN for its value and uncertainty. The arguments are those
// of Analyze, whose error has the sentence about what is missing.
//
// The error is an *[Error] where nothing is there, or where Analyze has an answer
// of its own.
func AnalyzePart(voltage, current []float64, o Options) (Result, error) {
	if _, err := Analyze(voltage, current, o); !errors.Is(err, ErrIncomplete) {
		if err == nil {
			err = refuse(ErrArguments, "cannot analyse a part of the curve: it is complete")
		}
		return Result{}, err
	}
	c, err := prepare(voltage, current)
	if err != nil {
		return Result{}, err
	}
	nan := math.NaN()
	isc, voc := crossing{value: nan, u: nan, slope: nan, uSlope: nan}, crossing{value: nan, u: nan, slope: nan, uSlope: nan}
	top := summit{v: nan, i: nan, p: nan, uv: nan, ui: nan, up: nan}
	var unknown scatter
	found := 0
	shows := func(value, u float64) bool { return value > 4*u && u <= scatterMost*value }
	if c.scatter <= scatterMost/2 {
		if x := c.shortCircuit(unknown); c.first <= farFromIsc && x.ok && shows(x.value, x.u) {
			isc, found = x, found+1
		}
		if x := c.openCircuit(unknown); c.last <= farFromVoc && x.ok && shows(x.value, x.u) {
			voc, found = x, found+1
		}
		if x := c.maximum(unknown); x.ok && x.v > 0 && shows(x.p, x.up) {
			top, found = x, found+1
		}
	}
	if found == 0 {
		return Result{}, refuse(ErrIncomplete, "cannot analyse the curve: the points show neither Isc nor Voc nor a maximum of the power")
	}
	// What is missing is not extrapolated.
	if isc.value != isc.value {
		c.first = 0
	}
	if voc.value != voc.value {
		c.last = 0
	}
	r := c.result(isc, voc, top, [3]Method{}, o)
	if isc.value != isc.value {
		r.Rsh.Value, r.Rsh.Uncertainty = nan, nan
	}
	r.FF.Extrapolated = r.FF.Extrapolated && r.FF.Value == r.FF.Value
	return r, nil
}
