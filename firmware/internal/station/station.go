// Package station is what all measuring programs for boards share: the way to the
// plot server, the memory it needs, the lamp and the watchdog.
//
// A program's loop makes a Station with [New], opens its series, gives rows, and
// calls [Station.Turn] at every turn, which is all that keeps the rest going.
// Hardware comes in through interfaces of one method each; nothing here waits longer
// than the program's own dial function and connection do.
package station

import (
	"iotplot/firmware/internal/lamp"
	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/wire"
)

// Watchdog resets a board whose program does not feed it. It is fed at every turn
// and nowhere else, so a loop that hangs is not fed for.
type Watchdog interface{ Feed() }

// Memory is all that rows and messages need: an original ESP32 has about 113 KB.
type Memory struct {
	Ring   [24 << 10]byte // 750 rows of 4 values
	Buffer [1024]byte     // the longest message
	In     [640]byte      // the longest reply, with a session's name of up to 112 bytes
	Out    [256]byte
}

// Use lends the memory to a Link, where o has none of its own.
func (m *Memory) Use(o *uplink.Options) {
	if o.Stream.Ring == nil {
		o.Stream.Ring = m.Ring[:]
	}
	if o.Stream.Buffer == nil {
		o.Stream.Buffer = m.Buffer[:]
	}
	if o.In == nil {
		o.In = m.In[:]
	}
	if o.Out == nil {
		o.Out = m.Out[:]
	}
}

// Options are a Station's. Session, Uplink.Dial, Uplink.Random and the buffers
// (see [Memory]) are required; the rest may be left out.
type Options struct {
	Session string
	Uplink  uplink.Options

	LED      lamp.LED
	Watchdog Watchdog

	// NetworkClock is the time in ms for all that concerns the network, where it is not
	// the program's own: a simulation that runs faster than the world. May be nil.
	NetworkClock func() int64

	// OnReply gets the server's reply to each command.
	OnReply func(r wire.Reply)
	// OnTrouble gets what went wrong, once each time: a connection that was lost, a
	// sensor that fails. Nothing has to be done about it.
	OnTrouble func(err error)
}

// Station is the shared part of a program. Make it with New.
type Station struct {
	o    Options
	link *uplink.Link
	lamp *lamp.Lamp

	// Result of the measurement that was opened last.
	replies int    // commands that were answered
	refused string // why one was refused, the first
	rows    int64  // that the last reply spoke of
	missing int64
}

// New makes a station. The columns' units belong to the series that the program
// opens.
func New(o Options, units ...string) (*Station, error) {
	s := &Station{o: o, lamp: lamp.New(o.LED)}
	s.o.Uplink.Stream.Units = units
	s.o.Uplink.Stream.OnReply = s.reply
	link, err := uplink.New(o.Session, s.o.Uplink)
	if err != nil {
		return nil, err
	}
	s.link = link
	return s, nil
}

// Link is the way to the server.
func (s *Station) Link() *uplink.Link { return s.link }

// Stream is the rows' way to the server, to look at. Rows and commands are given
// to the station.
func (s *Station) Stream() *plotclient.Stream { return s.link.Stream() }

// at is the network's time.
func (s *Station) at(now int64) int64 {
	if s.o.NetworkClock != nil {
		return s.o.NetworkClock()
	}
	return now
}

// Open begins a measurement.
func (s *Station) Open(now int64, series string, columns []string) error {
	s.replies, s.refused, s.rows, s.missing = 0, "", 0, 0
	return s.Stream().Open(s.at(now), series, columns...)
}

// Row gives a row. While the ring is full it is plotclient.ErrFull, unless
// Uplink.Stream.Overflow says otherwise.
func (s *Station) Row(now int64, values ...float64) error {
	return s.Stream().Row(s.at(now), values...)
}

// Order has the server save the series, to a file of its choice if the name is "",
// and plot it. An error of the options is also reported as a trouble.
func (s *Station) Order(now int64, saveAs string, plot ...wire.Option) error {
	_, err := s.Stream().Save(s.at(now), saveAs)
	s.Trouble(err)
	_, err2 := s.Stream().Plot(s.at(now), plot...)
	s.Trouble(err2)
	if err == nil {
		err = err2
	}
	return err
}

// Delivered is true when the server has all rows for good and has answered all
// commands, and closes the measurement then.
func (s *Station) Delivered(now int64) bool {
	st := s.Stream()
	if st.Pending() > 0 || st.Waiting() > 0 {
		return false
	}
	return st.Close(s.at(now))
}

// Result is what became of the measurement that was opened last.
type Result struct {
	Rows    int64  // as the server's last reply has them
	Missing int64  // of them, marked as lost
	Lost    int64  // rows that this board knows to be lost
	Replies int    // commands that were answered
	Refused string // why the server refused one, "" if it did not
}

// Result of the measurement.
func (s *Station) Result() Result {
	return Result{s.rows, s.missing, s.Stream().Lost(), s.replies, s.refused}
}

// Trouble reports an error.
func (s *Station) Trouble(err error) {
	if err != nil && s.o.OnTrouble != nil {
		s.o.OnTrouble(err)
	}
}

// Turn does what is due: it feeds the watchdog, tends the connection, and shows
// how the board is doing. With hurry it does not dial, so that a measurement is not
// held up. own is what the program itself has to show; the connection's troubles come
// first where own is Ready or Sending.
func (s *Station) Turn(now int64, hurry bool, own lamp.Pattern) {
	if s.o.Watchdog != nil {
		s.o.Watchdog.Feed()
	}
	var err error
	if hurry {
		err = s.link.Tend(s.at(now))
	} else {
		err = s.link.Poll(s.at(now))
	}
	s.Trouble(err)
	s.lamp.Show(now, s.pattern(own))
}

// pattern is what the lamp shows.
func (s *Station) pattern(own lamp.Pattern) lamp.Pattern {
	if own != lamp.Ready && own != lamp.Sending {
		return own
	}
	switch s.link.State() {
	case uplink.Offline:
		return lamp.NoNetwork
	case uplink.Denied:
		return lamp.Denied
	case uplink.Waiting:
		if s.Stream().State() == plotclient.Stalled {
			return lamp.NoServer
		}
	case uplink.Refused:
		return lamp.Refused
	}
	if s.refused != "" {
		return lamp.Refused
	}
	return own
}

func (s *Station) reply(_ int, r wire.Reply) {
	s.replies++
	s.rows, s.missing = r.Rows, r.Missing
	if !r.OK && s.refused == "" {
		if s.refused = r.Error; s.refused == "" {
			s.refused = string(r.Code)
		}
	}
	if s.o.OnReply != nil {
		s.o.OnReply(r)
	}
}
