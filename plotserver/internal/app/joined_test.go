package app

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/link"
)

// nowhere is a link that nobody is at the other end of.
type nowhere struct{}

func (nowhere) Publish(string, []byte, bool) error { return nil }
func (nowhere) Close() error                       { return nil }

// What is retained may be heard before it is told that the connection is up: a
// server that is online already is found all the same.
func TestAnotherServerHeardBeforeTheConnectionIsToldOf(t *testing.T) {
	out := newTerminal(io.Discard, time.Now)
	defer out.close()
	s := &server{state: newState("hopla", wire.DefaultLimits()), terminal: out, link: nowhere{}}
	s.Session = "hopla"
	ended := make(chan error, 1)
	j := newJoined(s, func(err error) { ended <- err }, func() {})
	j.hear(wire.ServerState{State: wire.StateOnline, Instance: "another"})
	j.state(link.State{Phase: link.Up, Broker: "lab"})

	ctx, cancel := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		j.watch(ctx)
	}()
	defer func() {
		cancel()
		<-watched
	}()

	select {
	case err := <-ended:
		if !strings.Contains(err.Error(), "another server is online there") {
			t.Error(err)
		}
	case <-j.admitted:
		t.Error("it serves beside another server")
	}
}
