package broker

import (
	"errors"
	"net"

	"iotplot/plotclient/wire"
)

// Broker is a running broker.
type Broker struct{}

// PortTakenError is returned by Listen when something else has the port.
type PortTakenError struct {
	Port int
	Err  error
}

func (e *PortTakenError) Error() string { return "port is taken" }
func (e *PortTakenError) Unwrap() error { return e.Err }

// Listen binds the port and makes everything ready. Clients that connect wait
// until Serve is called.
func Listen(c Config) (*Broker, error) { return nil, errors.New("not there yet") }

// Serve lets clients in. It returns at once; the broker runs until Close.
func (b *Broker) Serve() error { return nil }

// Addr is where the broker listens.
func (b *Broker) Addr() net.Addr { return nil }

// Close ends all connections and the broker, within half a second.
func (b *Broker) Close() error { return nil }

// Subscribe has handler called with every command and row that a client
// publishes in session. Call it before Serve.
func (b *Broker) Subscribe(session string, handler func(t wire.Topic, payload []byte, retained bool)) error {
	return nil
}

// Publish sends a message to the subscribers of topic.
func (b *Broker) Publish(topic string, payload []byte, retain bool) error { return nil }
