package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/link"
)

// retainedWithin is how long a broker may take to tell what is retained.
const retainedWithin = 1500 * time.Millisecond

// joined watches the link to an outside broker: it says on the terminal how that
// fares, and sees to it that a session has one server (protocol rule 9).
//
// At the first connection, another server that is online ends this one, unless
// that one is to be taken over, or had this very journal: whoever holds the
// journal's lock knows that it is gone. From then on whoever announces itself
// last is the session's server, and the others end. Servers see announcements in
// the same order, the broker's, so that just one of them stays.
type joined struct {
	server   *server
	takeOver bool
	end      func(error)   // ends the server, with the reason
	first    func()        // called when the server may serve
	admitted chan struct{} // closed then
	up       chan link.State
	heard    chan wire.ServerState

	checking bool // what is retained has not come yet
	again    bool // it has been online before
	echoed   bool // its own announcement has come back
	told     link.State
	early    []wire.ServerState // what was retained, heard before it was told of the first connection
	once     sync.Once
}

func newJoined(s *server, end func(error), first func()) *joined {
	return &joined{server: s, takeOver: s.takeOver, end: end, first: first,
		admitted: make(chan struct{}), up: make(chan link.State, 16), heard: make(chan wire.ServerState, 64)}
}

// state is told changes of the connection; it must not wait.
func (j *joined) state(s link.State) {
	t := j.server.terminal
	switch s.Phase {
	case link.Connecting:
		t.say("connecting to the broker at " + s.Broker)
	case link.Down:
		t.say(fmt.Sprintf("%v; it goes on trying, what is in memory is kept", s.Err))
	case link.Up:
		select {
		case j.up <- s:
		default: // it changes faster than anybody looks
		}
	}
}

// says is told what servers say; it must not wait.
func (j *joined) says(s wire.ServerState) {
	select {
	case j.heard <- s:
	default:
	}
}

// watch acts on both until ctx is done. The server's link is there.
func (j *joined) watch(ctx context.Context) {
	var late <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case j.told = <-j.up:
			j.checking, j.echoed = true, false
			late = time.After(retainedWithin)
			early := j.early
			j.early = nil
			for _, s := range early {
				j.hear(s)
			}
		case <-late:
			j.admit()
		case s := <-j.heard:
			j.hear(s)
		}
		if !j.checking {
			late = nil
		}
	}
}

// hear acts on what a server said.
func (j *joined) hear(s wire.ServerState) {
	if !j.again && !j.checking {
		// The connection and its messages are told of by two goroutines.
		if len(j.early) < cap(j.heard) {
			j.early = append(j.early, s)
		}
		return
	}
	mine, online := s.Instance == j.server.state.instance(), s.State == wire.StateOnline
	switch {
	case mine && online:
		j.echoed = j.echoed || !j.checking
	case online && (j.again && (j.checking || j.echoed)):
		j.server.taken.Store(true)
		j.end(fmt.Errorf("another server took session %q over: this one has ended, its rows are kept", j.server.Session))
		return
	case online && j.checking && !j.takeOver && !j.server.past[s.Instance]:
		j.end(fmt.Errorf("cannot serve session %q at %s: another server is online there; end that one, choose another session, or take over with --take-over",
			j.server.Session, j.told.Broker))
		return
	case online && j.checking && j.takeOver && !j.server.past[s.Instance]:
		j.server.terminal.say("taking over from another server of this session")
	case !online && !j.checking && j.again:
		// The last words of one that was here before, or of this one's own
		// connection that broke: clients would think that nobody is here.
		j.server.announce()
	}
	if j.checking {
		j.admit()
	}
}

// admit announces the server. The broker may have been restarted without its
// retained messages, so that is done at each connection.
func (j *joined) admit() {
	j.checking = false
	t := j.server.terminal
	if j.again {
		t.say("ready again: connected to " + j.told.Broker + " and subscribed")
	} else {
		t.say("ready: connected to " + j.told.Broker + ", waiting for rows, Ctrl-C ends")
	}
	j.again = true
	j.server.announce()
	j.once.Do(func() {
		close(j.admitted)
		j.first()
	})
}
