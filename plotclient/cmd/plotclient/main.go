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
	ctx, interrupt := context.WithCancel(context.Background())
	last, giveUp := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		interrupt()
		<-signals
		signal.Stop(signals) // the third Ctrl-C ends the program at once
		giveUp()
	}()
	err := run(ctx, last, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(cmdline.Report(os.Stderr, "plotclient", err))
}
