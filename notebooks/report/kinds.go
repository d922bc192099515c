package main

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"

	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// stem is a file's name without its ending.
func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// curve is a measured I-V curve with what was found in it.
type curve struct {
	*sessions.Series
	volts, amps             []float64 // V, A
	irradiance, temperature float64   // W/m², °C; NaN: not told
	points                  ivcurve.Result
	fit                     ivcurve.Fitted
	fitted                  error // why there is no fit
	incomplete              error // what the curve lacks
}

// label is what the curve is called in a figure: by its light, and its temperature where
// that is another one than usual.
func (c *curve) label(usual float64) string {
	if math.IsNaN(c.irradiance) {
		return c.Name
	}
	text := fmt.Sprintf("%g W/m²", c.irradiance)
	if !math.IsNaN(c.temperature) && c.temperature != usual {
		text += fmt.Sprintf(", %g °C", c.temperature)
	}
	return text
}

// sorted is what a folder holds, by what is reported of it.
type sorted struct {
	curves []*curve
	logs   []*energyLog
	others []other
}

// other is a series that is only drawn, with the reason if one might expect more.
type other struct {
	*sessions.Series
	why error
}

func sort(all []*sessions.Series) sorted {
	var s sorted
	for _, one := range all {
		if l := newEnergyLog(one); l != nil {
			s.logs = append(s.logs, l)
			continue
		}
		c, err := newCurve(one)
		if err == nil {
			s.curves = append(s.curves, c)
			continue
		}
		if errors.Is(err, errNoCurve) {
			err = nil
		}
		s.others = append(s.others, other{one, err})
	}
	slices.SortStableFunc(s.curves, func(a, b *curve) int {
		return cmp.Or(cmp.Compare(a.temperature, b.temperature), cmp.Compare(a.irradiance, b.irradiance), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(s.logs, func(a, b *energyLog) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(s.others, func(a, b other) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

var errNoCurve = errors.New("it has no voltage and current")

// newCurve analyses a series that has a voltage and a current. The error is
// errNoCurve, or says why they are no I-V curve.
func newCurve(s *sessions.Series) (*curve, error) {
	v, okV := quantity(s, "V", "V", "U")
	i, okI := quantity(s, "A", "I", "J")
	if !okV || !okI {
		return nil, errNoCurve
	}
	c := &curve{Series: s, volts: v, amps: i, irradiance: meta(s, "irradiance"), temperature: meta(s, "temperature")}
	o := ivcurve.Options{}
	if g, a := c.irradiance, meta(s, "area"); g > 0 && a > 0 {
		o = ivcurve.Options{AreaCM2: a, IrradianceWM2: g}
	}
	var err error
	if c.points, err = ivcurve.Analyze(v, i, o); errors.Is(err, ivcurve.ErrIncomplete) {
		c.incomplete = err
		c.points, err = ivcurve.AnalyzePart(v, i, o)
	}
	if err != nil {
		return nil, err
	}
	c.fit, c.fitted = ivcurve.Fit(v, i)
	if c.points.Convention == ivcurve.LoadConvention {
		for k := range c.amps {
			c.amps[k] = -c.amps[k]
		}
	}
	if c.points.Reversed {
		for k := range c.volts {
			c.volts[k] = -c.volts[k]
		}
	}
	return c, nil
}

// quantity gives the values, in V or A, of the column with one of the names or else of
// the only one with the unit.
func quantity(s *sessions.Series, unit string, names ...string) ([]float64, bool) {
	found := -1
	for _, name := range names {
		if found < 0 {
			found = s.Lookup(name)
		}
	}
	if found < 0 {
		for k := range s.Columns {
			if _, ok := factor(s.Unit(k), unit); !ok || s.Unit(k) == "" {
				continue
			}
			if found >= 0 {
				return nil, false // which?
			}
			found = k
		}
	}
	if found < 0 {
		return nil, false
	}
	f, ok := factor(s.Unit(found), unit)
	if !ok {
		return nil, false
	}
	values := s.Column(found).AppendTo(nil)
	for k := range values {
		values[k] *= f
	}
	return values, true
}

// factor turns values of a unit into those of the unit without prefix. Without a unit
// they are taken as that.
func factor(have, want string) (float64, bool) {
	if have == "" {
		return 1, true
	}
	prefix, ok := strings.CutSuffix(have, want)
	f, known := map[string]float64{"": 1, "n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "k": 1e3}[prefix]
	return f, ok && known
}
