package offline

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/sessions"
)

const listHelp = `Lists all sessions, series and runs of a folder, the newest first: what its saved
files hold, also in sub-folders, and what a server has recorded there, also while
it runs. Behind a file that holds a part of a run stands how many rows that is. A
run is named in commands by "run".

  plotserver list ~/lab
  plotserver list --session hopla`

func listCommand() Command {
	return Command{
		Name:      "list",
		Arguments: "[DIR]",
		Short:     "list the sessions, series and runs of a folder",
		long:      listHelp,
		groups:    []cmdline.Group{{Title: "What to list", Flags: []string{"dir", "session", "series"}}},
		begin: func(flags *pflag.FlagSet) work {
			var l listing
			flags.StringVarP(&l.dir, "dir", "d", ".", "`folder` of a server's series and plots")
			flags.StringVarP(&l.session, "session", "s", "", "`name` of the only session to list")
			flags.StringVar(&l.series, "series", "", "`name` of the only series to list")
			l.flags = flags
			return l.run
		},
	}
}

// listing is one call of the command.
type listing struct {
	dir, session, series string
	flags                *pflag.FlagSet
}

func (l *listing) run(_ context.Context, c *call) error {
	switch {
	case len(c.args) > 1 || len(c.args) == 1 && l.flags.Changed("dir"):
		return usage("plotserver list DIR", "unexpected argument %q: one folder is listed", c.args[len(c.args)-1])
	case len(c.args) == 1:
		l.dir = c.args[0]
	}
	all, err := sessions.Open(l.dir)
	if err != nil {
		return err
	}
	if l.session != "" && !slices.Contains(all.Sessions, l.session) {
		return fmt.Errorf("cannot list session %q: it has no journal in %s", l.session, l.dir)
	}
	rows := [][]string{{"session", "series", "run", "started", "rows", "missing", "columns", "files"}}
	for _, r := range all.Runs {
		if l.session != "" && r.Session != l.session || l.series != "" && r.Name != l.series {
			continue
		}
		rows = append(rows, cells(r))
	}
	var b bytes.Buffer
	switch {
	case len(rows) == 1 && l.series != "":
		return fmt.Errorf("cannot list series %q: nothing in %s is called so", l.series, l.dir)
	case len(rows) == 1:
		fmt.Fprintf(&b, "no series was saved or recorded in %s\n", l.dir)
	default:
		writeTable(&b, rows, "", "<<<<>><<")
	}
	for _, session := range all.Sessions {
		if report := all.Reports[session]; report != nil && (l.session == "" || l.session == session) && report.Words() != "" {
			fmt.Fprintf(&b, "session %q: %s\n", session, report.Words())
		}
	}
	if _, err := b.WriteTo(c.stdout); err != nil {
		return nil // nobody reads any more
	}
	for _, problem := range all.Problems {
		fmt.Fprintln(c.stderr, "plotserver:", problem)
	}
	return nil
}

// mostFiles and mostNames bound what one line lists.
const (
	mostFiles = 4
	mostNames = 12
)

// cells is a run's line of the table.
func cells(r sessions.Run) []string {
	cell := []string{"-", asCell(r.Name), "-", "-", "?", strconv.Itoa(r.Missing), "", ""}
	if r.Session != "" {
		cell[0] = asCell(r.Session)
	}
	if r.Run != "" {
		cell[2] = asCell(r.Run)
	}
	if !r.Started.IsZero() {
		cell[3] = r.Started.Local().Format("2006-01-02 15:04:05")
	}
	if r.Rows >= 0 {
		cell[4] = strconv.Itoa(r.Rows)
	}
	var files []string
	for _, f := range r.Files {
		name := asCell(f.Name)
		if 0 <= f.Rows && f.Rows < r.Rows { // saved while the run went on
			name += fmt.Sprintf(" (%d rows)", f.Rows)
		}
		files = append(files, name)
	}
	cell[6], cell[7] = some(r.Columns, mostNames), some(files, mostFiles)
	return cell
}

// some lists the first of many texts.
func some(texts []string, most int) string {
	more := ""
	if len(texts) > most {
		more = fmt.Sprintf(" and %d more", len(texts)-most)
		texts = texts[:most]
	}
	return printable(strings.Join(texts, ", ")) + more
}

// asCell gives a name as it is if it fits a table, else quoted.
func asCell(name string) string {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}
