package hoststream

import "iotplot/plotclient"

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

// measured is Status with s.mu held.
func (s *Stream) measured() Status {
	v := s.status
	v.Measured = s.given
	v.Sent = s.conn.Sent()
	return v
}
