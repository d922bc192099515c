package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
	"iotplot/plotserver/internal/engine"
	"iotplot/plotserver/internal/link"
	"iotplot/sessions"
)

// tickEvery is how often the engine looks at the clock when nothing arrives.
const tickEvery = 100 * time.Millisecond

// unsentEvery is how often replies that can't be sent are spoken of.
const unsentEvery = 10 * time.Second

// server is one run of the program.
type server struct {
	settings
	connection pahomqtt.Options
	limits     wire.Limits
	dir        string
	folder     *sessions.Folder
	terminal   *terminal
	inbox      *link.Inbox
	began      time.Time

	engine     *engine.Engine
	workers    *workers
	link       link.Link
	replyTo    string
	stateTopic string
	reply      []byte
	unsent     int       // replies that could not be sent since it was said
	unsentAt   time.Time // when it was said
}

// run serves until ctx is done.
func (s *server) run(ctx context.Context) error {
	s.engine = engine.New(engine.Config{Limits: s.limits, Jobs: jobs})
	s.replyTo = string(wire.AppendTopic(nil, s.Session, wire.TopicReply))
	s.stateTopic = string(wire.AppendTopic(nil, s.Session, wire.TopicServer))
	state := wire.ServerState{State: wire.StateOnline, Instance: rand.Text(), Version: cmdline.Version(), Limits: s.limits}

	demo := func() {
		if s.demo {
			go s.runDemo(ctx)
		}
	}

	var serve func() error
	if s.Broker == "" {
		b, err := broker.Listen(broker.Config{
			Session:   s.Session,
			Port:      s.Port,
			User:      s.connection.User,
			Password:  s.connection.Password,
			MaxPacket: 4 * s.limits.Payload, // what is a little too large can still be answered
			Denied:    s.denied,
			Notice:    s.terminal.say,
		})
		if err != nil {
			return err
		}
		defer b.Close()
		if s.link, err = link.Embed(b, s.Session, s.inbox); err != nil {
			return err
		}
		serve = b.Serve
	} else {
		offline := state
		offline.State = wire.StateOffline
		s.connection.Will = &pahomqtt.Will{
			Topic:   s.stateTopic,
			Payload: wire.AppendServerState(nil, offline),
			Retain:  true,
		}
		s.terminal.print(remoteBanner(cmdline.Version(), s.Session, s.dir, s.Broker))
		j := &joined{server: s, online: state, first: demo, linked: make(chan struct{})}
		var err error
		if s.link, err = link.Join(link.JoinOptions{
			Connection: s.connection,
			Session:    s.Session,
			State:      j.state,
			Lost: func(topic string, err error) {
				s.terminal.say(fmt.Sprintf("cannot deliver a message to %s: %v", topic, err))
			},
		}, s.inbox); err != nil {
			return err
		}
		close(j.linked)
	}
	s.workers = newWorkers(s.folder, jobs, s.inbox.Wake, s.terminal.say)
	done := make(chan error, 1)
	go func() { done <- s.loop() }()

	if serve != nil {
		if err := serve(); err != nil {
			return err
		}
		s.terminal.print(banner(cmdline.Version(), s.Session, s.dir, s.Port, addresses(), s.connection.User != ""))
		s.announce(state)
		s.terminal.say(fmt.Sprintf("ready after %d ms: waiting for rows, Ctrl-C ends", time.Since(s.began).Milliseconds()))
		demo()
	}
	<-ctx.Done()
	s.inbox.Close()
	lost := <-done
	state.State = wire.StateOffline
	// Where there is no connection the broker has the last will.
	s.link.Publish(s.stateTopic, wire.AppendServerState(nil, state), true)
	err := s.link.Close()
	s.terminal.say("ended")
	return errors.Join(lost, err)
}

// loop is the goroutine that owns the engine.
func (s *server) loop() error {
	var batch link.Batch
	tick := time.Now()
	for s.inbox.Take(&batch, tickEvery) {
		now := time.Now()
		for {
			m, ok := batch.Next()
			if !ok {
				break
			}
			s.carryOut(s.engine.Handle(now, engine.Message(m)))
		}
		s.finished(now)
		if now.Sub(tick) >= tickEvery {
			tick = now
			s.carryOut(s.engine.Tick(now))
		}
	}
	return s.end()
}

// finished tells the engine which saves and plots are done.
func (s *server) finished(now time.Time) {
	for _, f := range s.workers.take() {
		s.carryOut(s.engine.Finish(now, f.job, f.result))
	}
}

// carryOut does what the engine asks for.
func (s *server) carryOut(effects []engine.Effect) {
	for _, f := range effects {
		switch f := f.(type) {
		case engine.Say:
			s.terminal.say(f.Text)
		case engine.Reply:
			s.reply = wire.AppendReply(s.reply[:0], f.Reply)
			if err := s.link.Publish(s.replyTo, s.reply, false); err != nil {
				s.notSent(err)
			}
		case engine.Save:
			s.workers.saves <- f
		case engine.Archive:
			s.workers.saves <- f
		case engine.Plot:
			s.workers.plot(f)
		}
	}
}

// notSent says that a reply could not be sent, a flood of them now and then.
func (s *server) notSent(err error) {
	s.unsent++
	now := time.Now()
	if now.Sub(s.unsentAt) < unsentEvery {
		return
	}
	s.terminal.say(fmt.Sprintf("cannot send %d replies: %v", s.unsent, err))
	s.unsent, s.unsentAt = 0, now
}

// end finishes the work under way and keeps the rows that nobody has saved. It
// returns what could not be kept.
func (s *server) end() error {
	left := s.workers.close()
	s.finished(time.Now())
	var lost []error
	for _, series := range append(left, s.engine.Unsaved()...) {
		if err := archive(s.folder, series, s.terminal.say); err != nil {
			lost = append(lost, err)
		}
	}
	return errors.Join(lost...)
}

// announce publishes the server's retained state.
func (s *server) announce(state wire.ServerState) {
	if err := s.link.Publish(s.stateTopic, wire.AppendServerState(nil, state), true); err != nil {
		s.terminal.say("cannot announce the server: " + err.Error())
	}
}

func (s *server) denied(client, what, topic string) {
	inside := strings.HasPrefix(topic, s.Session+"/")
	switch {
	case what == "login":
		s.terminal.say(fmt.Sprintf("refused client %q: wrong user name or password (it says it is %q)", client, topic))
		return
	case what == "publish" && inside:
		s.terminal.say(fmt.Sprintf("refused what client %q published to %q: the commands are %s", client, topic, commands()))
		return
	}
	s.terminal.say(fmt.Sprintf("refused client %q to %s %q: it is not one of session %s's", client, what, topic, s.Session))
}

// commands lists the topics that clients publish to.
func commands() string {
	var names []string
	for t := wire.NoTopic + 1; t.Command(); t++ {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}
