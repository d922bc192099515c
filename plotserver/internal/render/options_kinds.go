package render

import "fmt"

// kindSpec is what a plot command asks of the kinds "iv", "spectrum" and "box".
type kindSpec struct {
	v, i             text
	area, irradiance float64 // cm² and W/m²; 0 where left out
	nperseg          int     // 0 where left out
	scaling          string  // "" for the density
	notch, means     bool
	ylogGiven        bool
}

const mostSegment = longestSegment

// kindOptions are the options of these kinds, in the order of the
// documentation.
func kindOptions() []descriptor {
	return []descriptor{
		{"v", "a column or an expression", "the column named V or U, else with unit V, else the first", `"V"`,
			`the voltage of kind "iv"`,
			textOption(func(s *spec) *text { return &s.v })},
		{"i", "a column or an expression", "the column named I or J, else with unit A, else the second", `"I [mA] = I*1e3"`,
			`the current of kind "iv", or the current density`,
			textOption(func(s *spec) *text { return &s.i })},
		{"area", "a number above 0", "the series' meta entry area", "4.0",
			`the cell's area in cm², with which kind "iv" gives the efficiency`,
			lightOption(func(s *spec) *float64 { return &s.area })},
		{"irradiance", "a number above 0", "the series' meta entry irradiance", "1000",
			`the irradiance in W/m², with which kind "iv" gives the efficiency`,
			lightOption(func(s *spec) *float64 { return &s.irradiance })},
		{"nperseg", fmt.Sprintf("a whole number from %d to %d", shortestSegment, mostSegment), "about an eighth of the rows, but at least 256", "1024",
			`rows in a segment of kind "spectrum": more of them resolve finer, fewer are less noisy`,
			setSegment},
		{"scaling", `"density" or "amplitude"`, `"density"`, `"amplitude"`,
			`what kind "spectrum" shows: the power density, or the amplitude that a sine wave has`,
			choiceOption([]string{"density", "amplitude"}, func(s *spec) *string { return &s.scaling })},
		{"notch", "true or false", "false", "true",
			`boxes of kind "box" with a notch, which is the 95 % confidence interval of the median`,
			flagOption(func(s *spec) *bool { return &s.notch })},
		{"means", "true or false", "false", "true",
			`the means in boxes of kind "box"`,
			flagOption(func(s *spec) *bool { return &s.means })},
	}
}

func setSegment(s *spec, v any) *refusal {
	x, ok := v.(float64)
	switch {
	case !ok:
		return &refusal{wrong: "it is " + kindOf(v)}
	case x != float64(int(x)) || !(x >= shortestSegment && x <= mostSegment):
		return &refusal{wrong: "it is out of range"}
	}
	s.nperseg = int(x)
	return nil
}

// lightOption takes an area or an irradiance.
func lightOption(at func(*spec) *float64) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		x, ok := v.(float64)
		if !ok {
			return &refusal{wrong: "it is " + kindOf(v)}
		}
		if !(x > 0 && x <= largestLight) {
			return &refusal{wrong: "it is out of range"}
		}
		*at(s) = x
		return nil
	}
}

// setYlog takes the option ylog and notes that it was given, since spectra are
// logarithmic unless it says no.
func setYlog(s *spec, v any) *refusal {
	r := flagOption(func(s *spec) *bool { return &s.ylog })(s, v)
	s.ylogGiven = r == nil
	return r
}
