package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// openTime is how long a server may take to answer at first.
const openTime = 5 * time.Second

// ringBytes is the memory for rows under way, of all clients together.
const ringBytes = 32 << 20

// loadVersion2 has all clients give their rows to streams, and waits until all of
// them are acknowledged.
func loadVersion2(ctx context.Context, s *settings, o pahomqtt.Options, stdout io.Writer) (r result, err error) {
	streams := make([]*hoststream.Stream, s.clients)
	defer func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel() // what was to be waited for was
		for _, stream := range streams {
			if stream != nil {
				stream.Close(ended)
			}
		}
	}()
	for i := range streams {
		streams[i], err = hoststream.Open(hoststream.Options{
			Connection: o, Session: s.connection.Session, Series: seriesOf(i), Columns: []string{"t", "V", "I", "P"},
			Ring: min(ringBytes/s.clients, 8<<20), CloseTime: s.timeout,
		})
		if err != nil {
			return r, err
		}
	}
	sent := int64(0)
	for _, stream := range streams {
		n, err := opened(ctx, s, stream)
		if err != nil {
			return r, err
		}
		sent += n
	}
	before, err := resident(s.pid)
	if err != nil {
		return r, err
	}
	rows := values(s.precision == "full")
	cpu, began := cpuTime(), time.Now()
	given, err := giveAll(ctx, s, streams, rows)
	if err != nil {
		return r, err
	}
	stored := time.Since(began)
	if cpu > 0 {
		r.cpu = float64(cpuTime()-cpu) / float64(s.rows)
	}
	safe, lost := int64(0), int64(0)
	for _, stream := range streams {
		v := stream.Status()
		sent -= v.Sent
		safe, lost = safe+v.Stored(), lost+v.Lost
	}
	r.bytes = float64(-sent) / float64(s.rows)
	measured(stdout, "given", int64(s.rows), fmt.Sprintf("to %d streams", s.clients), given.Sub(began))
	r.rate = measured(stdout, "stored", safe, "by the server, as it acknowledged,", stored)
	if s.ask != "none" {
		held := int64(0)
		for i, stream := range streams {
			n, err := s.held(ctx, stream, seriesOf(i)+s.file)
			if err != nil {
				return r, err
			}
			held += n
		}
		lost = int64(s.rows) - held
	}
	fmt.Fprintf(stdout, "lost    %10d rows\n", lost)
	return r, s.memory(stdout, before)
}

// opened waits until the server takes a stream's rows, and returns how many bytes
// were sent before.
func opened(ctx context.Context, s *settings, stream *hoststream.Stream) (sent int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	v, err := stream.Wait(ctx, func(v hoststream.Status) bool { return v.Accepted || v.Reason != "" })
	switch {
	case v.Reason != "":
		return 0, fmt.Errorf("the plot server refused: %s", v.Reason)
	case errors.Is(err, context.DeadlineExceeded) && v.Down != nil:
		return 0, v.Down
	case errors.Is(err, context.DeadlineExceeded):
		return 0, &cmdline.Error{
			Text: fmt.Sprintf("no plot server answered on session %s at %s", s.connection.Session, stream.Broker()),
			Hint: fmt.Sprintf("start one with plotserver -session %s; iot-plot's own server needs --v1", s.connection.Session),
		}
	}
	return v.Sent, err
}

// held has a stream's series saved or plotted, and returns how many rows the server
// says it has.
func (s *settings) held(ctx context.Context, stream *hoststream.Stream, file string) (int64, error) {
	var r wire.Reply
	var err error
	if s.ask == "plot" {
		r, err = stream.Plot(ctx, plotclient.Filename(file))
	} else {
		r, err = stream.Save(ctx, file)
	}
	return r.Rows - r.Missing, err
}

// giveAll gives all streams their rows at once. It returns when they are safe, and
// when the last one was taken.
func giveAll(ctx context.Context, s *settings, streams []*hoststream.Stream, rows [][4]float64) (given time.Time, err error) {
	type outcome struct {
		given time.Time
		err   error
	}
	outcomes := make(chan outcome, len(streams))
	for i, stream := range streams {
		go func() {
			for n := range s.share(i) {
				if err := stream.Row(ctx, rows[n%len(rows)][:]...); err != nil {
					outcomes <- outcome{time.Now(), err}
					return
				}
			}
			at := time.Now()
			outcomes <- outcome{at, stream.Flush(ctx)}
		}()
	}
	for range streams {
		o := <-outcomes
		err = errors.Join(err, o.err)
		if o.given.After(given) {
			given = o.given
		}
	}
	return given, err
}
