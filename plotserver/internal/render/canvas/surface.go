package canvas

import (
	"image"
	"image/color"
	"io"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
	"iotplot/plotserver/internal/render/typeset"
)

// backend writes one format. All its coordinates are points on the page, the
// origin at the bottom left: transformations are already applied, and nothing is
// infinite or far outside of the page.
type backend interface {
	fill(p *path, c color.NRGBA)
	stroke(p *path, s pen)
	run(r *fonts.Run, m matrix, c color.NRGBA)
	image(img image.Image, m matrix) // m maps the unit square
	clip(b box)
	unclip()
	writeTo(w io.Writer) error
}

// pen is how a path is stroked.
type pen struct {
	width  float64
	dashes []float64 // nil is a solid line
	offset float64
	color  color.NRGBA
}

// state is what Push saves.
type state struct {
	m      matrix
	width  vg.Length
	dashes []vg.Length
	offset vg.Length
	color  color.NRGBA
}

var initial = state{m: identity, width: vg.Points(1), color: color.NRGBA{A: 255}}

// surface is the part all formats share: it keeps the state, transforms, cleans
// and clips.
type surface struct {
	w, h    vg.Length
	now     state
	stack   []state
	clips   []box // the first is the page
	path    path  // reused
	scratch path
	backend backend
}

var _ Canvas = (*surface)(nil)

func (s *surface) Size() (vg.Length, vg.Length) { return s.w, s.h }

func (s *surface) SetLineWidth(w vg.Length) { s.now.width = w }

func (s *surface) SetLineDash(pattern []vg.Length, offset vg.Length) {
	s.now.dashes = append([]vg.Length(nil), pattern...)
	s.now.offset = offset
}

func (s *surface) SetColor(c color.Color) {
	if c == nil {
		c = color.Black
	}
	s.now.color = color.NRGBAModel.Convert(c).(color.NRGBA)
}

func (s *surface) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	// Quarter turns are exact, so that upright lines stay upright.
	if math.Abs(sin) < 1e-9 {
		sin = 0
	}
	if math.Abs(cos) < 1e-9 {
		cos = 0
	}
	s.now.m = s.now.m.mul(matrix{cos, sin, -sin, cos, 0, 0})
}

func (s *surface) Translate(p vg.Point) {
	s.now.m = s.now.m.mul(matrix{1, 0, 0, 1, float64(p.X), float64(p.Y)})
}

func (s *surface) Scale(x, y float64) { s.now.m = s.now.m.mul(matrix{x, 0, 0, y, 0, 0}) }

func (s *surface) Push() { s.stack = append(s.stack, s.now) }

// Pop without Push does nothing: a mistake in a drawing is no reason to lose it.
func (s *surface) Pop() {
	if n := len(s.stack); n > 0 {
		s.now = s.stack[n-1]
		s.stack = s.stack[:n-1]
	}
}

func (s *surface) Clip(r vg.Rectangle) {
	b := s.now.m.bounds(r).and(s.clips[len(s.clips)-1])
	s.clips = append(s.clips, b)
	s.backend.clip(b)
}

func (s *surface) Unclip() {
	if n := len(s.clips); n > 1 {
		s.clips = s.clips[:n-1]
		s.backend.unclip()
	}
}

func (s *surface) Stroke(p vg.Path) {
	w := float64(s.now.width) * s.now.m.scale()
	if !(w > 0) || s.now.color.A == 0 {
		return
	}
	w = min(w, far)
	s.path.set(p, s.now.m)
	s.path.limitLines(&s.scratch, s.clips[len(s.clips)-1].grow(2*w+2))
	if s.path.empty() {
		return
	}
	s.backend.stroke(&s.path, pen{width: w, dashes: s.dashes(), offset: float64(s.now.offset) * s.now.m.scale(), color: s.now.color})
}

// dashes gives the pattern in points on the page, nil where it means a solid
// line.
func (s *surface) dashes() []float64 {
	if len(s.now.dashes) == 0 {
		return nil
	}
	k, sum := s.now.m.scale(), 0.0
	d := make([]float64, len(s.now.dashes))
	for i, l := range s.now.dashes {
		d[i] = float64(l) * k
		if !(d[i] >= 0) || math.IsInf(d[i], 0) {
			return nil
		}
		sum += d[i]
	}
	if sum < 0.01 || math.IsNaN(float64(s.now.offset)) || math.IsInf(float64(s.now.offset), 0) {
		return nil
	}
	return d
}

func (s *surface) Fill(p vg.Path) {
	if s.now.color.A == 0 {
		return
	}
	s.path.set(p, s.now.m)
	s.path.limitArea(&s.scratch, s.clips[len(s.clips)-1].grow(2))
	if !s.path.empty() {
		s.backend.fill(&s.path, s.now.color)
	}
}

func (s *surface) DrawRun(r *fonts.Run, x, y vg.Length) {
	m := s.now.m.mul(matrix{1, 0, 0, 1, float64(x), float64(y)})
	if len(r.Glyphs) == 0 || s.now.color.A == 0 || !m.usable() {
		return
	}
	s.backend.run(r, m, s.now.color)
}

// FillString sets a string as it stands; typeset.Layout is what sets
// mathematics.
func (s *surface) FillString(f font.Face, pt vg.Point, text string) {
	opt := typeset.Verbatim
	if f.Font.Weight >= 2 { // from semi-bold on
		opt |= typeset.Bold
	}
	if f.Font.Style != 0 {
		opt |= typeset.Italic
	}
	typeset.Layout(text, f.Font.Size, opt).Draw(s, pt.X, pt.Y)
}

func (s *surface) DrawImage(r vg.Rectangle, img image.Image) {
	size := r.Size()
	m := s.now.m.mul(matrix{float64(size.X), 0, 0, float64(size.Y), float64(r.Min.X), float64(r.Min.Y)})
	if !m.usable() || img.Bounds().Empty() {
		return
	}
	s.backend.image(img, m)
}

func (s *surface) WriteTo(w io.Writer) (int64, error) {
	for len(s.clips) > 1 {
		s.Unclip()
	}
	c := &counter{w: w}
	err := s.backend.writeTo(c)
	return c.n, err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
