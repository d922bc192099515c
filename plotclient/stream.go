package plotclient

import (
	"errors"

	"iotplot/plotclient/wire"
)

// Overflow is what a [Stream] does with a row when its ring is full, and its
// spill too if it has one.
type Overflow uint8

// The choices. A row that is dropped keeps its place: the server is told how
// many rows are missing there, and the series shows a gap.
const (
	Block      Overflow = iota // Row refuses it with ErrFull; the caller waits and tries again
	DropOldest                 // the oldest row makes room: what was measured last counts most
	DropNewest                 // the row is dropped: what was measured first counts most
)

// StreamOptions are a Stream's memory and habits. Ring, Buffer and Random are
// required.
type StreamOptions struct {
	// Ring is where rows wait until the server has them for good: 8 bytes a value.
	// 32 KB hold 1,000 rows of 4 values.
	Ring []byte

	// Buffer is where messages are written, so it is the longest message that is
	// sent; the connection must take messages of that size. A batch of rows has a
	// fixed part of about 40 bytes, so a kilobyte is a good size for a board.
	Buffer []byte

	// Random returns 64 random bits. Runs are named by it and pauses vary with it.
	// A source that begins anew at each boot costs a few messages more and no row.
	// Two devices must not share one sequence, unless Client tells them apart.
	Random func() uint64

	// Client is a text that no other device has, its address or serial number, for
	// boards without good random numbers. May be empty.
	Client string

	Units []string       // one a column, or none at all
	Meta  map[string]any // what else the series should remember: the device, the place

	// Elapsed, if not empty, is the name of a column that the stream puts in front
	// of the others: milliseconds since Open, for boards that have no clock. Units
	// begins with the caller's first column then.
	Elapsed string

	BatchRows int   // rows that are sent at once at the most; 0 is as many as fit into Buffer
	BatchTime int64 // ms that a row waits for others to be sent with; 0 is 100

	// AckTime is how many ms an ack is waited for at the least before rows are sent
	// again; 0, and less than 200, are 200. What a connection that stays up does not
	// lose need not be sent again soon, so a host with a busy server takes more.
	AckTime int64

	Overflow Overflow
	Spill    Spill // a second level behind the ring; may be nil

	CloseTime int64 // ms that Close waits at the most; 0 is 15,000

	// OnReply gets the one reply to each command: what Save or Plot returned, and
	// what became of it. It is called from Receive, and may give another command.
	OnReply func(command int, r wire.Reply)
}

// The errors of a Stream's calls.
var (
	ErrSession  = errors.New("cannot open a stream: the session's name is empty, too long or has characters that MQTT does not allow in topics")
	ErrRandom   = errors.New("cannot open a stream without random numbers: set StreamOptions.Random")
	ErrRing     = errors.New("cannot open a stream: the ring must hold at least 4 rows, of 8 bytes a value")
	ErrBuffer   = errors.New("cannot send a message that may be longer than the stream's buffer: make the buffer larger, or the message shorter")
	ErrOpen     = errors.New("cannot open a stream while it is open: call Close until it is true")
	ErrNotOpen  = errors.New("cannot use a stream that is not open: call Open")
	ErrRowWidth = errors.New("cannot take a row that has more or fewer values than the series has columns")
	ErrFull     = errors.New("cannot take a row: the ring is full, try again after Poll")
	ErrCommands = errors.New("cannot give another command: 8 are waiting for their replies")
	ErrSpill    = errors.New("cannot read rows from the spill")
)

// State is how a Stream is doing, for a lamp or a line on a display.
type State uint8

// The states.
const (
	Idle    State = iota // not open
	Offline              // no connection; rows wait in the ring
	Opening              // waiting for the server to accept the run
	Sending              // all is well
	Stalled              // the server does not acknowledge: it is away, or its disk is full
	Refused              // the server does not take the series, Reason says why; it is asked again now and then
)

// String is one word for people.
func (s State) String() string {
	switch s {
	case Offline:
		return "offline"
	case Opening:
		return "opening"
	case Sending:
		return "sending"
	case Stalled:
		return "stalled"
	case Refused:
		return "refused"
	}
	return "idle"
}

