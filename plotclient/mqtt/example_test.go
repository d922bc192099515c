//go:build !tinygo

package mqtt_test

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

var _ plotclient.Publisher = (*mqtt.Client)(nil)

// patient gives net.Conn what [mqtt.Client.Poll] needs: calls that don't wait
// for ever. With TinyGo's net, set mqtt.Options.Idle as well, to a function that
// knows netdev.ErrTimeout.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	p.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	return p.Conn.Read(b)
}

func (p patient) Write(b []byte) (int, error) {
	p.SetWriteDeadline(time.Now().Add(2 * time.Second))
	return p.Conn.Write(b)
}

// The loop of a board's main program: it dials, measures and sends, and dials
// again when the connection has ended.
func Example() {
	broker := startBroker() // somewhere else
	defer broker.Close()
	dial := func() (io.ReadWriteCloser, error) {
		conn, err := net.Dial("tcp", broker.addr)
		return patient{conn}, err
	}
	start := time.Now()
	now := func() int64 { return time.Since(start).Milliseconds() }

	done := false
	c, err := mqtt.New(mqtt.Options{
		ClientID: "esp32-1",
		In:       make([]byte, 768), // the longest reply, with its topic
		Out:      make([]byte, 512),
		OnMessage: func(topic, payload []byte, retained bool) {
			fmt.Printf("%s: %s\n", topic, payload)
			done = string(payload) == `["solar", 2]`
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	row := make([]byte, 0, 64)
	for !done {
		conn, err := dial()
		if err != nil {
			time.Sleep(time.Second) // longer at each try, with a random part
			continue
		}
		c.Reset(conn)
		err = c.Connect(now())
		subscribed, x := false, 0
		for err == nil && !done { // feed the watchdog here
			if err = c.Poll(now()); err != nil || c.State() != mqtt.Up {
				continue
			}
			if !subscribed {
				_, err = c.Subscribe("hopla/data", 0)
				subscribed = true
			} else if x < 3 && c.InFlight() == 0 {
				row = append(row[:0], `["solar", `...)
				row = strconv.AppendInt(row, int64(x), 10)
				row = append(row, ']')
				if c.Publish("hopla/data", row) == nil { // else once more after the next Poll
					x++
				}
			}
		}
		if err != nil {
			fmt.Println(err, c.Cause())
			time.Sleep(time.Second)
		}
	}
	c.Disconnect()
	// Output:
	// hopla/data: ["solar", 0]
	// hopla/data: ["solar", 1]
	// hopla/data: ["solar", 2]
}

type broker struct {
	*mochi.Server
	addr string
}

type everybody struct{ mochi.HookBase }

func (*everybody) ID() string { return "everybody" }
func (*everybody) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}
func (*everybody) OnConnectAuthenticate(*mochi.Client, packets.Packet) bool { return true }
func (*everybody) OnACLCheck(*mochi.Client, string, bool) bool              { return true }

func startBroker() broker {
	s := mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	l := listeners.NewTCP(listeners.Config{ID: "tcp", Address: "127.0.0.1:0"})
	if err := s.AddHook(new(everybody), nil); err != nil {
		panic(err)
	}
	if err := s.AddListener(l); err != nil {
		panic(err)
	}
	if err := s.Serve(); err != nil {
		panic(err)
	}
	return broker{s, l.Address()}
}
