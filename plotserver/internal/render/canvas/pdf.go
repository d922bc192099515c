package canvas

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"io"
	"math"
	"unicode/utf16"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// pdf draws one page of PDF 1.5. It writes the file itself: the fonts of package
// fpdf give each character the glyph of its own code and reach to U+FFFF, but in
// mathematics the same character has several shapes, and has to be found by
// search in all of them.
//
// Source: ISO 32000-1.
type pdf struct {
	w, h   float64
	info   Info
	body   []byte
	now    pdfState
	saved  []pdfState
	fonts  []*pdfFont // in the order of their first use
	alphas []uint8
	images []image.Image
	stamps stamps
}

// pdfState is what the file's graphics state holds, so that nothing is written
// twice.
type pdfState struct {
	fill, stroke [3]uint8
	alpha        uint8
	width        float64
	dash         string
	join         byte
}

var pdfInitial = pdfState{alpha: 255, width: 1, dash: "[] 0 d\n", join: '0'}

func newPDF(w, h vg.Length, info Info) *pdf {
	return &pdf{w: float64(w), h: float64(h), info: info, now: pdfInitial}
}

// longPath is the number of points from which on a path is written in tenths
// of a point: of that many none is looked at by itself.
const longPath = 4000

func (d *pdf) data(p *path) {
	i := 0
	if len(p.points) > longPath {
		for i := range p.points {
			p.points[i].x, p.points[i].y = math.Round(p.points[i].x*10)/10, math.Round(p.points[i].y*10)/10
		}
	}
	for _, v := range p.verbs {
		switch v {
		case moveTo:
			d.body = append(appendPoint(d.body, p.points[i]), " m\n"...)
			i++
		case lineTo:
			d.body = append(appendPoint(d.body, p.points[i]), " l\n"...)
			i++
		case cubeTo:
			d.body = append(appendPoint(d.body, p.points[i]), ' ')
			d.body = append(appendPoint(d.body, p.points[i+1]), ' ')
			d.body = append(appendPoint(d.body, p.points[i+2]), " c\n"...)
			i += 3
		case shut:
			d.body = append(d.body, "h\n"...)
		}
	}
}

func (d *pdf) setAlpha(a uint8) {
	if a == d.now.alpha {
		return
	}
	d.now.alpha = a
	if !bytes.Contains(d.alphas, []byte{a}) {
		d.alphas = append(d.alphas, a)
	}
	d.body = fmt.Appendf(d.body, "/A%d gs\n", a)
}

func (d *pdf) setFill(c color.NRGBA) {
	d.setAlpha(c.A)
	if rgb := [3]uint8{c.R, c.G, c.B}; rgb != d.now.fill {
		d.now.fill = rgb
		d.body = append(appendRGB(d.body, rgb), " rg\n"...)
	}
}

func appendRGB(dst []byte, c [3]uint8) []byte {
	return appendNumbers(dst, 3, float64(c[0])/255, float64(c[1])/255, float64(c[2])/255)
}

func (d *pdf) fill(p *path, c color.NRGBA) {
	if d.stamp(p, c) {
		return
	}
	d.setFill(c)
	d.data(p)
	d.body = append(d.body, "f\n"...)
}

func (d *pdf) stroke(p *path, s pen) {
	d.endStamps()
	d.setAlpha(s.color.A)
	if rgb := [3]uint8{s.color.R, s.color.G, s.color.B}; rgb != d.now.stroke {
		d.now.stroke = rgb
		d.body = append(appendRGB(d.body, rgb), " RG\n"...)
	}
	if s.width != d.now.width {
		d.now.width = s.width
		d.body = append(appendNumber(d.body, s.width, 3), " w\n"...)
	}
	dash := append(appendNumbers([]byte{'['}, 3, s.dashes...), "] "...)
	if s.dashes == nil {
		dash = append(dash, "0 d\n"...)
	} else {
		dash = append(appendNumber(dash, s.offset, 3), " d\n"...)
	}
	if string(dash) != d.now.dash {
		d.now.dash = string(dash)
		d.body = append(d.body, dash...)
	}
	join := byte('1')
	if p.rectilinear() {
		join = '0'
	}
	if join != d.now.join {
		d.now.join = join
		d.body = append(d.body, join, ' ', 'j', '\n')
	}
	d.data(p)
	d.body = append(d.body, "S\n"...)
}

func (d *pdf) clip(b box) {
	d.endStamps()
	d.saved = append(d.saved, d.now)
	d.body = append(d.body, "q\n"...)
	d.body = append(appendNumbers(d.body, 2, b.x0, b.y0, b.x1-b.x0, b.y1-b.y0), " re W n\n"...)
}

