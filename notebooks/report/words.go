package main

import (
	"fmt"
	"math"
	"strconv"

	"iotplot/sessions"
)

// pm writes a value with its standard uncertainty, both to two digits of it.
func pm(value, u float64) string {
	switch {
	case math.IsNaN(value):
		return "–"
	case math.IsInf(value, 0):
		return "∞"
	case !(u > 0) || math.IsInf(u, 0):
		return strconv.FormatFloat(value, 'g', 5, 64)
	}
	digits := max(0, 1-int(math.Floor(math.Log10(u))))
	return fmt.Sprintf("%.*f ± %.*f", digits, value, digits, u)
}

// clock writes hours as h:mm.
func clock(hours float64) string {
	m := int(math.Round(hours * 60))
	return fmt.Sprintf("%d:%02d", m/60, m%60)
}

func orDash(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%g", v)
}

// meta is a number that the client told, NaN if it told none of that name.
func meta(s *sessions.Series, name string) float64 {
	if v, ok := s.Meta[name].(float64); ok {
		return v
	}
	return math.NaN()
}
