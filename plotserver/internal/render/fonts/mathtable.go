package fonts

import (
	"encoding/binary"
	"sync"
)

// Constant numbers a measure of a mathematical face, in the order of the font
// file (OpenType, table MATH, MathConstants).
type Constant int

// The constants that are used, in units of Em.
const (
	AxisHeight                        Constant = 1
	AccentBaseHeight                  Constant = 2
	SubscriptShiftDown                Constant = 4
	SubscriptTopMax                   Constant = 5
	SubscriptBaselineDropMin          Constant = 6
	SuperscriptShiftUp                Constant = 7
	SuperscriptShiftUpCramped         Constant = 8
	SuperscriptBottomMin              Constant = 9
	SuperscriptBaselineDropMax        Constant = 10
	SubSuperscriptGapMin              Constant = 11
	SuperscriptBottomMaxWithSubscript Constant = 12
	SpaceAfterScript                  Constant = 13
	UpperLimitGapMin                  Constant = 14
	UpperLimitBaselineRiseMin         Constant = 15
	LowerLimitGapMin                  Constant = 16
	LowerLimitBaselineDropMin         Constant = 17
	FractionNumeratorShiftUp          Constant = 28
	FractionNumeratorDisplayShiftUp   Constant = 29
	FractionDenominatorShiftDown      Constant = 30
	FractionDenominatorDisplayShift   Constant = 31
	FractionNumeratorGapMin           Constant = 32
	FractionNumeratorDisplayGapMin    Constant = 33
	FractionRuleThickness             Constant = 34
	FractionDenominatorGapMin         Constant = 35
	FractionDenominatorDisplayGapMin  Constant = 36
	OverbarVerticalGap                Constant = 39
	OverbarRuleThickness              Constant = 40
	UnderbarVerticalGap               Constant = 42
	RadicalVerticalGap                Constant = 45
	RadicalDisplayVerticalGap         Constant = 46
	RadicalRuleThickness              Constant = 47
	RadicalKernBeforeDegree           Constant = 49
	RadicalKernAfterDegree            Constant = 50
	constants                                  = 51
)

// Part is a piece of a tall delimiter, from the bottom up.
type Part struct {
	Glyph               GlyphIndex
	Start, End, Advance float64 // lengths of the connectors and of the whole
	Extender            bool    // may be repeated, or left out
}

// Variant is a glyph of another size for the same sign.
type Variant struct {
	Glyph   GlyphIndex
	Advance float64 // its height
}

// MathTable holds the measures of the mathematical face.
type MathTable struct {
	Script, ScriptScript float64 // sizes of scripts, relative to the text
	DisplayOperator      float64 // least height of a big operator in display style
	DegreeRaise          float64 // of the index of a root, relative to the root's height
	Overlap              float64 // least overlap of parts

	values [constants]float64
	italic map[GlyphIndex]float64
	accent map[GlyphIndex]float64
	tall   map[GlyphIndex][]Variant
	parts  map[GlyphIndex][]Part
	wide   map[GlyphIndex][]Variant
}

// Value gives a constant.
func (t *MathTable) Value(c Constant) float64 { return t.values[c] }

// Italic gives by how much a glyph leans out of its width at the top.
func (t *MathTable) Italic(g GlyphIndex) float64 { return t.italic[g] }

// AccentAt gives where an accent stands over (or in) a glyph.
func (t *MathTable) AccentAt(g GlyphIndex) (float64, bool) {
	v, ok := t.accent[g]
	return v, ok
}

// Tall gives the glyph's variants in growing height.
func (t *MathTable) Tall(g GlyphIndex) []Variant { return t.tall[g] }

// Wide gives the glyph's variants in growing width.
func (t *MathTable) Wide(g GlyphIndex) []Variant { return t.wide[g] }

// Parts gives what a glyph of any height is put together from, from the bottom
// up.
func (t *MathTable) Parts(g GlyphIndex) []Part { return t.parts[g] }

// Maths gives the measures of the face Math.
var Maths = sync.OnceValue(func() *MathTable {
	f := Get(Math)
	return parseMath(table(f.data, "MATH"), f.scale)
})

