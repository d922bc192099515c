package plotclient

import "iotplot/plotclient/wire"

// command is one that waits for its reply.
type command struct {
	number  int // the caller's, 0 for none
	id      int64
	topic   wire.Topic
	request wire.Request
	at      int64 // when to send it, again
	wait    int64
	under   bool // it was sent
	again   int  // how often it got another id
}

// Save has the server write the series to a file in its folder; with an empty
// filename it chooses the names. The file will hold all rows given so far. The
// number returned is what OnReply gets with the reply; there is exactly one.
func (s *Stream) Save(now int64, filename string) (command int, err error) {
	return s.command(now, wire.TopicSaveSeries, wire.Request{V2: true, Series: s.series, File: filename})
}

// Plot has the server draw the series to a file in its folder, with options as
// in [Client.PlotSeries]. The plot will show all rows given so far. The number
// returned is what OnReply gets with the reply; there is exactly one.
func (s *Stream) Plot(now int64, options ...wire.Option) (command int, err error) {
	if !s.open {
		return 0, ErrNotOpen
	}
	// Version 1 has the only text of options; they are the same in version 2.
	r, err := wire.ParseRequest(wire.TopicPlotSeries, wire.AppendPlot(nil, s.series, options...))
	if err != nil {
		return 0, err
	}
	r.V2 = true
	return s.command(now, wire.TopicPlotSeries, r)
}

func (s *Stream) command(now int64, t wire.Topic, r wire.Request) (int, error) {
	s.tick(now)
	if !s.open {
		return 0, ErrNotOpen
	}
	var c *command
	for i := range s.commands {
		if s.commands[i].number == 0 {
			c = &s.commands[i]
			break
		}
	}
	if c == nil {
		return 0, ErrCommands
	}
	r.ID, r.Run, r.Rows = s.id(commandID, 1<<62), s.run, s.q.next
	if len(wire.AppendRequest(nil, t, r)) > cap(s.o.Buffer) {
		return 0, ErrBuffer
	}
	s.ordered++
	*c = command{number: s.ordered, topic: t, request: r}
	s.renew(c)
	return c.number, nil
}

// renew gives a command an id that the server has not seen. The time is in it,
// because an earlier boot with the same random numbers may have had the same run,
// if no row of it ever arrived.
func (s *Stream) renew(c *command) {
	s.asked = max(s.asked+1, s.last)
	c.id, c.under, c.wait, c.at = s.asked, false, 0, s.clock
}

// wanted says whether a command waits for rows to be sent.
func (s *Stream) wanted() bool {
	for i := range s.commands {
		if c := &s.commands[i]; c.number != 0 && !c.under && c.request.Rows > s.sent {
			return true
		}
	}
	return false
}

// order sends the commands whose time has come: when the rows that were given
// before them have been sent, and again until there is a reply.
func (s *Stream) order() error {
	for i := range s.commands {
		c := &s.commands[i]
		if c.number == 0 || s.clock < c.at || !c.under && c.request.Rows > s.sent {
			continue
		}
		c.request.ID, c.request.Run = s.id(commandID, c.id), s.run
		topic := s.plot
		if c.topic == wire.TopicSaveSeries {
			topic = s.save
		}
		if err := s.publish(topic, wire.AppendRequest(s.o.Buffer[:0], c.topic, c.request)); err != nil {
			return err
		}
		c.under = true
		c.wait = min(max(2*c.wait, commandWait), longestWait)
		c.at = s.clock + s.spread(c.wait)
	}
	return nil
}

// abandon answers the commands that nobody will answer any more.
func (s *Stream) abandon() {
	for i := range s.commands {
		c := s.commands[i]
		s.commands[i] = command{}
		if c.number != 0 && s.o.OnReply != nil {
			s.o.OnReply(c.number, wire.Reply{Command: c.topic.String(), Series: s.series, Run: s.run, Code: wire.CodeFailed,
				Error: "no answer came before the stream was closed; the server may have done it"})
		}
	}
}

// answered takes the reply to a command.
func (s *Stream) answered(r wire.Reply) {
	id := s.number(r.ID, commandID)
	for i := range s.commands {
		c := &s.commands[i]
		if id == 0 || c.number == 0 || c.id != id || !c.under {
			continue
		}
		switch {
		case r.OK || c.again >= refusals:
		case r.Code == wire.CodeUnknownRun || r.Code == wire.CodeUnknownSeries:
			// A server that lost the run gets it again, and then the command.
			s.renew(c)
			c.again++
			if s.accepted {
				s.reopen()
			}
			return
		case r.Code == wire.CodeBusy:
			wait := commandWait << c.again
			s.renew(c)
			c.again++
			c.at = s.clock + s.spread(int64(wait))
			return
		}
		number := c.number
		*c = command{}
		if s.o.OnReply != nil {
			s.o.OnReply(number, r)
		}
		return
	}
}
