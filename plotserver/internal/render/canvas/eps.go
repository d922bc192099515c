package canvas

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// eps draws Encapsulated PostScript, language level 2. Each glyph is a procedure
// that fills its outline. PostScript has no transparency: colours are mixed with
// the background, white where none is given.
type eps struct {
	w, h   float64
	info   Info
	bg     color.NRGBA
	body   []byte
	defs   []byte
	glyphs map[glyphKey]int
	color  string // as last set within the clip
	colors []string
}

func newEPS(w, h vg.Length, info Info) *eps {
	e := &eps{w: float64(w), h: float64(h), info: info, glyphs: make(map[glyphKey]int)}
	e.bg = color.NRGBA{255, 255, 255, 255}
	if info.Background != nil {
		e.bg = color.NRGBAModel.Convert(info.Background).(color.NRGBA)
	}
	return e
}

func (e *eps) setColor(c color.NRGBA) {
	mix := func(fg, bg uint8) float64 {
		a := float64(c.A) / 255
		return (float64(fg)*a + float64(bg)*(1-a)) / 255
	}
	s := string(append(appendNumbers(nil, 3, mix(c.R, e.bg.R), mix(c.G, e.bg.G), mix(c.B, e.bg.B)), " C\n"...))
	if s != e.color {
		e.body = append(e.body, s...)
		e.color = s
	}
}

func (e *eps) data(p *path) {
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			e.body = append(appendPoint(e.body, p.points[i]), " M\n"...)
			i++
		case lineTo:
			e.body = append(appendPoint(e.body, p.points[i]), " L\n"...)
			i++
		case cubeTo:
			e.body = append(appendPoint(e.body, p.points[i]), ' ')
			e.body = append(appendPoint(e.body, p.points[i+1]), ' ')
			e.body = append(appendPoint(e.body, p.points[i+2]), " K\n"...)
			i += 3
		case shut:
			e.body = append(e.body, "Z\n"...)
		}
	}
}

func (e *eps) fill(p *path, c color.NRGBA) {
	e.setColor(c)
	e.data(p)
	e.body = append(e.body, "F\n"...)
}

func (e *eps) stroke(p *path, s pen) {
	e.setColor(s.color)
	e.body = append(appendNumber(e.body, s.width, 3), " W ["...)
	e.body = appendNumbers(e.body, 3, s.dashes...)
	e.body = append(appendNumber(append(e.body, "] "...), s.offset, 3), " D "...)
	if p.rectilinear() {
		e.body = append(e.body, "0 J\n"...)
	} else {
		e.body = append(e.body, "1 J\n"...)
	}
	e.data(p)
	e.body = append(e.body, "S\n"...)
}

func (e *eps) define(g *fonts.Glyph) int {
	key := glyphKey{g.Face.Style(), g.ID}
	n, ok := e.glyphs[key]
	if ok {
		return n
	}
	n = len(e.glyphs) + 1
	e.glyphs[key] = n
	e.defs = fmt.Appendf(e.defs, "/g%d {", n)
	at := func(p ...fonts.Point) {
		for _, q := range p {
			e.defs = append(appendNumbers(e.defs, 1, float64(q.X), float64(q.Y)), ' ')
		}
	}
	for i, s := range g.Face.Glyph(g.ID).Segments {
		switch s.Op {
		case fonts.MoveTo:
			if i > 0 {
				e.defs = append(e.defs, "Z\n"...)
			}
			at(s.P[0])
			e.defs = append(e.defs, "M\n"...)
		case fonts.LineTo:
			at(s.P[0])
			e.defs = append(e.defs, "L\n"...)
		case fonts.CubeTo:
			at(s.P[:]...)
			e.defs = append(e.defs, "K\n"...)
		}
	}
	e.defs = append(e.defs, "Z F} bind def\n"...)
	return n
}

