package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// asker asks the plot server, over a connection of its own.
type asker struct {
	session string
	conn    *pahomqtt.Conn
	replies chan wire.Reply
	id      string
	ids     int
}

func newAsker(ctx context.Context, session string, o pahomqtt.Options) (*asker, error) {
	a := &asker{session: session, replies: make(chan wire.Reply, 256), id: rand.Text()[:10] + "-"}
	o.QoS = 0
	o.Subscribe = []string{string(wire.AppendTopic(nil, session, wire.TopicReply))}
	o.OnMessage = func(_ string, payload []byte, retained bool) {
		r, err := wire.ParseReply(payload)
		if err != nil || retained {
			return
		}
		select {
		case a.replies <- r:
		default: // nobody waits; what is asked for is asked for again
		}
	}
	var err error
	a.conn, err = pahomqtt.Dial(ctx, o)
	return a, err
}

func (a *asker) close() { a.conn.Close() }

// opened waits until the server says that a series is open.
func (a *asker) opened(ctx context.Context, series string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for {
		select {
		case r := <-a.replies:
			if r.ID != "" || r.Series != series || r.Command != wire.TopicNewSeries.String() {
				continue
			}
			if !r.OK {
				return fmt.Errorf("the plot server refused: %s", r.Error)
			}
			return nil
		case <-ctx.Done():
			return &cmdline.Error{
				Text: fmt.Sprintf("no plot server answered on session %s at %s", a.session, a.conn.Broker()),
				Hint: fmt.Sprintf("start one with plotserver -session %s; iot-plot's own server needs --v1", a.session),
			}
		}
	}
}

// marker returns when the server has dealt with all rows: commands wait behind
// them, and one for a series that does not exist is answered without any work.
func (a *asker) marker(ctx context.Context) error {
	_, err := a.request(ctx, wire.TopicSaveSeries, wire.Request{Series: "plotload marker", Rows: -1})
	return err
}

// rows has a series saved or plotted and returns how many rows the server says it
// holds. It waits for the rows that were sent.
func (a *asker) rows(ctx context.Context, series, how, file string, sent int64) (int64, error) {
	q := wire.Request{Series: series, Rows: sent}
	if topics[how] == wire.TopicPlotSeries {
		q.Options = map[string]any{"filename": file}
	} else {
		q.File = file
	}
	r, err := a.request(ctx, topics[how], q)
	if err != nil {
		return 0, err
	}
	if !r.OK {
		return 0, fmt.Errorf("the plot server refused: %s", r.Error)
	}
	return r.Rows, nil
}

func (a *asker) request(ctx context.Context, t wire.Topic, q wire.Request) (wire.Reply, error) {
	a.ids++
	q.V2, q.ID = true, fmt.Sprintf("%s%d", a.id, a.ids)
	topic, payload := string(wire.AppendTopic(nil, a.session, t)), wire.AppendRequest(nil, t, q)
	again := time.NewTicker(2 * time.Second)
	defer again.Stop()
	for {
		if err := a.conn.Publish(topic, payload); err != nil {
			return wire.Reply{}, err
		}
	waiting:
		for {
			select {
			case r := <-a.replies:
				if r.ID == q.ID {
					return r, nil
				}
			case <-again.C:
				break waiting // an id that is repeated is answered, not done twice
			case <-ctx.Done():
				return wire.Reply{}, fmt.Errorf("the plot server did not answer %s", t)
			}
		}
	}
}
