package pahomqtt

import (
	"context"
	"errors"
)

// Conn is a connection to a broker that restores itself. Its methods may be
// called from several goroutines.
type Conn struct{}

// ErrClosed is returned by everything that is asked of a closed Conn.
var ErrClosed = errors.New("the connection to the broker is closed")

// Dial connects to the broker of o, subscribes, and returns when both is
// acknowledged; with o.Retry it returns at once and goes on trying until the
// Conn is closed. ctx bounds the first attempt only.
func Dial(ctx context.Context, o Options) (*Conn, error) { return nil, errors.New("not there yet") }

// Publish sends payload to topic at the QoS of the options. At QoS 0 it
// returns when the message is handed over for sending; at QoS 1 and 2 when
// the broker has acknowledged it. While the connection is down it returns an
// error at once; nothing is kept for later. The payload may be reused.
func (c *Conn) Publish(topic string, payload []byte) error { return ErrClosed }

// PublishRetained is Publish for a message that the broker keeps and gives to
// those who subscribe later.
func (c *Conn) PublishRetained(topic string, payload []byte) error { return ErrClosed }

// Up reports whether the connection is up and subscribed.
func (c *Conn) Up() bool { return false }

// Close sends what was published, says goodbye and disconnects, within three
// seconds. The last will is not published.
func (c *Conn) Close() error { return nil }
