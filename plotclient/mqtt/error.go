package mqtt

// Error is what this package's functions return: a small constant, which can be
// compared with == and costs no allocation. What the connection itself
// complained of is [Client.Cause].
type Error uint8

// Errors of [New]: options that no broker could accept.
const (
	ErrBuffers   Error = iota + 1 // a buffer is too short
	ErrClientID                   // not allowed as a client id, or needed and missing
	ErrPassword                   // a password without a user, or a text that MQTT forbids
	ErrWill                       // the last will's topic, length or QoS
	ErrKeepAlive                  // beyond 65,535 s
)

// Errors of calls. Nothing was sent and the connection stands.
const (
	ErrTopic    Error = iota + 16 // not a topic to publish to
	ErrFilter                     // not a topic to subscribe to
	ErrQoS                        // neither 0 nor 1
	ErrTooLong                    // longer than MQTT allows
	ErrNotUp                      // no broker has accepted the connection yet, or no longer
	ErrBusy                       // the connection takes no bytes now; try again after a Poll
	ErrInFlight                   // MaxInFlight packets wait for an answer; try again after a Poll
	ErrPacketID                   // a repeat of a message that is not in flight
	ErrNotReady                   // Connect without Reset or twice, Poll before Connect
	ErrPolling                    // Poll called by OnMessage
	ErrRefused                    // Poll: the broker refused a subscription; the connection stands
)

// Errors that say why the broker did not accept the connection (table 3.1). It
// has ended.
const (
	ErrVersion       Error = iota + 32 // return code 1
	ErrIdentifier                      // return code 2
	ErrUnavailable                     // return code 3
	ErrLogin                           // return code 4
	ErrNotAuthorized                   // return code 5
)

// Errors that say why a connection has ended. The program dials again.
const (
	ErrClosed    Error = iota + 48 // by Disconnect, or there was none yet
	ErrEnded                       // by the broker
	ErrRead                        // the connection failed; see Cause
	ErrWrite                       // the connection failed or stalled within a packet; see Cause
	ErrNoAnswer                    // the broker owed an answer for longer than Options.Timeout
	ErrMalformed                   // the broker sent what MQTT 3.1.1 forbids
	ErrQoS2                        // the broker sent a packet of QoS 2, which was not asked for
)

// Error is one sentence for people.
func (e Error) Error() string {
	switch e {
	case ErrBuffers:
		return "cannot make an MQTT client: a buffer is too short, In and Out need at least 32 bytes each"
	case ErrClientID:
		return "cannot make an MQTT client: the client id must be valid UTF-8 without NUL of at most 65535 bytes, and not empty if the session is kept"
	case ErrPassword:
		return "cannot make an MQTT client: user and password may have 65535 bytes, the user valid UTF-8 without NUL, and a password needs a user"
	case ErrWill:
		return "cannot make an MQTT client: the last will needs a topic without + and #, a payload of at most 65535 bytes and QoS 0 or 1"
	case ErrKeepAlive:
		return "cannot make an MQTT client: the keepalive interval is too long, 65535 s is the longest"
	case ErrTopic:
		return "cannot publish: the topic must be valid UTF-8 of 1 to 65535 bytes without NUL, + and #"
	case ErrFilter:
		return "cannot subscribe: the filter must be valid UTF-8 of 1 to 65535 bytes without NUL, with + alone in its level and # alone in the last"
	case ErrQoS:
		return "cannot send: this client knows QoS 0 and 1 only"
	case ErrTooLong:
		return "cannot publish: the message is longer than the 268435455 bytes that MQTT allows"
	case ErrNotUp:
		return "cannot send: no broker has accepted the connection"
	case ErrBusy:
		return "cannot send now: the connection takes no bytes, try again after a poll"
	case ErrInFlight:
		return "cannot send now: too many packets wait for the broker's answer, try again after a poll"
	case ErrPacketID:
		return "cannot repeat the message: its packet id is not in flight"
	case ErrNotReady:
		return "cannot connect or poll: Reset gives a connection, then Connect comes, once, then Poll"
	case ErrPolling:
		return "cannot poll while a message is handled: return from the handler first"
	case ErrRefused:
		return "the broker refused a subscription"
	case ErrVersion:
		return "the broker does not speak MQTT 3.1.1"
	case ErrIdentifier:
		return "the broker does not allow this client id"
	case ErrUnavailable:
		return "the broker is not available"
	case ErrLogin:
		return "the broker refused the user or the password"
	case ErrNotAuthorized:
		return "the broker does not authorize this client"
	case ErrClosed:
		return "there is no connection to the broker"
	case ErrEnded:
		return "the broker ended the connection"
	case ErrRead:
		return "the connection to the broker failed while reading"
	case ErrWrite:
		return "the connection to the broker failed while writing"
	case ErrNoAnswer:
		return "the broker did not answer in time"
	case ErrMalformed:
		return "the broker sent a packet that MQTT 3.1.1 does not allow"
	case ErrQoS2:
		return "the broker sent a packet of QoS 2, which was not asked for"
	}
	return "unknown MQTT error"
}
