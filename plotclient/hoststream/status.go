package hoststream

import (
	"context"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// Status is how a Stream is doing.
type Status struct {
	State    plotclient.State
	Reason   string // the server's sentence, if the state is Refused
	Down     error  // why there is no connection to the broker; nil if there is one, or none was tried yet
	Run      string // by which the server knows the measurement; it can change until Accepted
	Accepted bool   // the server has opened the series
	Measured int64  // rows given
	Durable  int64  // of them, from the first on, those that the server has for good; gaps count
	Lost     int64  // of them, those that are gone: gaps in the series
	Sent     int64  // bytes of MQTT sent

	Server wire.ServerState // what the plot server last said of itself; zero if it said nothing
}

// Pending is how many rows are not safe yet.
func (s Status) Pending() int64 { return s.Measured - s.Durable }

// Stored is how many rows the server has for good, gaps not counted.
func (s Status) Stored() int64 { return max(s.Durable-s.Lost, 0) }

// Status is how the stream is doing at this moment.
func (s *Stream) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.measured()
}

// Broker is the host and port of the broker, for messages.
func (s *Stream) Broker() string { return s.conn.Broker() }

// Wait returns when until is true of the status, or ctx is done. It looks at once,
// then at each change; rows given and bytes sent alone are none. What is waited for
// may not come to pass any more once the state is plotclient.Idle.
func (s *Stream) Wait(ctx context.Context, until func(Status) bool) (Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if v := s.measured(); until(v) {
			return v, nil
		}
		if err := s.await(ctx, nil); err != nil {
			return s.measured(), err
		}
	}
}

// measured is Status with s.mu held.
func (s *Stream) measured() Status {
	v := s.status
	v.Measured = s.given
	v.Sent = s.conn.Sent()
	return v
}
