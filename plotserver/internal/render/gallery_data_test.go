package render

import (
	"math"
	"math/rand/v2"

	"iotplot/sessions"
)

// withUnits is a series whose columns have units.
func withUnits(name string, columns, units []string, rows [][]float64) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: name, Columns: columns, Units: units})
	for _, r := range rows {
		b.Append(r)
	}
	return b.Series()
}

// sweep is the current of a diode with a photocurrent.
func sweep(name string, photo float64) *sessions.Series {
	return withUnits(name, []string{"t", "V", "I"}, []string{"s", "V", "mA"}, table(80, func(i int) []float64 {
		v := -0.2 + float64(i)/100
		return []float64{float64(i) * 0.1, v, 1e-5*(math.Exp(v/0.04)-1) - photo}
	}))
}

// discharge is a battery that is emptied in pulses.
func discharge() *sessions.Series {
	return withUnits("battery", []string{"t", "V", "I", "T"}, []string{"s", "V", "mA", "°C"}, table(600, func(i int) []float64 {
		t := float64(i) * 6
		load := 120.0
		if i/75%2 == 1 {
			load = 420
		}
		return []float64{t, 4.1 - t/9000 - load*4e-4 - 0.02*math.Sin(t/400), load + 4*math.Sin(float64(i)), 24 + t/700 + load/200}
	}))
}

// samples are normal numbers around three means.
func samples() *sessions.Series {
	random := rand.New(rand.NewPCG(5, 6))
	return withUnits("samples", []string{"t", "U_1", "U_2", "U_3"}, []string{"s", "mV", "mV", "mV"}, table(1200, func(i int) []float64 {
		return []float64{float64(i), random.NormFloat64(), 2 + 0.6*random.NormFloat64(), 1 + math.Abs(random.NormFloat64())}
	}))
}

// dataGallery is the pictures of what to draw.
func dataGallery() []picture {
	return []picture{
		{"expressions", discharge(), map[string]any{
			"columns": []any{"P [mW] = V*I", "mean = movavg(V*I, 151)"}, "x": "t [min] = t/60", "title": "Power, computed from two columns",
			"labels": map[string]any{"P": "$P = U I$ [mW]", "mean": "moving average [mW]"}, "ylabel": "Power [mW]", "ylim": []any{0.0, 2200.0},
		}},
		{"energy", discharge(), map[string]any{
			"columns": "E = integral(V*I, t)/3600", "x": "V", "xlim": []any{4.1, 3.5}, "title": "Energy taken from a battery",
			"labels": map[string]any{"E": "Energy [mWh]", "V": "Voltage [V]"},
		}},
		{"series", sweep("dark", 0), map[string]any{"x": "V", "columns": []any{"I"}, "title": "A cell in the dark and in light"}},
		{"series with columns", damped(80), map[string]any{"columns": []any{"cos", "sin"}, "title": "Two columns of two series"}},
		{"rows", discharge(), map[string]any{
			"columns": []any{"V"}, "from": 450.0, "to": 1800.0, "every": 3.0, "format": ".-", "title": "One row in three, from 450 s to 1800 s",
		}},
		{"panels", discharge(), map[string]any{"subplots": "columns", "title": "Discharge in pulses", "xlabel": "Time [s]"}},
		{"panels of series", sweep("dark", 0), map[string]any{"subplots": "series", "x": "V", "columns": []any{"I"}, "title": "A panel for each series"}},
		{"panels in a small picture", discharge(), map[string]any{"subplots": "columns", "figsize": []any{3.0, 2.4}, "title": "Three panels in little room"}},
		{"histograms", samples(), map[string]any{"kind": "hist", "bins": 30.0, "title": "Three columns side by side", "xlabel": "Voltage [mV]"}},
		{"histogram", samples(), map[string]any{"kind": "hist", "columns": "U_1", "bins": "auto", "title": "Bins by rule"}},
		{"histogram stacked", samples(), map[string]any{"kind": "hist", "stacked": true, "bins": "fd", "title": "On top of each other", "xlabel": "Voltage [mV]"}},
		{"histogram density", samples(), map[string]any{
			"kind": "hist", "columns": "U_3", "density": true, "bins": []any{1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.5}, "title": "Density, by edges that are given",
		}},
		{"histogram cumulative", samples(), map[string]any{"kind": "hist", "columns": []any{"U_1", "U_3"}, "density": true, "cumulative": true, "bins": 40.0, "xlabel": "Voltage [mV]"}},
		{"histogram log", samples(), map[string]any{"kind": "hist", "columns": "exp(U_1)", "xlog": true, "ylog": true, "bins": 25.0, "title": "Both axes logarithmic"}},
		{"histogram panels", samples(), map[string]any{"kind": "hist", "subplots": "columns", "bins": "sturges"}},
	}
}

// seriesOf is what a picture of the gallery is drawn from.
func seriesOf(p picture) []*sessions.Series {
	switch p.name {
	case "two":
		return []*sessions.Series{damped(40), build("line", []string{"t", "V"}, [][]float64{{0, 0.5}, {5, 0}})}
	case "series", "panels of series":
		return []*sessions.Series{p.series, sweep("light", 8)}
	case "series with columns":
		other := damped(40)
		other.Name = "again"
		return []*sessions.Series{p.series, other}
	}
	return kindsSeries(p)
}
