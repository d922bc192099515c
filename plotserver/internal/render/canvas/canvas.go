// Package canvas draws on paper: vg canvases that write PDF, SVG, EPS, PNG and
// JPG, with the text of package typeset in glyphs, alpha, dashes and clipping.
//
// New gives a canvas; draw on it as on any vg.Canvas, then call WriteTo. What is
// written depends only on what was drawn: there are no time stamps and no random
// names. A canvas belongs to one goroutine; any number of them may be in use.
package canvas

import (
	"fmt"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// Format is a kind of file.
type Format uint8

// The formats.
const (
	PDF Format = iota
	PNG
	SVG
	JPG
	EPS
)

// String is the format's usual file ending, without the dot.
func (f Format) String() string {
	switch f {
	case PDF:
		return "pdf"
	case PNG:
		return "png"
	case SVG:
		return "svg"
	case JPG:
		return "jpg"
	case EPS:
		return "eps"
	}
	return fmt.Sprintf("format(%d)", uint8(f))
}

// Raster tells whether the format is made of pixels, so that its resolution
// matters.
func (f Format) Raster() bool { return f == PNG || f == JPG }

// Info is what a file says about itself.
type Info struct {
	Title      string
	Creator    string      // the program
	Background color.Color // nil is white in PNG and JPG and nothing in the others
}

// Canvas is a vg canvas that can be clipped, knows glyphs and can be written.
// Lines are joined round, paths of horizontal and vertical lines with corners;
// ends are butt.
type Canvas interface {
	vg.CanvasSizer
	fonts.Drawer

	// Clip hides what is drawn outside of the rectangle (given in the current
	// coordinates; of a turned one, its bounds) until Unclip. Clips nest, and are
	// apart from Push and Pop.
	Clip(vg.Rectangle)
	// Unclip ends the innermost Clip; without one it does nothing.
	Unclip()

	// WriteTo writes the file. The canvas must not be drawn on afterwards.
	WriteTo(io.Writer) (int64, error)
}

// MaxSide is the longest side of a canvas.
const MaxSide = 100 * vg.Inch

// MaxPixels is the size in pixels that New refuses beyond.
const MaxPixels = 100_000_000

// New makes an empty canvas of a size. The resolution, in dots per inch, is only
// used by PNG and JPG. Sizes that are not positive, above MaxSide or above
// MaxPixels are refused.
func New(f Format, w, h vg.Length, dpi float64, info Info) (Canvas, error) {
	if !(w > 0) || !(h > 0) || w > MaxSide || h > MaxSide {
		return nil, fmt.Errorf("cannot make a picture of %.4g x %.4g inches: sides go from above 0 to %g inches", w/vg.Inch, h/vg.Inch, float64(MaxSide/vg.Inch))
	}
	if f.Raster() {
		if !(dpi > 0) || math.IsInf(dpi, 0) {
			return nil, fmt.Errorf("cannot make a picture of %g dpi: the resolution is a number above 0", dpi)
		}
		if px := float64(w/vg.Inch) * dpi * float64(h/vg.Inch) * dpi; px > MaxPixels {
			return nil, fmt.Errorf("cannot make a picture of %.4g megapixels: at most %d are allowed", px/1e6, MaxPixels/1_000_000)
		}
	}
	if info.Creator == "" {
		info.Creator = "iotplot"
	}
	var b backend
	switch f {
	case PDF:
		b = newPDF(w, h, info)
	case SVG:
		b = newSVG(w, h, info)
	case EPS:
		b = newEPS(w, h, info)
	case PNG, JPG:
		b = newRaster(f, w, h, dpi, info)
	default:
		return nil, fmt.Errorf("cannot make a picture of format %d: there are pdf, png, svg, jpg and eps", f)
	}
	s := &surface{w: w, h: h, backend: b, now: initial}
	s.clips = append(s.clips, box{0, 0, float64(w), float64(h)})
	if info.Background != nil && !f.Raster() {
		s.SetColor(info.Background)
		var p vg.Path
		p.Move(vg.Point{})
		p.Line(vg.Point{X: w})
		p.Line(vg.Point{X: w, Y: h})
		p.Line(vg.Point{Y: h})
		p.Close()
		s.Fill(p)
		s.SetColor(color.Black)
	}
	return s, nil
}
