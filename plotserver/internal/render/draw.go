package render

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/canvas"
	"iotplot/sessions"
)

// Report tells what a picture could not show as asked.
type Report struct {
	Warnings []string // a sentence each, none twice
}

const mostWarnings = 8

func (r *Report) warn(texts ...string) {
	for _, t := range texts {
		if len(r.Warnings) < mostWarnings && !slices.Contains(r.Warnings, t) {
			r.Warnings = append(r.Warnings, t)
		}
	}
}

// Draw draws series as the options say and writes the picture. The first
// column of a series is x, the others are y; a column alone is drawn against
// its index. Options are values as encoding/json decodes them; those that are
// not known are passed over with a warning, those with a wrong value are
// refused with an *OptionError. Nothing is written when there is an error,
// unless w itself fails.
//
// Draw may be called from several goroutines at once, also with the same
// series.
func Draw(w io.Writer, f Format, series []*sessions.Series, options map[string]any) (report Report, err error) {
	defer func() {
		// A plot that fails is a failed command, not a dead server.
		if v := recover(); v != nil {
			report, err = Report{}, fmt.Errorf("cannot plot: the drawing failed (%v)", v)
		}
	}()
	s, warnings, err := decode(options)
	if err != nil {
		return Report{}, err
	}
	if len(series) == 0 || slices.Contains(series, nil) {
		return Report{}, errors.New("cannot plot: there is no series")
	}
	report.warn(warnings...)
	report.warn(idle(options, s)...)

	base := themeOf(s.style)
	fig, err := plan(s, series, &base, &report)
	if err != nil {
		return Report{}, err
	}
	if px := fig.width * s.dpi * fig.height * s.dpi; f.Raster() && px > mostPixels {
		return Report{}, &OptionError{"figsize", fmt.Sprintf(
			"cannot plot with figsize [%v, %v] at %v dpi: that is %.0f megapixels, allowed are %.0f", fig.width, fig.height, s.dpi, px/1e6, mostPixels/1e6)}
	}
	fig.ranges(&report)
	fig.notes(&report)
	size := point{X: vg.Length(fig.width) * vg.Inch, Y: vg.Length(fig.height) * vg.Inch}
	t := fig.layout(vg.Rectangle{Max: size}, &base, &report)

	c, err := canvas.New(f, size.X, size.Y, s.dpi, canvas.Info{
		Title: fig.panels[0].heading.Plain(), Creator: "iotplot", Background: t.background,
	})
	if err != nil {
		return Report{}, err
	}
	pixel := vg.Length(0)
	cell := 72.0 / printDPI
	if f.Raster() {
		pixel = vg.Inch / vg.Length(s.dpi)
		cell = float64(pixel) / cellsAPixel
	}
	for _, p := range fig.panels {
		p.compact = !f.Raster()
	}
	fig.place(cell, &t)
	fig.paint(&pen{Canvas: c, theme: &t, pixel: pixel})
	for _, p := range fig.panels {
		for _, m := range p.marks {
			if c, ok := m.mark.(*curve); ok && c.line.thinned() {
				report.warn(fmt.Sprintf("%s has more turns than a picture can show, some were left out", c.label))
			}
		}
	}
	if _, err := c.WriteTo(w); err != nil {
		return Report{}, fmt.Errorf("cannot plot: the picture could not be written: %w", err)
	}
	return report, nil
}

// cellsAPixel is how finely curves are kept on pixels: half a pixel is as
// much as smoothing shows of a steep line.
const cellsAPixel = 2

// printDPI is how finely curves are kept in formats without pixels.
const printDPI = 300

// whyEmpty says what keeps a panel from showing anything.
func (p *panel) whyEmpty() string {
	for _, a := range p.axes() {
		if a.logarithmic() && !a.all.empty() && a.positive.empty() {
			name := "xlog"
			if a.upright {
				name = "ylog"
			}
			return fmt.Sprintf("nothing can be drawn with %s: no value is above zero", name)
		}
	}
	return "there is nothing to draw: the series holds no finite values"
}
