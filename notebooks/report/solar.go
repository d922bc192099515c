package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"iotplot/plotserver/figure"
	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// curves writes all about I-V curves.
func (d *document) curves(all []*curve) error {
	if len(all) == 0 {
		return nil
	}
	d.heading("I-V curves")
	d.points(all)
	if err := d.file("curves.csv", func(w io.Writer) error { return writeValues(w, all) }); err != nil {
		return err
	}
	most, usual := alike(all)
	labels := map[string]int{}
	highest := 0.0
	for _, c := range all {
		labels[c.label(usual)]++
		for k := range c.volts {
			if c.amps[k] > 0 {
				highest = max(highest, c.volts[k])
			}
		}
	}
	for _, f := range []struct{ name, caption, column, unit string }{
		{"iv", "Current over voltage.", "I", "mA"},
		{"pv", "Power over voltage.", "P", "mW"},
	} {
		var series []*sessions.Series
		format := []string{}
		for _, c := range slices.Backward(all) { // so that the legend has the highest on top
			label := c.label(usual)
			if labels[label] > 1 && label != c.Name {
				label += ", " + c.Name
			}
			b := sessions.NewBuilder(sessions.Header{Name: label, Columns: []string{"V", f.column}, Units: []string{"V", f.unit}})
			for _, k := range c.order() {
				y := c.amps[k] * 1e3
				if f.column == "P" {
					y *= c.volts[k]
				}
				b.Append([]float64{c.volts[k], y})
			}
			series = append(series, b.Series())
			format = append(format, "o-")
		}
		o := figure.Options{"xlabel": "Voltage [V]", "ylabel": map[string]string{"I": "Current", "P": "Power"}[f.column] + " [" + f.unit + "]",
			"format": format, "markersize": 2, "linewidth": 0.8, "figsize": []float64{6, 4}, "ylim": []any{0, nil}, "xlim": []any{0, nil}}
		if f.name == "iv" && len(all) > 3 {
			o["xlim"] = []any{0, 1.4 * highest} // the legend finds no other place
		}
		if err := d.figure(f.name, f.caption, o, series...); err != nil {
			return err
		}
	}
	return d.light(most, usual)
}

