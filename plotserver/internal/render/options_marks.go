package render

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// marksSpec is what a plot command asks of marks and of the kinds of axes.
type marksSpec struct {
	xscale, yscale, y2scale string // "" where left out
	linthresh               float64
	equal                   bool
	xinvert, yinvert        bool

	steps     each[stepKind]
	fill      each[filling]
	bars      each[barring]
	yerr      each[amount]
	xerr      each[amount]
	bands     each[amount]
	scatter   each[coloring]
	cmap      string
	clim      limits
	clabel    text
	alpha     each[float64]
	linewidth each[float64]
	marksize  each[float64]

	hlines, vlines []lineAsked
	hspans, vspans []spanAsked
	notes          []noteAsked
}

func newMarksSpec() marksSpec {
	return marksSpec{clim: limits{math.NaN(), math.NaN()}, cmap: colorMaps[0].name}
}

// each is an option that columns may have: the same for all, by their order,
// or by their names.
type each[T any] struct {
	set  bool
	all  *T
	list []T
	by   map[string]T
}

// of is what the i-th column that is drawn has.
func (e *each[T]) of(i int, name string) (v T, ok bool) {
	if v, ok = e.by[name]; ok {
		return v, true
	}
	if i >= 0 && i < len(e.list) {
		return e.list[i], true
	}
	if e.all != nil {
		return *e.all, true
	}
	return v, false
}

// has tells that a column is named.
func (e *each[T]) has(name string) bool {
	_, ok := e.by[name]
	return ok
}

