package render

import (
	"encoding/json"
	"math"
	"math/rand/v2"

	"iotplot/sessions"
)

// asked is options as a client writes them.
func asked(text string) map[string]any {
	var options map[string]any
	if err := json.Unmarshal([]byte(text), &options); err != nil {
		panic(err)
	}
	return options
}

// measured is a voltage with its error, the scatter of its mean, a temperature
// and a relay.
func measured(n int) *sessions.Series {
	random := rand.New(rand.NewPCG(3, 4))
	return build("lab", []string{"t", "V", "sV", "mean", "low", "high", "T", "relay"}, table(n, func(i int) []float64 {
		t := 10 * float64(i) / float64(n)
		mean := 3 + 2*math.Sin(t*0.8)
		s := 0.15 + 0.1*math.Abs(math.Cos(t))
		return []float64{t, mean + s*random.NormFloat64(), s, mean, mean - 2*s, mean + 3*s, 20 + t*t/3, math.Floor(math.Mod(t, 4) / 2)}
	}))
}

// only keeps some columns of a series.
func only(s *sessions.Series, names ...string) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: s.Name, Columns: names})
	row := make([]float64, len(names))
	for i := range s.Len() {
		for k, name := range names {
			row[k] = s.Column(s.Lookup(name)).At(i)
		}
		b.Append(row)
	}
	return b.Series()
}

// marksGallery is the pictures of marks and of the kinds of axes.
func marksGallery() []picture {
	cell := build("cell", []string{"V [V]", "I [mA]", "P [mW]"}, table(60, func(i int) []float64 {
		v := float64(i) / 59 * 0.6
		c := 35 * (1 - math.Exp((v-0.6)/0.05))
		return []float64{v, c, v * c}
	}))
	bridge := build("bridge", []string{"V", "I"}, table(201, func(i int) []float64 {
		v := float64(i-100) / 20
		return []float64{v, 1e-9 * (math.Exp(math.Abs(v)*3) - 1) * math.Copysign(1, v)}
	}))
	return []picture{
		{"error bars", only(measured(24), "t", "V", "sV", "mean"), asked(`{"yerr": {"V": "sV"}, "xerr": {"V": 0.12}, "xlabel": "Time [s]", "ylabel": "Voltage [V]", "title": "Points with their errors"}`)},
		{"band", only(measured(120), "t", "mean", "low", "high", "V"), asked(`{"band": {"mean": ["low", "high"]}, "format": {"V": "."}, "markersize": 4, "xlabel": "Time [s]", "title": "A shaded band"}`)},
		{"steps", only(measured(40), "t", "V", "relay"), asked(`{"steps": {"relay": "post", "V": "mid"}, "fill": {"relay": true}, "linewidth": {"V": 0.8}, "title": "Steps"}`)},
		{"fill between", damped(200), asked(`{"fill": {"cos": "sin", "sin*cos": {"to": -0.4, "color": "C5", "alpha": 0.4}}, "title": "Areas between curves and a level"}`)},
		{"bars", build("counts", []string{"day", "sun [h]", "rain [mm]"}, table(9, func(i int) []float64 {
			return []float64{float64(i + 1), 6 + 4*math.Sin(float64(i)), 3 + 3*math.Cos(float64(i)*1.3)}
		})), asked(`{"bars": true, "yerr": {"sun [h]": 0.8}, "hlines": {"value": 8, "label": "usual"}, "title": "Bars side by side"}`)},
		{"bars on logs", build("counts", []string{"size", "n"}, table(9, func(i int) []float64 {
			return []float64{math.Pow(2, float64(i)), math.Pow(3, float64(8-i))}
		})), asked(`{"bars": ["n"], "xlog": true, "ylog": true, "title": "Bars on logarithmic axes"}`)},
		{"scatter", only(measured(300), "t", "V", "T"), asked(`{"scatter": {"V": "T"}, "clabel": "Temperature [°C]", "markersize": 4, "title": "Points with the colours of a column"}`)},
		{"scatter second axis", cell, asked(`{"scatter": {"I [mA]": "P [mW]"}, "y2": "P [mW]", "columns": ["I [mA]", "P [mW]"], "cmap": "kindlmann", "style": "dark", "title": "Colours beside a second axis"}`)},
		{"lines and notes", cell, asked(`{"y2": "P [mW]", "hlines": [{"value": 35, "label": "$I_{sc}$", "format": "C0:"}], "vlines": {"value": 0.6, "label": "$V_{oc}$ = 0.600 V"},
			"annotate": [{"x": 0.475, "column": "P [mW]", "text": "$P_{max}$ = 15.2 mW", "marker": "o"}, {"x": 0.1, "y": 20, "text": "short circuit", "arrow": false}],
			"ylim": [0, 38], "y2lim": [0, null], "title": "A solar cell"}`)},
		{"strips", only(measured(200), "t", "V"), asked(`{"hspans": {"from": 2, "to": 4, "label": "allowed", "color": "C2"}, "vspans": [{"from": 5, "to": 6, "label": "lamp off", "alpha": 0.2}, [9, null]],
			"vlines": [2.5, {"value": 7.5, "label": "reset", "color": "r"}], "annotate": {"x": 2, "text": "the peak"}, "alpha": 0.6, "style": "screen"}`)},
		{"symlog", bridge, asked(`{"yscale": "symlog", "linthresh": 1e-7, "title": "Both directions of a diode bridge", "hlines": 0, "xlabel": "Voltage [V]", "ylabel": "Current [A]"}`)},
		{"equal", build("circle", []string{"x", "y"}, table(101, func(i int) []float64 {
			s, c := math.Sincos(float64(i) / 50 * math.Pi)
			return []float64{c, s}
		})), asked(`{"equal": true, "fill": {"y": {"to": 0, "alpha": 0.15}}, "title": "Round"}`)},
		{"equal limits", build("circle", []string{"x", "y"}, table(101, func(i int) []float64 {
			s, c := math.Sincos(float64(i) / 50 * math.Pi)
			return []float64{c, s}
		})), asked(`{"equal": true, "xlim": [-1.2, 1.2], "ylim": [-1.2, 1.2], "annotate": {"x": 0.7071, "y": 0.7071, "text": "$(\\frac{1}{\\sqrt{2}}, \\frac{1}{\\sqrt{2}})$"}}`)},
		{"inverted", only(measured(40), "t", "V", "T"), asked(`{"yinvert": true, "xinvert": true, "bars": {"V": true}, "fill": {"T": 25}, "title": "Axes that run backwards"}`)},
		{"errors on logs", build("noise", []string{"f", "S", "u"}, table(25, func(i int) []float64 {
			f := math.Pow(10, float64(i)/8)
			s := 1e-3/f + 1e-5
			return []float64{f, s, s * (0.2 + 0.06*float64(i))}
		})), asked(`{"xlog": true, "ylog": true, "yerr": "u", "vlines": {"value": 100, "label": "corner"}, "xlabel": "Frequency [Hz]", "title": "Errors on logarithmic axes"}`)},
	}
}
