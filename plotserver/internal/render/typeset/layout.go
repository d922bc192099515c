package typeset

import (
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// Option changes how a text is set; options may be combined with |.
type Option uint8

const (
	Bold     Option = 1 << iota // bold text
	Italic                      // italic text
	Verbatim                    // no mathematics: dollars are dollars
	Centred                     // lines are centred above each other
	Right                       // lines end at the same place
)

// LineSkip is the distance of baselines in units of the size.
const LineSkip = 1.2

// maxSize bounds what is set: a size beyond it (or one that is no number)
// is taken for it.
const maxSize = vg.Length(10000)

// Metrics are the measures of a size of text that do not depend on what is
// written, to place lines evenly.
type Metrics struct {
	Ascent    vg.Length // of letters with ascenders
	Descent   vg.Length // of letters with descenders, positive
	CapHeight vg.Length // of capitals and figures
	XHeight   vg.Length // of small letters
	LineSkip  vg.Length // from baseline to baseline
}

// MetricsOf gives the measures of text of a size.
func MetricsOf(size vg.Length) Metrics {
	size = bounded(size)
	f := fonts.Get(fonts.Regular)
	high := func(r rune) vg.Length { return vg.Length(f.Glyph(f.Index(r)).YMax) * size / fonts.Em }
	low := func(r rune) vg.Length { return vg.Length(-f.Glyph(f.Index(r)).YMin) * size / fonts.Em }
	return Metrics{Ascent: high('d'), Descent: low('p'), CapHeight: high('H'), XHeight: high('x'), LineSkip: LineSkip * size}
}

func bounded(size vg.Length) vg.Length {
	if math.IsNaN(float64(size)) || size < 0 {
		return 0
	}
	return min(size, maxSize)
}
