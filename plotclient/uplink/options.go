package uplink

import (
	"errors"
	"io"

	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"
	"iotplot/plotclient/wire"
)

// Options are a Link's memory, its broker and its habits. Dial, Random, In, Out
// and the Ring and Buffer of Stream are required.
type Options struct {
	// Dial makes a connection to the broker. Its Read must not wait for ever (see
	// package mqtt), and Dial itself should give up after some seconds. It is never
	// called while an older connection of this Link is open.
	Dial func() (io.ReadWriteCloser, error)

	// Random returns 64 random bits: see plotclient.StreamOptions, which gets it
	// unless it has its own.
	Random func() uint64

	// ClientID is the board's name at the broker, best at most 23 letters and
	// digits. No two clients of a broker may have the same: each would throw out the
	// other. With "" it is made up from Random and Stream.Client.
	ClientID string
	User     string // "" logs in as nobody
	Password string
	Will     mqtt.Will // what the broker says when the board vanishes; none if its Topic is ""

	KeepAlive int // s without a sign of life from the broker, of which three quarters pass before it is asked for one; 0 is 15
	Timeout   int // ms that the broker may owe an answer; 0 is 10,000

	// In receives: 528 bytes and the session's name are the least. Out sends: what
	// does not fit into it goes out straight from Stream.Buffer, which is right for
	// connections whose Write takes all or fails. At least 32 bytes.
	In, Out []byte

	// Idle tells whether an error of Read means "nothing now", where it has no
	// method Timeout() bool. May be nil.
	Idle func(err error) bool

	// ShortestPause and LongestPause are between two dials, in ms: the pause after
	// the first failure, and what it grows to, doubling. It varies by half, so that
	// boards that lost the same broker don't come back all at once. 0 is 500 and
	// 30,000.
	ShortestPause, LongestPause int64

	Stream plotclient.StreamOptions
}

// The errors of New, beside those of mqtt.New. Those of Options.Stream are
// reported when the stream is opened.
var (
	ErrDial    = errors.New("cannot make an uplink without a way to dial: set Options.Dial")
	ErrSession = plotclient.ErrSession
	ErrRandom  = errors.New("cannot make an uplink without random numbers: set Options.Random")
	ErrIn      = errors.New("cannot make an uplink: Options.In cannot hold the longest reply, it needs 528 bytes and as many as the session's name has")
)

// overhead is what a message needs in In beside its payload and the session: the
// rest of the topic and what package mqtt asks for.
const overhead = len("/server") + 9

const (
	defaultKeepAlive = 15     // s
	defaultTimeout   = 10_000 // ms
	defaultShortest  = 500    // ms
	defaultLongest   = 30_000 // ms
)

// check finds what could never work and fills in defaults.
func (o *Options) check(session string) error {
	switch {
	case wire.CheckSession(session) != nil:
		return ErrSession
	case o.Dial == nil:
		return ErrDial
	case o.Random == nil:
		return ErrRandom
	case len(o.In) < wire.MaxReply+len(session)+overhead:
		return ErrIn
	}
	if o.ClientID == "" {
		o.ClientID = madeUp(o.Random(), o.Stream.Client)
	}
	if o.KeepAlive == 0 {
		o.KeepAlive = defaultKeepAlive
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.ShortestPause <= 0 {
		o.ShortestPause = defaultShortest
	}
	if o.LongestPause <= 0 {
		o.LongestPause = defaultLongest
	}
	o.LongestPause = max(o.LongestPause, o.ShortestPause)
	if o.Stream.Random == nil {
		o.Stream.Random = o.Random
	}
	return nil
}

// madeUp is a client id of 20 letters and digits. The client's text is mixed in
// with FNV-1a, for boards whose random numbers repeat.
func madeUp(random uint64, client string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	for i := 0; i < len(client); i++ {
		random = (random ^ uint64(client[i])) * 0x100000001b3
	}
	id := [20]byte{'i', 'o', 't', 'p', 'l', 'o', 't'}
	for i := 7; i < len(id); i++ {
		id[i] = letters[random&31]
		random >>= 5
	}
	return string(id[:])
}
