package canvas

import (
	"image"
	"image/color"
	"io"
	"math"

	"golang.org/x/image/math/f64"
	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// raster draws in pixels, for PNG and JPG.
type raster struct {
	format Format
	info   Info
	dpi    float64
	page   image.Rectangle
	ground color.Color
	img    *image.RGBA // nil while a large page is kept as areas
	kept   []area      // what a large page shows, from back to front
	edgesN int         // edges of these
	most   int         // edges to keep
	m      matrix      // from points on the page to pixels, y down
	clips  []image.Rectangle
	cover  coverage
	pts    []point
	edges  stroker
}

func newRaster(f Format, w, h vg.Length, dpi float64, info Info) *raster {
	k := dpi / float64(vg.Inch)
	pw := max(1, int(math.Round(float64(w)*k)))
	ph := max(1, int(math.Round(float64(h)*k)))
	r := &raster{format: f, info: info, dpi: dpi, page: image.Rect(0, 0, pw, ph), ground: info.Background, most: mostEdges}
	r.m = matrix{k, 0, 0, -k, 0, float64(ph)}
	r.clips = append(r.clips, r.page)
	r.cover.init(pw, ph)
	if r.ground == nil {
		r.ground = color.White
	}
	if !r.cover.banded() {
		r.img = r.blank(r.page)
	}
	return r
}

func (r *raster) clip(b box) {
	p, q := r.m.apply(b.x0, b.y1), r.m.apply(b.x1, b.y0)
	c := image.Rect(int(math.Round(p.x)), int(math.Round(p.y)), int(math.Round(q.x)), int(math.Round(q.y)))
	r.clips = append(r.clips, c.Intersect(r.page))
}

func (r *raster) unclip() { r.clips = r.clips[:len(r.clips)-1] }

// paint lays the colour over what the gathered edges cover.
func (r *raster) paint(c color.NRGBA) {
	clip := r.clips[len(r.clips)-1]
	if r.img == nil {
		r.keep(area{edges: compact(r.cover.edges), color: c, clip: clip})
		r.cover.edges = r.cover.edges[:0]
		return
	}
	r.cover.flush(r.blend(clip, c))
}

// blend is what lays a colour over the covered pixels.
func (r *raster) blend(clip image.Rectangle, c color.NRGBA) func(x, y int, cover []float32) {
	alpha := uint32(c.A) * 257
	sr, sg, sb := uint32(c.R), uint32(c.G), uint32(c.B)
	return func(x, y int, cover []float32) {
		if y < clip.Min.Y || y >= clip.Max.Y {
			return
		}
		if d := clip.Min.X - x; d > 0 {
			if d >= len(cover) {
				return
			}
			cover, x = cover[d:], clip.Min.X
		}
		if d := clip.Max.X - x; d < len(cover) {
			if d <= 0 {
				return
			}
			cover = cover[:d]
		}
		pix := r.img.Pix[r.img.PixOffset(x, y):]
		for i, v := range cover {
			a := uint32(v*float32(alpha) + 0.5) // 0 … 65535
			if a < 64 {
				continue
			}
			p := pix[4*i : 4*i+4 : 4*i+4]
			if a >= 65535 {
				p[0], p[1], p[2], p[3] = c.R, c.G, c.B, 255
				continue
			}
			b := 65535 - a
			p[0] = uint8((sr*a + uint32(p[0])*b + 32767) / 65535)
			p[1] = uint8((sg*a + uint32(p[1])*b + 32767) / 65535)
			p[2] = uint8((sb*a + uint32(p[2])*b + 32767) / 65535)
			p[3] = uint8((255*a + uint32(p[3])*b + 32767) / 65535)
		}
	}
}

func (r *raster) area(pts []point, _ bool) {
	for i := 1; i < len(pts); i++ {
		r.cover.line(pts[i-1], pts[i])
	}
	r.cover.line(pts[len(pts)-1], pts[0])
}

func (r *raster) fill(p *path, c color.NRGBA) {
	m := r.m
	if p.rectilinear() {
		r.gridArea(p)
		m = identity
	}
	r.pts = flatten(p, m, r.pts, r.area)
	r.paint(c)
}

// gridArea moves the edges of an upright area to the pixel grid, so that they
// are sharp and neighbouring bars have no seam; what is visible at all keeps at
// least one pixel.
func (r *raster) gridArea(p *path) {
	lo, hi := r.m.apply(p.points[0].x, p.points[0].y), r.m.apply(p.points[0].x, p.points[0].y)
	for i, a := range p.points {
		b := r.m.apply(a.x, a.y)
		lo, hi = point{min(lo.x, b.x), min(lo.y, b.y)}, point{max(hi.x, b.x), max(hi.y, b.y)}
		p.points[i] = b
	}
	gx, gy := grid(lo.x, hi.x), grid(lo.y, hi.y)
	for i, a := range p.points {
		p.points[i] = point{gx(a.x), gy(a.y)}
	}
}

func grid(lo, hi float64) func(float64) float64 {
	if math.Round(lo) == math.Round(hi) && hi-lo > 0.2 {
		base := math.Floor((lo + hi) / 2)
		mid := (lo + hi) / 2
		return func(v float64) float64 {
			if v < mid {
				return base
			}
			return base + 1
		}
	}
	return math.Round
}

func (r *raster) stroke(p *path, s pen) {
	w := s.width * r.m.scale()
	m := r.m
	r.edges.corners = false
	if p.rectilinear() {
		r.edges.corners = true
		w = math.Max(1, math.Round(w))
		snap := math.Round
		if int(w)%2 == 1 {
			snap = func(v float64) float64 { return math.Floor(v) + 0.5 }
		}
		for i, a := range p.points {
			b := r.m.apply(a.x, a.y)
			p.points[i] = point{snap(b.x), snap(b.y)}
		}
		m = identity
	}
	faint := 1.0
	if w < 0.7 { // thinner lines are not thinner but fainter
		faint, w = w/0.7, 0.7
	}
	r.edges.half = w / 2
	r.edges.edge = r.cover.line
	k := r.m.scale()
	var pattern []float64
	for _, d := range s.dashes {
		pattern = append(pattern, d*k)
	}
	r.pts = flatten(p, m, r.pts, func(pts []point, closed bool) {
		if pattern != nil {
			dash(pts, closed, pattern, s.offset*k, r.edges.polyline)
		} else {
			r.edges.polyline(pts, closed)
		}
	})
	c := s.color
	c.A = uint8(float64(c.A)*faint + 0.5)
	r.paint(c)
}

// run fills the outlines of the glyphs. Upright text stands on the pixel grid,
// which keeps its baseline sharp.
func (r *raster) run(run *fonts.Run, m matrix, c color.NRGBA) {
	m = r.m.mul(m)
	upright, turned := m.b == 0 && m.c == 0, m.a == 0 && m.d == 0
	for i := range run.Glyphs {
		g := &run.Glyphs[i]
		o := g.Face.Glyph(g.ID)
		k := float64(g.Size) / fonts.Em
		at := m.apply(float64(g.X), float64(g.Y))
		if upright {
			at.y = math.Round(at.y)
		} else if turned {
			at.x = math.Round(at.x)
		}
		gm := matrix{m.a * k, m.b * k, m.c * k, m.d * k, at.x, at.y}
		r.outline(o, gm)
	}
	r.paint(c)
}

func (r *raster) outline(o *fonts.Outline, m matrix) {
	pts := r.pts[:0]
	at := func(p fonts.Point) point { return m.apply(float64(p.X), float64(p.Y)) }
	for _, s := range o.Segments {
		switch s.Op {
		case fonts.MoveTo:
			if len(pts) > 1 {
				r.area(pts, true)
			}
			pts = append(pts[:0], at(s.P[0]))
		case fonts.LineTo:
			pts = append(pts, at(s.P[0]))
		case fonts.CubeTo:
			pts = flattenCube(pts, at(s.P[0]), at(s.P[1]), at(s.P[2]))
		}
	}
	if len(pts) > 1 {
		r.area(pts, true)
	}
	r.pts = pts
}

func (r *raster) image(img image.Image, m matrix) {
	b := img.Bounds()
	m = r.m.mul(m).mul(matrix{1 / float64(b.Dx()), 0, 0, -1 / float64(b.Dy()), 0, 1}).mul(matrix{1, 0, 0, 1, -float64(b.Min.X), -float64(b.Min.Y)})
	a := area{clip: r.clips[len(r.clips)-1], img: img, m: f64.Aff3{m.a, m.c, m.e, m.b, m.d, m.f}}
	if r.img == nil {
		r.keep(a)
		return
	}
	a.draw(r.img)
}

func (r *raster) writeTo(w io.Writer) error {
	if r.format == JPG {
		return writeJPG(w, r)
	}
	return writePNG(w, r)
}
