package render

import (
	"image"
	"image/color"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// colorBar is the scale of colours to the right of a panel. Its axis is as
// long as the frame is high.
type colorBar struct {
	axis   *axis
	of     string // the column's name
	asked  string // as the option has it
	shades []color.NRGBA
	left   vg.Length // from the frame to the bar
	broad  vg.Length
}

func newColorBar(s *spec) *colorBar {
	b := &colorBar{axis: newAxis(true), shades: shadesNamed(s.cmap)}
	b.axis.right = true
	b.axis.asked = s.clim
	b.axis.margins = margins{}
	return b
}

// room measures the bar and says how much it takes, to the right of what the
// axes take.
func (b *colorBar) room(height, beside vg.Length, met typeset.Metrics, t *theme) vg.Length {
	if b == nil {
		return 0
	}
	a := b.axis
	a.measure(height, t)
	if a.hasTitle = a.label != ""; a.hasTitle {
		a.title, _ = fit(a.label, t.textSize, max(height, t.textSize), 2, typeset.Centred)
	}
	b.left, b.broad = beside+t.textSize, t.textSize
	a.shift = b.left + b.broad
	return t.textSize + b.broad + a.beside(met, t)
}

func (b *colorBar) hasCommon() bool { return b != nil && b.axis.hasCommon }

// choose decides the ends of the bar.
func (b *colorBar) choose(report *Report) {
	if b == nil {
		return
	}
	if complaint := b.axis.choose(); complaint != "" {
		report.warn(complaint)
	}
}

func (p *panel) paintBar(pen *pen, area vg.Rectangle) {
	b := p.bar
	if b == nil {
		return
	}
	img := image.NewNRGBA(image.Rect(0, 0, 1, len(b.shades)))
	for i, c := range b.shades {
		img.SetNRGBA(0, len(b.shades)-1-i, c)
	}
	r := vg.Rectangle{
		Min: point{X: p.frame.Max.X + b.left, Y: p.frame.Min.Y},
		Max: point{X: p.frame.Max.X + b.left + b.broad, Y: p.frame.Max.Y},
	}
	pen.DrawImage(r, img)
	pen.frame(r, pen.theme.frameWidth, pen.theme.ink)
	p.paintY(pen, b.axis, area)
}
