package offline

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

const listHelp = `Lists the sessions, series and runs that the server's journal in a folder holds,
also while a server is using it. A run is named in commands by "run".

  plotserver list --dir ~/lab`

func listCommand() Command {
	return Command{
		Name:   "list",
		Short:  "list the series and runs that a folder's journal holds",
		long:   listHelp,
		groups: []cmdline.Group{{Title: "What to list", Flags: []string{"dir", "session"}}},
		begin: func(flags *pflag.FlagSet) work {
			var l listing
			flags.StringVarP(&l.dir, "dir", "d", ".", "`folder` of a server's series and plots")
			flags.StringVarP(&l.session, "session", "s", "", "`name` of the only session to list")
			return l.run
		},
	}
}

// listing is one call of the command.
type listing struct{ dir, session string }

func (l *listing) run(_ context.Context, c *call) error {
	if len(c.args) > 0 {
		return usage("name the folder with --dir "+c.args[0], "unexpected argument %q", c.args[0])
	}
	names, err := journal.Sessions(l.dir)
	if err != nil {
		return fmt.Errorf("cannot list the sessions in %s: %w", l.dir, err)
	}
	if l.session != "" {
		names = []string{l.session}
	}
	if len(names) == 0 {
		fmt.Fprintf(c.stdout, "no session has a journal in %s\n", l.dir)
		return nil
	}
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "session\tseries\trun\tstarted\trows\tmissing\tcolumns")
	var notes []string
	for _, name := range names {
		runs := counts{}
		report, err := journal.Read(l.dir, name, runs.add)
		if errors.Is(err, journal.ErrNone) {
			return fmt.Errorf("cannot list session %q: it has no journal in %s", name, l.dir)
		}
		if err != nil {
			return err
		}
		for _, r := range runs.order {
			if r.dropped {
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", asCell(name), asCell(r.Name), asCell(r.Run),
				r.Started.Format("2006-01-02 15:04:05"), r.rows, r.missing, asCell(strings.Join(r.Columns, ", ")))
		}
		if words := report.Words(); words != "" {
			notes = append(notes, fmt.Sprintf("session %q: %s", name, words))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(c.stdout, note)
	}
	return nil
}

// counts counts the rows of the runs in a journal.
type counts struct {
	byID  map[journal.RunID]*listedRun
	order []*listedRun
}

type listedRun struct {
	sessions.Header
	rows, missing int64
	dropped       bool
}

func (n *counts) add(e *journal.Event) error {
	if e.Kind == journal.Opened {
		if n.byID == nil {
			n.byID = map[journal.RunID]*listedRun{}
		}
		r := &listedRun{Header: e.Header}
		n.byID[e.Run], n.order = r, append(n.order, r)
		return nil
	}
	r := n.byID[e.Run]
	if r == nil {
		return nil
	}
	switch e.Kind {
	case journal.Rows:
		r.rows += e.Count
	case journal.Gap:
		r.rows += e.Count
		r.missing += e.Count
	case journal.Renamed:
		r.Columns = e.Columns
	case journal.Dropped:
		r.dropped = true
	}
	return nil
}

// asCell gives a name as it is if it fits a table, else quoted.
func asCell(name string) string {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}