// names are the columns that are named, sorted.
func (e *each[T]) names() []string {
	var names []string
	for name := range e.by {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// barring says whether a column is drawn as bars; width is in the units of
// the x axis, 0 for what fits.
type barring struct {
	on    bool
	width float64
}

// filling says what the area between a curve and a level or another column is
// to be.
type filling struct {
	on     bool
	level  float64
	column string // "" where a level is meant
	alpha  float64
	paint  paint
}

// amount is how far something reaches from a value to both sides: the same
// everywhere, or the values of a column; two of them for below and above.
// Both ends may be given by columns that hold the ends themselves.
type amount struct {
	parts []part // 1 or 2
}

type part struct {
	number float64
	column string // "" for a number
}

// coloring says that a column is drawn as points, and the column that gives
// them their colours.
type coloring struct {
	on     bool
	column string
}

type lineAsked struct {
	value float64
	label string
	look  lineFormat
	width float64 // 0: the style's
	right bool    // it belongs to the second y axis
}

type spanAsked struct {
	lo, hi float64 // NaN: to the end of the axis
	label  string
	paint  paint
	alpha  float64
	right  bool
}

type noteAsked struct {
	x, y   float64
	text   string
	paint  paint
	right  bool
	bare   bool   // without an arrow
	marker byte   // drawn at the point, 0 for none
	column string // the curve whose height at x is meant where y is left out
}

// markOptions are the options of this file, in the order of the documentation.
func markOptions() []descriptor {
	const scales = `"linear", "log" or "symlog"`
	return []descriptor{
		{"xscale", "a text", `"linear"`, `"symlog"`,
			"the scale of the x axis: " + scales + "; symlog is logarithmic to both sides of a linear part around zero",
			scaleOption(func(s *spec) *string { return &s.xscale })},
		{"yscale", "a text", `"linear"`, `"symlog"`,
			"the scale of the y axis, like xscale",
			scaleOption(func(s *spec) *string { return &s.yscale })},
		{"y2scale", "a text", `"linear"`, `"log"`,
			"the scale of the second y axis, like xscale",
			scaleOption(func(s *spec) *string { return &s.y2scale })},
		{"linthresh", "a number above 0", "a thousandth of the largest value, as a power of ten", `0.01`,
			"where the linear part of symlog axes ends, to both sides of zero",
			numberOption(0, math.MaxFloat64, func(s *spec) *float64 { return &s.linthresh })},
		{"equal", "true or false", "false", "true",
			"a unit is as long on the x axis as on the y axis, so that circles are round",
			flagOption(func(s *spec) *bool { return &s.equal })},
		{"xinvert", "true or false", "false", "true",
			"the x axis runs from right to left",
			flagOption(func(s *spec) *bool { return &s.xinvert })},
		{"yinvert", "true or false", "false", "true",
			"the y axis runs from top to bottom",
			flagOption(func(s *spec) *bool { return &s.yinvert })},
		{"steps", `true, "pre", "post", "mid" or an object of them by column name`, "none", `{"relay": "post"}`,
			`steps in place of slopes: a value holds from the row before (true and "pre"), until the next row ("post"), or half-way to both sides ("mid")`,
			eachOption(func(s *spec) *each[stepKind] { return &s.steps }, parseSteps)},
		{"fill", "true, a number, a list of column names, or an object by column name of true, a number, a column name or {to, alpha, color}", "none", `{"V": {"to": 0, "alpha": 0.3}}`,
			"a shaded area between curves and zero, another level, or another column",
			eachOption(func(s *spec) *each[filling] { return &s.fill }, parseFill)},
		{"bars", "true, a list of column names, or an object by column name of true or a width", "none", `{"count": 0.8}`,
			"a bar a row in place of a curve, side by side where there are several; a width is in the units of the x axis",
			eachOption(func(s *spec) *each[barring] { return &s.bars }, parseBars)},
		{"yerr", "a number, a column name, a list of two of them for below and above, or an object of these by column name", "none", `{"V": "sV"}`,
			"error bars: how far a value may be off, none where an error is negative; columns that only give errors are not drawn as curves, and up to 500 rows without a format of their own get markers in place of a line",
			eachOption(func(s *spec) *each[amount] { return &s.yerr }, parseAmount)},
		{"xerr", "a number, a column name, a list of two of them for left and right, or an object of these by column name", "none", `{"V": 0.05}`,
			"error bars along the x axis, like yerr",
			eachOption(func(s *spec) *each[amount] { return &s.xerr }, parseAmount)},
		{"band", "an object by column name of a number, a column name, or a list of two column names", "none", `{"mean": ["low", "high"]}`,
			"a shaded band around a curve: from one column to another, or as far to both sides as a number or a column says; columns that only give bands are not drawn as curves",
			eachOption(func(s *spec) *each[amount] { return &s.bands }, parseBand)},
		{"scatter", "true, a list of column names, or an object by column name of true or the name of the column that gives colours", "none", `{"V": "T"}`,
			"points in place of a curve, with a colour bar where a column gives their colours, the same for all in a panel",
			eachOption(func(s *spec) *each[coloring] { return &s.scatter }, parseScatter)},
		{"cmap", "a text", strconv.Quote(colorMaps[0].name), `"kindlmann"`,
			"the colours of scatter: " + colorMapNames(),
			setColorMap},
		{"clim", "a list of two numbers", "the data", `[0, 100]`,
			"the ends of the colour bar, like xlim",
			limitsOption(func(s *spec) *limits { return &s.clim })},
		{"clabel", "text", "the column's name", `"Temperature [°C]"`,
			"the label of the colour bar; empty for none",
			textOption(func(s *spec) *text { return &s.clabel })},
		{"alpha", "a number from 0 to 1, a list of them, or an object of them by column name", "1", `0.5`,
			"how much of what is behind a curve it hides",
			eachOption(func(s *spec) *each[float64] { return &s.alpha }, parseNumber(0, 1))},
		{"linewidth", "a number from 0 to 50, a list of them, or an object of them by column name", "1.5 (the style's)", `{"V": 0.8}`,
			"the width of curves in points",
			eachOption(func(s *spec) *each[float64] { return &s.linewidth }, parseNumber(0, 50))},
		{"markersize", "a number from 0 to 100, a list of them, or an object of them by column name", "6 (the style's)", `[3, 5]`,
			"the size of markers in points",
			eachOption(func(s *spec) *each[float64] { return &s.marksize }, parseNumber(0, 100))},
		{"hlines", "a number, an object {value, label, format, color, linewidth, axis}, or a list of them", "none", `[0, {"value": 3.3, "label": "supply", "format": "r--"}]`,
			"lines across the plot at heights of the y axis, with a text on them",
			linesOption(func(s *spec) *[]lineAsked { return &s.hlines })},
		{"vlines", "a number, an object {value, label, format, color, linewidth, axis}, or a list of them", "none", `{"value": 1.5, "label": "lamp on"}`,
			"upright lines at places of the x axis, with a text beside them",
			linesOption(func(s *spec) *[]lineAsked { return &s.vlines })},
		{"hspans", "a list of two numbers, an object {from, to, label, color, alpha, axis}, or a list of them", "none", `{"from": 3, "to": 3.6, "label": "allowed"}`,
			"shaded strips across the plot between two heights; null for an end of the axis",
			spansOption(func(s *spec) *[]spanAsked { return &s.hspans })},
		{"vspans", "a list of two numbers, an object {from, to, label, color, alpha, axis}, or a list of them", "none", `[[1, 2], [4, null]]`,
			"shaded upright strips between two places of the x axis",
			spansOption(func(s *spec) *[]spanAsked { return &s.vspans })},
		{"annotate", "an object {x, y, text, column, color, marker, arrow, axis}, or a list of them", "none", `[{"x": 0.5, "y": 1.2, "text": "$P_{max}$"}]`,
			"a text with an arrow to a point, put where it hides the least; without y the point is on the curve, of the column that is named if there are several",
			setNotes},
	}
}

// eachOption takes one value for all columns, a list by their order or an
// object by their names. parse refuses what is no value; it is told whether
// the value stands for all columns.
func eachOption[T any](at func(*spec) *each[T], parse func(v any, place place) (T, *refusal)) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		e := each[T]{set: true}
		switch v := v.(type) {
		case map[string]any:
			e.by = make(map[string]T, len(v))
			for _, name := range sortedKeys(v) {
				if v[name] == nil {
					continue
				}
				one, r := parse(v[name], forOne)
				if r != nil {
					return r
				}
				e.by[name] = one
			}
		case []any:
			if one, r := parse(v, forAll); r == nil {
				e.all = &one
				break
			}
			if len(v) > mostListed {
				return &refusal{wrong: fmt.Sprintf("it has %d values", len(v))}
			}
			for _, el := range v {
				// Names in a list mean these columns.
				if name, ok := el.(string); ok {
					if yes, r := parse(true, forOne); r == nil {
						if e.by == nil {
							e.by = map[string]T{}
						}
						e.by[name] = yes
						continue
					}
				}
				one, r := parse(el, inList)
				if r != nil {
					if r.wrong == "it is "+kindOf(el) {
						r.wrong = "it holds " + kindOf(el)
					}
					return r
				}
				e.list = append(e.list, one)
			}
			if e.by != nil && e.list != nil {
				return &refusal{wrong: "it mixes names and other values"}
			}
		default:
			one, r := parse(v, forAll)
			if r != nil {
				return r
			}
			e.all = &one
		}
		*at(s) = e
		return nil
	}
}

