package offline

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotserver/internal/render"
)

// optionFlags are the options of a plot as flags, made from the renderer's
// table: whatever it can draw can be asked for here.
type optionFlags struct {
	byName map[string]*optionFlag
	order  []*optionFlag
}

// optionFlag is one option, and what was given for it.
type optionFlag struct {
	doc   render.OptionDoc
	texts []string
}

func (f *optionFlag) String() string     { return "" }
func (f *optionFlag) Type() string       { return placeholder(f.doc.Type) } // for the help
func (f *optionFlag) Set(s string) error { f.texts = append(f.texts, s); return nil }

// addOptions adds a flag for every option but the output's name.
func addOptions(flags *pflag.FlagSet) *optionFlags {
	all := &optionFlags{byName: map[string]*optionFlag{}}
	for _, doc := range render.Options() {
		o := &optionFlag{doc: doc}
		all.byName[doc.Name] = o
		all.order = append(all.order, o)
		if doc.Name == "filename" {
			continue // it is --output; filename=… is known nevertheless
		}
		flag := flags.VarPF(o, doc.Name, "", help(doc))
		if isSwitch(doc) {
			flag.NoOptDefVal = "true"
		}
	}
	return all
}

const switchType = "true or false"

func isSwitch(doc render.OptionDoc) bool { return doc.Type == switchType }

// help is what the list of flags says of an option.
func help(doc render.OptionDoc) string {
	text := doc.Text
	if isSwitch(doc) {
		if doc.Default == "true" {
			text += "; --" + doc.Name + "=false for none"
		}
		return text
	}
	if doc.Type != "text" {
		text += "; " + doc.Type
	}
	if doc.Default != "none" {
		text += " (default: " + doc.Default + ")"
	}
	return text
}

// placeholder is the one word that stands for an option's value.
func placeholder(kind string) string {
	switch {
	case kind == switchType:
		return "bool" // which shows none
	case kind == "text":
		return "text"
	case strings.HasPrefix(kind, "a number"), strings.HasPrefix(kind, "a whole number"):
		return "number"
	case strings.HasPrefix(kind, "a list"):
		return "list"
	case strings.HasPrefix(kind, "a column"):
		return "column"
	case strings.HasPrefix(kind, "an object"):
		return "json"
	}
	return "value"
}

func optionGroup() cmdline.Group {
	g := cmdline.Group{Title: "Plot"}
	for _, doc := range render.Options() {
		g.Flags = append(g.Flags, doc.Name)
	}
	return g
}

// pair is an option written name=value.
type pair struct{ name, value string }

// split takes the arguments apart into files and options. A file whose name
// could be an option's is a file, unless there is such an option.
func (f *optionFlags) split(args []string) (files []string, pairs []pair) {
	for _, arg := range args {
		name, value, ok := cmdline.CutOption(arg)
		if ok && f.byName[name] == nil {
			_, err := os.Stat(arg)
			ok = errors.Is(err, fs.ErrNotExist)
		}
		if ok {
			pairs = append(pairs, pair{name, value})
		} else {
			files = append(files, arg)
		}
	}
	return files, pairs
}

// apply puts what was given into options: flags, then pairs, the later of the
// same name winning.
func (f *optionFlags) apply(options map[string]any, pairs []pair) {
	for _, o := range f.order {
		if len(o.texts) > 0 {
			options[o.doc.Name] = optionValue(o.doc, o.texts)
		}
	}
	for _, p := range pairs {
		doc := render.OptionDoc{Name: p.name} // of one that is not known, which the renderer says
		if o := f.byName[p.name]; o != nil {
			doc = o.doc
		}
		options[p.name] = optionValue(doc, []string{p.value})
	}
}

// readOptions reads a file of options; "" is none.
func readOptions(file string) (map[string]any, error) {
	options := map[string]any{}
	if file == "" {
		return options, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, fmt.Errorf("cannot read the options in %q: %w", file, err)
	}
	const allowed = `, allowed is a JSON object such as {"title": "Cell 7", "xlim": [0, 10]}`
	if err := json.Unmarshal(text, &options); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return nil, fmt.Errorf("cannot read the options in %q: they are a JSON %s%s", file, kind.Value, allowed)
		}
		return nil, fmt.Errorf("cannot read the options in %q: they are not JSON (%w)%s", file, err, allowed)
	}
	if options == nil {
		return nil, fmt.Errorf("cannot read the options in %q: they are null%s", file, allowed)
	}
	return options, nil
}