// table finds a table of a font file; it is empty if there is none.
func table(file []byte, tag string) []byte {
	d := view(file)
	for i := range int(d.u16(4)) {
		at := 12 + 16*i
		if string(d.bytes(at, 4)) == tag {
			return d.bytes(int(d.u32(at+8)), int(d.u32(at+12)))
		}
	}
	return nil
}

// view reads big-endian numbers; beyond the end there are zeros.
type view []byte

func (v view) u16(at int) uint16 {
	if at < 0 || at+2 > len(v) {
		return 0
	}
	return binary.BigEndian.Uint16(v[at:])
}

func (v view) i16(at int) int { return int(int16(v.u16(at))) }

func (v view) u32(at int) uint32 { return uint32(v.u16(at))<<16 | uint32(v.u16(at+2)) }

func (v view) bytes(at, n int) []byte {
	if at < 0 || n < 0 || at > len(v) || n > len(v)-at {
		return nil
	}
	return v[at : at+n]
}

func (v view) from(at int) view {
	if at <= 0 || at > len(v) {
		return nil
	}
	return v[at:]
}

// parseMath reads the table MATH (OpenType specification 1.9).
func parseMath(data []byte, scale float64) *MathTable {
	d := view(data)
	t := &MathTable{}
	c := d.from(int(d.u16(4)))
	t.Script, t.ScriptScript = float64(c.i16(0))/100, float64(c.i16(2))/100
	t.DisplayOperator = float64(c.u16(6)) * scale
	for i := range t.values {
		t.values[i] = float64(c.i16(8+4*i)) * scale
	}
	t.DegreeRaise = float64(c.i16(8+4*constants)) / 100

	info := d.from(int(d.u16(6)))
	t.italic = valueMap(info.from(int(info.u16(0))), scale)
	t.accent = valueMap(info.from(int(info.u16(2))), scale)

	v := d.from(int(d.u16(8)))
	t.Overlap = float64(v.u16(0)) * scale
	tall, wide := coverage(v.from(int(v.u16(2)))), coverage(v.from(int(v.u16(4))))
	nTall, nWide := int(v.u16(6)), int(v.u16(8))
	t.tall, t.wide, t.parts = map[GlyphIndex][]Variant{}, map[GlyphIndex][]Variant{}, map[GlyphIndex][]Part{}
	for i := range min(nTall, len(tall)) {
		g := v.from(int(v.u16(10 + 2*i)))
		t.tall[tall[i]] = variants(g, scale)
		if a := g.from(int(g.u16(0))); a != nil {
			t.parts[tall[i]] = assembly(a, scale)
		}
	}
	for i := range min(nWide, len(wide)) {
		t.wide[wide[i]] = variants(v.from(int(v.u16(10+2*nTall+2*i))), scale)
	}
	return t
}

func variants(g view, scale float64) []Variant {
	out := make([]Variant, 0, g.u16(2))
	for i := range int(g.u16(2)) {
		out = append(out, Variant{GlyphIndex(g.u16(4 + 4*i)), float64(g.u16(6+4*i)) * scale})
	}
	return out
}

func assembly(a view, scale float64) []Part {
	var out []Part
	for i := range int(a.u16(4)) {
		p := 6 + 10*i
		out = append(out, Part{
			Glyph: GlyphIndex(a.u16(p)),
			Start: float64(a.u16(p+2)) * scale, End: float64(a.u16(p+4)) * scale, Advance: float64(a.u16(p+6)) * scale,
			Extender: a.u16(p+8)&1 != 0,
		})
	}
	return out
}

// valueMap reads a list of values for the glyphs of a coverage.
func valueMap(d view, scale float64) map[GlyphIndex]float64 {
	m := make(map[GlyphIndex]float64)
	for i, g := range coverage(d.from(int(d.u16(0)))) {
		m[g] = float64(d.i16(4+4*i)) * scale
	}
	return m
}

// coverage reads the glyphs a list is for, in its order.
func coverage(c view) []GlyphIndex {
	var out []GlyphIndex
	switch c.u16(0) {
	case 1:
		for i := range int(c.u16(2)) {
			out = append(out, GlyphIndex(c.u16(4+2*i)))
		}
	case 2:
		for i := range int(c.u16(2)) {
			for g := int(c.u16(4 + 6*i)); g <= int(c.u16(6+6*i)); g++ {
				out = append(out, GlyphIndex(g))
			}
		}
	}
	return out
}