const mostListed = 1000

// place is where a value stands.
type place int

const (
	forAll place = iota // instead of a list or an object
	forOne              // behind a column's name
	inList
)

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func itIs(v any) *refusal { return &refusal{wrong: "it is " + kindOf(v)} }

func finite(v any) (float64, bool) {
	x, ok := v.(float64)
	return x, ok && !math.IsNaN(x) && !math.IsInf(x, 0)
}

func parseNumber(least, most float64) func(any, place) (float64, *refusal) {
	return func(v any, at place) (float64, *refusal) {
		x, ok := v.(float64)
		if !ok {
			if at != forAll {
				return 0, &refusal{wrong: "it holds " + kindOf(v)}
			}
			return 0, itIs(v)
		}
		if !(x >= least && x <= most) {
			return 0, &refusal{wrong: "it is out of range"}
		}
		return x, nil
	}
}

func numberOption(above, most float64, at func(*spec) *float64) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		x, ok := v.(float64)
		if !ok {
			return itIs(v)
		}
		if !(x > above && x <= most) {
			return &refusal{wrong: "it is out of range"}
		}
		*at(s) = x
		return nil
	}
}

func scaleOption(at func(*spec) *string) func(*spec, any) *refusal {
	const allowed = `"linear", "log" or "symlog"`
	return func(s *spec, v any) *refusal {
		name, ok := v.(string)
		if !ok {
			return &refusal{"it is " + kindOf(v), allowed}
		}
		switch name {
		case "linear", "log", "symlog":
			*at(s) = name
			return nil
		}
		return &refusal{"there is no such scale", allowed}
	}
}