// order gives the points by voltage, so that lines go from each to its neighbour.
func (c *curve) order() []int {
	var all []int
	for k := range c.volts {
		if c.volts[k]-c.volts[k] == 0 && c.amps[k]-c.amps[k] == 0 { // both are finite
			all = append(all, k)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int {
		switch {
		case c.volts[a] < c.volts[b]:
			return -1
		case c.volts[a] > c.volts[b]:
			return 1
		}
		return 0
	})
	return all
}

// value is a column of the tables.
type value struct {
	name, unit string  // of the table for people
	scale      float64 // SI units to that
	csv        string  // the column for programs, in SI units
	of         func(c *curve) ivcurve.Quantity
}

func values() []value {
	fitted := func(get func(ivcurve.SingleDiode) float64) func(*curve) ivcurve.Quantity {
		return func(c *curve) ivcurve.Quantity {
			if c.fitted != nil {
				return ivcurve.Quantity{Value: math.NaN(), Uncertainty: math.NaN()}
			}
			return ivcurve.Quantity{Value: get(c.fit.Model), Uncertainty: get(c.fit.Uncertainty)}
		}
	}
	return []value{
		{"Isc", "mA", 1e3, "Isc[A]", func(c *curve) ivcurve.Quantity { return c.points.Isc }},
		{"Voc", "V", 1, "Voc[V]", func(c *curve) ivcurve.Quantity { return c.points.Voc }},
		{"Vmp", "V", 1, "Vmp[V]", func(c *curve) ivcurve.Quantity { return c.points.Vmp }},
		{"Imp", "mA", 1e3, "Imp[A]", func(c *curve) ivcurve.Quantity { return c.points.Imp }},
		{"Pmax", "mW", 1e3, "Pmax[W]", func(c *curve) ivcurve.Quantity { return c.points.Pmax }},
		{"FF", "%", 100, "FF", func(c *curve) ivcurve.Quantity { return c.points.FF }},
		{"η", "%", 100, "efficiency", func(c *curve) ivcurve.Quantity { return c.points.Efficiency }},
		{"Rs", "Ω", 1, "Rs[Ohm]", fitted(func(m ivcurve.SingleDiode) float64 { return m.Rs })},
		{"nNsVth", "mV", 1e3, "nNsVth[V]", fitted(func(m ivcurve.SingleDiode) float64 { return m.NNsVth })},
	}
}

// points writes the table of operating points and what is to be said of them.
func (d *document) points(all []*curve) {
	head := []string{"series", "G [W/m²]", "T [°C]"}
	for _, v := range values() {
		head = append(head, v.name+" ["+v.unit+"]")
	}
	rows := [][]string{head}
	var notes []string
	extrapolated := false
	for _, c := range all {
		row := []string{c.Name, orDash(c.irradiance), orDash(c.temperature)}
		for _, v := range values() {
			q := v.of(c)
			text := pm(q.Value*v.scale, q.Uncertainty*v.scale)
			if q.Extrapolated && q.Value == q.Value {
				text += " *"
				extrapolated = true
			}
			row = append(row, text)
		}
		rows = append(rows, row)
		for _, n := range c.points.Notes {
			notes = append(notes, c.Name+": "+n)
		}
		if c.incomplete != nil {
			notes = append(notes, c.Name+": "+c.incomplete.Error())
		}
		if c.fitted != nil {
			notes = append(notes, c.Name+": "+c.fitted.Error())
		}
		if c.Missing() > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d rows were lost on the way", c.Name, c.Missing()))
		}
	}
	caption := "Operating points after ASTM E1036, and series resistance and n·Ns·Vth of the single-diode equation, with standard uncertainties: those of the points' scatter, not of the instruments' calibration."
	if extrapolated {
		caption += " An asterisk marks what the points do not reach."
	}
	d.table(rows, caption)
	d.list(notes)
}

