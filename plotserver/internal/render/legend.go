package render

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/typeset"
)

// legend is a frame with the names of the marks. Its distances are
// matplotlib's, in letter heights.
type legend struct {
	entries  []legendEntry
	columns  []vg.Length // widths
	rows     int
	width    vg.Length
	height   vg.Length
	line     vg.Length // height of a line
	theme    *theme
	left     int  // entries there was no room for
	outside  bool // it stands to the right of the frame
	problems []string
}

type legendEntry struct {
	key func(p *pen, r vg.Rectangle) // nil where there is only text
	box typeset.Box
}

func entriesOf(marks []placed) []entry {
	var all []entry
	for _, m := range marks {
		all = append(all, m.entries()...)
	}
	return all
}

const (
	handleLength  = 2.0
	handlePad     = 0.8
	legendBorder  = 0.4
	legendSpacing = 0.5
	columnSpacing = 2.0
	legendMargin  = 0.5 // to the frame of the plot
)

// newLegend sets the names of marks and arranges them in columns within some
// room; those that don't fit are counted in a last line. It is nil when no
// mark has a name.
func newLegend(marks []placed, room point, t *theme) *legend {
	l := &legend{theme: t}
	em := t.textSize
	met := typeset.MetricsOf(em)
	l.line = max(met.Ascent+met.Descent, em*0.95)
	var all []legendEntry
	names := entriesOf(marks)
	width := max(room.X-(handleLength+handlePad+2*legendBorder)*em, 3*em)
	size := nameSize(names, em, width)
	for _, m := range names {
		var b typeset.Box
		if len(all) < mostEntries {
			var short bool
			if b, short = name(m.label, size, width); short {
				l.problems = append(l.problems, "a name in the legend is too long and was cut")
			}
		}
		all = append(all, legendEntry{m.key, b})
		l.problems = append(l.problems, b.Problems...)
		// Tall ones (fractions) make all lines taller.
		l.line = max(l.line, b.Ascent+b.Descent)
	}
	if len(all) == 0 {
		return nil
	}
	most := max(l.rowsIn(room.Y), 1)
	n := min(len(all), mostEntries)
	for l.arrange(all[:n], most); l.width > room.X && n > 1; l.arrange(all[:n], most) {
		n -= max(1, n-most*(len(l.columns)-1))
		n = max(n, 1)
	}
	if l.left = len(all) - n; l.left > 0 && len(l.entries) > 1 {
		l.left++
		rest := typeset.Layout(fmt.Sprintf("and %d more", l.left), em)
		l.entries[len(l.entries)-1] = legendEntry{nil, rest}
	}
	return l
}

// nameSize is one size of letters for all names, smaller where a name needs it.
func nameSize(names []entry, em, width vg.Length) vg.Length {
	k := vg.Length(1)
	for _, m := range names[:min(len(names), mostEntries)] {
		if b, _ := name(m.label, em, vg.Length(math.Inf(1))); b.Width > width {
			k = min(k, max(width/b.Width*0.995, leastLetters))
		}
	}
	return em * k
}

// name sets a name on one line and cuts it to a width.
func name(label string, size, width vg.Length) (b typeset.Box, cutShort bool) {
	const longest = 2000
	if len(label) <= longest && !strings.Contains(label, "\n") {
		if b = typeset.Layout(label, size); b.Width <= width {
			return b, false
		}
	}
	// A size that is small enough already: what does not fit is cut.
	return onLines(shortened(label, longest), size, width, 1)
}

// mostEntries is more than any legend has room for in letters one can read.
const mostEntries = 400

// legendFor makes the legend of a panel: within the frame if it leaves most
// of it free, else to its right, in smaller letters. It is nil with a
// complaint where neither has room.
func legendFor(marks []placed, frame point, t *theme) (l *legend, complaint string) {
	em := t.textSize
	margin := 2 * legendMargin * em
	l = newLegend(marks, point{X: frame.X - margin, Y: frame.Y - margin}, t)
	if l == nil || l.left == 0 && l.width <= frame.X-margin && l.height <= frame.Y-margin && l.width*l.height < 0.36*frame.X*frame.Y {
		return l, ""
	}
	small := *t
	small.textSize *= 0.8
	small.markerSize *= 0.8
	l = newLegend(marks, point{X: frame.X * 0.42, Y: frame.Y}, &small)
	l.outside = true
	if l.width > frame.X*0.42 || l.height > frame.Y || len(l.entries)-min(l.left, 1) < 2 {
		return nil, "there is no room for a legend, a larger figsize makes it"
	}
	return l, ""
}

