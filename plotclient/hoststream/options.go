package hoststream

import (
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/pahomqtt"
)

// Options say what is measured and where it goes. Session, Series and Columns are
// needed; the zero value of everything else is a sensible choice.
type Options struct {
	// Connection is how to reach the broker. Its QoS is not used: the plot server's
	// own acknowledgements, which a Stream waits for, promise more than MQTT's. Its
	// handlers are called for what does not concern the stream.
	Connection pahomqtt.Options

	Session string   // the name that the plot server was started with
	Series  string   // the name of the series
	Columns []string // the names of its columns, the first one being x
	Units   []string // one a column, or none at all
	Meta    map[string]any

	// Ring is how many bytes of rows are kept until the server has them for good, 8
	// a value; 0 is 8 MB. It bridges the time that the server is away.
	Ring int
	// Overflow is what happens to a row when the ring is full. With plotclient.Block,
	// the zero value, Row waits.
	Overflow plotclient.Overflow

	// CloseTime is how long Close and Flush go on without any progress; 0 is 15 s.
	// Their context may end them sooner.
	CloseTime time.Duration
}

const (
	defaultRing      = 8 << 20
	defaultCloseTime = 15 * time.Second

	// batchTime is how long a row waits for others to be sent with, in ms: few
	// enough to look at once to people, enough for large messages.
	batchTime = 20
	// ackTime is how long an acknowledgement is waited for at the least, in ms. Between
	// two ends of a TCP connection that stays up hardly anything gets lost, while a
	// busy server may be slow.
	ackTime = 2000
	// bufferSize is the longest message. Beyond it rows have no smaller share of a
	// message's fixed part, while more would be sent again after a fault.
	bufferSize = 64 << 10
	// stageBytes is how many bytes of rows are handed over at once.
	stageBytes = 128 << 10
)
