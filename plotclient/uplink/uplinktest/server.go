package uplinktest

import "iotplot/plotclient/wire"

// Server is as much of a plot server as a client of version 2 can tell: it opens
// runs, keeps their rows, acknowledges them, and answers commands. Its state is
// for one goroutine at a time.
type Server struct {
	Session string

	Deaf   bool      // it answers nothing and keeps nothing
	Refuse wire.Code // openings and commands are refused with this code, if not ""

	Runs     []*Run    // in the order in which they were opened
	Commands []Command // in the order in which they came, repeats left out

	answered map[string]wire.Reply
	rows     wire.Rows
}

// Run is one measurement.
type Run struct {
	Series, Run    string
	Columns, Units []string
	Meta           map[string]any
	Rows           [][]float64 // nil is a lost row
	Batches        int         // messages of rows, repeats among them
	Again          int         // rows that came once more
}

// Lost is how many rows are lost.
func (r *Run) Lost() int {
	n := 0
	for _, row := range r.Rows {
		if row == nil {
			n++
		}
	}
	return n
}

// Command is one that was carried out or refused.
type Command struct {
	Topic wire.Topic
	wire.Request
	Had int // rows there were
}

// Say publishes an answer.
type Say func(topic string, payload []byte)

// Online is what the server says of itself when it begins, on <session>/server.
func (s *Server) Online(say Say) {
	s.say(say, wire.TopicServer, wire.AppendServerState(nil, wire.ServerState{State: wire.StateOnline, Instance: "uplinktest", Version: "test", Limits: wire.DefaultLimits()}))
}

// Find is the newest run of a series, nil if there is none.
func (s *Server) Find(series string) *Run {
	for i := len(s.Runs) - 1; i >= 0; i-- {
		if s.Runs[i].Series == series {
			return s.Runs[i]
		}
	}
	return nil
}

func (s *Server) run(run string) *Run {
	for _, r := range s.Runs {
		if r.Run == run {
			return r
		}
	}
	return nil
}

// Handle takes a message that a client published.
func (s *Server) Handle(topic string, payload []byte, say Say) {
	t, ok := wire.ParseTopic(s.Session, topic)
	if !ok || s.Deaf {
		return
	}
	switch t {
	case wire.TopicNewSeries:
		s.open(payload, say)
	case wire.TopicRows:
		s.take(payload, say)
	case wire.TopicSaveSeries, wire.TopicPlotSeries:
		s.command(t, payload, say)
	}
}

func (s *Server) say(say Say, t wire.Topic, payload []byte) {
	say(string(wire.AppendTopic(nil, s.Session, t)), payload)
}

func (s *Server) reply(say Say, r wire.Reply) {
	s.say(say, wire.TopicReply, wire.AppendReply(nil, r))
}

func (s *Server) ack(say Say, r *Run) {
	s.say(say, wire.TopicAck, wire.AppendAck(nil, wire.Ack{Series: r.Series, Run: r.Run, Durable: int64(len(r.Rows))}))
}

func (s *Server) open(payload []byte, say Say) {
	o, err := wire.ParseOpening(payload)
	if err != nil {
		s.refuse(say, wire.TopicNewSeries, err)
		return
	}
	answer := wire.Reply{ID: o.ID, Command: wire.TopicNewSeries.String(), Series: o.Series, Run: o.Run}
	run := s.run(o.Run)
	switch {
	case s.Refuse != "":
		answer.Code, answer.Error = s.Refuse, "the server was told to refuse"
	case run != nil && len(run.Rows) > 0 && o.Next == 0:
		answer.Code, answer.Error = wire.CodeRunTaken, "the run holds rows"
	}
	if answer.Code != "" {
		s.reply(say, answer)
		return
	}
	if run == nil {
		run = &Run{Series: o.Series, Run: o.Run, Columns: o.Columns, Units: o.Units, Meta: o.Meta}
		s.Runs = append(s.Runs, run)
	}
	answer.OK, answer.Rows = true, int64(len(run.Rows))
	s.reply(say, answer)
	s.ack(say, run)
}

func (s *Server) take(payload []byte, say Say) {
	if err := wire.ParseRows(payload, &s.rows); err != nil {
		s.refuse(say, wire.TopicRows, err)
		return
	}
	run := s.run(string(s.rows.Run))
	if run == nil {
		s.reply(say, wire.Reply{Command: wire.TopicRows.String(), Series: string(s.rows.Series), Run: string(s.rows.Run), Code: wire.CodeUnknownRun, Error: "no such run"})
		return
	}
	run.Batches++
	if have := int64(len(run.Rows)); s.rows.First <= have {
		run.Again += int(min(have-s.rows.First, s.rows.Count()))
		s.rows.Skip(have - s.rows.First)
		for s.rows.Next() {
			for range s.rows.Lost {
				run.Rows = append(run.Rows, nil)
			}
			if s.rows.Lost == 0 {
				run.Rows = append(run.Rows, append([]float64{}, s.rows.Values...))
			}
		}
	}
	s.ack(say, run)
}

func (s *Server) command(t wire.Topic, payload []byte, say Say) {
	q, err := wire.ParseRequest(t, payload)
	if err != nil {
		s.refuse(say, t, err)
		return
	}
	if r, ok := s.answered[q.ID]; ok {
		s.reply(say, r)
		return
	}
	answer := wire.Reply{ID: q.ID, Command: t.String(), Series: q.Series, Run: q.Run}
	run := s.run(q.Run)
	switch {
	case s.Refuse != "":
		answer.Code, answer.Error = s.Refuse, "the server was told to refuse"
	case run == nil:
		answer.Code, answer.Error = wire.CodeUnknownRun, "no such run"
	default:
		answer.OK, answer.Rows, answer.Missing = true, int64(len(run.Rows)), int64(run.Lost())
		answer.Files = files(t, q)
		s.Commands = append(s.Commands, Command{t, q, len(run.Rows)})
	}
	if s.answered == nil {
		s.answered = map[string]wire.Reply{}
	}
	s.answered[q.ID] = answer
	s.reply(say, answer)
}

// files is what a server would have written.
func files(t wire.Topic, q wire.Request) []string {
	switch {
	case q.File != "":
		return []string{q.File}
	case t == wire.TopicSaveSeries:
		return []string{q.Series + ".pkl", q.Series + ".csv"}
	}
	return []string{q.Series + ".pdf"}
}

func (s *Server) refuse(say Say, t wire.Topic, err error) {
	r := wire.Reply{Command: t.String(), Code: wire.CodeBadMessage, Error: err.Error()}
	if e, ok := err.(*wire.Error); ok {
		r.ID, r.Series, r.Run, r.Code, r.First = e.ID, e.Series, e.Run, e.Code, e.First
	}
	s.reply(say, r)
}
