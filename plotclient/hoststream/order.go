package hoststream

import (
	"context"
	"errors"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// order is a command that somebody waits for.
type order struct {
	plot    bool
	file    string
	options []wire.Option
	after   int64 // rows given before it
	answer  chan wire.Reply
	err     error // what is wrong with it; set before answer is closed
}

// Save has the server write the series to a file in its folder, with all rows given
// so far; with an empty filename it chooses the names. It waits for the answer: which
// files were written, and how many rows are in them. A refusal is a *RefusedError.
// While the server is away it waits for its return, until ctx is done; the server
// may do it all the same then.
func (s *Stream) Save(ctx context.Context, filename string) (wire.Reply, error) {
	return s.command(ctx, &order{file: filename})
}

// Plot has the server draw the series to a file in its folder, with all rows given
// so far and with options as plotclient.Title and its like make them. It waits as
// Save does.
func (s *Stream) Plot(ctx context.Context, options ...wire.Option) (wire.Reply, error) {
	return s.command(ctx, &order{plot: true, options: options})
}

func (s *Stream) command(ctx context.Context, o *order) (wire.Reply, error) {
	o.answer = make(chan wire.Reply, 1)
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return wire.Reply{}, ErrClosed
	}
	o.after = s.given
	s.orders = append(s.orders, o)
	s.mu.Unlock()
	s.poke()
	for {
		s.mu.Lock()
		if s.status.State == plotclient.Refused {
			defer s.mu.Unlock()
			return wire.Reply{}, &RefusedError{Series: s.o.Series, Reason: s.status.Reason}
		}
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case r, ok := <-o.answer:
			switch {
			case !ok:
				return wire.Reply{}, o.err
			case !r.OK:
				return r, &RefusedError{Series: s.o.Series, Reason: r.Error, Code: r.Code}
			}
			return r, nil
		case <-changed:
		case <-ctx.Done():
			return wire.Reply{}, ctx.Err()
		}
	}
}

// order gives the stream the commands whose rows it has.
func (l *loop) order(now int64) {
	for len(l.orders) > 0 && l.orders[0].after <= l.fed {
		o := l.orders[0]
		var n int
		var err error
		if o.plot {
			n, err = l.stream.Plot(now, o.options...)
		} else {
			n, err = l.stream.Save(now, o.file)
		}
		if errors.Is(err, plotclient.ErrCommands) {
			return // until one of them is answered
		}
		l.orders = l.orders[1:]
		if err != nil {
			o.err = err
			close(o.answer)
			continue
		}
		l.waiting[n] = o
	}
}

// answer takes the reply to a command.
func (l *loop) answer(command int, r wire.Reply) {
	if o := l.waiting[command]; o != nil {
		delete(l.waiting, command)
		o.answer <- r
	}
}

// RefusedError is what errors are when the server does not take a series, or does
// not do what it was asked.
type RefusedError struct {
	Series string
	Reason string    // its sentence for people
	Code   wire.Code // of a command
}

func (e *RefusedError) Error() string {
	reason := e.Reason
	if reason == "" {
		reason = string(e.Code)
	}
	return "the plot server refused: " + reason
}
