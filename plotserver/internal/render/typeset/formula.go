package typeset

import (
	"math"

	"gonum.org/v1/plot/vg"

	"iotplot/plotserver/internal/render/fonts"
)

// env is where a list is set: in which style and size.
type env struct {
	*setter
	t       *fonts.MathTable
	base    vg.Length // size of the surrounding text
	style   style
	cramped bool // superscripts are raised less, under a line
}

func (s *setter) env(size vg.Length) env {
	return env{setter: s, t: fonts.Maths(), base: size, style: textual}
}

// size is the size of the em in this style.
func (e env) size() vg.Length {
	switch e.style {
	case scripted:
		return e.base * vg.Length(e.t.Script)
	case tiny:
		return e.base * vg.Length(e.t.ScriptScript)
	}
	return e.base
}

// value is a measure of the mathematical face at the size of this style.
func (e env) value(c fonts.Constant) vg.Length {
	return vg.Length(e.t.Value(c)) * e.size() / fonts.Em
}

func (e env) scripts() env {
	e.style = min(tiny, max(e.style, textual)+1)
	return e
}

func (e env) under() env { e.cramped = true; return e }

// gap gives the space between two atoms in units of 1/18 em; it is only there in
// display and text style if bare is false (The TeXbook, page 170).
func gap(left, right class) (mu float64, bare bool) {
	const table = "" +
		/*        ord op bin rel open shut punct inner */
		/* ord */
		"01230001" +
		/* op */ "11-30001" +
		/* bin */ "22--2--2" +
		/* rel */ "33-03003" +
		/* open */ "00-00000" +
		/* shut */ "01230001" +
		/* punct */ "11-11111" +
		/* inner */ "11231011"
	c := table[8*int(left)+int(right)]
	mu = [...]float64{0, 3, 4, 5}[max(0, int(c)-'0')%4]
	if c == '-' {
		mu = 0
	}
	bare = mu == 3 && (left == op || right == op) && right != inner
	return mu, bare
}

// classesOf finds the class of each atom in its place: a sign that has nothing
// to operate on is an ordinary one, as the minus of a negative number.
func classesOf(list []atom) []class {
	out := make([]class, len(list))
	prev := -1
	for i, a := range list {
		out[i] = a.class
		if a.kind == spaceKind || a.kind == styleKind {
			continue
		}
		if prev == -1 {
			if a.class == bin {
				out[i] = ord
			}
		} else {
			switch out[prev] {
			case bin, op, rel, open, punct:
				if a.class == bin {
					out[i] = ord
				}
			}
			if out[prev] == bin && (a.class == rel || a.class == shut || a.class == punct) {
				out[prev] = ord
			}
		}
		prev = i
	}
	if prev >= 0 && out[prev] == bin {
		out[prev] = ord
	}
	return out
}

// list sets atoms next to each other.
func (e env) list(list []atom) *piece {
	p := &piece{}
	classes := classesOf(list)
	prev := -1
	var lastFace *fonts.Face
	var last fonts.GlyphIndex
	for i := range list {
		a := &list[i]
		switch a.kind {
		case spaceKind:
			p.space(e.size(), vg.Length(a.size)/18*e.size(), a.size > 0)
			lastFace = nil
			continue
		case styleKind:
			e.style = a.style
			continue
		}
		blank := false
		if prev >= 0 {
			mu, bare := gap(classes[prev], classes[i])
			if mu > 0 && (bare || e.style <= textual) {
				p.space(e.size(), vg.Length(mu)/18*e.size(), true)
				blank = true
			}
		}
		q, face, g := e.atom(a)
		// letters of a word are kerned as text
		if face != nil && face == lastFace && !blank {
			p.w += vg.Length(face.Kern(last, g)) * e.size() / fonts.Em
		}
		p.add(q)
		lastFace, last = face, g
		if a.hasSub || a.hasSup || a.primes > 0 {
			lastFace = nil
		}
		prev = i
	}
	return p
}

