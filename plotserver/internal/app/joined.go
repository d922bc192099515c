package app

import (
	"fmt"
	"sync"

	"iotplot/plotserver/internal/link"
)

// joined says on the terminal how the link to an outside broker fares.
type joined struct {
	server *server
	linked chan struct{} // closed when the server has the link
	once   sync.Once
	first  func() // called at the first connection
}

func (j *joined) state(s link.State) {
	t := j.server.terminal
	switch s.Phase {
	case link.Connecting:
		t.say("connecting to the broker at " + s.Broker)
	case link.Down:
		t.say(fmt.Sprintf("%v; it goes on trying, what is in memory is kept", s.Err))
	case link.Up:
		if s.Again {
			t.say("ready again: connected to " + s.Broker + " and subscribed")
		} else {
			t.say("ready: connected to " + s.Broker + ", waiting for rows, Ctrl-C ends")
		}
		go func() { // the connection waits for no one
			<-j.linked
			// The broker may have been restarted without its retained messages.
			j.server.announce()
			j.once.Do(j.first)
		}()
	}
}
