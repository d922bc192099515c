package app

import (
	"crypto/rand"
	"errors"
	"sync"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/wire"
	"iotplot/sessions/journal"
)

// state is what the server says of itself, retained.
type state struct {
	topic string

	mu  sync.Mutex
	now wire.ServerState
}

func newState(session string, limits wire.Limits) *state {
	return &state{
		topic: string(wire.AppendTopic(nil, session, wire.TopicServer)),
		now:   wire.ServerState{State: wire.StateOnline, Instance: rand.Text(), Version: cmdline.Version(), Limits: limits},
	}
}

func (s *state) instance() string { return s.now.Instance }

// payload is the message, as things are.
func (s *state) payload() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wire.AppendServerState(nil, s.now)
}

// offline is the message at the end, and the last will.
func (s *state) offline() []byte {
	return wire.AppendServerState(nil, wire.ServerState{State: wire.StateOffline, Instance: s.now.Instance})
}

// problem puts into words for clients why rows can't be made durable.
func (s *state) problem(err error) {
	text := "rows cannot be written to the journal: the disk is full"
	if !journal.IsDiskFull(err) {
		var known *journal.Error
		if errors.As(err, &known) {
			err = known.Err
		}
		text = "rows cannot be written to the journal: " + err.Error()
	}
	s.set(text)
}

func (s *state) solved() { s.set("") }

func (s *state) set(problem string) {
	s.mu.Lock()
	s.now.Problem = problem
	s.mu.Unlock()
}