// writeValues writes the table for programs.
func writeValues(w io.Writer, all []*curve) error {
	out := csv.NewWriter(w)
	row := []string{"series", "run", "G[W/m2]", "T[C]"}
	for _, v := range values() {
		row = append(row, v.csv, "u("+v.csv+")")
	}
	number := func(x float64) string {
		if math.IsNaN(x) {
			return ""
		}
		return strconv.FormatFloat(x, 'g', 9, 64)
	}
	for _, c := range append([]*curve{nil}, all...) {
		if c != nil {
			row = []string{c.Name, c.Run, number(c.irradiance), number(c.temperature)}
			for _, v := range values() {
				q := v.of(c)
				row = append(row, number(q.Value), number(q.Uncertainty))
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// alike gives the curves of one temperature in °C, that of which there are the most, and
// the temperature; -Inf where it was not told.
func alike(all []*curve) (most []*curve, temperature float64) {
	by := map[float64][]*curve{}
	var temperatures []float64
	for _, c := range all {
		t := c.temperature
		if math.IsNaN(t) {
			t = math.Inf(-1) // as a key NaN is not equal to itself
		}
		if by[t] == nil {
			temperatures = append(temperatures, t)
		}
		by[t] = append(by[t], c)
	}
	for _, t := range temperatures {
		if len(by[t]) > len(most) {
			most, temperature = by[t], t
		}
	}
	return most, temperature
}

// light compares curves of one temperature.
func (d *document) light(all []*curve, temperature float64) error {
	complete := func(q ivcurve.Quantity) bool { return q.Value-q.Value == 0 && q.Uncertainty > 0 }
	var g, lnG, isc, uIsc, voc, uVoc, inverse, slope, uSlope []float64
	for _, c := range all {
		p := c.points
		if !(c.irradiance > 0) {
			continue
		}
		if complete(p.Isc) && complete(p.Voc) {
			g, lnG = append(g, c.irradiance), append(lnG, math.Log(c.irradiance/ivcurve.StandardIrradiance))
			isc, uIsc = append(isc, p.Isc.Value), append(uIsc, p.Isc.Uncertainty)
			voc, uVoc = append(voc, p.Voc.Value), append(uVoc, p.Voc.Uncertainty)
		}
		// The shunt takes a part of the current at open circuit.
		if j := p.Isc.Value - p.Voc.Value/p.Rsh.Value; complete(p.Rs) && j > 0 {
			inverse, slope, uSlope = append(inverse, 1/j), append(slope, p.Rs.Value), append(uSlope, p.Rs.Uncertainty)
		}
	}
	if len(g) < 3 {
		return nil
	}
	at := ""
	if !math.IsInf(temperature, 0) {
		at = fmt.Sprintf(" at %g °C", temperature)
	}
	d.heading("Dependence on light")
	if l, ok := fitLine(g, isc, uIsc); ok {
		d.say("The short-circuit current%s rises by %s µA for each W/m²; its line cuts the axis at %s mA (χ²/ν = %.2f). In the single-diode model it is proportional to the light.",
			at, pm(l.b*1e6, l.ub*1e6), pm(l.a*1e3, l.ua*1e3), l.chi2)
		if err := d.fitFigure("isc", "Short-circuit current over irradiance, with its standard uncertainties and a weighted straight line.",
			figure.Options{"xlabel": "Irradiance [W/m²]", "ylabel": "$I_{sc}$ [mA]"}, g, g, isc, uIsc, 1e3, l); err != nil {
			return err
		}
	}
	if l, ok := fitLine(lnG, voc, uVoc); ok {
		d.say("The open-circuit voltage%s rises by %s mV for each factor e of light (χ²/ν = %.2f), which is n·Ns·Vth of the single-diode model; at 1000 W/m² the line has %s V.",
			at, pm(l.b*1e3, l.ub*1e3), l.chi2, pm(l.a, l.ua))
		if err := d.fitFigure("voc", "Open-circuit voltage over irradiance, with a straight line over its logarithm.",
			figure.Options{"xlabel": "Irradiance [W/m²]", "ylabel": "$V_{oc}$ [V]", "xlog": true}, g, lnG, voc, uVoc, 1, l); err != nil {
			return err
		}
	}
	if l, ok := fitLine(inverse, slope, uSlope); ok && len(slope) >= 3 {
		d.say("The slopes at open circuit, over the inverse of the current through the junction, have the series resistance %s Ω as their intercept (χ²/ν = %.2f).", pm(l.a, l.ua), l.chi2)
		if err := d.fitFigure("slopes", "Differential resistance at open circuit over the inverse of the current through the junction.",
			figure.Options{"xlabel": "$1/I_j$ [1/A]", "ylabel": "$-dV/dI$ at $V_{oc}$ [Ω]"}, inverse, inverse, slope, uSlope, 1, l); err != nil {
			return err
		}
	}
	return nil
}

// fitFigure draws points with their uncertainties, and the line y = a + b·of over x.
func (d *document) fitFigure(name, caption string, o figure.Options, x, of, y, u []float64, scale float64, l straight) error {
	points := sessions.NewBuilder(sessions.Header{Name: "measured", Columns: []string{"x", "y", "line", "u"}})
	for k := range x {
		points.Append([]float64{x[k], y[k] * scale, (l.a + l.b*of[k]) * scale, u[k] * scale})
	}
	o["yerr"] = map[string]string{"y": "u"}
	o["columns"] = []string{"line", "y"}
	o["labels"] = []string{"straight line", "measured"}
	o["format"] = map[string]string{"line": "k-", "y": "o"}
	o["linewidth"] = map[string]float64{"line": 0.8}
	o["markersize"] = map[string]float64{"y": 4}
	return d.figure(name, caption, o, points.Series())
}
