// Command plotload measures a plot server under load: it sends rows as fast as
// the broker takes them, one version 1 message each at QoS 0 over plain TCP, then
// asks the server how many it holds.
//
//	plotserver -session load -dir /tmp/load &
//	plotload -session load --rows 1000000 --pid $!
package main

import (
	"context"
	"os"
	"os/signal"

	"iotplot/plotclient/cmdline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	os.Exit(cmdline.Report(os.Stderr, "plotload", err))
}
