package hoststream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iotplot/plotclient"
)

// Flush waits until the server has all rows given so far for good. It gives up when
// ctx is done, or when nothing has moved for Options.CloseTime; then it returns a
// *LossError. The rows are not given up: they go on being sent.
func (s *Stream) Flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flush(ctx)
}

// flush is Flush with s.mu held.
func (s *Stream) flush(ctx context.Context) error {
	target := s.given
	timer := time.NewTimer(s.o.CloseTime)
	defer timer.Stop()
	for before := s.status.Durable; s.status.Durable < target; {
		if s.status.State == plotclient.Idle {
			return ErrClosed
		}
		if err := s.need(ctx, timer.C); err != nil {
			return s.loss(err)
		}
		if s.status.Durable > before {
			before = s.status.Durable
			timer.Reset(s.o.CloseTime)
		}
	}
	return nil
}

// Close ends the measurement: it waits until the server has all rows for good and
// has answered all commands, then disconnects. It gives up when ctx is done, or when
// nothing has moved for Options.CloseTime. If rows never reached the server, or are
// missing in the series, the error is a *LossError that says how many. A second Close
// returns ErrClosed.
func (s *Stream) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return ErrClosed
	}
	s.closing = true
	s.change() // rows that wait for room are not taken any more
	err := s.flush(ctx)
	s.mu.Unlock()
	s.poke()
	if err == nil {
		err = s.finish(ctx)
	}
	s.mu.Lock()
	s.gone = true
	v := s.measured()
	s.mu.Unlock()
	s.poke()
	if err != nil {
		// The connection may be stuck in the middle of a message; closing it helps,
		// but takes a moment.
		go s.conn.Close()
	} else {
		<-s.done
		s.conn.Close() // whatever it says, the rows are safe
	}
	if v.Lost > 0 || v.Pending() > 0 || errors.Is(err, errNoProgress) {
		return s.lossOf(v, err)
	}
	return err
}

// finish waits until the last commands are answered.
func (s *Stream) finish(ctx context.Context) error {
	timer := time.NewTimer(s.o.CloseTime)
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.status.State != plotclient.Idle {
		if err := s.need(ctx, timer.C); err != nil {
			return err
		}
	}
	return nil
}

// LossError says which rows the series does not have.
type LossError struct {
	Series   string
	Measured int64 // rows given
	Missing  int64 // rows that are gaps in the series
	Unsaved  int64 // rows that are not known to have reached the server; it may have some of them
	Down     error // why there is no connection, if there is none
	Err      error // why waiting ended
}

func (e *LossError) Error() string {
	text := ""
	switch {
	case e.Unsaved == 0 && e.Missing == 0:
		text = fmt.Sprintf("cannot tell whether the server has done all that it was asked for series %q", e.Series)
	case e.Unsaved > 0:
		text = fmt.Sprintf("%s of the %d given for series %q did not reach the server", rows(e.Unsaved), e.Measured, e.Series)
		if e.Missing > 0 {
			text += fmt.Sprintf(", and %s missing before them", are(e.Missing))
		}
	default:
		text = fmt.Sprintf("%s of the %d given for series %q %s missing", rows(e.Missing), e.Measured, e.Series, isAre(e.Missing))
	}
	switch {
	case e.Down != nil:
		text += ": " + e.Down.Error()
	case errors.Is(e.Err, errNoProgress):
		text += ": it does not answer"
	case e.Err != nil && !errors.Is(e.Err, context.Canceled):
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *LossError) Unwrap() []error {
	var all []error
	for _, err := range []error{e.Err, e.Down} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

func (s *Stream) loss(err error) error { return s.lossOf(s.measured(), err) }

func (s *Stream) lossOf(v Status, err error) error {
	return &LossError{Series: s.o.Series, Measured: v.Measured, Missing: v.Lost, Unsaved: v.Pending(), Down: v.Down, Err: err}
}

func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

func isAre(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func are(n int64) string { return fmt.Sprintf("%d %s", n, isAre(n)) }