func (d *pdf) unclip() {
	d.endStamps()
	d.now = d.saved[len(d.saved)-1]
	d.saved = d.saved[:len(d.saved)-1]
	d.body = append(d.body, "Q\n"...)
}

func (d *pdf) image(img image.Image, m matrix) {
	d.endStamps()
	d.setAlpha(255)
	d.images = append(d.images, img)
	d.body = append(d.body, "q\n"...)
	d.body = append(appendNumbers(d.body, 4, m.a, m.b, m.c, m.d, m.e, m.f), " cm\n"...)
	d.body = fmt.Appendf(d.body, "/I%d Do\nQ\n", len(d.images))
}

// pdfDocument numbers the objects of a file.
type pdfDocument struct {
	out     []byte
	offsets []int // of object i+1; 0: not yet written
	z       *zlib.Writer
}

// reserve gives the number of an object to be written later.
func (d *pdfDocument) reserve() int {
	d.offsets = append(d.offsets, 0)
	return len(d.offsets)
}

func (d *pdfDocument) object(n int, format string, args ...any) {
	d.offsets[n-1] = len(d.out)
	d.out = fmt.Appendf(d.out, "%d 0 obj\n", n)
	d.out = fmt.Appendf(d.out, format, args...)
	d.out = append(d.out, "\nendobj\n"...)
}

func (d *pdfDocument) add(format string, args ...any) int {
	n := d.reserve()
	d.object(n, format, args...)
	return n
}

// largeStream is the size in bytes from which on a stream, then the numbers of
// long curves, is compressed in half the time to nearly the same size.
const largeStream = 64 << 10

// stream adds a compressed stream; dict is the rest of its dictionary.
func (d *pdfDocument) stream(dict string, data []byte) int {
	var b bytes.Buffer
	z := d.z
	switch {
	case len(data) > largeStream:
		z, _ = zlib.NewWriterLevel(&b, 4)
	case z == nil:
		z = zlib.NewWriter(&b)
		d.z = z
	default:
		z.Reset(&b) // its tables are large
	}
	z.Write(data)
	z.Close()
	n := d.reserve()
	d.offsets[n-1] = len(d.out)
	d.out = fmt.Appendf(d.out, "%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n", n, dict, b.Len())
	d.out = append(d.out, b.Bytes()...)
	d.out = append(d.out, "\nendstream\nendobj\n"...)
	return n
}

func (d *pdf) writeTo(w io.Writer) error {
	d.endStamps()
	doc := &pdfDocument{out: []byte("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")}
	catalog, pages, page := doc.reserve(), doc.reserve(), doc.reserve()
	info := doc.add("<< /Title %s /Creator %s /Producer %s >>", pdfText(clean(d.info.Title)), pdfText(clean(d.info.Creator)), pdfText("iotplot"))
	content := doc.stream("", d.body)

	var res []byte
	if len(d.fonts) > 0 {
		res = append(res, "/Font <<"...)
		for i, f := range d.fonts {
			res = fmt.Appendf(res, " /F%d %d 0 R", i+1, f.write(doc))
		}
		res = append(res, " >> "...)
	}
	if len(d.alphas) > 0 {
		res = append(res, "/ExtGState <<"...)
		for _, a := range d.alphas {
			v := appendNumber(nil, float64(a)/255, 4)
			res = fmt.Appendf(res, " /A%d << /ca %s /CA %s >>", a, v, v)
		}
		res = append(res, " >> "...)
	}
	if len(d.images)+len(d.stamps.forms) > 0 {
		res = append(res, "/XObject <<"...)
		for i, f := range d.stamps.forms {
			res = fmt.Appendf(res, " /M%d %d 0 R", i+1, f.write(doc))
		}
		for i, img := range d.images {
			res = fmt.Appendf(res, " /I%d %d 0 R", i+1, pdfImage(doc, img))
		}
		res = append(res, " >> "...)
	}
	doc.object(catalog, "<< /Type /Catalog /Pages %d 0 R /ViewerPreferences << /DisplayDocTitle true >> >>", pages)
	doc.object(pages, "<< /Type /Pages /Kids [%d 0 R] /Count 1 >>", page)
	doc.object(page, "<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s] /Group << /S /Transparency /CS /DeviceRGB >> /Contents %d 0 R /Resources << %s>> >>",
		pages, appendNumbers(nil, 3, d.w, d.h), content, res)

	id := fnv.New128a()
	id.Write(doc.out)
	at := len(doc.out)
	doc.out = fmt.Appendf(doc.out, "xref\n0 %d\n0000000000 65535 f \n", len(doc.offsets)+1)
	for _, o := range doc.offsets {
		doc.out = fmt.Appendf(doc.out, "%010d 00000 n \n", o)
	}
	sum := id.Sum(nil)
	doc.out = fmt.Appendf(doc.out, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>] >>\nstartxref\n%d\n%%%%EOF\n",
		len(doc.offsets)+1, catalog, info, sum, sum, at)
	_, err := w.Write(doc.out)
	return err
}

