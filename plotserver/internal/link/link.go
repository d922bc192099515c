package link

import (
	"iotplot/plotclient/wire"
)

// Link is the way out: what the server says to its clients.
type Link interface {
	// Publish hands a message over for sending, without waiting for anybody.
	// The payload may be reused when it returns.
	Publish(topic string, payload []byte, retain bool) error
	// Close sends what was published and takes the link down.
	Close() error
}

// Inline is what a link needs of the embedded broker.
type Inline interface {
	// Subscribe has handler called with every command and row that a client
	// publishes in session. It may be called from several goroutines; the
	// payload is valid until it returns, and while it does not return the
	// client that published is held up. Where it returns false the message was
	// not taken, and must not be acknowledged.
	Subscribe(session string, handler func(t wire.Topic, payload []byte, retained bool) bool) error
	// Publish sends a message to the subscribers of topic; the payload may be
	// reused when it returns.
	Publish(topic string, payload []byte, retain bool) error
}

// Embed links the server to the broker inside it.
func Embed(b Inline, session string, in *Inbox) (Link, error) {
	if err := wire.CheckSession(session); err != nil {
		return nil, err
	}
	if err := b.Subscribe(session, in.Put); err != nil {
		return nil, err
	}
	return embedded{b}, nil
}

type embedded struct{ b Inline }

func (e embedded) Publish(topic string, payload []byte, retain bool) error {
	return e.b.Publish(topic, payload, retain)
}

// Close does nothing: the broker belongs to the one who started it.
func (e embedded) Close() error { return nil }
