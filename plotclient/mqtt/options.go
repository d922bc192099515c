package mqtt

// Options are a client's settings. In and Out are required, and so is ClientID
// with many a broker.
type Options struct {
	ClientID string // at most 23 letters and digits suit every broker (3.1.3.1)
	User     string // "" logs in as nobody
	Password string // "" sends none; any bytes

	// Will is the message that the broker publishes when this client vanishes
	// without Disconnect. None if its Topic is "".
	Will Will

	// KeepSession asks the broker to keep subscriptions and unacknowledged
	// messages while this client is away (the opposite of CleanSession, 3.1.2.4).
	KeepSession bool

	// KeepAlive is in seconds: the broker gives the client up after one and a
	// half times as long without a packet, and the client pings after three
	// quarters of it without one in either direction. 0 is 30 s; a negative value
	// turns pings off, and with them the only way to notice a vanished broker.
	KeepAlive int

	// Timeout is in milliseconds: for how long the broker may owe an answer
	// before the connection is ended. 0 is 15,000. Time during which nobody calls
	// Poll counts for a quarter of it at the most, so that a program that slept
	// reads the answer before it complains.
	Timeout int

	// In receives. It must hold the longest message to be handled, with its topic
	// and 9 bytes; longer ones are read past. At least 32 bytes.
	In []byte

	// Out sends. A packet that fits goes out in one write, and survives a
	// connection that stalls in its middle. A longer payload is written straight
	// from the caller's memory; if the connection takes nothing more in its
	// middle, the connection must end. At least 32 bytes.
	Out []byte

	// OnMessage is called by Poll for each message. Topic and payload are parts of
	// In, valid until the next Poll. It may publish and subscribe, but not Poll. A
	// message of QoS 1 is acknowledged after it has returned. At QoS 1 a message
	// can come twice.
	OnMessage func(topic, payload []byte, retained bool)

	// Idle tells whether an error of the connection's Read means "nothing now",
	// for networks whose errors have no method Timeout() bool, such as TinyGo's
	// netdev.ErrTimeout. May be nil.
	Idle func(err error) bool
}

// Will is a last will (3.1.2.5).
type Will struct {
	Topic   string
	Payload string
	QoS     byte // 0 or 1
	Retain  bool
}

const (
	defaultKeepAlive = 30     // seconds
	defaultTimeout   = 15_000 // milliseconds
	shortestBuffer   = 32     // bytes
	longestText      = 65_535 // bytes, 1.5.3
)

// check fills in defaults and finds what no broker could accept.
func (o *Options) check() error {
	if len(o.In) < shortestBuffer || len(o.Out) < shortestBuffer {
		return ErrBuffers
	}
	if !isText(o.ClientID) || o.ClientID == "" && o.KeepSession { // [MQTT-3.1.3-7]
		return ErrClientID
	}
	if !isText(o.User) || len(o.Password) > longestText || o.User == "" && o.Password != "" { // [MQTT-3.1.2-22]
		return ErrPassword
	}
	if o.Will.Topic != "" && (!isTopic(o.Will.Topic) || len(o.Will.Payload) > longestText || o.Will.QoS > 1) {
		return ErrWill
	}
	switch {
	case o.KeepAlive == 0:
		o.KeepAlive = defaultKeepAlive
	case o.KeepAlive < 0:
		o.KeepAlive = 0 // 3.1.2.10: zero turns it off
	case o.KeepAlive > 65_535:
		return ErrKeepAlive
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	return nil
}
