package offline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotserver/internal/render"
	"iotplot/sessions"
)

const plotHelp = `Draws saved series to a file, all files into one plot; the ending of the output
chooses pdf, png, svg, jpg or eps. Without -o it is the series' name and .pdf.
What is no file is a series, the newest run of it, or a run of --dir.
The options are those of a plot command, as flags or as OPTION=VALUE; lists are
written with commas, or in JSON like everything else:

  plotserver plot dark.csv light.csv -o iv.pdf --kind iv --area 4
  plotserver plot solar.parquet -o power.png --columns 't, P [mW] = V*I*1e3'
  plotserver plot solar.pkl --options look.json --xlim 0,10 title='Cell 7'`

func plotCommand() Command {
	return Command{
		Name:      "plot",
		Arguments: "FILE|SERIES...",
		Short:     "draw saved series",
		long:      plotHelp,
		groups:    []cmdline.Group{{Title: "What to do", Flags: []string{"output", "options", "dir"}}, optionGroup()},
		begin: func(flags *pflag.FlagSet) work {
			var p plot
			flags.StringVarP(&p.output, "output", "o", "", "`file` to write; its ending chooses pdf, png, svg, jpg or eps, and no ending means png")
			flags.StringVar(&p.options, "options", "", "`file` with options, a JSON object; flags and OPTION=VALUE go before it")
			p.from.addFlags(flags)
			p.flags = addOptions(flags)
			return p.run
		},
	}
}

// plot is one call of the command.
type plot struct {
	from            source
	output, options string
	flags           *optionFlags
}

func (p *plot) run(_ context.Context, c *call) error {
	args, pairs := p.flags.split(c.args)
	if len(args) == 0 {
		return usage("plotserver plot solar.csv -o solar.pdf", "name the files of the series to plot")
	}
	options, err := readOptions(p.options)
	if err != nil {
		return err
	}
	p.flags.apply(options, pairs)
	all, err := p.from.loadAll(files(args))
	if err != nil {
		return err
	}
	chosen, err := choose(all, options)
	if err != nil {
		return err
	}
	output := p.output
	if name, ok := options["filename"].(string); ok && output == "" {
		output = name
	}
	if output == "" {
		output = sessions.SafeName(chosen[0].Name) + ".pdf"
	}
	written, report, err := draw(output, chosen, options)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s: %s plotted to %s\n", names(chosen), counted(chosen), written)
	for _, w := range report.Warnings {
		fmt.Fprintf(c.stdout, "  %s\n", w)
	}
	return nil
}

// draw draws to a file as the server does, but in any folder, and gives the
// file's name.
func draw(output string, series []*sessions.Series, options map[string]any) (string, render.Report, error) {
	format, output, err := render.FormatOf(filepath.ToSlash(output))
	if err != nil {
		return "", render.Report{}, err
	}
	var picture bytes.Buffer
	report, err := render.Draw(&picture, format, series, options)
	if err != nil {
		return "", render.Report{}, err
	}
	written, err := writeFile(filepath.FromSlash(output), func(out io.Writer) error {
		_, err := picture.WriteTo(out)
		return err
	})
	return written, report, err
}

// writeFile puts a whole file in its place, or nothing. It gives the name that
// the file has got, which is another one where the old file can't be replaced.
func writeFile(name string, write func(io.Writer) error) (string, error) {
	dir, base := filepath.Split(name)
	folder, err := sessions.OpenFolder(dir)
	if err != nil {
		return "", err
	}
	defer folder.Close()
	written, err := folder.WriteFile(base, write)
	return filepath.Join(dir, written), err
}

// choose gives the series that the option series names, in that order, or else
// all.
func choose(all []*sessions.Series, options map[string]any) ([]*sessions.Series, error) {
	list, ok := options["series"].([]any)
	if !ok {
		return all, nil // what is neither is refused by the renderer
	}
	var chosen []*sessions.Series
	for _, e := range list {
		name, ok := e.(string)
		if !ok {
			return all, nil
		}
		found := false
		for _, s := range all {
			if s.Name == name {
				chosen, found = append(chosen, s), true
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("cannot plot series %q: there is no such series, the files have %s", name, names(all))
		}
	}
	if len(chosen) == 0 {
		return all, nil
	}
	return chosen, nil
}

// names lists series for a person.
func names(series []*sessions.Series) string {
	var all []string
	for i, s := range series {
		if i == 8 {
			all = append(all, fmt.Sprintf("and %d more", len(series)-i))
			break
		}
		all = append(all, s.Name)
	}
	return strings.Join(all, ", ")
}

// counted says how many rows series have together.
func counted(series []*sessions.Series) string {
	rows, missing := 0, 0
	for _, s := range series {
		rows += s.Len()
		missing += s.Missing()
	}
	text := count(rows, "row")
	if missing > 0 {
		text += fmt.Sprintf(" (%s missing)", count(missing, "row"))
	}
	return text
}
