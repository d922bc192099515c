package canvas

import (
	"fmt"
	"hash/fnv"
	"math"

	"iotplot/plotserver/internal/render/fonts"
)

// pdfFont gathers the glyphs a page uses of one face.
type pdfFont struct {
	face   *fonts.Face
	codes  map[pdfChar]int
	glyphs []*fonts.Outline // of code 1, 2, …
	texts  []string
}

// pdfChar is a glyph and the text it stands for: the same shape may stand for
// different characters, and is then written once for each.
type pdfChar struct {
	id   fonts.GlyphIndex
	text string
}

// use gives the font for a face and its number on the page.
func (d *pdf) use(face *fonts.Face) (*pdfFont, int) {
	for i, f := range d.fonts {
		if f.face == face {
			return f, i + 1
		}
	}
	f := &pdfFont{face: face, codes: make(map[pdfChar]int)}
	d.fonts = append(d.fonts, f)
	return f, len(d.fonts)
}

// maxCodes is the number of glyphs an identity encoding can address. A page with
// more (a title of every character there is) repeats the last.
const maxCodes = 65534

func (f *pdfFont) code(g *fonts.Glyph) int {
	c := pdfChar{g.ID, g.Text}
	if n, ok := f.codes[c]; ok {
		return n
	}
	if len(f.glyphs) >= maxCodes {
		return maxCodes
	}
	f.glyphs = append(f.glyphs, g.Face.Glyph(g.ID))
	f.texts = append(f.texts, g.Text)
	f.codes[c] = len(f.glyphs)
	return len(f.glyphs)
}

// write adds the font to the file and gives the number of its object.
func (f *pdfFont) write(doc *pdfDocument) int {
	name := f.tag() + "+" + f.face.Name()
	file := doc.stream("/Subtype /CIDFontType0C", cffFont(name, f.glyphs))
	x0, y0, x1, y1 := 0.0, 0.0, 0.0, 0.0
	widths := []byte("1 [")
	for _, g := range f.glyphs {
		x0, y0, x1, y1 = min(x0, g.XMin), min(y0, g.YMin), max(x1, g.XMax), max(y1, g.YMax)
		widths = fmt.Appendf(widths, "%d ", int(math.Round(g.Advance)))
	}
	const symbolic, serif, italic = 4, 2, 64
	flags, angle := symbolic, 0
	if f.face.Serif() {
		flags |= serif
	}
	if f.face.Slanted() {
		flags |= italic
		angle = -16
	}
	box := [4]int{int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1))}
	desc := doc.add("<< /Type /FontDescriptor /FontName /%s /Flags %d /FontBBox %d /ItalicAngle %d /Ascent 762 /Descent -238 /CapHeight 656 /StemV 80 /FontFile3 %d 0 R >>",
		name, flags, box, angle, file)
	cid := doc.add("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 0 /W [%s]] >>",
		name, desc, widths)
	return doc.add("<< /Type /Font /Subtype /Type0 /BaseFont /%s-Identity-H /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>",
		name, cid, doc.stream("", f.toUnicode()))
}

// tag is the six letters that mark a subset, made from what is in it.
func (f *pdfFont) tag() string {
	h := fnv.New64a()
	for i, t := range f.texts {
		fmt.Fprintf(h, "%d %q", i, t)
	}
	v := h.Sum64()
	var tag [6]byte
	for i := range tag {
		tag[i] = byte('A' + v%26)
		v /= 26
	}
	return string(tag[:])
}

// toUnicode is the map from codes to text, at most 100 entries a block.
func (f *pdfFont) toUnicode() []byte {
	b := []byte(`/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
`)
	for i := 0; i < len(f.texts); i += 100 {
		part := f.texts[i:min(i+100, len(f.texts))]
		b = fmt.Appendf(b, "%d beginbfchar\n", len(part))
		for k, t := range part {
			b = fmt.Appendf(b, "<%04X> <%s>\n", i+k+1, utf16Hex(t))
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