// Times in ms.
const (
	defaultBatchTime = 100
	defaultCloseTime = 15_000

	shortestWait = 200    // for an ack, before rows are sent again; AckTime may be more
	firstWait    = 1_000  // the same before a round trip was measured (RFC 6298, 2.1)
	longestWait  = 10_000 // between two attempts of anything
	commandWait  = 2_000  // for a reply: the server may be drawing
	longestPause = 1_000  // after a Publish that failed
	longSilence  = 45_000 // after which the connection is suspected: everything was asked again and again
)

const (
	batchesAtOnce = 8       // in one Poll
	gapAtOnce     = 1 << 20 // lost rows in one number; a server may refuse gaps that are too large for it
	refusals      = 3       // of a single row, before it is given up
	patience      = 4       // tries without an ack, before the run is opened again
	stalled       = 3       // tries without an ack, before people are told
	maxCommands   = 8       // that wait for their replies at once
	unlimited     = 1 << 62
)

// Forever is what [Stream.Rest] says when only something new gives it work.
const Forever = 1<<63 - 1

// Stream sends the rows of one measurement so that each of them ends up in the
// series exactly once and in order, whatever happens to the connection and the
// server meanwhile. Rows wait in memory until the server has acknowledged that
// they survive it; rows that had to be dropped appear in the series as a gap.
// It speaks version 2 of the protocol.
//
// A Stream starts nothing and waits for nothing: it acts when [Stream.Poll] is
// called, which has to happen often, every few milliseconds while rows come in.
// All times are milliseconds of one clock of any origin, passed as now. A clock
// that jumps backwards stands still for the stream until it goes on.
//
// It is for one goroutine at a time. Only Poll and Close publish. A row costs no
// allocation.
type Stream struct {
	pub     Publisher
	session string
	o       StreamOptions
	err     error // what is wrong with session or options; Open reports it

	newSeries, rows, save, plot string // topics, built once
	topics                      [3]string

	clock, last int64 // ms since New without jumps back; the caller's now

	// The measurement.
	series  string
	run     string
	opening wire.Opening
	given   int // values of a row that the caller gives
	started int64
	open    bool
	closing bool
	closeBy int64
	q       queue
	values  []float64 // one row
	draws   uint64    // runs drawn so far

	// The connection and the server.
	connected bool
	instance  string // the server's, as far as it is known
	away      bool   // that instance said that it is offline
	most      int    // bytes of a message: Buffer's, or fewer if the server says so
	silence   int64  // since when answers are due and nothing at all is heard, -1 if it is not so
	pauseTill int64  // no sending before
	pause     int64
	failures  int // of the spill, one after the other

	// Opening the run.
	accepted bool  // the server has accepted the run; rows may be sent
	fresh    bool  // it never has yet: somebody else may own the name
	replied  bool  // fresh: it did so by its reply
	counted  bool  // fresh: it did so by an ack of no rows
	attempts int64 // openings sent, which number their ids
	from     int64 // the first of them that still counts
	openAt   int64
	openWait int64
	reason   string // why the server refused

	// Rows under way.
	durable int64 // rows 0 … durable-1 survive the server
	sent    int64 // the next row to send
	cur     place // the record that has it
	high    int64 // the highest that sent has been in this run
	lost    int64
	resync  bool  // the run was opened again: the next ack counts even if it is lower
	unsent  int64 // since when a row waits to be sent
	target  int64 // rows that fill a message, estimated
	window  int64 // rows that may be under way
	single  int64 // rows below are sent one by one
	refused int   // refusals of the row that is under way alone
	told    bool  // of this try one was counted
	givenUp int64 // index of a row that no server can read
	batch   wire.Batch

	// Timers of the rows under way.
	retryAt  int64
	wait     int64 // for an ack
	tries    int   // since an ack moved
	trip     int64 // the measured round trip, -1 if none
	probe    int64 // an ack of so many rows measures it; 0 if none is being measured
	probeAt  int64
	doubtful bool // the probe was sent again, so its ack may belong to either

	commands [maxCommands]command
	ordered  int   // commands given, which number them for the caller
	asked    int64 // the last id of a command
}