func parseSteps(v any, at place) (stepKind, *refusal) {
	switch v := v.(type) {
	case bool:
		if v {
			return stepsBefore, nil
		}
		return noSteps, nil
	case string:
		for k, name := range stepNames {
			if v == name && name != "" {
				return stepKind(k), nil
			}
		}
		return 0, &refusal{wrong: "there are no such steps", allowed: `true, "pre", "post", "mid" or an object of them by column name`}
	}
	return 0, itIs(v)
}

func parseFill(v any, at place) (filling, *refusal) {
	f := filling{on: true, alpha: 0.25}
	switch v := v.(type) {
	case bool:
		f.on = v
		return f, nil
	case float64:
		if at == inList {
			return f, &refusal{wrong: "it holds a number"}
		}
		if _, ok := finite(v); !ok {
			return f, &refusal{wrong: "its numbers are not finite"}
		}
		f.level = v
		return f, nil
	case string:
		if at == forOne {
			f.column = v
			return f, nil
		}
	case map[string]any:
		if at != forOne {
			break
		}
		for _, key := range sortedKeys(v) {
			switch e := v[key]; key {
			case "to":
				switch e := e.(type) {
				case string:
					f.column = e
				case float64:
					f.level = e
				default:
					return f, &refusal{`its "to" is ` + kindOf(e), "a number or a column name"}
				}
			case "alpha":
				x, r := parseNumber(0, 1)(e, forAll)
				if r != nil {
					return f, &refusal{`its "alpha" is no number from 0 to 1`, "a number from 0 to 1"}
				}
				f.alpha = x
			case "color":
				p, r := colorOf(e)
				if r != nil {
					return f, r
				}
				f.paint = p
			default:
				return f, unknownKey(key, "to, alpha and color")
			}
		}
		return f, nil
	}
	return f, itIs(v)
}

func unknownKey(key, allowed string) *refusal {
	return &refusal{"it holds " + shown(key) + ", which is not known", allowed}
}

func colorOf(v any) (paint, *refusal) {
	const allowed = "a colour b g r c m y k w, a name, C0 to C9 or #rrggbb"
	if s, ok := v.(string); ok {
		if p, ok := parsePaint(s); ok {
			return p, nil
		}
		return paint{}, &refusal{shown(s) + " is no colour", allowed}
	}
	return paint{}, &refusal{`its "color" is ` + kindOf(v), allowed}
}

func parseBars(v any, at place) (barring, *refusal) {
	switch v := v.(type) {
	case bool:
		return barring{on: v}, nil
	case float64:
		if at == forOne {
			if !(v > 0 && v <= math.MaxFloat64) {
				return barring{}, &refusal{"a width is not above 0", "true or a width above 0"}
			}
			return barring{on: true, width: v}, nil
		}
	}
	return barring{}, itIs(v)
}

func parsePart(v any) (part, bool) {
	switch v := v.(type) {
	case float64:
		return part{number: v}, v >= 0 && v <= math.MaxFloat64
	case string:
		return part{column: v}, true
	}
	return part{}, false
}

func parseAmount(v any, at place) (amount, *refusal) {
	switch v := v.(type) {
	case float64, string:
		if at == inList {
			break
		}
		p, ok := parsePart(v)
		if !ok {
			return amount{}, &refusal{wrong: "an error is below 0"}
		}
		return amount{[]part{p}}, nil
	case []any:
		if len(v) != 2 {
			return amount{}, &refusal{wrong: fmt.Sprintf("it has %d values", len(v))}
		}
		a, ok1 := parsePart(v[0])
		b, ok2 := parsePart(v[1])
		if !ok1 || !ok2 {
			break
		}
		return amount{[]part{a, b}}, nil
	case bool:
		return amount{}, itIs(v)
	}
	return amount{}, itIs(v)
}

