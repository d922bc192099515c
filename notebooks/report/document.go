package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"

	"iotplot/plotserver/figure"
	"iotplot/sessions"
)

// document is a report as it is written: the same text as Markdown and as a page that
// holds its figures in itself.
type document struct {
	folder   *sessions.Folder
	md, page strings.Builder
	figures  int
	tables   int
	warnings []string
	taken    map[string]bool // names of figures
}

const pageHead = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Report</title>
<style>
body { font: 16px/1.5 Georgia, "Times New Roman", serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111 }
h1, h2 { font-weight: normal; margin: 1.6em 0 0.4em }
table { border-collapse: collapse; font-size: 0.75em; margin: 1em 0 0.3em }
th, td { padding: 0.2em 0.7em 0.2em 0; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
thead th { border-top: 1px solid; border-bottom: 1px solid; font-weight: normal }
tbody tr:last-child td { border-bottom: 1px solid }
figure { margin: 1.4em 0 } figure img { max-width: 100% } .wide { overflow-x: auto }
figcaption, .caption { font-size: 0.9em; margin-bottom: 1.2em }
</style></head><body>
`

// write sorts the series, and writes everything.
func (d *document) write(all []*sessions.Series) error {
	d.page.WriteString(pageHead)
	d.title("Report")
	s := sort(all)
	if err := d.curves(s.curves); err != nil {
		return err
	}
	for _, l := range s.logs {
		if err := d.energy(l); err != nil {
			return err
		}
	}
	if err := d.others(s.others); err != nil {
		return err
	}
	d.page.WriteString("</body></html>\n")
	if err := d.file("report.md", func(w io.Writer) error { _, err := io.WriteString(w, d.md.String()); return err }); err != nil {
		return err
	}
	return d.file("report.html", func(w io.Writer) error { _, err := io.WriteString(w, d.page.String()); return err })
}

func (d *document) file(name string, write func(io.Writer) error) error {
	_, err := d.folder.WriteFile(name, write)
	return err
}

func (d *document) title(text string) {
	fmt.Fprintf(&d.md, "# %s\n\n", text)
	fmt.Fprintf(&d.page, "<h1>%s</h1>\n", html.EscapeString(text))
}

func (d *document) heading(text string) {
	fmt.Fprintf(&d.md, "## %s\n\n", plain(text))
	fmt.Fprintf(&d.page, "<h2>%s</h2>\n", html.EscapeString(text))
}

func (d *document) say(format string, a ...any) {
	text := fmt.Sprintf(format, a...)
	fmt.Fprintf(&d.md, "%s\n\n", plain(text))
	fmt.Fprintf(&d.page, "<p>%s</p>\n", html.EscapeString(text))
}

func (d *document) list(items []string) {
	if len(items) == 0 {
		return
	}
	d.page.WriteString("<ul>\n")
	for _, i := range items {
		fmt.Fprintf(&d.md, "* %s\n", plain(i))
		fmt.Fprintf(&d.page, "<li>%s</li>\n", html.EscapeString(i))
	}
	d.md.WriteString("\n")
	d.page.WriteString("</ul>\n")
}

// table writes a table with its caption, the first row being the head.
func (d *document) table(rows [][]string, caption string) {
	d.tables++
	d.page.WriteString("<div class=\"wide\"><table>\n")
	for k, row := range rows {
		cell, before, after := "td", "", ""
		switch k {
		case 0:
			cell, before, after = "th", "<thead>", "</thead><tbody>"
		case len(rows) - 1:
			after = "</tbody>"
		}
		d.page.WriteString(before + "<tr>")
		for _, c := range row {
			fmt.Fprintf(&d.md, "| %s ", plain(c))
			fmt.Fprintf(&d.page, "<%s>%s</%s>", cell, html.EscapeString(c), cell)
		}
		d.md.WriteString("|\n")
		d.page.WriteString("</tr>" + after + "\n")
		if k == 0 {
			d.md.WriteString("|:--" + strings.Repeat("|--:", len(row)-1) + "|\n")
		}
	}
	fmt.Fprintf(&d.md, "\n**Table %d.** %s\n\n", d.tables, plain(caption))
	fmt.Fprintf(&d.page, "</table></div>\n<p class=\"caption\"><b>Table %d.</b> %s</p>\n", d.tables, html.EscapeString(caption))
}

// figure draws series to name.png and name.pdf and puts the picture into the text.
func (d *document) figure(name, caption string, o figure.Options, series ...*sessions.Series) error {
	d.figures++
	name = d.free(sessions.SafeName(name))
	var picture bytes.Buffer
	for _, ending := range []string{".pdf", ".png"} {
		picture.Reset()
		warnings, err := figure.Draw(&picture, name+ending, o, series...)
		if err != nil {
			return fmt.Errorf("figure %s: %w", name, err)
		}
		if ending == ".png" {
			for _, w := range warnings {
				d.warnings = append(d.warnings, "figure "+name+": "+w)
			}
		}
		content := picture.Bytes()
		if err := d.file(name+ending, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
			return err
		}
	}
	fmt.Fprintf(&d.md, "![Figure %d](<%s.png>)\n\n**Figure %d.** %s\n\n", d.figures, name, d.figures, plain(caption))
	fmt.Fprintf(&d.page, "<figure><img alt=\"Figure %d\" width=\"600\" src=\"data:image/png;base64,%s\">\n<figcaption><b>Figure %d.</b> %s</figcaption></figure>\n",
		d.figures, base64.StdEncoding.EncodeToString(picture.Bytes()), d.figures, html.EscapeString(caption))
	return nil
}

// free gives a name that no figure has yet: two runs of a series have the same.
func (d *document) free(name string) string {
	if d.taken == nil {
		d.taken = map[string]bool{}
	}
	other := name
	for k := 2; d.taken[strings.ToLower(other)]; k++ {
		other = fmt.Sprintf("%s-%d", name, k)
	}
	d.taken[strings.ToLower(other)] = true
	return other
}

// plain keeps a text, such as a series' name, from being Markdown.
func plain(text string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "`", "\\`", "|", `\|`, "<", "&lt;", "[", `\[`, "\n", " ").Replace(text)
}
