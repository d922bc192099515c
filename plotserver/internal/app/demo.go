package app

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"iotplot/plotclient/demo"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/wire"
)

// demoTime bounds the example.
const demoTime = 30 * time.Second

// runDemo runs the example client against this server, over the network like
// any other client, and says what came of it.
func (s *server) runDemo(ctx context.Context) {
	s.terminal.say("running the example: a client sends 200 rows over MQTT, then asks for the files and the plot")
	files, err := s.demoClient(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		s.terminal.say("the example failed: " + err.Error())
		return
	}
	s.terminal.say("the example is done, its files are:")
	for _, f := range files {
		s.terminal.print("            " + filepath.Join(s.dir, filepath.FromSlash(f)) + "\n")
	}
	s.terminal.say("now it is your turn: the server goes on, Ctrl-C ends it")
}

func (s *server) demoClient(ctx context.Context) (files []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, demoTime)
	defer cancel()
	o := hoststream.Options{Connection: s.connection, Session: s.Session, Series: demo.Series, Columns: demo.Columns()}
	if o.Connection.Broker == "" {
		o.Connection.Broker, o.Connection.Port = "localhost", s.Port
	}
	o.Connection.ClientID, o.Connection.Will = "", nil
	o.Connection.Subscribe, o.Connection.OnMessage = nil, nil
	stream, err := hoststream.Open(o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stream.Close(ctx)) }()
	err = demo.Play(ctx, stream, func(_ wire.Topic, r wire.Reply) { files = append(files, r.Files...) })
	return files, err
}
