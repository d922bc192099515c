package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestReadme holds the table of options in the README to the descriptors.
func TestReadme(t *testing.T) {
	const file, begin, end = "../../../README.md", "<!-- options:begin -->", "<!-- options:end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no section from %s to %s", file, begin, end)
	}
	compare(t, file, string(text), before+begin+"\n"+optionTable()+end+after)
}

// TestGalleryPage holds the page of pictures to the gallery.
func TestGalleryPage(t *testing.T) {
	const file = "../../doc/gallery.md"
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	compare(t, file, string(text), galleryPage(t))
}

// compare tells where a file differs from what it should be, or renews it.
func compare(t *testing.T, file, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d of %s is\n%s\nwant\n%s\ngo test -update ./plotserver/internal/render renews it", i+1, file, g[i], w[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d; go test -update ./plotserver/internal/render renews it", file, len(g), len(w))
}

// optionTable is all options as a table.
func optionTable() string {
	var b strings.Builder
	b.WriteString("| option | value | default | example | meaning | picture |\n|---|---|---|---|---|---|\n")
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	for _, o := range Options() {
		link := ""
		if name := pictureOf(o.Name); name != "" {
			link = fmt.Sprintf("[%s](plotserver/internal/render/testdata/gallery/%s.png)", name, url.PathEscape(name))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s | %s |\n", o.Name, cell(o.Type), cell(o.Default), cell(o.Example), cell(o.Text), link)
	}
	return b.String()
}

// pictureOf is the picture that shows an option with the fewest others.
func pictureOf(option string) string {
	best, least := "", 100
	for _, p := range pictures() {
		options := optionsOf(p)
		if _, ok := options[option]; ok && len(options) < least {
			best, least = p.name, len(options)
		}
	}
	return best
}

// galleryPage shows every picture with the options that draw it.
func galleryPage(t *testing.T) string {
	var b bytes.Buffer
	b.WriteString("# Gallery\n\nEvery picture is drawn, and compared with what is stored, by `go test ./plotserver/internal/render`, which also writes this page. " +
		"The options are those of a plot command; the pictures here are small, 72 dots an inch instead of 200.\n")
	for _, p := range pictures() {
		fmt.Fprintf(&b, "\n## %s\n\n", strings.ToUpper(p.name[:1])+p.name[1:])
		for _, s := range seriesOf(p) {
			columns := slices.Clone(s.Columns)
			for i := range columns {
				if u := s.Unit(i); u != "" {
					columns[i] += " [" + u + "]"
				}
			}
			if n := len(columns); n > 8 {
				columns = append(columns[:7:7], fmt.Sprintf("and %d more", n-7))
			}
			fmt.Fprintf(&b, "Series `%s` with %d rows of %s.\n", s.Name, s.Len(), strings.Join(columns, ", "))
		}
		if options := optionsOf(p); len(options) > 0 {
			fmt.Fprintf(&b, "\n```json\n%s```\n", entryLines(t, options))
		}
		fmt.Fprintf(&b, "\n![%s](../internal/render/testdata/gallery/%s.png)\n", p.name, url.PathEscape(p.name))
	}
	return b.String()
}

// optionsOf is what a user asks for a picture.
func optionsOf(p picture) map[string]any {
	options := maps.Clone(p.options)
	if series := seriesOf(p); len(series) > 1 {
		if options == nil {
			options = map[string]any{}
		}
		var names []any
		for _, s := range series {
			names = append(names, s.Name)
		}
		options["series"] = names
	}
	return options
}

// entryLines is an object with a line for each entry.
func entryLines(t *testing.T, object map[string]any) string {
	var b bytes.Buffer
	names := slices.Sorted(maps.Keys(object))
	for i, name := range names {
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		fmt.Fprintf(&b, "%c%q: ", " {"[whether(i == 0)], name)
		if err := e.Encode(object[name]); err != nil {
			t.Fatal(err)
		}
		b.Truncate(b.Len() - 1)
		b.WriteString([]string{",\n", "}\n"}[whether(i == len(names)-1)])
	}
	return b.String()
}

func whether(b bool) int {
	if b {
		return 1
	}
	return 0
}
