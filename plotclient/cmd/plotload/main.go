// Command plotload measures a plot server under load, with both versions of the
// protocol: rows in version 1, one message each at QoS 0 as fast as the broker takes
// them, then the same rows through streams of version 2, which send batches until
// they are acknowledged. It asks the server how many it holds.
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
