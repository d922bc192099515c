package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
	"iotplot/plotserver/internal/engine"
	"iotplot/plotserver/internal/link"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// tickEvery is how often the engine looks at the clock when nothing arrives.
const tickEvery = 100 * time.Millisecond

// unsentEvery is how often messages that can't be sent are spoken of.
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

	journal  *journal.Journal
	commits  *commits
	progress []journal.Progress
	restored []string        // what to say about it
	past     map[string]bool // instances of servers that had this journal before

	trimmed time.Time // when the journal's size was looked at
	tooMuch bool      // that it can't be kept small enough was said

	engine   *engine.Engine
	workers  *workers
	link     link.Link
	state    *state
	taken    atomic.Bool // another server has the session now
	replyTo  string
	ackTo    string
	message  []byte
	unsent   int       // messages that could not be sent since it was said
	unsentAt time.Time // when it was said
}

// run serves until ctx is done.
func (s *server) run(ctx context.Context) error {
	s.replyTo = string(wire.AppendTopic(nil, s.Session, wire.TopicReply))
	s.ackTo = string(wire.AppendTopic(nil, s.Session, wire.TopicAck))
	s.state = newState(s.Session, s.limits)
	if err := s.restore(); err != nil {
		return err
	}
	err := s.serve(ctx)
	// What is left goes to the disk however it ended.
	return errors.Join(err, s.journal.Close())
}

// serve lets clients in until ctx is done.
func (s *server) serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	why := make(chan error, 1)
	end := func(err error) {
		select {
		case why <- err:
		default: // there is a reason already
		}
		cancel()
	}
	reason := func() error {
		select {
		case err := <-why:
			return err
		default:
			return nil // it was told to
		}
	}
	s.journal.Note(0, engine.NoteInstance, []byte(s.state.instance()))

	demo := func() {
		if s.demo {
			go s.runDemo(ctx)
		}
	}

	s.workers = newWorkers(s.folder, &stored{s.dir, s.Session, s.journal}, jobs, s.inbox.Wake)
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
		s.connection.Will = &pahomqtt.Will{Topic: s.state.topic, Payload: s.state.offline(), Retain: true}
		s.terminal.print(remoteBanner(cmdline.Version(), s.Session, s.dir, s.Broker))
		s.sayRestored()
		j := newJoined(s, end, demo)
		var err error
		if s.link, err = link.Join(link.JoinOptions{
			Connection: s.connection,
			Session:    s.Session,
			State:      j.state,
			Server:     j.says,
			Lost: func(topic string, err error) {
				s.terminal.say(fmt.Sprintf("cannot deliver a message to %s: %v", topic, err))
			},
		}, s.inbox); err != nil {
			return err
		}
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			j.watch(ctx)
		}()
		select {
		case <-j.admitted:
		case <-ctx.Done():
			// Whatever has come is another server's.
			<-watched
			err := s.link.Close()
			s.terminal.say("ended")
			return errors.Join(err, reason())
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.loop()
	}()

	if serve != nil {
		if err := serve(); err != nil {
			s.inbox.Close()
			<-done
			return err
		}
		s.terminal.print(banner(cmdline.Version(), s.Session, s.dir, s.Port, addresses(), s.connection.User != ""))
		s.sayRestored()
		s.announce()
		s.terminal.say(fmt.Sprintf("ready after %d ms: waiting for rows, Ctrl-C ends", time.Since(s.began).Milliseconds()))
		demo()
	}
	<-ctx.Done()
	s.inbox.Close()
	<-done
	// Where there is no connection the broker has the last will.
	if !s.taken.Load() {
		s.link.Publish(s.state.topic, s.state.offline(), true)
	}
	err := s.link.Close()
	s.terminal.say("ended")
	return errors.Join(err, reason())
}

// loop is the goroutine that owns the engine.
func (s *server) loop() {
	var batch link.Batch
	tick, wait := time.Now(), tickEvery
	for s.inbox.Take(&batch, wait) {
		now := time.Now()
		for n := 1; ; n++ {
			m, ok := batch.Next()
			if !ok {
				break
			}
			s.carryOut(s.engine.Gather(now, engine.Message(m)))
			if n%inTurn == 0 {
				now = time.Now()
				s.committed(now)
			}
		}
		s.engine.Flush()
		s.committed(now)
		s.finished(now)
		s.trim(now)
		due, some := s.engine.Due()
		if now.Sub(tick) >= tickEvery || some && !now.Before(due) {
			tick = now
			s.carryOut(s.engine.Tick(now))
			due, some = s.engine.Due()
		}
		wait = tickEvery
		if some {
			wait = min(max(due.Sub(now), time.Millisecond), tickEvery)
		}
	}
	s.end()
}