// atom sets an atom with its scripts. If it is a single glyph, that is given,
// too.
func (e env) atom(a *atom) (*piece, *fonts.Face, fonts.GlyphIndex) {
	var face *fonts.Face
	var glyph fonts.GlyphIndex
	var p *piece
	single := false
	switch a.kind {
	case charKind:
		p, face, glyph = e.char(a.r, a.letters)
		single = face != nil
	case listKind:
		p = e.list(a.body)
		single = len(a.body) == 1 && a.body[0].kind == charKind && !a.body[0].hasSub && !a.body[0].hasSup && a.body[0].primes == 0
	case textKind:
		p = e.text(a.str, [...]fonts.Style{e.textStyle(), fonts.Bold, fonts.Italic}[a.flag], e.size())
	case typedKind:
		p = e.text(a.str, fonts.Regular, e.size())
	case functionKind:
		p = e.text(a.str, fonts.Regular, e.size())
		single = true // scripts stand as beside a letter
	case bigKind:
		p = e.big(a.r)
	case fracKind:
		p = e.frac(a)
	case rootKind:
		p = e.root(a)
	case accentKind:
		p = e.accent(a)
	case overKind, underKind:
		p = e.lined(a)
	case fenceKind:
		p = e.fence(a)
	case delimKind:
		p = e.delimiter(a.r, vg.Length(a.size)*e.size())
	default:
		p = &piece{}
	}
	if a.class == op && (a.limits == 1 || a.limits == 0 && a.spread && e.style == display) {
		return e.limits(p, a), nil, 0
	}
	if a.hasSup || a.hasSub || a.primes > 0 {
		return e.scriptsOf(p, a, single), nil, 0
	}
	p.w += p.lean
	p.lean = 0
	return p, face, glyph
}

func (e env) textStyle() fonts.Style {
	if e.setter.style == fonts.Bold || e.setter.style == fonts.BoldItalic {
		return fonts.Bold
	}
	return fonts.Regular
}

// char sets one character of an alphabet.
func (e env) char(r rune, a alphabet) (*piece, *fonts.Face, fonts.GlyphIndex) {
	p := &piece{}
	if unseen(r) {
		return p, nil, 0
	}
	f, g, ok := a.find(r)
	if !ok {
		e.missing(p, r, e.size())
		return p, nil, 0
	}
	p.glyph(f, g, e.size(), 0, 0, string(r))
	k := e.size() / fonts.Em
	p.w = vg.Length(f.Glyph(g).Advance) * k
	if f.Style() == fonts.Math {
		p.lean = vg.Length(e.t.Italic(g)) * k
	}
	return p, f, g
}

// scriptsOf puts superscript, subscript and primes beside a nucleus (The
// TeXbook, appendix G, rule 18, with the measures of OpenType's table MATH).
func (e env) scriptsOf(p *piece, a *atom, single bool) *piece {
	out := &piece{}
	lean := p.lean
	p.lean = 0
	out.add(p)
	var up, down vg.Length
	if a.hasSup || a.primes > 0 {
		up = e.value(fonts.SuperscriptShiftUp)
		if e.cramped {
			up = e.value(fonts.SuperscriptShiftUpCramped)
		}
	}
	if a.hasSub {
		down = e.value(fonts.SubscriptShiftDown)
	}
	inner := e.scripts()
	if !single {
		k := inner.size() / e.size()
		if up > 0 {
			up = max(up, p.height()-e.value(fonts.SuperscriptBaselineDropMax)*k)
		}
		if a.hasSub {
			down = max(down, p.depth()+e.value(fonts.SubscriptBaselineDropMin)*k)
		}
	}
	degree := a.hasSup && len(a.sup) == 1 && a.sup[0].kind == charKind && a.sup[0].r == '∘' && !a.sup[0].hasSup && !a.sup[0].hasSub
	var sup, sub *piece
	if a.hasSup && !degree {
		sup = inner.list(a.sup)
		up = max(up, sup.d+e.value(fonts.SuperscriptBottomMin))
	}
	if a.hasSub {
		sub = inner.under().list(a.sub)
		down = max(down, sub.a-e.value(fonts.SubscriptTopMax))
	}
	if sup != nil && sub != nil {
		if short := e.value(fonts.SubSuperscriptGapMin) - ((up - sup.d) - (sub.a - down)); short > 0 {
			down += short
			if psi := e.value(fonts.SuperscriptBottomMaxWithSubscript) - (up - sup.d); psi > 0 {
				up += psi
				down -= psi
			}
		}
	}
	x := out.w
	end := x
	if sub != nil {
		at := x
		if a.kind == bigKind {
			at -= lean // an integral leans away from its lower limit
			if at < 0 {
				at = 0
			}
		}
		out.put(sub, at, -down)
		end = max(end, at+sub.w)
	}
	at := x + lean
	if a.kind == bigKind {
		at = x
	}
	if a.primes > 0 {
		// The prime is drawn raised in the font.
		for range a.primes {
			q, _, _ := e.char('′', italic)
			out.put(q, at, 0)
			at += q.w
		}
	}
	if degree {
		q, _, _ := e.char('°', upright)
		out.put(q, at, 0)
		at += q.w
	}
	if sup != nil {
		out.put(sup, at, up)
		at += sup.w
	}
	out.w = max(end, at) + e.value(fonts.SpaceAfterScript)
	return out
}

