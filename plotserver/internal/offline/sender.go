package offline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/pahomqtt"
)

// connection is how to reach the broker.
type connection = pahomqtt.Options

// sender sends one track.
type sender struct {
	track
	stream *hoststream.Stream
	row    []float64
	sent   int
	took   time.Duration
}

// complaints tells what is wrong with the connection, once as long as it stays
// the same.
type complaints struct {
	mu   sync.Mutex
	w    io.Writer
	last string
}

func (c *complaints) say(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text := err.Error(); text != c.last {
		c.last = text
		fmt.Fprintf(c.w, "plotserver: %s; it goes on trying\n", text)
	}
}

func (c *complaints) over() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = ""
}

func newSender(to connection, session string, t track, said *complaints) (*sender, error) {
	to.OnDown, to.OnUp = said.say, said.over
	stream, err := hoststream.Open(hoststream.Options{
		Connection: to, Session: session,
		Series: t.series.Name, Columns: t.series.Columns, Units: unitsOf(t), Meta: t.series.Meta,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot replay series %q: %w", t.series.Name, err)
	}
	return &sender{track: t, stream: stream, row: make([]float64, len(t.series.Columns))}, nil
}

// unitsOf has one unit a column, or none at all.
func unitsOf(t track) []string {
	var units []string
	for i := range t.series.Columns {
		u := t.series.Unit(i)
		if u != "" && units == nil {
			units = make([]string, len(t.series.Columns))
		}
		if units != nil {
			units[i] = u
		}
	}
	return units
}

// closeWithin bounds the wait for what is on its way when the replay is
// interrupted.
const closeWithin = 3 * time.Second

// send sends the rows at their times and waits until the server has them for
// good. A replay that is interrupted ends early, without an error.
func (s *sender) send(ctx context.Context, began time.Time, speed float64) error {
	err := s.rows(ctx, began, speed)
	s.took = time.Since(began)
	closing, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(closeWithin, cancel) })()
	closed := s.stream.Close(closing)
	if err == nil || errors.Is(err, context.Canceled) {
		err = closed
	}
	var loss *hoststream.LossError
	if err != nil && !errors.As(err, &loss) { // which names the series
		err = fmt.Errorf("cannot replay series %q: %w", s.series.Name, err)
	}
	return err
}

func (s *sender) rows(ctx context.Context, began time.Time, speed float64) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var at time.Duration
	missing := s.series.MissingRanges()
	for i := range s.series.Len() {
		if at = s.at(i, at); !math.IsInf(speed, 1) {
			due := time.Duration(float64(s.begin+at) / speed)
			if wait := due - time.Since(began); wait > 0 {
				timer.Reset(wait)
				select {
				case <-timer.C:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		for len(missing) > 0 && i >= missing[0].End {
			missing = missing[1:]
		}
		if len(missing) > 0 && i >= missing[0].First {
			if err := s.stream.Skip(); err != nil {
				return err
			}
			s.sent++
			continue
		}
		for k := range s.row {
			s.row[k] = s.series.Column(k).At(i)
		}
		if err := s.stream.Row(ctx, s.row...); err != nil {
			return err
		}
		s.sent++
	}
	return nil
}

// report says what has been sent.
func (s *sender) report() string {
	text := fmt.Sprintf("%s: %s sent", printable(s.series.Name), count(s.sent, "row"))
	if s.sent < s.series.Len() {
		text = fmt.Sprintf("%s: %s of %s sent", printable(s.series.Name), thousands(s.sent), count(s.series.Len(), "row"))
	}
	if n := s.series.Missing(); n > 0 && s.sent == s.series.Len() {
		text += fmt.Sprintf(", %s of them missing,", thousands(n))
	}
	if seconds := s.took.Seconds(); seconds > 0 {
		text += fmt.Sprintf(" in %v (%s rows/s), all stored", shortTime(s.took, 1), thousands(int(float64(s.sent)/seconds)))
	}
	return text
}
