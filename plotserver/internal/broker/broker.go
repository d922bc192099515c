package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"sync"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"

	"iotplot/plotclient/wire"
)

// Broker is a broker that is bound to its port.
type Broker struct {
	server   *mqtt.Server
	listener *listener
	rules    *rules

	mu     sync.Mutex // guards closed and, with it, sends to out
	closed bool
	out    chan message  // what the server says, on its way to mochi
	sent   chan struct{} // closed when out is drained
}

type message struct {
	topic   string
	payload []byte
	retain  bool
}

// ErrClosed is returned by everything that is asked of a closed broker.
var ErrClosed = errors.New("the broker is closed")

const (
	readBuffer     = 32 << 10 // a read takes a few hundred rows at once
	writeBuffer    = 4 << 10
	queue          = 512  // messages a subscriber may be behind
	sessionSeconds = 300  // an absent client's subscriptions are kept this long
	maxClients     = 1024 // far more than one session has, far less than would hurt
	outgoing       = 1024 // messages of the server's own on their way to mochi
	closeTime      = 400 * time.Millisecond
	farewell       = 200 * time.Millisecond
)

// Listen binds the port and makes everything ready. Clients that connect wait
// until Serve is called. A port that something else has is a *PortTakenError.
func Listen(c Config) (*Broker, error) {
	if err := wire.CheckSession(c.Session); err != nil {
		return nil, err
	}
	if (c.User == "") != (c.Password == "") {
		return nil, errors.New("cannot ask clients to log in: that takes a user name and a password")
	}
	if c.MaxPacket <= 0 {
		c.MaxPacket = DefaultMaxPacket
	}
	l, err := bind(c.Address, c.Port)
	if err != nil {
		return nil, err
	}
	r := newRules(c)
	b := &Broker{
		rules:    r,
		listener: newListener(l, r.connectionEnded),
		out:      make(chan message, outgoing),
		sent:     make(chan struct{}),
	}
	caps := mqtt.NewDefaultServerCapabilities()
	caps.MaximumClients = maxClients
	// 0 is for ever: mochi would otherwise drop the retained `server` message
	// a day after it was published.
	caps.MaximumMessageExpiryInterval = 0
	caps.MaximumClientWritesPending = queue
	caps.MaximumInflight = queue
	caps.ReceiveMaximum = queue
	caps.MaximumSessionExpiryInterval = sessionSeconds
	caps.MaximumPacketSize = uint32(min(c.MaxPacket, math.MaxInt32))
	caps.TopicAliasMaximum = 0
	caps.SharedSubAvailable = 0
	b.server = mqtt.New(&mqtt.Options{
		Capabilities:             caps,
		ClientNetReadBufferSize:  readBuffer,
		ClientNetWriteBufferSize: writeBuffer,
		Logger:                   slog.New(logHandler{r.log}),
		SysTopicResendInterval:   math.MaxInt32, // nobody may read $SYS, and filling it stops the world
		InlineClient:             true,
	})
	// Nobody can take over the inline client by its name when it isn't listed.
	b.server.Clients.Delete(mqtt.InlineClientId)
	r.server = b.server
	if err := errors.Join(b.server.AddHook(r, nil), b.server.AddListener(b.listener)); err != nil {
		l.Close()
		return nil, fmt.Errorf("cannot start the broker: %w", err)
	}
	go b.send()
	return b, nil
}

// Serve lets clients in. It returns at once; the broker runs until Close.
func (b *Broker) Serve() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	return b.server.Serve()
}

// Addr is where the broker listens.
func (b *Broker) Addr() net.Addr { return b.listener.Addr() }

// Subscribe has handler called with every command and row that a client
// publishes in session, which must be the broker's own. Call it once, before
// Serve. The handler is called by the clients' goroutines, several at a time;
// while it does not return, the client that published is held up. The payload
// is valid until it returns.
func (b *Broker) Subscribe(session string, handler func(t wire.Topic, payload []byte, retained bool) bool) error {
	if session != b.rules.session {
		return fmt.Errorf("cannot read session %q: the broker serves %q", session, b.rules.session)
	}
	b.rules.handler = handler
	return nil
}

// Publish hands a message over for the subscribers of topic, each at the QoS
// that it asked for, and keeps it for later ones when retain is set. It never
// waits: a thousand messages behind, it returns an error. The payload may be
// reused.
func (b *Broker) Publish(topic string, payload []byte, retain bool) error {
	m := message{topic, append([]byte(nil), payload...), retain}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	select {
	case b.out <- m:
		return nil
	default:
		return fmt.Errorf("cannot publish to %q: %d messages wait already, a subscriber is stuck", topic, cap(b.out))
	}
}

// send gives mochi what the server says. A goroutine of its own, because mochi
// makes a publisher of QoS 1 wait for a subscriber that has stopped reading.
func (b *Broker) send() {
	defer close(b.sent)
	for m := range b.out {
		// QoS 2 is the most that a subscriber can get; each gets what it asked for.
		if err := b.server.Publish(m.topic, m.payload, m.retain, 2); err != nil {
			b.rules.notice("publish "+m.topic, fmt.Sprintf("cannot publish to %q: %v", m.topic, err))
		}
	}
}

// Close ends all connections and the broker, within half a second. What was
// published just before still goes out to clients that read.
func (b *Broker) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	close(b.out)
	b.mu.Unlock()

	limit, stop := context.WithTimeout(context.Background(), closeTime)
	defer stop()
	goodbye, stop := context.WithTimeout(limit, farewell)
	defer stop()
	b.listener.Listener.Close()
	select {
	case <-b.sent:
	case <-goodbye.Done():
	}
	for b.listener.connections() > 0 && b.rules.owed.Load() > 0 && goodbye.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	// GetByListener takes its lock twice, and hangs if a client comes or goes in between.
	for _, cl := range b.server.Clients.GetAll() {
		if cl.Net.Listener == listenerID && !cl.Closed() && cl.Properties.ProtocolVersion == 5 {
			// Only MQTT 5 lets the server say goodbye. The write is bounded by the connection's end below.
			go b.server.DisconnectClient(cl, shuttingDown)
		}
	}
	done := b.listener.closeAll()
	select {
	case <-done:
		// Every client's goroutine has ended, so mochi has nobody to wait for.
		return b.server.Close()
	case <-limit.Done():
		go b.server.Close()
		return nil
	}
}
