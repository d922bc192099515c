package typeset

import (
	"strings"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// Layout sets a text at a size, the length of the em. Newlines begin new lines.
func Layout(text string, size vg.Length, opts ...Option) Box {
	size = bounded(size)
	var b Box
	b.run.Size = size
	b.run.Text = text
	y := vg.Length(0)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			y -= LineSkip * size
		}
		x := vg.Length(0)
		for _, r := range line {
			f, g, ok := fonts.Find(fonts.Regular, r)
			if !ok {
				continue
			}
			o := f.Glyph(g)
			b.run.Glyphs = append(b.run.Glyphs, fonts.Glyph{Face: f, ID: g, Text: string(r), X: x, Y: y, Size: size})
			x += vg.Length(o.Advance) * size / fonts.Em
			b.Ascent = max(b.Ascent, y+vg.Length(o.YMax)*size/fonts.Em)
			b.Descent = max(b.Descent, -y-vg.Length(o.YMin)*size/fonts.Em)
		}
		b.Width = max(b.Width, x)
	}
	b.run.Width = b.Width
	return b
}
