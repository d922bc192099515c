package offline

import (
	"bytes"
	"math"
	"strings"
	"unicode/utf8"
)

// chart is a small plot made of characters. Each of them shows several dots,
// which are black or white: two by four in Braille, one by two in ASCII.
type chart struct {
	columns, lines int // characters
	ascii          bool
	dots           []bool // row by row, the uppermost first
	x, y           span
}

// span is a range of finite values; an empty one has lo above hi.
type span struct{ lo, hi float64 }

func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) include(v float64) { s.lo, s.hi = min(s.lo, v), max(s.hi, v) }
func (s span) empty() bool        { return s.lo > s.hi }

// part is where v is in the span, 0 to 1. Halves, because the length of a span
// may be beyond float64.
func (s span) part(v float64) float64 {
	if s.lo == s.hi {
		return 0.5
	}
	return (v/2 - s.lo/2) / (s.hi/2 - s.lo/2)
}

func newChart(columns, lines int, ascii bool, x, y span) *chart {
	c := &chart{columns: columns, lines: lines, ascii: ascii, x: x, y: y}
	c.dots = make([]bool, c.width()*c.height())
	return c
}

func (c *chart) width() int {
	if c.ascii {
		return c.columns
	}
	return 2 * c.columns
}

func (c *chart) height() int {
	if c.ascii {
		return 2 * c.lines
	}
	return 4 * c.lines
}

// at is the dot of a point.
func (c *chart) at(x, y float64) (i, j int) {
	i = int(math.Round(c.x.part(x) * float64(c.width()-1)))
	j = int(math.Round((1 - c.y.part(y)) * float64(c.height()-1)))
	return i, j
}

// line draws a straight line between two dots (Bresenham's).
func (c *chart) line(i, j, i1, j1 int) {
	di, dj := i1-i, j1-j
	si, sj := 1, 1
	if di < 0 {
		di, si = -di, -1
	}
	if dj < 0 {
		dj, sj = -dj, -1
	}
	for e := di - dj; ; {
		c.dots[j*c.width()+i] = true
		if i == i1 && j == j1 {
			return
		}
		twice := 2 * e
		if twice > -dj {
			e -= dj
			i += si
		}
		if twice < di {
			e += di
			j += sj
		}
	}
}

// curve draws points with lines between them, but for gaps: what is not finite.
func (c *chart) curve(n int, x, y func(int) float64) {
	lastI, lastJ, joined := 0, 0, false
	for k := range n {
		u, v := x(k), y(k)
		if u-u != 0 || v-v != 0 {
			joined = false
			continue
		}
		i, j := c.at(u, v)
		if !joined {
			lastI, lastJ, joined = i, j, true
		}
		c.line(lastI, lastJ, i, j)
		lastI, lastJ = i, j
	}
}

// The dots of a Braille character by row and column, as Unicode numbers them
// from U+2800 on (The Unicode Standard, chapter 21.1, Braille Patterns).
var braille = [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// row is a line of the chart's characters.
func (c *chart) row(line int) string {
	var b strings.Builder
	for column := range c.columns {
		if c.ascii {
			up, down := c.dots[2*line*c.columns+column], c.dots[(2*line+1)*c.columns+column]
			b.WriteByte([]byte{' ', '\'', '.', ':'}[bit(up)+2*bit(down)])
			continue
		}
		r := rune(0x2800)
		for j := range 4 {
			for i := range 2 {
				if c.dots[(4*line+j)*c.width()+2*column+i] {
					r |= braille[j][i]
				}
			}
		}
		if r == 0x2800 {
			r = ' ' // many fonts show circles for the empty pattern
		}
		b.WriteRune(r)
	}
	return b.String()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

const (
	colored = "\x1b[36m" // cyan, readable on dark and on light ground
	plain   = "\x1b[0m"
)

// write draws the chart in a frame with the ends of the y axis beside it.
func (c *chart) write(b *bytes.Buffer, color bool, margin int) {
	lo, hi := ends(c.y)
	left, corner, bottom := "│", "└", "─"
	if c.ascii {
		left, corner, bottom = "|", "+", "-"
	}
	for line := range c.lines {
		label := ""
		switch {
		case line == 0:
			label = hi
		case line == c.lines-1 && hi != lo:
			label = lo
		}
		text := strings.TrimRight(c.row(line), " ")
		if color && text != "" {
			text = colored + text + plain
		}
		b.WriteString(strings.TrimRight(right(label, margin)+" "+left+text, " ") + "\n")
	}
	b.WriteString(strings.Repeat(" ", margin+1) + corner + strings.Repeat(bottom, c.columns) + "\n")
}

// right puts a text at the right end of n characters.
func right(text string, n int) string {
	return strings.Repeat(" ", max(n-utf8.RuneCountInString(text), 0)) + text
}

// ends are a span's ends in as few digits as tell them apart, but at least five.
func ends(s span) (lo, hi string) {
	for n := 5; ; n++ {
		lo, hi = digits(s.lo, n), digits(s.hi, n)
		if lo != hi || s.lo == s.hi || n == 17 {
			return lo, hi
		}
	}
}
