// Package offline is what plotserver does without serving: it draws saved
// series, converts, shows and lists them, and sends a recorded session again.
// [Find] looks a command up by its name; [Command.Run] is the whole command.
//
// Every command is in a file of its own. None of them changes a file that it
// was not told to write, and none needs a server, so all of them can be used
// beside one that runs.
package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

// Command is one of the program's commands.
type Command struct {
	Name      string
	Arguments string // as the usage has them: "FILE..."
	Short     string // what it does, for the list of commands
	long      string // the same for its own help
	groups    []cmdline.Group
	begin     func(*pflag.FlagSet) work // adds the flags
	patient   bool                      // it looks at ctx itself
}

// work is a command whose flags have been added and then parsed.
type work func(context.Context, *call) error

// call is one call of a command.
type call struct {
	args           []string
	stdout, stderr io.Writer
}

// Commands gives all commands, in the order in which they are listed to people.
func Commands() []Command {
	return []Command{plotCommand(), convertCommand(), showCommand(), listCommand(), replayCommand()}
}

// Find looks a command up by its name.
func Find(name string) (Command, bool) {
	for _, c := range Commands() {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

// Nearest is the command that a mistyped name was most likely meant to be, ""
// if none is near.
func Nearest(name string) string {
	var names []string
	for _, c := range Commands() {
		names = append(names, c.Name)
	}
	return cmdline.Nearest(name, names)
}

var errInterrupted = errors.New("interrupted")

// Run carries the command out. It returns when that is done or ctx is, with the
// reason if it could not be.
func (c Command) Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := pflag.NewFlagSet("plotserver "+c.Name, pflag.ContinueOnError)
	flags.SortFlags = false
	run := c.begin(flags)
	switch err := cmdline.Parse(flags, args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(stdout, "Usage: plotserver %s [flags]\n\n%s\n", strings.TrimSpace(c.Name+" "+c.Arguments), c.long)
		cmdline.WriteFlags(stdout, flags, c.groups...)
		return nil
	case err != nil:
		return err
	}
	// Files are read and pictures drawn without a look at ctx. Whoever does not
	// want to wait for that loses nothing: files appear when they are whole.
	done := make(chan error, 1)
	go func() { done <- run(ctx, &call{flags.Args(), stdout, stderr}) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if c.patient {
		return <-done
	}
	return errInterrupted
}

// WriteHelp lists the commands for the program's help.
func WriteHelp(w io.Writer) {
	fmt.Fprint(w, "\nCommands that do not serve (plotserver COMMAND --help explains one):\n")
	for _, c := range Commands() {
		fmt.Fprintf(w, "  %-24s  %s\n", strings.TrimSpace(c.Name+" "+c.Arguments), c.Short)
	}
}

func usage(hint, format string, a ...any) error {
	return &cmdline.Error{Text: fmt.Sprintf(format, a...), Hint: hint, Usage: true}
}
