package pahomqtt

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// Options say how to reach a broker and what to do there. Only Broker is
// needed; the zero value of everything else is a sensible choice.
type Options struct {
	// Broker is a host, host:port, [v6]:port or a URL with the scheme mqtt,
	// tcp, mqtts, ssl, tls, ws or wss. Empty means localhost.
	Broker string
	// Port is used when Broker names none; 0 is the scheme's own
	// (1883, 8883, 80, 443).
	Port int

	ClientID string // "" makes up one that nobody else has
	User     string // "" sends neither user nor password
	Password string
	CAFile   string // PEM file with the authorities to trust in place of the system's

	QoS       byte     // of everything published and subscribed: 0, 1 or 2
	Will      *Will    // what the broker says when this connection dies
	Subscribe []string // filters to subscribe to at every connect

	// KeepSession has the broker keep what is published at QoS 1 and 2 while
	// the connection is down, and send it when it is back; how much it keeps
	// is the broker's setting. Close has it forget the session. What a program
	// leaves behind that dies without Close, only the broker can remove. It has
	// no effect at QoS 0; at QoS 2 it subscribes at QoS 2 and publishes at 1.
	KeepSession bool

	// OnMessage gets the messages of Subscribe, one at a time and in the
	// order they came in. At QoS 1 and 2 a message is acknowledged when
	// OnMessage has returned. At QoS 1 one may come twice after a
	// connection was lost, at QoS 2 as long as the broker has the session none
	// does. The payload is the handler's to keep. A handler
	// that is slow fills a bounded queue and then holds up the connection.
	OnMessage func(topic string, payload []byte, retained bool)
	// OnUp is called each time the connection is up and all of Subscribe is
	// acknowledged.
	OnUp func()
	// OnDown is called each time the connection is lost and after each
	// attempt that failed. OnUp and OnDown are called one at a time.
	OnDown func(error)

	// Retry keeps trying when the first attempt fails: Dial then returns at
	// once and connects in the background. A connection that was up once is
	// always restored, with or without Retry.
	Retry bool

	Timeout   time.Duration // of one attempt, and of one QoS 1 or 2 publish; 0 is 5 s
	KeepAlive time.Duration // between signs of life; 0 is 20 s
}

// Will is the message that the broker publishes when the connection ends
// without a goodbye (MQTT 3.1.1, 3.1.2.5).
type Will struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
}

const (
	defaultTimeout   = 5 * time.Second
	defaultKeepAlive = 20 * time.Second
)

// withDefaults returns o with its gaps filled, or says what cannot work.
func (o Options) withDefaults() (Options, error) {
	if o.QoS > 2 {
		return o, fmt.Errorf("cannot use QoS %d: it is 0, 1 or 2", o.QoS)
	}
	if o.Will != nil && o.Will.QoS > 2 {
		return o, fmt.Errorf("cannot use QoS %d for the last will: it is 0, 1 or 2", o.Will.QoS)
	}
	if o.User == "" && o.Password != "" {
		return o, fmt.Errorf("cannot use a password without a user name: give one with --user")
	}
	o.KeepSession = o.KeepSession && o.QoS > 0
	if o.ClientID == "" {
		o.ClientID = uniqueID()
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.KeepAlive <= 0 {
		o.KeepAlive = defaultKeepAlive
	}
	return o, nil
}

// uniqueID makes a client id of 20 characters; MQTT 3.1 brokers take 23.
func uniqueID() string {
	var b [6]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return "iotplot-" + hex.EncodeToString(b[:])
}
