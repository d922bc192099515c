package render

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// OptionError refuses an option. Error gives one sentence: what was asked,
// what is wrong with it and what is allowed.
type OptionError struct {
	Option string // the option's name
	Text   string // the sentence
}

func (e *OptionError) Error() string { return e.Text }

// descriptor is one option: what the documentation says of it and how a value
// is checked and taken over. set is given a value as JSON decodes it: bool,
// float64, string, []any or map[string]any, never nil.
type descriptor struct {
	name, kind, initial, example, doc string
	set                               func(s *spec, v any) *refusal
}

// refusal says why a value is not taken; allowed may be empty, then the
// descriptor's kind is named.
type refusal struct{ wrong, allowed string }

// spec is what a plot command asks for, checked.
type spec struct {
	title, xlabel, ylabel text
	xlog, ylog            bool
	xtime                 bool
	grid                  bool
	hist                  bool
	width, height         float64 // inches
	dpi                   float64
	formats               formatList
	xlim, ylim            limits
	style                 string
	y2                    nameList
	y2label               text
	y2log                 bool
	y2lim                 limits

	dataSpec
	marksSpec
	kindSpec
}

// text is a label that may have been left out, which differs from an empty
// one.
type text struct {
	set  bool
	text string
}

// limits of an axis; NaN is an end that follows the data.
type limits struct{ lo, hi float64 }

// formatList is the option format: one for each y column in order, or by the
// column's name.
type formatList struct {
	list   []lineFormat
	byName map[string]lineFormat
}

func newSpec() *spec {
	return &spec{
		grid: true, width: 5, height: 3, dpi: 200, style: styles[0].name,
		xlim: limits{math.NaN(), math.NaN()}, ylim: limits{math.NaN(), math.NaN()},
		y2lim:     limits{math.NaN(), math.NaN()},
		dataSpec:  newDataSpec(),
		marksSpec: newMarksSpec(),
	}
}

const (
	smallestInches = 1
	largestInches  = 50
	smallestDPI    = 20
	largestDPI     = 2400
	mostPixels     = 100e6
)

// descriptors are all options, in the order of the documentation.
func descriptors() []descriptor {
	return slices.Concat(paperOptions(), dataOptions(), markOptions(), kindOptions())
}

// paperOptions are those of the page: its texts, axes, size and look.
func paperOptions() []descriptor {
	return []descriptor{
		{"title", "text", "none", `"Decay $e^{-t}$"`,
			"the line above the plot; mathematics stands between dollar signs",
			textOption(func(s *spec) *text { return &s.title })},
		{"xlabel", "text", "the x column's name", `"Time [s]"`,
			"the label of the x axis; empty for none",
			textOption(func(s *spec) *text { return &s.xlabel })},
		{"ylabel", "text", "the y column's name if there is one", `"Voltage [mV]"`,
			"the label of the y axis; empty for none",
			textOption(func(s *spec) *text { return &s.ylabel })},
		{"xlog", "true or false", "false", "true",
			"a logarithmic x axis; values at or below zero are gaps",
			flagOption(func(s *spec) *bool { return &s.xlog })},
		{"ylog", "true or false", "false", "true",
			"a logarithmic y axis; values at or below zero are gaps",
			setYlog},
		{"xtime", "true or false", "false", "true",
			"the x column is Unix time in seconds; ticks are labelled by calendar and clock, in the server's time zone",
			flagOption(func(s *spec) *bool { return &s.xtime })},
		{"grid", "true or false", "true", "false",
			"light lines at the ticks, behind the data",
			flagOption(func(s *spec) *bool { return &s.grid })},
		{"hist", "true or false", "false", "true",
			`a histogram of every column in place of curves, as version 1 draws it: 10 bins, bars side by side, the x column too, which kind "hist" leaves out`,
			flagOption(func(s *spec) *bool { return &s.hist })},
		{"figsize", "a list of two numbers", "[5, 3]", "[6, 4]",
			"width and height of the picture in inches, 1 to 50",
			setFigsize},
		{"dpi", "a number from 20 to 2400", "200", "300",
			"pixels an inch for png and jpg",
			setDPI},
		{"format", "a list of format strings", "lines in the style's colours", `["r--", "bs", "g^"]`,
			"matplotlib's format strings, one a y column, or an object of them by column name",
			setFormat},
		{"xlim", "a list of two numbers", "the data and 5 %", "[0, 10]",
			"the ends of the x axis; null for an end that follows the data, larger first for an axis that runs backwards",
			limitsOption(func(s *spec) *limits { return &s.xlim })},
		{"ylim", "a list of two numbers", "the data and 5 %", "[0, null]",
			"the ends of the y axis, like xlim",
			limitsOption(func(s *spec) *limits { return &s.ylim })},
		{"y2", "a list of column names", "none", `["P"]`,
			"columns that belong to a second y axis, on the right",
			namesOption(func(s *spec) *nameList { return &s.y2 })},
		{"y2label", "text", "the column's name if there is one", `"Power [mW]"`,
			"the label of the second y axis; empty for none",
			textOption(func(s *spec) *text { return &s.y2label })},
		{"y2log", "true or false", "false", "true",
			"a logarithmic second y axis",
			flagOption(func(s *spec) *bool { return &s.y2log })},
		{"y2lim", "a list of two numbers", "the data and 5 %", "[0, null]",
			"the ends of the second y axis, like xlim",
			limitsOption(func(s *spec) *limits { return &s.y2lim })},
		{"style", "a text", strconv.Quote(styles[0].name), `"dark"`,
			"the look: " + styleNames(),
			setStyle},
		{"filename", "text", "the series' name and .pdf", `"solar.pdf"`,
			"the file to write; its ending chooses pdf, png, svg, jpg or eps, and no ending means png",
			textOption(func(s *spec) *text { return new(text) })},
	}
}

