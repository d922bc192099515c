package render

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
)

// colorMap turns a fraction from 0 to 1 into a colour.
type colorMap struct {
	name string
	make func() []color.NRGBA // mapShades of them
}

const mapShades = 256

// colorMaps are the maps there are, the default first. All but coolwarm, which
// diverges from its middle, grow steadily lighter.
var colorMaps = []colorMap{
	{"viridis", func() []color.NRGBA { return blend(viridis) }},
	{"kindlmann", func() []color.NRGBA { return shadesOf(moreland.ExtendedKindlmann()) }},
	{"blackbody", func() []color.NRGBA { return shadesOf(moreland.ExtendedBlackBody()) }},
	{"coolwarm", func() []color.NRGBA { return shadesOf(moreland.SmoothBlueRed()) }},
	{"gray", func() []color.NRGBA {
		return blend([]color.NRGBA{{0x10, 0x10, 0x10, 0xff}, {0xf0, 0xf0, 0xf0, 0xff}})
	}},
}

func colorMapNames() string {
	names := make([]string, len(colorMaps))
	for i, m := range colorMaps {
		names[i] = `"` + m.name + `"`
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func shadesNamed(name string) []color.NRGBA {
	for _, m := range colorMaps {
		if m.name == name {
			return m.make()
		}
	}
	return colorMaps[0].make()
}

// viridis is every 16th colour of the map by Nathaniel Smith and Stéfan van
// der Walt (matplotlib's default, in the public domain by CC0), and its last.
var viridis = []color.NRGBA{
	{68, 1, 84, 255}, {71, 24, 106, 255}, {71, 44, 123, 255}, {66, 64, 133, 255},
	{58, 82, 139, 255}, {50, 98, 141, 255}, {44, 114, 142, 255}, {38, 129, 142, 255},
	{32, 144, 140, 255}, {30, 159, 136, 255}, {40, 174, 127, 255}, {62, 188, 115, 255},
	{94, 201, 97, 255}, {131, 211, 75, 255}, {173, 220, 48, 255}, {215, 226, 25, 255},
	{253, 231, 37, 255},
}

// blend spreads colours evenly and fills in what is between.
func blend(stops []color.NRGBA) []color.NRGBA {
	out := make([]color.NRGBA, mapShades)
	for i := range out {
		at := float64(i) / (mapShades - 1) * float64(len(stops)-1)
		k := min(int(at), len(stops)-2)
		out[i] = between(stops[k], stops[k+1], at-float64(k))
	}
	return out
}

func shadesOf(m palette.ColorMap) []color.NRGBA {
	// Without their ends, which are black and white and can't be seen on paper
	// of these colours.
	m.SetMin(-0.1)
	m.SetMax(1.1)
	out := make([]color.NRGBA, mapShades)
	for i := range out {
		if c, err := m.At(float64(i) / (mapShades - 1)); err == nil {
			out[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
		out[i].A = 0xff
	}
	return out
}

// shade is the place of a value in a map, -1 where it has none.
func shade(v float64, lim span) int {
	if !(v >= -math.MaxFloat64 && v <= math.MaxFloat64) {
		return -1
	}
	f := (v*0.5 - lim.lo*0.5) / (lim.hi*0.5 - lim.lo*0.5)
	return int(math.Round(min(max(f, 0), 1) * (mapShades - 1)))
}
