// Command report reads a folder of saved series, and of what a server recorded
// there, and writes a lab report of it: figures, tables and a text to go on with.
//
//	go run ./notebooks/report -o report notebooks/data
//
// I-V curves are analysed and compared with each other, power logs get their
// energy balance, all else is drawn. In the output are report.md and report.html,
// which say the same (the page holds its figures in itself), curves.csv with all
// values and uncertainties for programs, and each figure as .png and, for LaTeX, .pdf.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"iotplot/sessions"
)

func main() {
	switch err := run(os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage: report [-o FOLDER] FOLDER\n\nWrites a report of the series that are saved or recorded in a folder.")
		flags.PrintDefaults()
	}
	out := flags.String("o", "report", "`folder` to write to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("cannot report on %d folders: name one, for example notebooks/data", flags.NArg())
	}
	c, err := sessions.Open(flags.Arg(0))
	if err != nil {
		return err
	}
	for _, problem := range c.Problems {
		fmt.Fprintln(stderr, "report:", problem)
	}
	var all []*sessions.Series
	for _, r := range distinct(c.Runs) {
		s, err := c.Load(r)
		if err != nil {
			fmt.Fprintln(stderr, "report:", err)
			continue
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return fmt.Errorf("cannot report on %q: it holds no series", flags.Arg(0))
	}
	folder, err := sessions.OpenFolder(*out)
	if err != nil {
		return err
	}
	defer folder.Close()
	d := &document{folder: folder}
	if err := d.write(all); err != nil {
		return err
	}
	for _, w := range d.warnings {
		fmt.Fprintln(stderr, "report:", w)
	}
	fmt.Fprintf(stdout, "%d series reported in %s\n", len(all), folder.Path("report.html"))
	return nil
}

// distinct leaves out files of the same measurement that do not tell which it is:
// those of the same name in several formats.
func distinct(runs []sessions.Run) []sessions.Run {
	type key struct{ name, stem string }
	seen := map[key]bool{}
	var all []sessions.Run
	for _, r := range runs {
		if r.Run == "" && len(r.Files) > 0 {
			k := key{r.Name, stem(r.Files[0].Name)}
			if seen[k] {
				continue
			}
			seen[k] = true
		}
		all = append(all, r)
	}
	return all
}
