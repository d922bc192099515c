package canvas

import (
	"image/color"
	"math"
)

// stamps are shapes that are filled again and again, such as markers: each is
// written once, as a form, and then only where it stands.
type stamps struct {
	forms []stampForm
	last  stampForm // the shape filled before, which has no form yet

	open   bool     // between q and Q, where forms move the origin
	x, y   int64    // the origin in hundredths of a point
	before pdfState // at q
}

// stampForm is a shape around its first point.
type stampForm struct {
	verbs  []verb
	points []point
}

// mostForms bounds how many shapes a new one is compared with.
const mostForms = 8

func (f *stampForm) is(p *path) bool {
	if len(f.points) != len(p.points) || len(f.verbs) != len(p.verbs) {
		return false
	}
	const near = 1e-4
	o := p.points[0]
	for i, q := range p.points {
		if math.Abs(q.x-o.x-f.points[i].x) > near || math.Abs(q.y-o.y-f.points[i].y) > near {
			return false
		}
	}
	for i, v := range p.verbs {
		if v != f.verbs[i] {
			return false
		}
	}
	return true
}

// stamp fills a shape by its form, if it has one or was the last one filled.
func (d *pdf) stamp(p *path, c color.NRGBA) bool {
	const small = 32
	s := &d.stamps
	if len(p.points) > small || len(p.points) < 4 {
		d.endStamps()
		return false
	}
	form := -1
	for i := range s.forms {
		if s.forms[i].is(p) {
			form = i
			break
		}
	}
	if form < 0 && s.last.is(p) && len(s.forms) < mostForms {
		form = len(s.forms)
		s.forms = append(s.forms, s.last)
		s.last = stampForm{}
	}
	if form < 0 {
		d.endStamps()
		o := p.points[0]
		s.last.verbs = append([]verb(nil), p.verbs...)
		s.last.points = make([]point, len(p.points))
		for i, q := range p.points {
			s.last.points[i] = point{q.x - o.x, q.y - o.y}
		}
		return false
	}
	if !s.open {
		s.open, s.x, s.y, s.before = true, 0, 0, d.now
		d.body = append(d.body, "q\n"...)
	}
	d.setFill(c)
	x, y := int64(math.Round(p.points[0].x*100)), int64(math.Round(p.points[0].y*100))
	d.body = append(d.body, "1 0 0 1 "...)
	d.body = appendPoint(d.body, point{float64(x-s.x) / 100, float64(y-s.y) / 100})
	d.body = append(d.body, " cm/M"...)
	d.body = append(d.body, byte('1'+form), ' ', 'D', 'o', '\n')
	s.x, s.y = x, y
	return true
}

// endStamps gives the page its origin back.
func (d *pdf) endStamps() {
	if s := &d.stamps; s.open {
		s.open = false
		d.now = s.before
		d.body = append(d.body, "Q\n"...)
	}
}

func (f *stampForm) write(doc *pdfDocument) int {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range f.points {
		b = box{min(b.x0, p.x), min(b.y0, p.y), max(b.x1, p.x), max(b.y1, p.y)}
	}
	var d pdf
	d.data(&path{verbs: f.verbs, points: f.points})
	dict := append([]byte("/Type /XObject /Subtype /Form /BBox ["), appendNumbers(nil, 2, b.x0-1, b.y0-1, b.x1+1, b.y1+1)...)
	return doc.stream(string(dict)+"]", append(d.body, "f\n"...))
}
