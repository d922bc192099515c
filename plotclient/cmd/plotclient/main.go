// Command plotclient talks to a plot server from the command line: it runs the
// course's example, sends single commands and prints the server's answers, and
// streams rows of numbers from its standard input.
//
//	plotclient demo -session hopla
//	cat /dev/ttyUSB0 | plotclient pipe solar t V I --plot solar.pdf -session hopla
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"iotplot/plotclient/cmdline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the program at once
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(cmdline.Report(os.Stderr, "plotclient", err))
}