// OptionDoc describes an option for people.
type OptionDoc struct {
	Name    string
	Type    string // what its values are, in words
	Default string
	Example string // in JSON
	Text    string // what it does
}

// Options describes all options, in the order of the documentation.
func Options() []OptionDoc {
	var out []OptionDoc
	for _, d := range descriptors() {
		out = append(out, OptionDoc{d.name, d.kind, d.initial, d.example, d.doc})
	}
	return out
}

// Check says whether an option takes a value, which is as [Draw] has them: nil, or
// the *OptionError that Draw would give. An option that is not known takes any.
func Check(name string, v any) error {
	_, _, err := decode(map[string]any{name: v})
	return err
}

// decode checks options. Unknown ones are passed over with a warning, because
// version 1 always did so; wrong values are refused.
func decode(options map[string]any) (*spec, []string, error) {
	s := newSpec()
	all := descriptors()
	var unknown []string
	names := make([]string, 0, len(options))
	for name := range options {
		names = append(names, name)
	}
	slices.Sort(names) // the same complaint every time
	for _, name := range names {
		i := slices.IndexFunc(all, func(d descriptor) bool { return d.name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		v := options[name]
		if v == nil {
			continue // Python's None: as if it were left out
		}
		if r := all[i].set(s, v); r != nil {
			allowed := r.allowed
			if allowed == "" {
				allowed = all[i].kind
				if _, ok := v.(string); ok && strings.HasPrefix(allowed, "a list") {
					allowed += ", such as " + all[i].example // lists are what people write otherwise
				}
			}
			return nil, nil, &OptionError{name, fmt.Sprintf("cannot plot with %s %s: %s, allowed is %s",
				name, shown(v), r.wrong, allowed)}
		}
	}
	var warnings []string
	for i, name := range unknown {
		if i == 5 {
			warnings = append(warnings, fmt.Sprintf("%d more options are not known", len(unknown)-i))
			break
		}
		w := fmt.Sprintf("option %s is not known", shown(name))
		if near := nearestOption(name, all); near != "" {
			w += ", did you mean " + near + "?"
		}
		warnings = append(warnings, w)
	}
	return s, warnings, nil
}

// shown is a value as the client wrote it, cut to a readable length.
func shown(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		b = []byte(fmt.Sprint(v)) // NaN and infinities
	}
	const most = 60
	s := strings.ToValidUTF8(string(b), "\ufffd")
	if len(s) > most {
		n := most
		for n > 0 && s[n]&0xc0 == 0x80 {
			n--
		}
		s = s[:n] + "…"
	}
	return s
}

func nearestOption(name string, all []descriptor) string {
	if len(name) > 40 {
		return ""
	}
	best, dist := "", 3
	low := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, d := range all {
		if n := editDistance(low, d.name); n < dist && n < len(d.name)-1 {
			best, dist = d.name, n
		}
	}
	return best
}

// editDistance is Levenshtein's distance in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func textOption(at func(*spec) *text) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		t, ok := v.(string)
		if !ok {
			return &refusal{wrong: "it is " + kindOf(v)}
		}
		*at(s) = text{true, t}
		return nil
	}
}

