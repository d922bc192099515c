package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/demo"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// answerWithin bounds the wait for a reply to each of the demo's commands.
const answerWithin = 15 * time.Second

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
	replies := make(chan wire.Reply, 16)
	o := s.connection
	if o.Broker == "" {
		o.Broker, o.Port = "localhost", s.Port
	}
	o.ClientID, o.Will = "", nil
	o.Subscribe = []string{s.replyTo}
	o.OnMessage = func(_ string, payload []byte, _ bool) {
		if r, err := wire.ParseReply(payload); err == nil && r.Series == demo.Series && r.ID == "" {
			select {
			case replies <- r:
			default:
			}
		}
	}
	conn, err := pahomqtt.Dial(ctx, o)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	answer := func(ctx context.Context, command wire.Topic) error {
		ctx, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		for {
			select {
			case r := <-replies:
				switch {
				case r.Command != command.String():
				case !r.OK:
					return errors.New(r.Error)
				default:
					files = append(files, r.Files...)
					return nil
				}
			case <-ctx.Done():
				return fmt.Errorf("no reply within %v", answerWithin)
			}
		}
	}
	return files, demo.Run(ctx, plotclient.New(conn, s.Session), answer)
}
