package render

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
	"iotplot/sessions/ivcurve"
)

// ivTable is the figures of several curves, below the plot: a row each, which
// begins with the line that the curve is drawn with and so takes the place of a
// legend.
type ivTable struct {
	size          vg.Length
	columns       []vg.Length // left ends, the last one is the width
	rows          [][]typeset.Box
	keys          []*ivSweep // by row; nil for the heading
	notes         []typeset.Box
	width, height vg.Length
	line          vg.Length
	problem       string
}

const (
	mostTableRows = 24
	tableLine     = 1.45
	tableGap      = 1.1 // between columns
	tableAbove    = 0.8 // to the plot
)

// makeTable fits a table into a width: with all figures, else without voltage and
// current of the maximum power point, each also in smaller letters.
func (f *ivFigures) makeTable(width vg.Length, t *theme) ivTable {
	for _, form := range []struct {
		size vg.Length
		all  bool
	}{{0.85, true}, {0.75, true}, {0.8, false}, {0.68, false}} {
		if b := f.tableOf(form.size*t.textSize, form.all); b.width <= width {
			return b
		}
	}
	b := f.tableOf(0.68*t.textSize, false)
	for n := 4; n >= 1 && b.width > width; n-- {
		b = f.narrow(b, n)
	}
	if b.width > width {
		return ivTable{problem: "there is no room for the figures, a larger figsize makes it"}
	}
	b.problem = "some of the figures have no room, a larger figsize makes it"
	return b
}

// narrow keeps some of the columns.
func (f *ivFigures) narrow(b ivTable, n int) ivTable {
	for k := range b.rows {
		b.rows[k] = b.rows[k][:min(n+1, len(b.rows[k]))]
	}
	b.measure()
	return b
}

func (f *ivFigures) tableOf(size vg.Length, all bool) ivTable {
	b := ivTable{size: size, line: tableLine * size}
	set := func(text string) typeset.Box { return typeset.Layout(text, size) }
	shows := func(k int) bool { return all || k != 2 && k != 3 } // Vmp and Imp
	efficient, starred := false, false
	for _, w := range f.sweeps {
		efficient = efficient || w.analysed() && w.result.Efficiency.Value == w.result.Efficiency.Value
	}
	units := []electrical{f.i, f.v, f.v, f.i, f.p, {}, {}}
	symbols := []string{"sc", "oc", "vmp", "mp", "max", "FF", "eta"}
	if !efficient {
		symbols = symbols[:6]
	}
	digits := f.digits(units)
	heading := []typeset.Box{set("")}
	for k, name := range symbols {
		if !shows(k) {
			continue
		}
		text := f.symbol(name)
		if u := units[k].String(); u != "" {
			text += " [" + u + "]"
		} else if k >= 5 {
			text += " [%]"
		}
		heading = append(heading, set(text))
	}
	b.rows, b.keys = append(b.rows, heading), append(b.keys, nil)
	var suns []string
	for n, w := range f.sweeps {
		if n == mostTableRows-1 && len(f.sweeps) > mostTableRows {
			b.notes = append(b.notes, set(fmt.Sprintf("and %d more", len(f.sweeps)-n)))
			break
		}
		name, _ := fit(w.name, size, 12*size, 1)
		row := []typeset.Box{name}
		if w.analysed() {
			for k, q := range quantities(w) {
				if !shows(k) || k >= len(symbols) {
					continue
				}
				text := decimalText(in(units[k], q.Value), digits[k])
				if q.Value != q.Value {
					text = "–"
				}
				if q.Extrapolated {
					text += "*"
					starred = true
				}
				row = append(row, set(text))
			}
		} else if w.dark() {
			row = append(row, set("no power"))
		} else {
			row = append(row, set("–"))
		}
		if w.sun != "" && !slices.Contains(suns, w.sun) {
			suns = append(suns, w.sun)
		}
		b.rows, b.keys = append(b.rows, row), append(b.keys, w)
	}
	if starred {
		b.notes = append(b.notes, typeset.Layout("* extrapolated", noteSize*size))
	}
	if len(suns) == 1 {
		b.notes = append(b.notes, typeset.Layout(suns[0], noteSize*size))
	}
	b.measure()
	return b
}

