// Package app is the plot server as a program: it reads the flags, puts the
// rooms together and carries out what the engine asks for. Run is the whole
// program; main only turns its error into an exit code.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotserver/internal/link"
	"iotplot/sessions"
)

// These bound what has arrived and is not in the series yet, in bytes. A
// publisher of the built-in broker waits while the inbox is full; an outside
// broker drops messages that are not read fast enough, so there it is larger.
const (
	inboxSize       = 8 << 20
	joinedInboxSize = 32 << 20
)

// jobs bounds the saves and plots that wait or are under way.
const jobs = 1024

// backlog bounds, in bytes, the rows of version 2 that wait in memory for a disk
// that is full.
const backlog = 256 << 20

// Run is the plot server, or one of its commands that do not serve. It returns
// when ctx is done, or with the reason why it cannot start.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	began := time.Now()
	if c, rest, ok := command(args); ok {
		return c.Run(ctx, rest, stdout, stderr)
	}
	var s settings
	switch err := s.parse(args); {
	case errors.Is(err, pflag.ErrHelp):
		s.help(stdout)
		return nil
	case err != nil:
		return err
	case s.version:
		fmt.Fprintln(stdout, "plotserver", cmdline.Version())
		return nil
	}
	// Columns are long-lived and free of pointers, so a tight collector costs
	// little and keeps the memory close to the size of the data.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	connection, err := s.Options()
	if err != nil {
		return err
	}
	if s.Broker == "" && connection.User != "" && connection.Password == "" {
		return fmt.Errorf("cannot ask clients for a login: --user %s has no password, give one by --password-file or %s", connection.User, cmdline.PasswordVariable)
	}
	limits, err := parseLimits(s.limits)
	if err != nil {
		return err
	}
	if s.syncEvery, s.syncOff, err = parseSync(s.sync); err != nil {
		return err
	}
	if s.takeOver && s.Broker == "" {
		return &cmdline.Error{Usage: true, Text: "--take-over is for a session at an outside broker", Hint: "name that one with --broker"}
	}
	if s.keep, err = parseKeep(s.keepText); err != nil {
		return err
	}
	dir, err := folderOf(s.dir)
	if err != nil {
		return err
	}
	folder, err := sessions.OpenFolder(dir)
	if err != nil {
		return err
	}
	defer folder.Close()

	t := newTerminal(stdout, time.Now)
	defer t.close()
	for _, w := range s.Warnings {
		t.say(w)
	}
	inbox := inboxSize
	if s.Broker != "" {
		inbox = joinedInboxSize
	}
	srv := &server{
		settings:   s,
		connection: connection,
		limits:     limits,
		dir:        dir,
		folder:     folder,
		terminal:   t,
		inbox:      link.NewInbox(inbox),
		began:      began,
	}
	return srv.run(ctx)
}
