package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

// command is a sub-command: how it is called, its flags, and what it does.
type command struct {
	name      string
	arguments string
	short     string
	long      string
	timeout   time.Duration // how long it waits for an answer, if nobody says
	flags     func(*call)
	groups    []cmdline.Group
	run       func(context.Context, *call) error
}

// call is one call of a sub-command.
type call struct {
	command    *command
	connection cmdline.Connection
	timeout    time.Duration
	v1         bool
	plot       plotFlags
	pipe       pipeFlags
	flags      *pflag.FlagSet
	args       []string
	run        string // of save and plot: which measurement
	units      string
	last       context.Context // ends what is done after the command's own context

	stdin          io.Reader
	stdout, stderr io.Writer
}

func commands() []*command {
	return []*command{
		{
			name: "demo", short: "send, save and plot the course's example",
			long:    "Sends the course's example, a damped oscillation of 200 rows, saves and plots it.",
			timeout: 15 * time.Second, run: runDemo,
		},
		{
			name: "pipe", arguments: "SERIES COLUMN...", short: "send rows of numbers from standard input",
			long:    pipeHelp,
			timeout: 15 * time.Second, run: runPipe,
			flags:  func(c *call) { addUnits(c); c.pipe.add(c.flags); c.plot.add(c.flags) },
			groups: []cmdline.Group{columnsGroup(), pipeGroup(), plotGroup()},
		},
		{
			name: "new", arguments: "SERIES COLUMN...", short: "start a series",
			long:    "Starts a series with these columns, the first one being x; V[mV] is a column V\nwith the unit mV. Rows that a series of this name already holds are put into the\nserver's history.",
			timeout: 5 * time.Second, run: runNew,
			flags:  addUnits,
			groups: []cmdline.Group{columnsGroup()},
		},
		{
			name: "data", arguments: "SERIES VALUE...", short: "send one row",
			long:    "Sends one row, the values in the order of the columns; - or nan is a gap.",
			timeout: 5 * time.Second, run: runData,
		},
		{
			name: "save", arguments: "SERIES [FILE]", short: "have a series saved",
			long:    "Has the server write a series to a file in its folder: .pkl, .csv, .json,\n.parquet, .npz or .mat. Without FILE it is SERIES.pkl and SERIES.csv.",
			timeout: 15 * time.Second, run: runSave,
			flags:  addRun,
			groups: []cmdline.Group{runGroup()},
		},
		{
			name: "load", arguments: "SERIES FILE", short: "make a saved file a series again",
			long:    "Has the server load a file of its folder as a new run of a series, which can then\nbe plotted and saved. What is being measured under that name goes on beside it.",
			timeout: 30 * time.Second, run: runLoad,
		},
		{
			name: "plot", arguments: "SERIES [FILE] [OPTION=VALUE...]", short: "have a series plotted",
			long:    plotHelp,
			timeout: 15 * time.Second, run: runPlot,
			flags:  func(c *call) { addRun(c); c.plot.add(c.flags) },
			groups: []cmdline.Group{runGroup(), plotGroup()},
		},
	}
}

// run is the whole program. It returns when the sub-command is done or ctx is,
// with the reason if the server refused or did not answer. What is still sent and
// done at the end of ctx, last ends.
func run(ctx, last context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	all := commands()
	leading := newCall(&command{})
	version := leading.flags.Bool("version", false, "print the version")
	name, rest, err := cmdline.Command(leading.flags, args)
	switch {
	case errors.Is(err, pflag.ErrHelp), err == nil && name == "help" && len(rest) == 0:
		help(stdout, all)
		return nil
	case err != nil:
		return err
	case name == "help":
		name, rest = rest[0], []string{"--help"}
	case name == "version":
		*version = true
	case name == "":
		if err := cmdline.Parse(leading.flags, rest); err != nil {
			return err
		}
	}
	if *version {
		fmt.Fprintln(stdout, "plotclient", cmdline.Version())
		return nil
	}
	var names []string
	for _, c := range all {
		if c.name == name {
			return runCommand(ctx, last, c, rest, stdin, stdout, stderr)
		}
		names = append(names, c.name)
	}
	if name == "" {
		return usage("plotclient --help explains them", "name a command: %s", strings.Join(names, ", "))
	}
	hint := "plotclient --help lists the commands"
	if near := cmdline.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return usage(hint, "unknown command %q", name)
}

func runCommand(ctx, last context.Context, c *command, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	call := newCall(c)
	call.stdin, call.stdout, call.stderr = stdin, stdout, stderr
	call.last = last
	switch err := cmdline.Parse(call.flags, args); {
	case errors.Is(err, pflag.ErrHelp):
		call.help(stdout)
		return nil
	case err != nil:
		return call.plotHint(err)
	}
	call.args = call.flags.Args()
	if call.timeout <= 0 {
		return usage("", "--timeout cannot be %v, it must be more than nothing", call.timeout)
	}
	return c.run(ctx, call)
}

// plotHint says how options of a plot that have no flag are written, if err is that
// a flag does not exist.
func (c *call) plotHint(err error) error {
	var e *cmdline.Error
	if errors.As(err, &e) && e.Flag != "" && c.flags.Lookup("option") != nil {
		e.Hint = fmt.Sprintf("an option of a plot that has no flag is written -o %s=VALUE", e.Flag)
	}
	return err
}

func newCall(c *command) *call {
	call := &call{
		command:    c,
		connection: cmdline.Connection{Broker: "localhost"},
		flags:      pflag.NewFlagSet("plotclient "+c.name, pflag.ContinueOnError),
		last:       context.Background(),
	}
	call.flags.SortFlags = false
	call.connection.AddFlags(call.flags)
	call.flags.DurationVar(&call.timeout, "timeout", c.timeout, "`time` to wait for the server's answer")
	call.flags.BoolVar(&call.v1, "v1", false, "send what iot-plot's own server understands, and wait for no answer")
	if c.flags != nil {
		c.flags(call)
	}
	return call
}

func help(w io.Writer, all []*command) {
	fmt.Fprint(w, `plotclient sends rows to a plot server, and tells it to save and to plot them.

Usage: plotclient COMMAND [flags]            plotclient demo -session hopla

Commands:
`)
	for _, c := range all {
		fmt.Fprintf(w, "  %-36s  %s\n", strings.TrimSpace(c.name+" "+c.arguments), c.short)
	}
	c := newCall(&command{})
	c.flags.Lookup("timeout").DefValue = "5s, 15s to save or plot"
	c.flags.Bool("version", false, "print the version")
	cmdline.WriteFlags(w, c.flags, cmdline.ConnectionFlags())
	fmt.Fprint(w, "\nplotclient COMMAND --help explains a command and its own flags.\n")
}

func (c *call) help(w io.Writer) {
	fmt.Fprintf(w, "Usage: plotclient %s [flags]\n\n%s\n", strings.TrimSpace(c.command.name+" "+c.command.arguments), c.command.long)
	cmdline.WriteFlags(w, c.flags, append(c.command.groups, cmdline.ConnectionFlags())...)
}

func usage(hint, format string, a ...any) error {
	return &cmdline.Error{Text: fmt.Sprintf(format, a...), Hint: hint, Usage: true}
}
