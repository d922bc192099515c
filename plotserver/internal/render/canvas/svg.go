package canvas

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// svg draws Scalable Vector Graphics. Glyphs are outlines, each written once, so
// that every viewer shows the same; beside them stands the text itself,
// invisible, for searching, copying and reading aloud.
type svg struct {
	w, h   float64
	info   Info
	body   []byte
	defs   []byte
	glyphs map[glyphKey]int
	clips  int
}

// glyphKey names a glyph among all faces.
type glyphKey struct {
	style fonts.Style
	id    fonts.GlyphIndex
}

func newSVG(w, h vg.Length, info Info) *svg {
	return &svg{w: float64(w), h: float64(h), info: info, glyphs: make(map[glyphKey]int)}
}

func (s *svg) flip(p point) point { return point{p.x, s.h - p.y} }

func (s *svg) data(p *path) {
	i := 0
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			s.body = appendPoint(append(s.body, 'M'), s.flip(p.points[i]))
			i++
		case lineTo:
			s.body = appendPoint(append(s.body, 'L'), s.flip(p.points[i]))
			i++
		case cubeTo:
			s.body = appendPoint(append(s.body, 'C'), s.flip(p.points[i]))
			s.body = appendPoint(append(s.body, ' '), s.flip(p.points[i+1]))
			s.body = appendPoint(append(s.body, ' '), s.flip(p.points[i+2]))
			i += 3
		case shut:
			s.body = append(s.body, 'Z')
		}
	}
}

func (s *svg) paint(what string, c color.NRGBA) {
	s.body = fmt.Appendf(s.body, ` %s="#%02x%02x%02x"`, what, c.R, c.G, c.B)
	if c.A < 255 {
		s.body = fmt.Appendf(s.body, ` %s-opacity="`, what)
		s.body = append(appendNumber(s.body, float64(c.A)/255, 3), '"')
	}
}

func (s *svg) fill(p *path, c color.NRGBA) {
	s.body = append(s.body, `<path d="`...)
	s.data(p)
	s.body = append(s.body, '"')
	s.paint("fill", c)
	s.body = append(s.body, "/>\n"...)
}

func (s *svg) stroke(p *path, k pen) {
	s.body = append(s.body, `<path d="`...)
	s.data(p)
	s.body = append(s.body, `" fill="none"`...)
	s.paint("stroke", k.color)
	s.body = append(s.body, ` stroke-width="`...)
	s.body = append(appendNumber(s.body, k.width, 3), '"')
	if !p.rectilinear() {
		s.body = append(s.body, ` stroke-linejoin="round"`...)
	}
	if k.dashes != nil {
		s.body = append(s.body, ` stroke-dasharray="`...)
		s.body = append(appendNumbers(s.body, 3, k.dashes...), '"')
		if k.offset != 0 {
			s.body = append(s.body, ` stroke-dashoffset="`...)
			s.body = append(appendNumber(s.body, k.offset, 3), '"')
		}
	}
	s.body = append(s.body, "/>\n"...)
}

// define writes a glyph's outline, in units of its em, and gives its number.
func (s *svg) define(g *fonts.Glyph) int {
	key := glyphKey{g.Face.Style(), g.ID}
	n, ok := s.glyphs[key]
	if ok {
		return n
	}
	n = len(s.glyphs) + 1
	s.glyphs[key] = n
	s.defs = fmt.Appendf(s.defs, `<path id="g%d" d="`, n)
	at := func(p fonts.Point) {
		s.defs = appendNumbers(s.defs, 1, float64(p.X), float64(p.Y))
	}
	for i, seg := range g.Face.Glyph(g.ID).Segments {
		switch seg.Op {
		case fonts.MoveTo:
			if i > 0 {
				s.defs = append(s.defs, 'Z')
			}
			s.defs = append(s.defs, 'M')
			at(seg.P[0])
		case fonts.LineTo:
			s.defs = append(s.defs, 'L')
			at(seg.P[0])
		case fonts.CubeTo:
			s.defs = append(s.defs, 'C')
			at(seg.P[0])
			s.defs = append(s.defs, ' ')
			at(seg.P[1])
			s.defs = append(s.defs, ' ')
			at(seg.P[2])
		}
	}
	s.defs = append(s.defs, "Z\"/>\n"...)
	return n
}

