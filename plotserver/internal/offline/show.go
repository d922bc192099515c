package offline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/sessions"
)

const showHelp = `Shows what is in files of saved series: what is known of the measurement, what
was lost, each column's range, and a small plot of the columns against the first.
Rows are counted from 0. What is no file is a series, the newest run of it, or a run
of --dir.

  plotserver show solar.csv
  plotserver show solar.parquet --columns V,I --ascii`

func showCommand() Command {
	return Command{
		Name:      "show",
		Arguments: "FILE|SERIES...",
		Short:     "show what is in saved series, with a small plot",
		long:      showHelp,
		groups:    []cmdline.Group{{Title: "Plot", Flags: []string{"columns", "x", "ascii", "width", "height", "no-plot"}}},
		begin: func(flags *pflag.FlagSet) work {
			var s show
			s.from.addFlags(flags)
			flags.StringSliceVar(&s.columns, "columns", nil, "`names` of the columns to plot (default: all but x, at most 6)")
			flags.StringVar(&s.x, "x", "", "`column` to plot against, or index for the number of the row (default: the first)")
			flags.BoolVar(&s.ascii, "ascii", false, "plot with ASCII characters in place of Braille dots")
			flags.IntVar(&s.width, "width", 0, "`number` of characters in a line (default: the terminal's)")
			flags.IntVar(&s.height, "height", 0, "`number` of lines of each plot (default: 6 to 12)")
			flags.BoolVar(&s.noPlot, "no-plot", false, "numbers only")
			return s.run
		},
	}
}

// show is one call of the command.
type show struct {
	from          source
	columns       []string
	x             string
	ascii, noPlot bool
	width, height int
}

const (
	narrowest, widest = 40, 1000
	lowest, highest   = 2, 200
)

func (s *show) run(_ context.Context, c *call) error {
	if len(c.args) == 0 {
		return usage("plotserver show solar.csv", "name the files to show")
	}
	if s.width != 0 && (s.width < narrowest || s.width > widest) {
		return usage("", "--width cannot be %d, it must be from %d to %d", s.width, narrowest, widest)
	}
	if s.height != 0 && (s.height < lowest || s.height > highest) {
		return usage("", "--height cannot be %d, it must be from %d to %d", s.height, lowest, highest)
	}
	t := terminalOf(c.stdout)
	if s.width != 0 {
		t.width = s.width
	}
	t.ascii = t.ascii || s.ascii
	for i, file := range files(c.args) {
		series, err := s.from.load(file)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(&b, printable(file))
		about(&b, file, series, t.width)
		b.WriteByte('\n')
		summarize(&b, series)
		if !s.noPlot {
			if err := s.plot(&b, series, t); err != nil {
				return err
			}
		}
		if _, err := b.WriteTo(c.stdout); err != nil {
			return nil // nobody reads any more
		}
	}
	return nil
}

// mostMeta is how many entries of the meta are shown.
const mostMeta = 24

// about writes what is known of a series besides its values.
func about(b *bytes.Buffer, file string, s *sessions.Series, width int) {
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(b, "  %-9s %s\n", name, cut(printable(text), width-12))
		}
	}
	line("series", s.Name)
	line("run", s.Run)
	if !s.Started.IsZero() {
		line("started", s.Started.Local().Format("2006-01-02 15:04:05 MST"))
	}
	line("rows", thousands(s.Len())+lost(s))
	if info, err := os.Stat(file); err == nil {
		line("size", size(info.Size()))
	}
	name := "meta"
	for i, key := range slices.Sorted(maps.Keys(s.Meta)) {
		if i == mostMeta {
			line(name, fmt.Sprintf("and %d more", len(s.Meta)-i))
			break
		}
		line(name, key+": "+metaText(s.Meta[key]))
		name = ""
	}
}

func metaText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v) // infinities
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// mostGaps is how many stretches of lost rows are named.
const mostGaps = 5

// lost says which rows are missing.
func lost(s *sessions.Series) string {
	if s.Missing() == 0 {
		return ""
	}
	var parts []string
	ranges := s.MissingRanges()
	for i, r := range ranges {
		if i == mostGaps {
			parts = append(parts, fmt.Sprintf("and %d more gaps", len(ranges)-i))
			break
		}
		if r.End == r.First+1 {
			parts = append(parts, fmt.Sprint(r.First))
		} else {
			parts = append(parts, fmt.Sprintf("%d to %d", r.First, r.End-1))
		}
	}
	return fmt.Sprintf(", %s of them missing: %s", thousands(s.Missing()), strings.Join(parts, ", "))
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
