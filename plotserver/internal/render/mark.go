package render

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// mark is something drawn in a panel's frame that shows data.
type mark interface {
	// include widens the axes to what the mark shows.
	include(x, y *axis)
	// place brings the data to paper. It is called once, after the layout.
	place(w *window, t *theme)
	// paint draws what was placed.
	paint(p *pen)
	// entries are the mark's lines in the legend.
	entries() []entry
	// covers measures how much of the mark a rectangle would hide, in points
	// of line.
	covers(r vg.Rectangle) float64
}

// entry is a line of the legend: a name, and a small picture of the mark to be
// drawn in a rectangle.
type entry struct {
	label string
	key   func(p *pen, r vg.Rectangle)
}

// curve is a column against another, as a line, markers or both.
type curve struct {
	x, y   *column
	format lineFormat
	color  color.NRGBA
	column string // its name in the series
	axis   string // how an axis names it
	label  string
	style  *theme

	of     choice // what it was chosen as
	number int    // among all that are drawn
	given  bool   // its format was
	steps  stepKind
	width  float64                        // of the line in points, 0: the style's
	size   float64                        // of markers in points, 0: the style's
	small  bool                           // markers are smaller than the style's
	behind []func(p *pen, r vg.Rectangle) // what its key in the legend has in the back

	line    strokes
	markers []point
	window  *window
}

func (c *curve) include(x, y *axis) {
	x.show(c.x)
	y.show(c.y)
}

func (c *curve) place(w *window, t *theme) {
	c.style, c.window = t, w
	if c.format.line != noLine {
		c.line.clip, c.line.cell = grown(w.rect, 2*c.lineWidth(t)+1), w.cell
		c.line.compact = w.compact && c.format.line == solid && c.lineWidth(t) >= 1
		c.line.dot = c.lineWidth(t)
		r := newReducer(w, &c.line)
		if c.steps == noSteps {
			pairs(c.x, c.y, r.feed)
		} else {
			walk([]values{c.x, c.y}, c.steps, func(in [][]float64) { r.feed(in[0], in[1]) })
		}
		r.end()
	}
	if c.format.marker != 0 {
		g := newScatter(w, c.marker(t).reach(c.markerSize(t)/2))
		if m := c.marker(t); w.compact {
			g.compact, g.disc = true, m.inner(c.markerSize(t)/2)
		}
		pairs(c.x, c.y, g.feed)
		c.markers = g.points()
	}
}

func (c *curve) lineWidth(t *theme) vg.Length {
	if c.width > 0 {
		return vg.Length(c.width)
	}
	return t.lineWidth
}

func (c *curve) markerSize(t *theme) vg.Length {
	switch {
	case c.size > 0:
		return vg.Length(c.size)
	case c.small:
		return 0.7 * t.markerSize
	}
	return t.markerSize
}

func (c *curve) marker(t *theme) marker {
	return marker{letter: c.format.marker, edge: t.markerEdge}
}

func (c *curve) paint(p *pen) {
	if c.format.line != noLine {
		c.stroke(p, c.line.path())
		if len(c.line.dots) > 0 {
			p.SetColor(c.color)
			for _, d := range c.line.dots {
				p.Fill(circle(d, c.lineWidth(p.theme)))
			}
		}
	}
	for _, at := range c.markers {
		c.stamp(p, at)
	}
}

func (c *curve) stroke(p *pen, path vg.Path) {
	w := c.lineWidth(p.theme)
	p.SetColor(c.color)
	p.SetLineWidth(w)
	p.SetLineDash(dashes(c.format.line, w), 0)
	p.Stroke(path)
	p.SetLineDash(nil, 0)
}

func (c *curve) stamp(p *pen, at point) {
	m := c.marker(p.theme)
	path := m.path(c.markerSize(p.theme)/2, at)
	p.SetColor(c.color)
	if m.stroked() {
		p.SetLineWidth(m.edge)
		p.SetLineDash(nil, 0)
		p.Stroke(path)
	} else {
		p.Fill(path)
	}
}

func (c *curve) entries() []entry {
	if c.label == "" {
		return nil
	}
	return []entry{{c.label, c.key}}
}

func (c *curve) key(p *pen, r vg.Rectangle) {
	for _, draw := range c.behind {
		draw(p, r)
	}
	y := (r.Min.Y + r.Max.Y) / 2
	if c.format.line != noLine {
		path := make(vg.Path, 0, 2)
		path.Move(point{X: r.Min.X, Y: y})
		path.Line(point{X: r.Max.X, Y: y})
		c.stroke(p, path)
	}
	if c.format.marker != 0 {
		c.stamp(p, point{X: (r.Min.X + r.Max.X) / 2, Y: y})
	}
}

func (c *curve) covers(r vg.Rectangle) float64 {
	sum := c.line.within(r)
	if len(c.markers) > 0 {
		m := c.marker(c.style)
		reach := m.reach(c.markerSize(c.style) / 2)
		near := grown(r, reach)
		for _, p := range c.markers {
			if contains(near, p) {
				sum += float64(2 * reach)
			}
		}
	}
	for _, p := range c.line.dots {
		if contains(r, p) {
			sum++
		}
	}
	return sum
}

func grown(r vg.Rectangle, by vg.Length) vg.Rectangle {
	r.Min.X -= by
	r.Min.Y -= by
	r.Max.X += by
	r.Max.Y += by
	return r
}

func contains(r vg.Rectangle, p point) bool {
	return p.X >= r.Min.X && p.X <= r.Max.X && p.Y >= r.Min.Y && p.Y <= r.Max.Y
}
