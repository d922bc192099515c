package render

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/vg"
)

// theme is a look: colours, sizes and distances. Lengths are points.
type theme struct {
	name string

	background color.NRGBA
	ink        color.NRGBA // text, frame and ticks
	gridInk    color.NRGBA
	legendFace color.NRGBA
	legendEdge color.NRGBA
	cycle      []color.NRGBA

	textSize, titleSize vg.Length
	lineWidth           vg.Length
	frameWidth          vg.Length
	gridWidth           vg.Length
	tickLength          vg.Length
	minorLength         vg.Length
	minorWidth          vg.Length
	markerSize          vg.Length // diameter of a circle
	markerEdge          vg.Length // what the outline adds, and the line of + and x
	tickPad             vg.Length // from tick to its label
	labelPad            vg.Length // from tick labels to the axis label
	titlePad            vg.Length
	edgePad             vg.Length // around the whole picture
}

// accessible is the cycle of colours on white. Neighbours differ in lightness
// as well as in hue: TestCycle holds the first eight to be told apart with
// colour-blind eyes, and the first four in grey print.
var accessible = []color.NRGBA{
	{0x1a, 0x5f, 0xd8, 0xff}, // blue
	{0xf2, 0xa0, 0x1c, 0xff}, // orange
	{0x12, 0x57, 0x3c, 0xff}, // dark green
	{0xe2, 0x6a, 0x92, 0xff}, // rose
	{0x64, 0x20, 0x9a, 0xff}, // violet
	{0x2f, 0xa8, 0xec, 0xff}, // sky blue
	{0xc2, 0x50, 0x0c, 0xff}, // vermilion
	{0xa8, 0x46, 0x8c, 0xff}, // purple
	{0x00, 0x00, 0x00, 0xff}, // black
	{0xc9, 0xa9, 0x8e, 0xff}, // tan
}

var paper = theme{
	name:       "paper",
	background: color.NRGBA{0xff, 0xff, 0xff, 0xff},
	ink:        color.NRGBA{0, 0, 0, 0xff},
	gridInk:    color.NRGBA{0xd0, 0xd0, 0xd0, 0xff},
	legendFace: color.NRGBA{0xff, 0xff, 0xff, 0xd8},
	legendEdge: color.NRGBA{0xc8, 0xc8, 0xc8, 0xff},
	cycle:      accessible,
	textSize:   10, titleSize: 12,
	lineWidth: 1.5, frameWidth: 0.8, gridWidth: 0.6,
	tickLength: 3.5, minorLength: 2, minorWidth: 0.6,
	markerSize: 6, markerEdge: 1,
	tickPad: 3.5, labelPad: 4.5, titlePad: 6, edgePad: 4,
}

// styles are the looks, the default first.
var styles = []theme{paper, screen(paper), dark(paper)}

// screen is for projectors: larger letters and stronger lines.
func screen(t theme) theme {
	t.name = "screen"
	t.textSize, t.titleSize = 11.5, 14
	t.lineWidth, t.frameWidth, t.gridWidth = 2.2, 1, 0.8
	t.markerSize, t.markerEdge = 7.5, 1.3
	t.tickLength, t.minorLength, t.minorWidth = 4, 2.4, 0.8
	return t
}

// dark is the same on a dark ground, its colours lightened accordingly.
func dark(t theme) theme {
	t = screen(t)
	t.name = "dark"
	t.background = color.NRGBA{0x16, 0x1a, 0x20, 0xff}
	t.ink = color.NRGBA{0xe6, 0xe8, 0xea, 0xff}
	t.gridInk = color.NRGBA{0x3a, 0x40, 0x48, 0xff}
	t.legendFace = color.NRGBA{0x1e, 0x23, 0x2a, 0xd8}
	t.legendEdge = color.NRGBA{0x55, 0x5c, 0x66, 0xff}
	t.cycle = []color.NRGBA{
		{0x3a, 0x7b, 0xfa, 0xff},
		{0xff, 0xb1, 0x16, 0xff},
		{0xbf, 0xf5, 0xcf, 0xff},
		{0xef, 0x75, 0x90, 0xff},
		{0xb7, 0x95, 0xff, 0xff},
		{0x8f, 0xd8, 0xf0, 0xff},
		{0xee, 0x4a, 0x1e, 0xff},
		{0xe0, 0x40, 0xb4, 0xff},
		{0xff, 0xff, 0xff, 0xff},
		{0xa0, 0x8c, 0x70, 0xff},
	}
	return t
}

func themeOf(name string) theme {
	for _, t := range styles {
		if t.name == name {
			return t
		}
	}
	return styles[0]
}

func styleNames() string {
	names := make([]string, len(styles))
	for i, t := range styles {
		names[i] = `"` + t.name + `"`
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// scaled is the theme with its letters and distances smaller, for pictures
// that are too small for them.
func (t theme) scaled(f vg.Length) theme {
	t.textSize *= f
	t.titleSize *= f
	t.tickLength *= f
	t.minorLength *= f
	t.tickPad *= f
	t.labelPad *= f
	t.titlePad *= f
	t.edgePad *= f
	t.markerSize *= f
	t.lineWidth *= (1 + f) / 2
	return t
}