// limits puts scripts above and below an operator.
func (e env) limits(p *piece, a *atom) *piece {
	out := &piece{}
	var over, under *piece
	w := p.w
	if a.hasSup {
		over = e.scripts().list(a.sup)
		w = max(w, over.w)
	}
	if a.hasSub {
		under = e.scripts().under().list(a.sub)
		w = max(w, under.w)
	}
	lean := p.lean / 2
	p.lean = 0
	out.put(p, (w-p.w)/2, 0)
	if under != nil {
		y := p.depth() + e.value(fonts.LowerLimitGapMin) + under.a
		if a.kind == functionKind { // limits of words stand in a row
			y = max(y, e.value(fonts.LowerLimitBaselineDropMin))
		}
		out.put(under, (w-under.w)/2-lean, -y)
	}
	if over != nil {
		y := p.height() + e.value(fonts.UpperLimitGapMin) + max(0, over.d)
		out.put(over, (w-over.w)/2+lean, y)
	}
	out.w = w
	return out
}

// big sets an operator that is larger in display style, about the axis.
func (e env) big(r rune) *piece {
	p := &piece{}
	f, g, ok := fonts.Find(fonts.Math, r)
	if !ok {
		e.missing(p, r, e.size())
		return p
	}
	if e.style == display && f.Style() == fonts.Math {
		for _, v := range e.t.Tall(g) {
			g = v.Glyph
			if v.Advance >= e.t.DisplayOperator {
				break
			}
		}
	}
	o := f.Glyph(g)
	k := e.size() / fonts.Em
	y := e.value(fonts.AxisHeight) - vg.Length(o.YMax+o.YMin)/2*k
	p.glyph(f, g, e.size(), 0, y, string(r))
	p.w = vg.Length(o.Advance) * k
	p.lean = vg.Length(e.t.Italic(g)) * k
	if !isIntegral(r) {
		p.lean = 0
	}
	return p
}

func (e env) frac(a *atom) *piece {
	outer := e
	switch a.flag {
	case 1:
		outer.style = display
	case -1:
		outer.style = textual
	}
	in := outer
	if outer.style == display {
		in.style = textual
	} else {
		in = outer.scripts()
	}
	over, under := in.list(a.body), in.under().list(a.other)
	bar, axis := outer.value(fonts.FractionRuleThickness), outer.value(fonts.AxisHeight)
	up, down := outer.value(fonts.FractionNumeratorShiftUp), outer.value(fonts.FractionDenominatorShiftDown)
	gapUp, gapDown := outer.value(fonts.FractionNumeratorGapMin), outer.value(fonts.FractionDenominatorGapMin)
	if outer.style == display {
		up, down = outer.value(fonts.FractionNumeratorDisplayShiftUp), outer.value(fonts.FractionDenominatorDisplayShift)
		gapUp, gapDown = outer.value(fonts.FractionNumeratorDisplayGapMin), outer.value(fonts.FractionDenominatorDisplayGapMin)
	}
	up = max(up, over.d+gapUp+axis+bar/2)
	down = max(down, under.a+gapDown-axis+bar/2)
	side := 0.1 * outer.size()
	w := max(over.w, under.w) + 0.06*outer.size()
	p := &piece{}
	p.put(over, side+(w-over.w)/2, up)
	p.plain.WriteByte('/')
	p.rule(side, axis-bar/2, w, bar)
	p.put(under, side+(w-under.w)/2, -down)
	p.w = w + 2*side
	return p
}