// pdfText writes a text string: UTF-16 with its mark.
func pdfText(s string) string {
	return "<FEFF" + utf16Hex(s) + ">"
}

func utf16Hex(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", u)
	}
	return string(b)
}

// pdfImage adds a picture, with its transparency where it has some.
func pdfImage(doc *pdfDocument, img image.Image) int {
	r := img.Bounds()
	rgb := make([]byte, 0, 3*r.Dx()*r.Dy())
	mask := make([]byte, 0, r.Dx()*r.Dy())
	clear := false
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			rgb = append(rgb, c.R, c.G, c.B)
			mask = append(mask, c.A)
			clear = clear || c.A < 255
		}
	}
	size := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8", r.Dx(), r.Dy())
	smask := ""
	if clear {
		smask = fmt.Sprintf(" /SMask %d 0 R", doc.stream(size+" /ColorSpace /DeviceGray", mask))
	}
	return doc.stream(size+" /ColorSpace /DeviceRGB"+smask, rgb)
}

// run writes text as text: glyphs that share a face, a size and a baseline are
// one string, with the distances that differ from the widths between. A glyph
// that stands for no text, such as a part of a root, is drawn as its outline.
func (d *pdf) run(r *fonts.Run, m matrix, c color.NRGBA) {
	d.endStamps()
	d.setFill(c)
	open, inString := false, false
	var font *pdfFont
	var size, y, pen vg.Length
	shut := func() {
		if inString {
			d.body = append(d.body, ">] TJ\n"...)
			inString = false
		}
	}
	for i := range r.Glyphs {
		g := &r.Glyphs[i]
		o := g.Face.Glyph(g.ID)
		if g.Text == "" {
			continue
		}
		f, n := d.use(g.Face)
		code := f.code(g)
		if !open {
			d.body = append(d.body, "BT\n"...)
			open = true
		}
		if !inString || f != font || g.Size != size || math.Abs(float64(g.Y-y)) > 0.001 {
			shut()
			if f != font || g.Size != size {
				d.body = fmt.Appendf(d.body, "/F%d ", n)
				d.body = append(appendNumber(d.body, float64(g.Size), 3), " Tf\n"...)
			}
			at := m.apply(float64(g.X), float64(g.Y))
			d.body = appendNumbers(d.body, 4, m.a, m.b, m.c, m.d)
			d.body = append(d.body, ' ')
			d.body = append(appendNumbers(d.body, 3, at.x, at.y), " Tm [<"...)
			inString = true
			font, size, y, pen = f, g.Size, g.Y, g.X
		} else if adjust := math.Round(float64((pen - g.X) / size * fonts.Em)); adjust != 0 {
			d.body = append(d.body, '>')
			d.body = append(appendNumber(d.body, adjust, 0), '<')
			pen -= vg.Length(adjust) * size / fonts.Em
		}
		d.body = fmt.Appendf(d.body, "%04x", code)
		pen += vg.Length(math.Round(o.Advance)) * size / fonts.Em
	}
	shut()
	if open {
		d.body = append(d.body, "ET\n"...)
	}
	for i := range r.Glyphs {
		if g := &r.Glyphs[i]; g.Text == "" {
			d.outline(g, m)
		}
	}
}

func (d *pdf) outline(g *fonts.Glyph, m matrix) {
	o := g.Face.Glyph(g.ID)
	if len(o.Segments) == 0 {
		return
	}
	k := float64(g.Size) / fonts.Em
	m = m.mul(matrix{k, 0, 0, k, float64(g.X), float64(g.Y)})
	at := func(p fonts.Point, end string) {
		q := m.apply(float64(p.X), float64(p.Y))
		d.body = append(appendNumbers(d.body, 3, q.x, q.y), end...)
	}
	for _, s := range o.Segments {
		switch s.Op {
		case fonts.MoveTo:
			at(s.P[0], " m\n")
		case fonts.LineTo:
			at(s.P[0], " l\n")
		case fonts.CubeTo:
			at(s.P[0], " ")
			at(s.P[1], " ")
			at(s.P[2], " c\n")
		}
	}
	d.body = append(d.body, "f\n"...)
}
