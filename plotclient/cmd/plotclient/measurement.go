package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// measurement is a stream of rows, and what a person is told about it.
type measurement struct {
	c           *call
	series      string
	stream      *hoststream.Stream
	console     *console
	interrupted bool
	// ctx ends with the command's own, and when it is no use to go on: there is no
	// server, or it does not take the series. Its cause says which.
	ctx context.Context
}

var errNoServer = errors.New("no plot server answered")

// measure opens a series, has talk give it rows, and sees to it that they are safe
// when it returns without an error.
func measure(ctx context.Context, c *call, series string, columns, units []string, talk func(*measurement) error) error {
	o, err := c.options()
	if err != nil {
		return err
	}
	m := &measurement{c: c, series: series, console: newConsole(c.stderr)}
	m.stream, err = hoststream.Open(hoststream.Options{
		Connection: o, Session: c.connection.Session, Series: series, Columns: columns, Units: units, CloseTime: c.timeout,
	})
	if err != nil {
		return err
	}
	useful, giveUp := context.WithCancelCause(ctx)
	m.ctx = useful
	watched := make(chan struct{})
	go func() { defer close(watched); m.watch(giveUp) }()
	err = talk(m)
	if cause := context.Cause(useful); cause != nil && errors.Is(err, context.Canceled) && !isLoss(err) {
		err = cause
	}
	giveUp(nil)
	<-watched
	m.interrupted = ctx.Err() != nil && errors.Is(err, context.Canceled)
	v := m.stream.Status()
	ending, cancel := context.WithCancel(c.last)
	if err != nil {
		cancel() // it has waited already
	}
	if closing := m.stream.Close(ending); err == nil {
		err = closing
	}
	cancel()
	return m.explain(err, v)
}

// flush waits until the server has all rows, which a Ctrl-C ends. If one has ended
// the input already, it takes another, unless no server was ever there.
func (m *measurement) flush(ctx context.Context) error {
	ctx, cancel := m.ending(ctx)
	defer cancel()
	said := make(chan struct{})
	slow := time.AfterFunc(time.Second, func() {
		defer close(said)
		if v := m.stream.Status(); v.Pending() > 0 {
			m.console.say("%s not stored yet; waiting for the server, Ctrl-C gives up", are(v.Pending(), "row"))
		}
	})
	err := m.stream.Flush(ctx)
	if !slow.Stop() {
		<-said
	}
	return err
}

// ending is the context of what is done after the last row.
func (m *measurement) ending(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(m.ctx)
	}
	ending, cancel := context.WithCancel(m.c.last)
	if !m.stream.Status().Accepted {
		cancel()
	}
	return ending, cancel
}

// end saves and plots what was measured, as the flags of pipe say.
func (m *measurement) end(ctx context.Context, opts []option) error {
	c := m.c
	ctx, cancel := m.ending(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, c.timeout)
	defer cancel()
	answered := func(t wire.Topic, r wire.Reply, err error) error {
		if err == nil {
			report(c.stdout, c.args[0], t, r)
		}
		return err
	}
	if c.pipe.save.on {
		r, err := m.stream.Save(ctx, c.pipe.save.text)
		if err := answered(wire.TopicSaveSeries, r, err); err != nil {
			return err
		}
	}
	if c.pipe.plot == "" {
		return nil
	}
	opts = append(opts[:len(opts):len(opts)], option{"filename", c.pipe.plot})
	r, err := m.stream.Plot(ctx, version1(opts)...)
	return answered(wire.TopicPlotSeries, r, err)
}

// watch says how the connection is doing, and gives up where there is no hope.
func (m *measurement) watch(giveUp context.CancelCauseFunc) {
	start, cancel := context.WithTimeout(m.ctx, m.c.timeout)
	defer cancel()
	said := condition{}
	for patience := start; ; {
		v, err := m.stream.Wait(patience, func(v hoststream.Status) bool { return conditionOf(v, said) != said })
		switch {
		case m.ctx.Err() != nil:
			return
		case err != nil:
			giveUp(errNoServer)
			return
		}
		now := conditionOf(v, said)
		switch now.kind {
		case refused:
			giveUp(&hoststream.RefusedError{Series: m.series, Reason: v.Reason})
			return
		case notTheSession:
			giveUp(v.Down)
			return
		case disconnected:
			if v.Accepted {
				m.console.say("%v; rows are kept until it is back", v.Down)
			} else {
				m.console.say("%v; trying for %v", v.Down, m.c.timeout)
			}
		case troubled:
			m.console.say("the plot server says: %s; rows are kept until it is mended", now.text)
		case ended:
			m.console.say("the plot server has ended; rows are kept until it is back")
		case silent:
			m.console.say("the plot server does not answer; rows are kept until it does")
		case fine:
			patience = m.ctx
			if said.kind != unknown {
				m.console.say("the plot server is back")
			}
		}
		said = now
	}
}

// condition is what a person is told of a stream.
type condition struct {
	kind kind
	text string
}

type kind uint8

const (
	unknown kind = iota
	fine
	disconnected
	notTheSession // of the server there
	refused
	troubled
	ended
	silent
)

// conditionOf is how things are, which is as before while a stream is opened again.
func conditionOf(v hoststream.Status, before condition) condition {
	switch {
	case v.State == plotclient.Refused:
		return condition{kind: refused}
	case v.Down != nil && !v.Accepted && errors.Is(v.Down, pahomqtt.ErrNotAllowed):
		return condition{kind: notTheSession}
	case v.Down != nil:
		return condition{kind: disconnected}
	case v.Server.Problem != "":
		return condition{troubled, v.Server.Problem}
	case v.Accepted && v.State == plotclient.Stalled && v.Server.State == wire.StateOffline:
		return condition{kind: ended}
	case v.Accepted && v.State == plotclient.Stalled:
		return condition{kind: silent}
	case v.State == plotclient.Sending:
		return condition{kind: fine}
	}
	return before
}

// explain makes a sentence for people of what ended the measurement.
func (m *measurement) explain(err error, v hoststream.Status) error {
	switch {
	case err == nil || v.Accepted || v.State == plotclient.Refused:
		return err
	case m.interrupted && v.Measured == 0:
		return errInterrupted
	case m.interrupted:
		e := &cmdline.Error{Text: fmt.Sprintf("interrupted before a plot server answered; %s did not reach it", count(v.Measured, "row"))}
		if v.Down != nil {
			e.Hint = v.Down.Error()
		}
		return e
	case errors.Is(v.Down, pahomqtt.ErrNotAllowed):
		return notAllowed(m.c.connection.Session, v.Down)
	case errors.Is(err, errNoServer), isLoss(err), errors.Is(err, context.DeadlineExceeded):
		e := silence(m.c.connection.Session, m.stream.Broker(), v.Server.State, m.c.timeout)
		if v.Down != nil {
			e.Text, e.Hint = v.Down.Error(), ""
		}
		if v.Measured > 0 {
			e.Text += fmt.Sprintf("; %s did not reach it", count(v.Measured, "row"))
		}
		return e
	}
	return err
}

func isLoss(err error) bool {
	var loss *hoststream.LossError
	return errors.As(err, &loss)
}

// are is "1 row is", "2 rows are".
func are(n int64, what string) string {
	if n == 1 {
		return count(n, what) + " is"
	}
	return count(n, what) + " are"
}

// options is the connection's, with its warnings said.
func (c *call) options() (pahomqtt.Options, error) {
	o, err := c.connection.Options()
	for _, w := range c.connection.Warnings {
		fmt.Fprintln(c.stderr, "plotclient:", w)
	}
	o.Timeout = c.timeout
	return o, err
}