func (s *svg) run(r *fonts.Run, m matrix, c color.NRGBA) {
	// y down on the page, up in the glyphs
	m = matrix{1, 0, 0, -1, 0, s.h}.mul(m)
	s.body = append(s.body, `<g transform="matrix(`...)
	s.body = append(appendNumbers(s.body, 4, m.a, m.b, m.c, m.d, m.e, m.f), `)"`...)
	s.paint("fill", c)
	text := clean(r.Text)
	s.body = append(append(append(s.body, ` role="img" aria-label="`...), escape(text)...), "\">"...)
	if r.Width > 0 && text != "" {
		s.body = append(s.body, `<text transform="scale(1 -1)" fill="none" aria-hidden="true" font-family="serif" font-size="`...)
		s.body = appendNumber(s.body, float64(r.Size), 2)
		s.body = append(s.body, `" textLength="`...)
		s.body = appendNumber(s.body, float64(r.Width), 2)
		s.body = append(append(append(s.body, `" lengthAdjust="spacingAndGlyphs">`...), escape(text)...), "</text>"...)
	}
	for i := range r.Glyphs {
		g := &r.Glyphs[i]
		if len(g.Face.Glyph(g.ID).Segments) == 0 {
			continue
		}
		n := s.define(g)
		s.body = fmt.Appendf(s.body, `<use xlink:href="#g%d" transform="translate(`, n)
		s.body = appendNumbers(s.body, 3, float64(g.X), float64(g.Y))
		s.body = append(s.body, `) scale(`...)
		s.body = append(appendNumber(s.body, float64(g.Size)/fonts.Em, 6), `)"/>`...)
	}
	s.body = append(s.body, "</g>\n"...)
}

func (s *svg) image(img image.Image, m matrix) {
	var b bytes.Buffer
	if png.Encode(&b, img) != nil {
		return
	}
	m = matrix{1, 0, 0, -1, 0, s.h}.mul(m).mul(matrix{1, 0, 0, -1, 0, 1})
	s.body = append(s.body, `<image width="1" height="1" preserveAspectRatio="none" transform="matrix(`...)
	s.body = appendNumbers(s.body, 4, m.a, m.b, m.c, m.d, m.e, m.f)
	s.body = append(s.body, `)" xlink:href="data:image/png;base64,`...)
	s.body = base64.StdEncoding.AppendEncode(s.body, b.Bytes())
	s.body = append(s.body, "\"/>\n"...)
}

func (s *svg) clip(b box) {
	s.clips++
	s.defs = fmt.Appendf(s.defs, `<clipPath id="c%d"><rect x="`, s.clips)
	s.defs = appendNumber(s.defs, b.x0, 2)
	s.defs = appendNumber(append(s.defs, `" y="`...), s.h-b.y1, 2)
	s.defs = appendNumber(append(s.defs, `" width="`...), b.x1-b.x0, 2)
	s.defs = appendNumber(append(s.defs, `" height="`...), b.y1-b.y0, 2)
	s.defs = append(s.defs, "\"/></clipPath>\n"...)
	s.body = fmt.Appendf(s.body, "<g clip-path=\"url(#c%d)\">\n", s.clips)
}

func (s *svg) unclip() { s.body = append(s.body, "</g>\n"...) }

func (s *svg) writeTo(w io.Writer) error {
	head := []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="`)
	head = append(appendNumber(head, s.w, 3), `pt" height="`...)
	head = append(appendNumber(head, s.h, 3), `pt" viewBox="0 0 `...)
	head = append(appendNumbers(head, 3, s.w, s.h), "\">\n"...)
	if t := clean(s.info.Title); t != "" {
		head = append(append(append(head, "<title>"...), escape(t)...), "</title>\n"...)
	}
	head = append(append(append(head, "<desc>"...), escape(clean(s.info.Creator))...), "</desc>\n"...)
	if len(s.defs) > 0 {
		head = append(append(append(head, "<defs>\n"...), s.defs...), "</defs>\n"...)
	}
	for _, part := range [][]byte{head, s.body, []byte("</svg>\n")} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// escape writes text for XML; characters XML cannot hold become U+FFFD.
func escape(s string) []byte {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s))
	return b.Bytes()
}

// clean is text on one line, without control characters.
func clean(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}