func (e *eps) run(r *fonts.Run, m matrix, c color.NRGBA) {
	e.setColor(c)
	e.body = append(append(append(e.body, "% "...), ascii(r.Text)...), "\nq ["...)
	e.body = append(appendNumbers(e.body, 4, m.a, m.b, m.c, m.d, m.e, m.f), "] concat\n"...)
	for i := range r.Glyphs {
		g := &r.Glyphs[i]
		if len(g.Face.Glyph(g.ID).Segments) == 0 {
			continue
		}
		n := e.define(g)
		e.body = append(appendNumbers(e.body, 4, float64(g.Size)/fonts.Em*1000, float64(g.X), float64(g.Y)), ' ')
		e.body = fmt.Appendf(e.body, "{g%d} G\n", n)
	}
	e.body = append(e.body, "Q\n"...)
}

func (e *eps) image(img image.Image, m matrix) {
	b := img.Bounds()
	e.body = append(e.body, "q ["...)
	e.body = append(appendNumbers(e.body, 4, m.a, m.b, m.c, m.d, m.e, m.f), "] concat\n"...)
	e.body = fmt.Appendf(e.body, "/row %d string def\n%d %d 8 [%d 0 0 -%d 0 %d] {currentfile row readhexstring pop} false 3 colorimage\n",
		3*b.Dx(), b.Dx(), b.Dy(), b.Dx(), b.Dy(), b.Dy())
	const hex = "0123456789abcdef"
	col := 0
	put := func(fg, bg, a uint8) {
		v := uint8((int(fg)*int(a) + int(bg)*(255-int(a)) + 127) / 255)
		e.body = append(e.body, hex[v>>4], hex[v&15])
		if col += 2; col >= 78 {
			e.body, col = append(e.body, '\n'), 0
		}
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			put(c.R, e.bg.R, c.A)
			put(c.G, e.bg.G, c.A)
			put(c.B, e.bg.B, c.A)
		}
	}
	e.body = append(e.body, "\nQ\n"...)
}

func (e *eps) clip(b box) {
	e.colors = append(e.colors, e.color)
	e.body = append(e.body, "q "...)
	e.body = append(appendNumbers(e.body, 2, b.x0, b.y0, b.x1-b.x0, b.y1-b.y0), " rectclip\n"...)
}

func (e *eps) unclip() {
	e.color = e.colors[len(e.colors)-1]
	e.colors = e.colors[:len(e.colors)-1]
	e.body = append(e.body, "Q\n"...)
}

const epsProcedures = `/M {moveto} bind def
/L {lineto} bind def
/K {curveto} bind def
/Z {closepath} bind def
/F {fill} bind def
/S {stroke} bind def
/C {setrgbcolor} bind def
/W {setlinewidth} bind def
/D {setdash} bind def
/J {setlinejoin} bind def
/q {gsave} bind def
/Q {grestore} bind def
% size x y {glyph} G
/G {4 1 roll q translate .001 mul dup scale exec Q} bind def
`

func (e *eps) writeTo(w io.Writer) error {
	title := ascii(e.info.Title)
	head := fmt.Appendf(nil, "%%!PS-Adobe-3.0 EPSF-3.0\n%%%%BoundingBox: 0 0 %d %d\n%%%%HiResBoundingBox: 0 0 %.3f %.3f\n",
		int(math.Ceil(e.w)), int(math.Ceil(e.h)), e.w, e.h)
	if title != "" {
		head = fmt.Appendf(head, "%%%%Title: %s\n", title)
	}
	head = fmt.Appendf(head, "%%%%Creator: %s\n%%%%LanguageLevel: 2\n%%%%Pages: 1\n%%%%EndComments\n%%%%BeginProlog\n20 dict begin\n", ascii(e.info.Creator))
	head = append(head, epsProcedures...)
	head = append(head, "%%EndProlog\n%%Page: 1 1\n"...)
	tail := []byte("end\nshowpage\n%%EOF\n")
	for _, part := range [][]byte{head, e.defs, e.body, tail} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// ascii is text for a comment of the file: one line, at most 200 characters,
// others than ASCII as question marks.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < ' ':
			b.WriteByte(' ')
		case r > '~':
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
		if b.Len() >= 200 {
			break
		}
	}
	return b.String()
}
