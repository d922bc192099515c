package main

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/wire"
)

const plotHelp = `Has the server draw a series to a file in its folder; the ending chooses pdf,
png, svg, jpg or eps. Without FILE it is SERIES.pdf. Every option that the server
knows can be written OPTION=VALUE, the value being a text or JSON:

  plotclient plot solar iv.pdf --xlabel 'V [V]' --format 'r-- bs'
  plotclient plot solar dpi=300 columns=V,I xlim=0,10 'title=Cell 7'`

// plotFlags are the options of a plot that have flags.
type plotFlags struct {
	title, xlabel, ylabel string
	xlog, ylog, hist      bool
	grid                  bool
	figsize               string
	format                []string
	options               []string

	flags *pflag.FlagSet
}

func plotGroup() cmdline.Group {
	return cmdline.Group{Title: "Plot", Flags: []string{
		"title", "xlabel", "ylabel", "xlog", "ylog", "grid", "hist", "figsize", "format", "option"}}
}

func (p *plotFlags) add(fs *pflag.FlagSet) {
	p.flags = fs
	fs.StringVar(&p.title, "title", "", "`text` above the plot; TeX mathematics between $ signs")
	fs.StringVar(&p.xlabel, "xlabel", "", "`text` below the x axis")
	fs.StringVar(&p.ylabel, "ylabel", "", "`text` beside the y axis")
	fs.BoolVar(&p.xlog, "xlog", false, "logarithmic x axis")
	fs.BoolVar(&p.ylog, "ylog", false, "logarithmic y axis")
	fs.BoolVar(&p.grid, "grid", true, "grid; --grid=false is none")
	fs.BoolVar(&p.hist, "hist", false, "histogram of the columns")
	fs.StringVar(&p.figsize, "figsize", "", "width and height in inches, `WxH`, such as 8x5")
	fs.StringArrayVar(&p.format, "format", nil, "`marks` of the y columns, as in matplotlib: 'r-- bs'")
	fs.StringArrayVarP(&p.options, "option", "o", nil, "any other option, `name=value`, the value a text, JSON or a list with commas")
}

// changed is whether any option was given.
func (p *plotFlags) changed() (name string, yes bool) {
	for _, name := range plotGroup().Flags {
		if p.flags.Changed(name) {
			return name, true
		}
	}
	return "", false
}

// all returns the options that were given, in the order of the help: those that
// have flags, then the pairs of -o and the further pairs name=value. A name that
// comes twice has its last value.
func (p *plotFlags) all(pairs ...string) ([]option, error) {
	var opts []option
	set := func(name string, value any) {
		opts = slices.DeleteFunc(opts, func(o option) bool { return o.name == name })
		opts = append(opts, option{name, value})
	}
	given := func(name string, value any) {
		if p.flags.Changed(name) {
			set(name, value)
		}
	}
	given("title", p.title)
	given("xlabel", p.xlabel)
	given("ylabel", p.ylabel)
	given("xlog", p.xlog)
	given("ylog", p.ylog)
	given("grid", p.grid)
	given("hist", p.hist)
	if p.flags.Changed("figsize") {
		size, err := parseSize(p.figsize)
		if err != nil {
			return nil, err
		}
		set("figsize", size)
	}
	var marks []any
	for _, f := range p.format {
		for _, mark := range strings.Fields(f) { // a format string has no blanks
			marks = append(marks, mark)
		}
	}
	given("format", marks)
	for _, pair := range slices.Concat(p.options, pairs) {
		name, value, ok := cmdline.CutOption(pair)
		if !ok {
			return nil, usage("", "cannot use %q as an option: it must be NAME=VALUE", pair)
		}
		if name == "run" {
			return nil, usage("plotclient plot SERIES --run "+value, "cannot use %q as an option: the run is named by a flag", pair)
		}
		set(name, optionValue(name, value))
	}
	return opts, nil
}

// option is one option of a plot; the value is what encoding/json makes of JSON.
type option struct {
	name  string
	value any
}

// object is the options as version 2 of the protocol has them.
func object(opts []option) map[string]any {
	m := make(map[string]any, len(opts))
	for _, o := range opts {
		m[o.name] = o.value
	}
	return m
}

// version1 is the options as version 1 of the protocol has them.
func version1(opts []option) []wire.Option {
	var all []wire.Option
	for _, o := range opts {
		switch v := o.value.(type) {
		case string:
			all = append(all, plotclient.Set(o.name, v))
		case bool:
			all = append(all, plotclient.Set(o.name, v))
		default:
			b, err := json.Marshal(v)
			if err == nil { // it is made of JSON, so it is again
				all = append(all, plotclient.SetJSON(o.name, string(b)))
			}
		}
	}
	return all
}

// optionValue is the value that a text on the command line means: JSON if it is
// JSON, else the text. The options that can only be texts are texts even if they
// look like something else: title=2026. Those that are lists may be written with
// commas: xlim=0,10 and columns=V,I.
func optionValue(name, text string) any {
	switch name {
	case "title", "xlabel", "ylabel", "y2label", "clabel", "filename", "style":
		return text
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err == nil {
		return v
	}
	switch name {
	case "figsize":
		if size, err := parseSize(text); err == nil {
			return size
		}
	case "xlim", "ylim", "y2lim", "clim":
		if ends, ok := numbers(text); ok {
			return ends
		}
	case "columns", "series", "y2", "labels":
		if parts := atCommas(text); len(parts) > 1 {
			return parts
		}
	}
	return text // the server says what it lacks
}

// numbers are the numbers of a list written with commas, nil for one that is left
// out: 0,10 and 0, and ,10.
func numbers(text string) (list []any, ok bool) {
	for _, part := range strings.Split(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" || part == "null" {
			list = append(list, nil)
			continue
		}
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
		list = append(list, v)
	}
	return list, len(list) > 1
}

// atCommas cuts a text at the commas that are not inside of brackets or quotes:
// those of max(V, I), of a unit and of a name belong to an expression.
func atCommas(text string) (parts []any) {
	depth, from, quote := 0, 0, false
	for i, r := range text {
		switch {
		case r == '"':
			quote = !quote
		case quote:
		case r == '(' || r == '[':
			depth++
		case r == ')' || r == ']':
			depth--
		case r == ',' && depth <= 0:
			parts = append(parts, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(text[from:]))
}

func parseSize(text string) ([]any, error) {
	sep := func(r rune) bool { return r == 'x' || r == 'X' || r == '×' || r == ',' || r == ' ' }
	var size []any
	for _, f := range strings.FieldsFunc(strings.Trim(text, "[]()"), sep) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || !(v > 0) {
			size = nil
			break
		}
		size = append(size, v)
	}
	if len(size) != 2 {
		return nil, usage("", "--figsize cannot be %q, it must be a width and a height in inches, such as 8x5", text)
	}
	return size, nil
}
