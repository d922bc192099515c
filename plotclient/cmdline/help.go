package cmdline

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Group is a heading of the help and the names of the flags below it.
type Group struct {
	Title string
	Flags []string
}

// helpWidth is the width of the help in columns, which fits every terminal.
const helpWidth = 80

// WriteFlags writes the visible flags of fs in groups, aligned over all groups,
// each with its letter, the name of its value and its default. Flags that no
// group names come last, below "Other", as does --help; other names that fs does
// not have are passed over.
func WriteFlags(w io.Writer, fs *pflag.FlagSet, groups ...Group) {
	named := map[string]bool{}
	for _, g := range groups {
		for _, name := range g.Flags {
			named[name] = true
		}
	}
	other := Group{Title: "Other"}
	if fs.Lookup("help") == nil {
		// Parse answers it without a flag in fs; here it is shown like one.
		all := pflag.NewFlagSet("", pflag.ContinueOnError)
		all.AddFlagSet(fs)
		all.BoolP("help", "h", false, "show this help")
		all.SortFlags = fs.SortFlags
		fs = all
	}
	width := 0
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if !named[f.Name] {
			other.Flags = append(other.Flags, f.Name)
		}
		width = max(width, len(spelling(f)))
	})
	merged := false
	for i := range groups {
		if groups[i].Title == other.Title {
			groups = slices.Clone(groups)
			groups[i].Flags = slices.Concat(groups[i].Flags, other.Flags)
			merged = true
			break
		}
	}
	if !merged {
		groups = append(groups[:len(groups):len(groups)], other)
	}
	for _, g := range groups {
		title := "\n" + g.Title + ":\n"
		for _, name := range g.Flags {
			f := fs.Lookup(name)
			if f == nil || f.Hidden {
				continue
			}
			io.WriteString(w, title)
			title = ""
			lines := wrap(explanation(f), helpWidth-width-4)
			fmt.Fprintf(w, "  %-*s  %s\n", width, spelling(f), lines[0])
			for _, line := range lines[1:] {
				fmt.Fprintf(w, "  %-*s  %s\n", width, "", line)
			}
		}
	}
}

// spelling is the flag as it is written: "-s, --session name".
func spelling(f *pflag.Flag) string {
	s := "    --" + f.Name
	if f.Shorthand != "" {
		s = "-" + f.Shorthand + ", --" + f.Name
	}
	value, _ := pflag.UnquoteUsage(f)
	switch {
	case value == "":
		return s
	case f.NoOptDefVal != "":
		return s + "[=" + value + "]"
	}
	return s + " " + value
}

func explanation(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	switch f.DefValue {
	case "", "false", "[]", "0s":
		return usage
	case "0":
		if f.Name != "qos" {
			return usage
		}
	}
	return usage + " (default " + f.DefValue + ")"
}

// wrap breaks text between words into lines of at most width columns; a longer
// word is a line of its own.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