// NewStream returns a stream that publishes through pub in session. It sends
// nothing. What is wrong with the options is reported by Open.
func NewStream(pub Publisher, session string, o StreamOptions) *Stream {
	topic := func(t wire.Topic) string { return string(wire.AppendTopic(nil, session, t)) }
	s := &Stream{
		pub: pub, session: session, o: o,
		newSeries: topic(wire.TopicNewSeries), rows: topic(wire.TopicRows),
		save: topic(wire.TopicSaveSeries), plot: topic(wire.TopicPlotSeries),
		topics: [3]string{topic(wire.TopicAck), topic(wire.TopicReply), topic(wire.TopicServer)},
		most:   cap(o.Buffer), trip: -1, wait: firstWait,
	}
	if s.o.BatchRows <= 0 {
		s.o.BatchRows = 1 << 30
	}
	if s.o.BatchTime <= 0 {
		s.o.BatchTime = defaultBatchTime
	}
	s.o.AckTime = min(max(s.o.AckTime, shortestWait), longestWait)
	if s.o.CloseTime <= 0 {
		s.o.CloseTime = defaultCloseTime
	}
	switch {
	case wire.CheckSession(session) != nil:
		s.err = ErrSession
	case o.Random == nil:
		s.err = ErrRandom
	}
	return s
}

// Topics are what to subscribe to, at each connection before Connected is
// called. What arrives goes to Receive.
func (s *Stream) Topics() [3]string { return s.topics }

// Open begins a measurement: a series' name and the names of its columns, the
// first one being x. It draws a new run, so a series of this name that exists
// is kept as it is. Rows can be given at once, with or without a connection.
func (s *Stream) Open(now int64, series string, columns ...string) error {
	s.tick(now)
	switch {
	case s.err != nil:
		return s.err
	case s.open:
		return ErrOpen
	case series == "":
		return ErrNoSeries
	case len(columns) == 0:
		return ErrNoColumns
	}
	o := wire.Opening{V2: true, Series: series, Next: -1, Units: s.o.Units, Meta: s.o.Meta}
	if s.o.Elapsed != "" {
		o.Columns = append(o.Columns, s.o.Elapsed)
		o.Units = append(append([]string(nil), "ms"), o.Units...)
	}
	o.Columns = append(o.Columns, columns...)
	width := len(o.Columns)
	if !s.q.reset(s.o.Ring, width, s.o.Spill) {
		return ErrRing
	}
	s.opening, s.series, s.given = o, series, len(columns)
	s.values = make([]float64, width)
	s.draw()
	if !s.fits() {
		return ErrBuffer
	}
	s.open, s.closing, s.started = true, false, s.clock
	s.lost, s.reason, s.failures = 0, "", 0
	s.most = max(s.most, s.smallest())
	s.target = min(max(int64(s.most-48)/int64(9*width+3), 1), int64(s.o.BatchRows), max(s.q.slots/2, 1))
	s.commands = [maxCommands]command{}
	s.begin()
	return nil
}

// fits says whether the longest row and the opening find room in the buffer.
func (s *Stream) fits() bool {
	const longest = -2.2250738585072014e-308
	for i := range s.values {
		s.values[i] = longest
	}
	s.batch.Begin(s.o.Buffer, s.series, s.run, 1<<62)
	if !s.batch.Row(s.values...) {
		return false
	}
	o := s.opening
	o.ID, o.Run, o.Next = s.id(openingID, 1<<62), s.run, 1<<62
	return len(wire.AppendOpening(nil, o)) <= cap(s.o.Buffer)
}

// Row gives a row: the values in the order of the columns. NaN is a gap in one
// column. With the policy Block it is refused with ErrFull when there is no
// room; nothing has happened then.
func (s *Stream) Row(now int64, values ...float64) error {
	s.tick(now)
	if !s.open || s.closing {
		return ErrNotOpen
	}
	if len(values) != s.given {
		return ErrRowWidth
	}
	if !s.makeRoom() {
		if s.o.Overflow == Block {
			return ErrFull
		}
		s.note()
		s.skip()
		return nil
	}
	s.note()
	if s.given < len(s.values) {
		s.values[0] = float64(s.clock - s.started)
		copy(s.values[1:], values)
		values = s.values
	}
	s.q.put(values)
	return nil
}

// note starts the time that rows wait to be sent, if none waits yet.
func (s *Stream) note() {
	if s.sent == s.q.next {
		s.unsent = s.clock
	}
}

// Skip counts a row that there is not, such as one whose sensor did not answer or
// that was lost before it came here: a gap in the series. There is always room for
// it, and it is not counted among the Lost.
func (s *Stream) Skip(now int64) error {
	s.tick(now)
	if !s.open || s.closing {
		return ErrNotOpen
	}
	s.note()
	s.gap()
	return nil
}

