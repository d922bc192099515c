// Plotserver collects the rows that boards measure, saves them as files and
// draws them, as told over MQTT. Run it with --help for its flags.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"iotplot/plotserver/internal/app"
)

func main() {
	// A terminal window that is closed ends the server like Ctrl-C, and output
	// that nobody reads any more is no reason to lose rows.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := app.Run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "plotserver:", err)
		os.Exit(1)
	}
}
