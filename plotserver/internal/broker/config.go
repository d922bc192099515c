package broker

// Config says whom the broker serves. Session is needed.
type Config struct {
	Session string
	Address string // host or IP address to listen on, "" for all of them, IPv4 and IPv6
	Port    int    // 0 takes a free one

	// User and Password are asked of every client when User is not empty.
	// While it is empty everybody is let in, also clients that send some. One
	// without the other is an error.
	User, Password string

	// MaxPacket bounds an MQTT packet in bytes; 0 is [DefaultMaxPacket]. The
	// connection of a client that sends a longer one is ended. It should be
	// well above the protocol's payload limit, so that a payload that is only
	// somewhat too long reaches the one who can answer it with a reason.
	MaxPacket int

	// Denied is told what a client was not allowed, once for each client,
	// what and topic. What is "publish", "subscribe", "last will" or "login";
	// for a login, topic is the user name. All three are the client's words,
	// shortened: quote them before they reach a terminal. It must return
	// quickly.
	Denied func(client, what, topic string)

	// Notice gets sentences for the person at the terminal: clients that
	// break MQTT's rules, two devices with one client id, a subscriber that
	// is too slow, errors within the broker. It must return quickly.
	Notice func(text string)
}

// DefaultMaxPacket is four times the protocol's largest payload (256 KiB).
const DefaultMaxPacket = 1 << 20
