package pahomqtt

import (
	"context"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

const (
	unsubscribeTime = 100 * time.Millisecond
	forgetTime      = 200 * time.Millisecond
)

// part ends a connection, and the broker's memory of it if it has one: it would
// go on collecting messages for a client that never comes back.
func (c *Conn) part(a *attached) error {
	if !c.o.KeepSession {
		return a.part()
	}
	if len(c.o.Subscribe) > 0 {
		// In case that forgetting fails: a session without subscriptions
		// collects nothing.
		a.client.Unsubscribe(c.o.Subscribe...).WaitTimeout(unsubscribeTime)
	}
	err := a.part()
	if err == nil {
		c.forget()
	}
	return err
}

// forget has the broker delete the session: by a connection under the same id
// that wants none (MQTT 3.1.1, 3.1.2.4).
func (c *Conn) forget() {
	ctx, cancel := context.WithTimeout(context.Background(), forgetTime)
	forgotten := make(chan struct{})
	go func() {
		defer close(forgotten)
		conn, err := c.dial(ctx)
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(forgetTime))
		hello := packets.NewControlPacket(packets.Connect).(*packets.ConnectPacket)
		hello.ProtocolName, hello.ProtocolVersion = "MQTT", 4
		hello.ClientIdentifier, hello.CleanSession = c.o.ClientID, true
		if c.o.User != "" {
			hello.UsernameFlag, hello.Username = true, c.o.User
			hello.PasswordFlag, hello.Password = c.o.Password != "", []byte(c.o.Password)
		}
		if hello.Write(conn) != nil {
			return
		}
		if _, err := packets.ReadPacket(conn); err != nil {
			return
		}
		packets.NewControlPacket(packets.Disconnect).Write(conn)
	}()
	select { // a WebSocket's dialer does not heed ctx
	case <-forgotten:
	case <-ctx.Done():
	}
	cancel()
}