func (e env) root(a *atom) *piece {
	body := e.under().list(a.body)
	bar := e.value(fonts.RadicalRuleThickness)
	clear := e.value(fonts.RadicalVerticalGap)
	if e.style == display {
		clear = e.value(fonts.RadicalDisplayVerticalGap)
	}
	// the radicand is at least as tall as a letter, so that roots of letters match
	top := max(body.height(), 0.45*e.size())
	sign := e.stretch('√', top+body.depth()+clear+bar, "√")
	if extra := sign.a + sign.d - (top + body.depth() + clear + bar); extra > 0 {
		clear += extra / 2
	}
	p := &piece{}
	x := vg.Length(0)
	line := top + clear // where the rule begins
	if len(a.other) > 0 {
		small := e
		small.style = tiny
		index := small.list(a.other)
		x = max(0, e.value(fonts.RadicalKernBeforeDegree)) + index.w + e.value(fonts.RadicalKernAfterDegree)
		at := x - e.value(fonts.RadicalKernAfterDegree) - index.w
		if x < 0 {
			at, x = at-x, 0
		}
		bottom := line + bar - (sign.a + sign.d)
		// a little above what the font asks for, clear of the hook
		p.put(index, at, bottom+vg.Length(e.t.DegreeRaise+0.06)*(sign.a+sign.d)+max(0, index.d))
	}
	p.put(sign, x, line+bar-sign.a)
	x += sign.w
	p.rule(x, line, body.w+0.04*e.size(), bar)
	p.put(body, x, 0)
	p.w = x + body.w + 0.08*e.size()
	return p
}

// accent puts a mark over its body: over the place the font names for a single
// letter, else over the middle.
func (e env) accent(a *atom) *piece {
	body := e.under().list(a.body)
	lean := body.lean
	body.lean = 0
	p := &piece{}
	f, g, ok := fonts.Find(fonts.Math, a.r)
	if !ok {
		e.missing(p, a.r, e.size())
		return p
	}
	k := e.size() / fonts.Em
	if a.flag == 1 {
		for _, v := range e.t.Wide(g) {
			if vg.Length(v.Advance)*k > body.w*1.05 {
				break
			}
			g = v.Glyph
		}
	}
	at := (body.w + lean) / 2
	if len(body.glyphs) == 1 && body.glyphs[0].Face.Style() == fonts.Math {
		if v, ok := e.t.AccentAt(body.glyphs[0].ID); ok {
			at = vg.Length(v) * k
		}
	}
	o := f.Glyph(g)
	foot := vg.Length(o.XMin+o.XMax) / 2 * k
	if v, ok := e.t.AccentAt(g); ok && f.Style() == fonts.Math {
		foot = vg.Length(v) * k
	}
	up := body.height() - min(body.height(), e.value(fonts.AccentBaseHeight))
	p.put(body, 0, 0)
	p.glyph(f, g, e.size(), at-foot, up, string(a.r))
	p.w = body.w
	p.lean = lean
	return p
}

func (e env) lined(a *atom) *piece {
	body := e.under().list(a.body)
	bar := e.value(fonts.OverbarRuleThickness)
	p := &piece{}
	p.put(body, 0, 0)
	p.w = body.w
	if a.kind == overKind {
		p.rule(0, body.height()+e.value(fonts.OverbarVerticalGap)*0.7, body.w, bar)
	} else {
		p.rule(0, -body.depth()-e.value(fonts.UnderbarVerticalGap)*0.7-bar, body.w, bar)
	}
	return p
}

