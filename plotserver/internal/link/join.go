package link

import (
	"errors"

	"iotplot/plotclient/pahomqtt"
)

// Phase is where a connection to an outside broker stands.
type Phase uint8

// The phases, in the order a good day has them.
const (
	Connecting Phase = iota // the first attempt is under way
	Up                      // connected, and every topic is subscribed
	Down                    // lost or not reached; it goes on trying
)

// State is what Join reports for the terminal.
type State struct {
	Phase  Phase
	Broker string // host and port
	Again  bool   // Up: it was up before; the topics are subscribed again
	Err    error  // Down: why, in a sentence
}

// JoinOptions say which broker to join and for which session.
type JoinOptions struct {
	// Connection is how to reach the broker, at which QoS, and the last will.
	// Join sets its Subscribe, OnMessage, OnUp, OnDown and Retry.
	Connection pahomqtt.Options
	Session    string
	// State is told each change, one at a time; a failure that repeats itself
	// is told once.
	State func(State)
	// Lost is told about messages that Publish had accepted and that could
	// not be delivered.
	Lost func(topic string, err error)
}

// Join links the server to a broker elsewhere. It returns at once and connects
// in the background, for as long as it takes; an error is about the options.
func Join(o JoinOptions, in *Inbox) (Link, error) { return nil, errors.New("not there yet") }
