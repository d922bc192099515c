package app

import (
	"context"
	"crypto/rand"
	"fmt"
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

	engine  *engine.Engine
	workers *workers
	link    link.Link
	replyTo string
	reply   []byte
}

// run serves until ctx is done.
func (s *server) run(ctx context.Context) error {
	s.engine = engine.New(engine.Config{Limits: s.limits, Jobs: jobs})
	s.replyTo = string(wire.AppendTopic(nil, s.Session, wire.TopicReply))
	state := wire.ServerState{State: "online", Instance: rand.Text(), Version: cmdline.Version(), Limits: s.limits}

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
		offline.State = "offline"
		s.connection.Will = &pahomqtt.Will{
			Topic:   string(wire.AppendTopic(nil, s.Session, wire.TopicServer)),
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
	s.workers = newWorkers(s.folder, jobs, s.inbox.Wake, s.archive)
	done := make(chan struct{})
	go func() { defer close(done); s.loop() }()

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
	<-done
	state.State = "offline"
	s.announce(state)
	err := s.link.Close()
	s.terminal.say("ended")
	return err
}

// loop is the goroutine that owns the engine.
func (s *server) loop() {
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
	s.end()
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
				s.terminal.say("cannot send a reply: " + err.Error())
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

// end finishes the work under way and keeps the rows that nobody has saved.
func (s *server) end() {
	s.workers.close()
	s.finished(time.Now())
	for _, left := range s.engine.Unsaved() {
		s.archive(left)
	}
}

// archive writes rows that would be lost otherwise to the history.
func (s *server) archive(series *sessions.Series) {
	file, err := s.folder.SaveHistory(series)
	if err != nil {
		s.terminal.say("cannot keep the rows that were not saved: " + err.Error())
		return
	}
	s.terminal.say(fmt.Sprintf("kept %d rows of series %q in %s", series.Len(), series.Name, file))
}

// announce publishes the server's retained state.
func (s *server) announce(state wire.ServerState) {
	topic := string(wire.AppendTopic(nil, s.Session, wire.TopicServer))
	if err := s.link.Publish(topic, wire.AppendServerState(nil, state), true); err != nil {
		s.terminal.say("cannot announce the server: " + err.Error())
	}
}

func (s *server) denied(client, what, topic string) {
	s.terminal.say(fmt.Sprintf("refused client %q to %s %q: it is not one of session %s's", client, what, topic, s.Session))
}