// fence sets a list between delimiters that cover nine tenths of it (The
// TeXbook, page 152).
func (e env) fence(a *atom) *piece {
	body := e.list(a.body)
	axis := e.value(fonts.AxisHeight)
	reach := 2 * max(body.height()-axis, body.depth()+axis)
	need := max(0.901*reach, reach-0.5*e.size())
	p := e.delimiter(a.left, need)
	if a.left == 0 {
		p.w = 0.1 * e.size()
	}
	body.w += body.lean
	body.lean = 0
	p.add(body)
	q := e.delimiter(a.right, need)
	if a.right == 0 {
		q.w = 0.1 * e.size()
	}
	p.add(q)
	return p
}

// delimiter sets a delimiter at least as tall as need, about the axis.
func (e env) delimiter(r rune, need vg.Length) *piece {
	if r == 0 {
		return &piece{}
	}
	sign := e.stretch(r, need, string(r))
	p := &piece{}
	p.put(sign, 0, e.value(fonts.AxisHeight)-(sign.a-sign.d)/2)
	p.w = sign.w
	return p
}

// stretch finds the smallest glyph for a sign that is tall enough, or puts one
// together from parts. A sign that can't grow is given as it is.
func (e env) stretch(r rune, need vg.Length, text string) *piece {
	p := &piece{}
	f, g, ok := fonts.Find(fonts.Math, r)
	if !ok {
		e.missing(p, r, e.size())
		return p
	}
	k := e.size() / fonts.Em
	single := func(g fonts.GlyphIndex) *piece {
		p.glyph(f, g, e.size(), 0, 0, text)
		p.w = vg.Length(f.Glyph(g).Advance) * k
		return p
	}
	if f.Style() != fonts.Math {
		return single(g)
	}
	best := g
	for _, v := range e.t.Tall(g) {
		best = v.Glyph
		o := f.Glyph(v.Glyph)
		if vg.Length(o.YMax-o.YMin)*k >= need {
			return single(best)
		}
	}
	parts := e.t.Parts(g)
	if len(parts) == 0 {
		return single(best)
	}
	return e.assemble(f, parts, need, text)
}

// assemble stacks parts: extenders are repeated until the height is reached, and
// all joints overlap evenly.
func (e env) assemble(f *fonts.Face, parts []fonts.Part, need vg.Length, text string) *piece {
	k := e.size() / fonts.Em
	fixed, per, nFixed, nExt := 0.0, 0.0, 0, 0
	for _, q := range parts {
		if q.Extender {
			per += q.Advance - e.t.Overlap
			nExt++
		} else {
			fixed += q.Advance
			nFixed++
		}
	}
	goal := float64(need / k)
	fixed -= e.t.Overlap * float64(nFixed-1)
	times := 0
	if nExt > 0 && per > 0 {
		times = int(math.Ceil(math.Max(0, goal-fixed) / per))
		times = min(times, 200)
	}
	var seq []fonts.Part
	for _, q := range parts {
		n := 1
		if q.Extender {
			n = times
		}
		for range n {
			seq = append(seq, q)
		}
	}
	total := 0.0
	for _, q := range seq {
		total += q.Advance
	}
	overlap := e.t.Overlap
	if joints := float64(len(seq) - 1); joints > 0 {
		overlap = max(overlap, (total-goal)/joints)
		for i := 1; i < len(seq); i++ {
			overlap = min(overlap, max(e.t.Overlap, min(seq[i-1].End, seq[i].Start)))
		}
	}
	p := &piece{}
	y := 0.0
	for i, q := range seq {
		t := ""
		if i == 0 {
			t = text
		}
		o := f.Glyph(q.Glyph)
		p.glyph(f, q.Glyph, e.size(), 0, vg.Length(y-o.YMin)*k, t)
		p.w = max(p.w, vg.Length(o.Advance)*k)
		y += q.Advance - overlap
	}
	return p
}