func (l *legend) rowsIn(height vg.Length) int {
	em := l.theme.textSize
	return int((height - 2*legendBorder*em + legendSpacing*em) / (l.line + legendSpacing*em))
}

func (l *legend) arrange(entries []legendEntry, most int) {
	em := l.theme.textSize
	l.entries = append([]legendEntry(nil), entries...)
	columns := (len(entries) + most - 1) / most
	l.rows = (len(entries) + columns - 1) / columns
	l.columns = l.columns[:0]
	l.width = 2 * legendBorder * em
	for from := 0; from < len(entries); from += l.rows {
		var w vg.Length
		for _, e := range entries[from:min(from+l.rows, len(entries))] {
			w = max(w, e.box.Width)
		}
		w += (handleLength + handlePad) * em
		if len(l.columns) > 0 {
			l.width += columnSpacing * em * 0.7
		}
		l.columns = append(l.columns, w)
		l.width += w
	}
	l.height = vg.Length(l.rows)*l.line + vg.Length(l.rows-1)*legendSpacing*em + 2*legendBorder*em
}

// best is the place within the frame that hides the least of the marks; of
// equal ones the first in matplotlib's order wins.
func (l *legend) best(frame vg.Rectangle, beside vg.Length, marks []placed) vg.Rectangle {
	pad := legendMargin * l.theme.textSize
	if l.outside {
		at := point{X: frame.Max.X + beside + pad, Y: frame.Max.Y - l.height}
		return vg.Rectangle{Min: at, Max: point{X: at.X + l.width, Y: frame.Max.Y}}
	}
	x := [3]vg.Length{frame.Min.X + pad, (frame.Min.X+frame.Max.X)/2 - l.width/2, frame.Max.X - pad - l.width}
	y := [3]vg.Length{frame.Min.Y + pad, (frame.Min.Y+frame.Max.Y)/2 - l.height/2, frame.Max.Y - pad - l.height}
	places := [...][2]int{
		{2, 2}, {0, 2}, {0, 0}, {2, 0}, // corners: upper right, upper left, lower left, lower right
		{2, 1}, {0, 1}, // middles: right, left
		{1, 0}, {1, 2}, {1, 1},
	}
	var best vg.Rectangle
	least := -1.0
	for _, p := range places {
		r := vg.Rectangle{Min: point{X: x[p[0]], Y: y[p[1]]}}
		r.Max = point{X: r.Min.X + l.width, Y: r.Min.Y + l.height}
		near := grown(r, 1)
		sum := 0.0
		for _, m := range marks {
			sum += m.covers(near)
			if least >= 0 && sum >= least {
				break
			}
		}
		if least < 0 || sum < least {
			best, least = r, sum
		}
		if least == 0 {
			break
		}
	}
	return best
}

func (l *legend) paint(p *pen, r vg.Rectangle) {
	em := l.theme.textSize
	outer := p.theme
	p.theme = l.theme // keys are drawn to the letters' size
	defer func() { p.theme = outer }()
	path := rounded(r, 0.2*em)
	p.SetColor(l.theme.legendFace)
	p.Fill(path)
	p.SetColor(l.theme.legendEdge)
	p.SetLineWidth(l.theme.frameWidth)
	p.SetLineDash(nil, 0)
	p.Stroke(path)

	met := typeset.MetricsOf(em)
	x := r.Min.X + legendBorder*em
	for c, w := range l.columns {
		y := r.Max.Y - legendBorder*em
		for i := c * l.rows; i < min((c+1)*l.rows, len(l.entries)); i++ {
			e := l.entries[i]
			middle := y - l.line/2
			base := middle - met.CapHeight/2 + 0.03*em
			if e.key != nil {
				e.key(p, vg.Rectangle{
					Min: point{X: x, Y: middle - 0.4*em},
					Max: point{X: x + handleLength*em, Y: middle + 0.4*em},
				})
				p.text(e.box, x+(handleLength+handlePad)*em, base, p.theme.ink)
			} else {
				p.text(e.box, x, base, p.theme.ink)
			}
			y -= l.line + legendSpacing*em
		}
		x += w + columnSpacing*em*0.7
	}
}
