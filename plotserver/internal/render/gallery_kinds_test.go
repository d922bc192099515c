package render

import (
	"math"
	"math/rand/v2"

	"iotplot/sessions"
)

// kindsGallery is the pictures of the kinds "iv", "spectrum" and "box".
func kindsGallery() []picture {
	m := cell()
	poor := m
	poor.Rs, poor.Rsh = 1.2, 10
	return []picture{
		{"iv", sweepOf("cell 7", m, 200, -0.02, voc(m)*1.03, 0.0004), asked(`{"kind": "iv", "area": 4, "irradiance": 1000, "title": "Cell 7 at 25 °C"}`)},
		{"iv extrapolated", sweepOf("cell 7", m, 36, 0.08, voc(m)*0.97, 0), asked(`{"kind": "iv"}`)},
		{"iv poor", sweepOf("cell 9", poor, 60, 0, voc(poor)*1.02, 0.0004), asked(`{"kind": "iv", "style": "dark"}`)},
		{"iv noisy", sweepOf("cell 7", m, 4000, 0, voc(m)*1.05, 0.008), asked(`{"kind": "iv", "figsize": [6, 4]}`)},
		{"iv narrow", sweepOf("cell 7", m, 60, 0, voc(m)*1.02, 0), asked(`{"kind": "iv", "figsize": [3, 2.2]}`)},
		{"iv of several", sweepOf("1 sun", m, 60, 0, voc(m)*1.03, 0.0004), asked(`{"kind": "iv"}`)},
		{"iv in the dark", sweepOf("dark", dimmed(0), 60, 0, voc(m)*1.03, 0), asked(`{"kind": "iv"}`)},
		{"iv incomplete", sweepOf("cell 7", m, 60, 0, voc(m)*0.9, 0), asked(`{"kind": "iv"}`)},
		{"spectrum", vibration(), asked(`{"kind": "spectrum", "title": "A motor's vibration"}`)},
		{"amplitudes", vibration(), asked(`{"kind": "spectrum", "scaling": "amplitude", "nperseg": 500, "ylog": false}`)},
		{"box", samples(), asked(`{"kind": "box"}`)},
		{"box of many", spreads(24), asked(`{"kind": "box", "notch": true, "means": true, "title": "Notches and means"}`)},
	}
}

// kindsSeries are the series of pictures that show several.
func kindsSeries(p picture) []*sessions.Series {
	m := cell()
	switch p.name {
	case "iv of several":
		return []*sessions.Series{p.series, sweepOf("half", dimmed(0.5), 60, 0, voc(m)*1.03, 0.0004), sweepOf("a quarter", dimmed(0.25), 60, 0, voc(m)*0.93, 0.0004)}
	case "iv in the dark":
		return []*sessions.Series{p.series, sweepOf("light", m, 60, 0, voc(m)*1.03, 0)}
	}
	return []*sessions.Series{p.series}
}

// vibration is two waves with noise, 1000 times a second.
func vibration() *sessions.Series {
	r := rand.New(rand.NewPCG(3, 4))
	return withUnits("motor", []string{"t", "x", "y"}, []string{"s", "m/s²", "m/s²"}, table(8000, func(i int) []float64 {
		t := float64(i) / 1000
		return []float64{t, math.Sin(2*math.Pi*50*t) + 0.1*r.NormFloat64(), 0.3*math.Sin(2*math.Pi*120*t) + 0.05*r.NormFloat64()}
	}))
}

// spreads is n columns of normal numbers.
func spreads(n int) *sessions.Series {
	r := rand.New(rand.NewPCG(7, 8))
	return build("spreads", manyColumns(n), table(200, func(i int) []float64 {
		row := []float64{float64(i)}
		for k := range n {
			row = append(row, float64(k%7)+r.NormFloat64()*(1+float64(k%3)))
		}
		return row
	}))
}
