package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/pahomqtt"
)

// version1Rows sends rows in version 1 of the protocol. Those that are on their way
// when a connection breaks are lost.
type version1Rows struct {
	client  *plotclient.Client
	series  string
	console *console
	rows    *atomic.Int64   // given so far
	ended   <-chan struct{} // closed when the input has ended
	pause   func(time.Duration)
	timeout time.Duration
}

// give sends a row. While the connection is down it waits, and the row with
// it, so that none is lost; when the input has ended, no longer than for p.timeout.
func (p *version1Rows) give(ctx context.Context, values ...float64) error {
	err := p.client.Data(p.series, values...)
	if !errors.Is(err, pahomqtt.ErrDown) {
		return err
	}
	p.console.say("%v; waiting for it to come back", err)
	var end time.Time
	for {
		p.pause(200 * time.Millisecond)
		err = p.client.Data(p.series, values...)
		switch {
		case err == nil:
			p.console.say("the connection is back")
			return nil
		case !errors.Is(err, pahomqtt.ErrDown):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("ended while the connection to the broker was down, the last row is lost: %w", err)
		}
		select {
		case <-p.ended:
			if now := time.Now(); end.IsZero() {
				end = now.Add(p.timeout)
			} else if now.After(end) {
				return fmt.Errorf("gave up %v after the end of the input, the rest of it is not sent, and of the %s sent the last ones are lost unless the server comes back with them: %w",
					p.timeout, count(p.rows.Load(), "row"), err)
			}
		default:
		}
	}
}