// inTurn is how many messages are handled until it is looked what the journal
// has to tell.
const inTurn = 256

// committed tells the engine what is durable, and people how the journal fares.
func (s *server) committed(now time.Time) {
	progress, changes := s.commits.take(s.progress[:0])
	s.progress = progress
	if len(progress) > 0 {
		s.carryOut(s.engine.Durable(now, progress))
	}
	for _, c := range changes {
		if c.Err == nil {
			s.state.solved()
			s.terminal.say("the journal can be written again: all rows are durable, and acknowledged")
		} else {
			s.state.problem(c.Err)
			s.terminal.say(c.Err.Error() + "; until then rows stay in memory and are not acknowledged")
		}
		s.announce()
	}
}

// finished tells the engine which saves, plots and loads are done, and says
// whether there were some.
func (s *server) finished(now time.Time) (some bool) {
	for _, f := range s.workers.take() {
		s.carryOut(s.engine.Finish(now, f.job, f.result))
		some = true
	}
	return some
}

// abandoned answers the commands that took too long for the end of the server.
func (s *server) abandoned(now time.Time) (some bool) {
	for _, job := range s.engine.Unfinished() {
		s.carryOut(s.engine.Finish(now, job, engine.Result{Err: errEnding("finish this command")}))
		some = true
	}
	return some
}

// carryOut does what the engine asks for.
func (s *server) carryOut(effects []engine.Effect) {
	for _, f := range effects {
		switch f := f.(type) {
		case engine.Say:
			s.terminal.say(f.Text)
		case engine.Reply:
			s.message = wire.AppendReply(s.message[:0], f.Reply)
			s.publish(s.replyTo)
		case engine.Ack:
			s.message = wire.AppendAck(s.message[:0], f.Ack)
			s.publish(s.ackTo)
		case engine.Save:
			s.workers.startSave(f.Job, f)
		case engine.Archive:
			s.workers.startSave(f.Job, f)
		case engine.Plot:
			s.workers.plot(f)
		case engine.Load:
			s.workers.startLoad(f.Job, f)
		case engine.Fill:
			s.workers.startLoad(f.Job, f)
		}
	}
}

// publish sends the message; that it could not be sent is said now and then.
func (s *server) publish(topic string) {
	err := s.link.Publish(topic, s.message, false)
	if err == nil {
		return
	}
	s.unsent++
	now := time.Now()
	if now.Sub(s.unsentAt) < unsentEvery {
		return
	}
	s.terminal.say(fmt.Sprintf("cannot send %d replies and acks: %v", s.unsent, err))
	s.unsent, s.unsentAt = 0, now
}

// longEnd is how many rows take so long to copy at the end that it is said.
const longEnd = 500_000

// endSync bounds the wait for the disk when the server ends.
const endSync = 3 * time.Second

// end finishes the work under way and sees to it that all rows are durable; those
// that nobody has saved get a readable copy as well.
func (s *server) end() {
	now := time.Now()
	s.carryOut(s.engine.Hurry(now))
	s.workers.close()
	now = time.Now()
	for s.finished(now) || s.abandoned(now) {
		// What waited for it is refused now, which is to be told as well.
	}
	ctx, cancel := context.WithTimeout(context.Background(), endSync)
	defer cancel()
	s.journal.Sync(ctx) // closing the journal says what is not durable
	unsaved, rows := s.engine.Unsaved(), int64(0)
	for _, a := range unsaved {
		rows += a.Rows
	}
	if rows > longEnd {
		s.terminal.say(fmt.Sprintf("writing copies of %s to the history; Ctrl-C ends at once, the rows are in the journal", engine.Count(int(rows), "row")))
	}
	for _, a := range unsaved {
		s.carryOut(s.engine.Finish(now, a.Job, archive(s.folder, s.workers.stored, a)))
	}
}

// announce publishes the server's retained state.
func (s *server) announce() {
	if err := s.link.Publish(s.state.topic, s.state.payload(), true); err != nil {
		s.terminal.say("cannot announce the server: " + err.Error())
	}
}

func (s *server) sayRestored() {
	for _, line := range s.restored {
		s.terminal.say(line)
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
