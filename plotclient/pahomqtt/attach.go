package pahomqtt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
)

// attached is one connection that is up: a paho client that is used once.
// paho's own reconnecting is not used: it reports QoS 0 messages as sent that
// it throws away, waits a fixed time, and forgets the subscriptions.
type attached struct {
	client mqtt.Client
	stream *stream
	lost   chan error // paho's reason, when it is the one to notice
}

var errUnconfirmed = errors.New("not confirmed in time")

// attach connects and subscribes.
func (c *Conn) attach(ctx context.Context) (*attached, error) {
	a := &attached{lost: make(chan error, 1)}
	var (
		opened  atomic.Pointer[stream]
		dialErr error // read after the token is complete
	)
	o := mqtt.NewClientOptions().
		AddBroker(c.u.String()).
		SetClientID(c.o.ClientID).
		SetUsername(c.o.User).
		SetPassword(c.o.Password).
		SetProtocolVersion(4). // else paho tries 3.1 after any failure
		SetCleanSession(!c.o.KeepSession).
		SetAutoReconnect(false).
		SetConnectRetry(false).
		SetConnectTimeout(c.o.Timeout).
		SetWriteTimeout(c.o.Timeout).
		SetPingTimeout(c.o.Timeout).
		SetKeepAlive(c.o.KeepAlive).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) { a.lost <- err }).
		SetCustomOpenConnectionFn(func(*url.URL, mqtt.ClientOptions) (net.Conn, error) {
			conn, err := c.dial(ctx)
			if err != nil {
				dialErr = err
				return nil, err
			}
			c.step.Store(stepGreeting)
			s := newStream(conn, c.in, &c.sent)
			opened.Store(s)
			return s, nil
		})
	if w := c.o.Will; w != nil {
		o.SetBinaryWill(w.Topic, w.Payload, w.QoS, w.Retain)
	}
	c.step.Store(stepDialing)
	a.client = mqtt.NewClient(o)
	token := a.client.Connect()
	select {
	case <-token.Done():
	case <-ctx.Done():
		go func() { // paho can't be interrupted while it dials
			if s := opened.Load(); s != nil {
				s.Close()
			}
			<-token.Done()
			if s := opened.Load(); s != nil {
				s.Close()
			}
			a.client.Disconnect(0)
		}()
		return nil, ctx.Err()
	}
	a.stream = opened.Load()
	if err := token.Error(); err != nil {
		if dialErr != nil {
			return nil, dialFailure(c.u, dialErr)
		}
		var code byte = packets.ErrNetworkError
		if t, ok := token.(*mqtt.ConnectToken); ok {
			code = t.ReturnCode()
		}
		if a.stream != nil {
			a.stream.Close()
		}
		return nil, handshakeFailure(c.u, &c.o, a.stream, code, err)
	}
	if err := c.subscribe(ctx, a); err != nil {
		a.drop()
		return nil, err
	}
	return a, nil
}

// subscribe asks for all filters in one packet and waits for the answer.
func (c *Conn) subscribe(ctx context.Context, a *attached) error {
	if len(c.o.Subscribe) == 0 {
		return nil
	}
	c.step.Store(stepSubscribing)
	filters := make(map[string]byte, len(c.o.Subscribe))
	for _, f := range c.o.Subscribe {
		filters[f] = c.o.QoS
	}
	token := a.client.SubscribeMultiple(filters, nil)
	select {
	case <-token.Done():
	case <-a.stream.readEnd:
		return lostFailure(c.u, a.stream.readErr)
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(c.o.Timeout):
		return &ConnectError{Broker: c.u.Host, Text: unsubscribed(c.u.Host)}
	}
	if err := token.Error(); err != nil {
		select {
		case <-a.stream.readEnd: // the reason; paho's error is what it led to
			return lostFailure(c.u, a.stream.readErr)
		default:
		}
		return &ConnectError{Broker: c.u.Host, Err: err, Text: fmt.Sprintf("cannot subscribe at the broker at %s: %v", c.u.Host, err)}
	}
	var refused []string
	result := token.(*mqtt.SubscribeToken).Result()
	for _, filter := range c.o.Subscribe {
		if code, answered := result[filter]; !answered || code >= 0x80 { // SUBACK's failure, MQTT 3.1.1, 3.9.3
			refused = append(refused, strconv.Quote(filter))
		}
	}
	if len(refused) > 0 {
		slices.Sort(refused)
		return &ConnectError{Broker: c.u.Host, Text: fmt.Sprintf("cannot subscribe to %s: the broker at %s does not allow it", strings.Join(refused, ", "), c.u.Host), Err: ErrNotAllowed}
	}
	return nil
}

// unsubscribed is said when no SUBACK came.
func unsubscribed(at string) string {
	return fmt.Sprintf("cannot subscribe at the broker at %s: it does not answer", at)
}

// wait returns when the connection is lost, with the reason.
func (a *attached) wait(ctx context.Context) error {
	select {
	case err := <-a.lost:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-a.stream.readEnd:
	}
	if !errors.Is(a.stream.readErr, net.ErrClosed) {
		return a.stream.readErr
	}
	// paho closed it, and says in a moment why.
	select {
	case err := <-a.lost:
		return err
	case <-time.After(time.Second):
		return a.stream.readErr
	}
}

// confirm publishes at QoS 1 or 2 and waits for the broker's word.
func (a *attached) confirm(topic string, qos byte, retain bool, payload []byte, limit time.Duration) error {
	token := a.client.Publish(topic, qos, retain, slices.Clone(payload))
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-token.Done():
		return token.Error()
	case <-a.stream.readEnd:
		return a.stream.readErr
	case <-timer.C:
		return errUnconfirmed
	}
}

// drop ends the connection without a goodbye.
func (a *attached) drop() {
	a.stream.Close()
	a.client.Disconnect(0)
}

// part sends what is left, says goodbye and ends the connection.
func (a *attached) part() error {
	err := a.stream.flush(flushTime)
	if err == nil {
		a.stream.part()
	}
	a.client.Disconnect(uint(2 * lingerTime / time.Millisecond))
	a.stream.Close()
	return err
}