func flagOption(at func(*spec) *bool) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		switch v := v.(type) {
		case bool:
			*at(s) = v
			return nil
		case float64:
			// Python clients write 0 and 1 as well.
			if v == 0 || v == 1 {
				*at(s) = v == 1
				return nil
			}
		}
		return &refusal{wrong: "it is " + kindOf(v)}
	}
}

func limitsOption(at func(*spec) *limits) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		list, ok := v.([]any)
		if !ok {
			return &refusal{wrong: "it is " + kindOf(v)}
		}
		if len(list) != 2 {
			return &refusal{wrong: fmt.Sprintf("it has %d values", len(list))}
		}
		ends := [2]float64{math.NaN(), math.NaN()}
		for i, e := range list {
			if e == nil {
				continue
			}
			x, ok := e.(float64)
			if !ok {
				return &refusal{wrong: "it holds " + kindOf(e)}
			}
			if math.IsInf(x, 0) || math.IsNaN(x) {
				return &refusal{wrong: "its numbers are not finite"}
			}
			ends[i] = x
		}
		if ends[0] == ends[1] {
			return &refusal{wrong: "both ends are the same", allowed: "two different numbers"}
		}
		*at(s) = limits{ends[0], ends[1]}
		return nil
	}
}

// namesOption takes one name or a list of them.
func namesOption(at func(*spec) *nameList) func(*spec, any) *refusal {
	return func(s *spec, v any) *refusal {
		if name, ok := v.(string); ok {
			*at(s) = nameList{name}
			return nil
		}
		list, ok := v.([]any)
		if !ok {
			return &refusal{wrong: "it is " + kindOf(v)}
		}
		var names nameList
		for _, e := range list {
			name, ok := e.(string)
			if !ok {
				return &refusal{wrong: "it holds " + kindOf(e)}
			}
			names = append(names, name)
		}
		*at(s) = names
		return nil
	}
}

func setFigsize(s *spec, v any) *refusal {
	list, ok := v.([]any)
	if !ok {
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	if len(list) != 2 {
		return &refusal{wrong: fmt.Sprintf("it has %d values", len(list))}
	}
	var size [2]float64
	for i, e := range list {
		x, ok := e.(float64)
		if !ok {
			return &refusal{wrong: "it holds " + kindOf(e)}
		}
		if !(x >= smallestInches && x <= largestInches) {
			return &refusal{
				wrong:   fmt.Sprintf("%v inches are too %s", x, map[bool]string{true: "few", false: "many"}[x < smallestInches]),
				allowed: fmt.Sprintf("%d to %d inches", smallestInches, largestInches),
			}
		}
		size[i] = x
	}
	s.width, s.height, s.sized = size[0], size[1], true
	return nil
}

func setDPI(s *spec, v any) *refusal {
	x, ok := v.(float64)
	if !ok {
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	if !(x >= smallestDPI && x <= largestDPI) {
		return &refusal{wrong: "it is out of range"}
	}
	s.dpi = x
	return nil
}

func setFormat(s *spec, v any) *refusal {
	parse := func(v any) (lineFormat, *refusal) {
		switch v := v.(type) {
		case nil:
			return lineFormat{line: solid}, nil
		case string:
			f, err := parseLineFormat(v)
			if err != nil {
				wrong, allowed, _ := strings.Cut(err.Error(), ", allowed is ")
				return f, &refusal{wrong, allowed}
			}
			return f, nil
		}
		return lineFormat{}, &refusal{wrong: "it holds " + kindOf(v)}
	}
	const most = 1000
	switch v := v.(type) {
	case string:
		f, r := parse(v)
		if r != nil {
			return r
		}
		s.formats = formatList{list: []lineFormat{f}}
	case []any:
		if len(v) > most {
			return &refusal{wrong: fmt.Sprintf("it has %d values", len(v))}
		}
		s.formats = formatList{}
		for _, e := range v {
			f, r := parse(e)
			if r != nil {
				return r
			}
			s.formats.list = append(s.formats.list, f)
		}
	case map[string]any:
		s.formats = formatList{byName: map[string]lineFormat{}}
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			f, r := parse(v[name])
			if r != nil {
				return r
			}
			s.formats.byName[name] = f
		}
	default:
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	return nil
}

func setStyle(s *spec, v any) *refusal {
	name, ok := v.(string)
	if !ok {
		return &refusal{"it is " + kindOf(v), styleNames()}
	}
	for _, t := range styles {
		if t.name == name {
			s.style = name
			return nil
		}
	}
	return &refusal{"there is no such style", styleNames()}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text"
	case float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "a " + fmt.Sprintf("%T", v)
}