func parseBand(v any, at place) (amount, *refusal) {
	if at != forOne {
		return amount{}, itIs(v)
	}
	a, r := parseAmount(v, at)
	if r == nil && len(a.parts) == 2 && (a.parts[0].column == "" || a.parts[1].column == "") {
		return a, &refusal{wrong: "a list holds a number"}
	}
	return a, r
}

func parseScatter(v any, at place) (coloring, *refusal) {
	switch v := v.(type) {
	case bool:
		return coloring{on: v}, nil
	case string:
		if at == forOne {
			return coloring{true, v}, nil
		}
	}
	return coloring{}, itIs(v)
}

func setColorMap(s *spec, v any) *refusal {
	name, ok := v.(string)
	if !ok {
		return &refusal{"it is " + kindOf(v), colorMapNames()}
	}
	for _, m := range colorMaps {
		if m.name == name {
			s.cmap = name
			return nil
		}
	}
	return &refusal{"there is no such map of colours", colorMapNames()}
}

// fields walks through the members of an object in order and refuses those
// that set does not know.
func fields(v map[string]any, allowed string, set func(key string, v any) (known bool, r *refusal)) *refusal {
	for _, key := range sortedKeys(v) {
		if v[key] == nil {
			continue
		}
		known, r := set(key, v[key])
		if r != nil {
			return r
		}
		if !known {
			return unknownKey(key, allowed)
		}
	}
	return nil
}

// wants refuses a member of an object.
func wants(key, what string, v any) *refusal {
	return &refusal{fmt.Sprintf("its %q is %s", key, kindOf(v)), what}
}

func numberField(key string, v any, to *float64) *refusal {
	x, ok := finite(v)
	if !ok {
		return wants(key, "a number", v)
	}
	*to = x
	return nil
}

func textField(key string, v any, to *string) *refusal {
	s, ok := v.(string)
	if !ok {
		return wants(key, "a text", v)
	}
	*to = s
	return nil
}

func axisField(v any, right *bool) *refusal {
	switch v {
	case "y":
		*right = false
		return nil
	case "y2":
		*right = true
		return nil
	}
	return &refusal{`its "axis" is ` + shown(v), `"y" or "y2"`}
}

// listed takes one thing or a list of things.
func listed(v any, one func(v any) *refusal) *refusal {
	list, ok := v.([]any)
	if !ok {
		return one(v)
	}
	if len(list) > mostListed {
		return &refusal{wrong: fmt.Sprintf("it has %d values", len(list))}
	}
	for _, e := range list {
		if r := one(e); r != nil {
			r.wrong = strings.Replace(r.wrong, "it is ", "it holds ", 1)
			return r
		}
	}
	return nil
}

func linesOption(at func(*spec) *[]lineAsked) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		var out []lineAsked
		r := listed(v, func(v any) *refusal {
			l := lineAsked{value: math.NaN(), look: lineFormat{line: dashed}}
			switch v := v.(type) {
			case float64:
				if _, ok := finite(v); !ok {
					return &refusal{wrong: "its numbers are not finite"}
				}
				l.value = v
			case map[string]any:
				r := fields(v, "value, label, format, color, linewidth and axis", func(key string, v any) (bool, *refusal) {
					switch key {
					case "value":
						return true, numberField(key, v, &l.value)
					case "label":
						return true, textField(key, v, &l.label)
					case "format":
						text, ok := v.(string)
						if !ok {
							return true, wants(key, "a format string", v)
						}
						f, err := parseLineFormat(text)
						if err != nil {
							wrong, allowed, _ := strings.Cut(err.Error(), ", allowed is ")
							return true, &refusal{wrong, allowed}
						}
						if !f.paint.set {
							f.paint = l.look.paint
						}
						l.look = f
					case "color":
						p, r := colorOf(v)
						l.look.paint = p
						return true, r
					case "linewidth":
						x, r := parseNumber(0, 50)(v, forAll)
						if r != nil {
							return true, &refusal{`its "linewidth" is no number from 0 to 50`, "a number from 0 to 50"}
						}
						l.width = x
					case "axis":
						return true, axisField(v, &l.right)
					default:
						return false, nil
					}
					return true, nil
				})
				if r != nil {
					return r
				}
				if math.IsNaN(l.value) {
					return &refusal{`it has no "value"`, "an object with a value"}
				}
			default:
				return itIs(v)
			}
			out = append(out, l)
			return nil
		})
		if r == nil {
			*at(s) = out
		}
		return r
	}
}