// skip drops the row that was given.
func (s *Stream) skip() {
	s.gap()
	s.lost++
}

// gap adds a row that is not there.
func (s *Stream) gap() {
	s.q.skip()
	if s.cur.slot == s.q.head {
		// It was added to a gap that is sent already: the rest of it is to follow.
		s.cur = s.q.last()
	}
}

// makeRoom makes room for a row if the ring is full, and if it can and may.
func (s *Stream) makeRoom() bool {
	for s.q.full() {
		if s.q.move() {
			continue
		}
		if s.o.Overflow != DropOldest {
			return false
		}
		s.lost += s.q.drop()
		s.follow()
	}
	return true
}

// follow keeps the place to send from behind the tail, which has moved.
func (s *Stream) follow() {
	if s.cur.slot < s.q.tail.slot {
		s.cur = s.q.tail
	}
}

// Connected says that there is a connection, and that Topics are subscribed.
func (s *Stream) Connected(now int64) {
	s.tick(now)
	s.connected = true
	s.silence = -1
	s.away = false // it is told anew at each connection
	s.pauseTill, s.pause = 0, 0
	s.reopen()
}

// Deaf says that nothing at all has come in through the connection for most of a
// minute, though answers are due, and nobody said that the server is away: it may
// be a connection through which messages go one way only, which happens where a
// broker mixes up its clients. Whoever made it should make another one.
func (s *Stream) Deaf() bool {
	return s.open && s.connected && !s.away && s.silence >= 0 && s.clock-s.silence >= longSilence
}

// Disconnected says that the connection is lost.
func (s *Stream) Disconnected() { s.connected = false }

// Close ends the measurement: what is left is sent at once, and when all rows are
// durable and all commands are answered, or CloseTime after the first call, it is
// true. Until then it has to be called again, like Poll, whose work it does too.
// If Pending is not 0 when it is true, so many rows never reached the server.
func (s *Stream) Close(now int64) (done bool) {
	s.tick(now)
	if !s.open {
		return true
	}
	if !s.closing {
		s.closing = true
		s.closeBy = s.clock + s.o.CloseTime
	}
	s.Poll(now) // its errors are the connection's, and there is time to mend that
	if s.clock < s.closeBy && (s.fresh || s.Pending() > 0 || s.Waiting() > 0) {
		return false
	}
	s.open = false
	s.abandon()
	return true
}

// Run is the text by which the server knows this measurement. It can change until
// the server has accepted it.
func (s *Stream) Run() string { return s.run }

// Measured is how many rows were given since Open.
func (s *Stream) Measured() int64 { return s.q.next }

// Durable is how many of them, from the first on, are safe at the server. Gaps
// count.
func (s *Stream) Durable() int64 { return s.durable }

// Pending is how many are not safe yet.
func (s *Stream) Pending() int64 { return s.q.next - s.durable }

// Lost is how many rows are gone: dropped from a full ring, refused by the
// server each time, or no longer known to a server that knew them. It can count
// too many, if an ack was under way for rows that were dropped; a reply's
// Missing is exact.
func (s *Stream) Lost() int64 { return s.lost }

// Waiting is how many commands have not been answered yet.
func (s *Stream) Waiting() int {
	n := 0
	for i := range s.commands {
		if s.commands[i].number != 0 {
			n++
		}
	}
	return n
}

// State is how the stream is doing.
func (s *Stream) State() State {
	switch {
	case !s.open:
		return Idle
	case !s.connected:
		return Offline
	case !s.accepted && s.reason != "":
		return Refused
	case s.away || s.tries >= stalled || !s.accepted && s.attempts-s.from >= stalled:
		return Stalled
	case !s.accepted:
		return Opening
	}
	return Sending
}

// Reason is the server's sentence why it refused the series, empty if it did not.
func (s *Stream) Reason() string { return s.reason }

// tick moves the stream's own clock by as much as the caller's went forward.
func (s *Stream) tick(now int64) {
	if now > s.last {
		s.clock += now - s.last
	}
	s.last = now
}

// spread is d and up to a quarter more, so that many clients that lost the same
// server don't come back all at once.
func (s *Stream) spread(d int64) int64 { return d + int64(s.o.Random()%uint64(d/4+1)) }