// quantities are the values of a curve in the order of the table, the last two in
// percent.
func quantities(w *ivSweep) [7]ivcurve.Quantity {
	r := &w.result
	ff, eta := r.FF, r.Efficiency
	ff.Value *= 100
	eta.Value *= 100
	return [7]ivcurve.Quantity{r.Isc, r.Voc, r.Vmp, r.Imp, r.Pmax, ff, eta}
}

// digits are the decimals of each column: four digits of its smallest value, as
// long as the largest has no more than six.
func (f *ivFigures) digits(units []electrical) []int {
	out := make([]int, len(units))
	for k, u := range units {
		least, most := math.Inf(1), 0.0
		for _, w := range f.sweeps {
			if !w.analysed() {
				continue
			}
			if v := math.Abs(in(u, quantities(w)[k].Value)); v > 0 {
				least, most = min(least, v), max(most, v)
			}
		}
		if most > 0 {
			n := 3 - int(math.Floor(math.Log10(least)))
			out[k] = min(max(min(n, 5-int(math.Floor(math.Log10(most)))), 0), 12)
		}
	}
	return out
}

func (b *ivTable) measure() {
	var widths []vg.Length
	for r, row := range b.rows {
		for k, c := range row {
			if len(widths) <= k {
				widths = append(widths, 0)
			}
			if r > 0 && len(row) == 2 && k == 1 && len(b.rows[0]) > 2 {
				continue // words, which may reach over the next columns
			}
			widths[k] = max(widths[k], c.Width)
		}
	}
	x := (handleLength + handlePad) * b.size
	b.columns = b.columns[:0:0]
	for _, w := range widths {
		b.columns = append(b.columns, x)
		x += w + tableGap*b.size
	}
	b.width = x - tableGap*b.size
	b.columns = append(b.columns, b.width)
	b.height = (vg.Length(len(b.rows))+tableAbove)*b.line + 0.3*b.size
	if len(b.notes) > 0 {
		b.height += b.line * noteSize
	}
}

// paint draws the table at the bottom of an area, in the middle.
func (b *ivTable) paint(p *pen, area, frame vg.Rectangle) {
	if len(b.rows) == 0 {
		return
	}
	t := p.theme
	left := (frame.Min.X+frame.Max.X)/2 - b.width/2
	left = max(min(left, area.Max.X-t.edgePad-b.width), area.Min.X+t.edgePad)
	met := typeset.MetricsOf(b.size)
	top := area.Min.Y + t.edgePad + b.height - tableAbove*b.line
	rule := func(y vg.Length, w vg.Length) {
		p.rule(point{X: left, Y: y}, point{X: left + b.width, Y: y}, w, t.ink)
	}
	rule(top, t.frameWidth)
	y := top - b.line/2 - met.CapHeight/2
	for r, row := range b.rows {
		if w := b.keys[r]; w != nil {
			mid := y + met.XHeight/2
			p.SetColor(w.color)
			p.SetLineWidth(t.lineWidth)
			path := make(vg.Path, 0, 2)
			path.Move(point{X: left, Y: mid})
			path.Line(point{X: left + handleLength*b.size, Y: mid})
			p.Stroke(path)
		}
		for k, c := range row {
			x := left + b.columns[k]
			if k > 0 && !(len(row) == 2 && r > 0) { // figures end below each other
				x = left + b.columns[k+1] - c.Width
				if k+2 < len(b.columns) {
					x -= tableGap * b.size
				}
			}
			p.text(c, x, y, t.ink)
		}
		if r == 0 {
			rule(top-b.line, t.gridWidth)
		}
		y -= b.line
	}
	rule(top-vg.Length(len(b.rows))*b.line, t.frameWidth)
	x := left
	y -= 0.1 * b.size
	for _, n := range b.notes {
		p.text(n, x, y, between(t.background, t.ink, 0.8))
		x += n.Width + 1.5*b.size
	}
}