func spansOption(at func(*spec) *[]spanAsked) func(*spec, any) *refusal {
	end := func(v any, to *float64) bool {
		if v == nil {
			return true
		}
		x, ok := finite(v)
		*to = x
		return ok
	}
	return func(s *spec, v any) *refusal {
		var out []spanAsked
		one := func(v any) *refusal {
			sp := spanAsked{lo: math.NaN(), hi: math.NaN(), alpha: 0.15}
			switch v := v.(type) {
			case []any:
				if len(v) != 2 {
					return &refusal{wrong: fmt.Sprintf("it has %d values", len(v))}
				}
				if !end(v[0], &sp.lo) || !end(v[1], &sp.hi) {
					return &refusal{wrong: "its ends are no numbers"}
				}
			case map[string]any:
				r := fields(v, "from, to, label, color, alpha and axis", func(key string, v any) (bool, *refusal) {
					switch key {
					case "from":
						return true, numberField(key, v, &sp.lo)
					case "to":
						return true, numberField(key, v, &sp.hi)
					case "label":
						return true, textField(key, v, &sp.label)
					case "color":
						p, r := colorOf(v)
						sp.paint = p
						return true, r
					case "alpha":
						x, r := parseNumber(0, 1)(v, forAll)
						if r != nil {
							return true, &refusal{`its "alpha" is no number from 0 to 1`, "a number from 0 to 1"}
						}
						sp.alpha = x
					case "axis":
						return true, axisField(v, &sp.right)
					default:
						return false, nil
					}
					return true, nil
				})
				if r != nil {
					return r
				}
				if sp.lo != sp.lo && sp.hi != sp.hi {
					return &refusal{`it has neither "from" nor "to"`, "an object with one of them or both"}
				}
			default:
				return itIs(v)
			}
			out = append(out, sp)
			return nil
		}
		// A list of two numbers is one span, not two.
		if list, ok := v.([]any); ok && len(list) == 2 && !composite(list[0]) && !composite(list[1]) {
			v = []any{v}
		}
		r := listed(v, one)
		if r == nil {
			*at(s) = out
		}
		return r
	}
}

func composite(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

func setNotes(s *spec, v any) *refusal {
	var out []noteAsked
	r := listed(v, func(v any) *refusal {
		m, ok := v.(map[string]any)
		if !ok {
			return itIs(v)
		}
		n := noteAsked{x: math.NaN(), y: math.NaN()}
		r := fields(m, "x, y, text, column, color, marker, arrow and axis", func(key string, v any) (bool, *refusal) {
			switch key {
			case "x":
				return true, numberField(key, v, &n.x)
			case "y":
				return true, numberField(key, v, &n.y)
			case "text":
				return true, textField(key, v, &n.text)
			case "column":
				return true, textField(key, v, &n.column)
			case "color":
				p, r := colorOf(v)
				n.paint = p
				return true, r
			case "marker":
				m, ok := v.(string)
				if !ok || len(m) != 1 || strings.IndexByte(markerLetters, m[0]) < 0 {
					return true, &refusal{`its "marker" is ` + shown(v), "a marker " + strings.Join(strings.Split(markerLetters, ""), " ")}
				}
				n.marker = m[0]
			case "arrow":
				b, ok := v.(bool)
				if !ok {
					return true, wants(key, "true or false", v)
				}
				n.bare = !b
			case "axis":
				return true, axisField(v, &n.right)
			default:
				return false, nil
			}
			return true, nil
		})
		if r != nil {
			return r
		}
		if math.IsNaN(n.x) {
			return &refusal{`it has no "x"`, "an object with x, y and text"}
		}
		out = append(out, n)
		return nil
	})
	if r == nil {
		s.notes = out
	}
	return r
}
