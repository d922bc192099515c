package brokertest

import (
	"log/slog"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Mochi runs within the test.
type Mochi struct {
	address string
	guard   Guard
	server  *mochi.Server
}

// NewMochi makes a broker at a free port, which it takes at its first Start.
func NewMochi(g Guard) *Mochi { return &Mochi{address: "127.0.0.1:0", guard: g} }

// Address is the host and port.
func (b *Mochi) Address() string { return b.address }

// Start starts it, at the same address each time.
func (b *Mochi) Start() error {
	b.server = mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := b.server.AddHook(&rules{guard: b.guard}, nil); err != nil {
		return err
	}
	l := listeners.NewTCP(listeners.Config{ID: "tcp", Address: b.address})
	if err := b.server.AddListener(l); err != nil {
		return err
	}
	b.address = l.Address()
	return b.server.Serve()
}

// Kill ends it, if it runs.
func (b *Mochi) Kill() {
	if b.server != nil {
		b.server.Close()
		b.server = nil
	}
}

// rules are those of a guard.
type rules struct {
	mochi.HookBase
	guard Guard
}

func (*rules) ID() string { return "rules" }

func (*rules) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

func (r *rules) OnConnectAuthenticate(_ *mochi.Client, pk packets.Packet) bool {
	return r.guard == Everybody || string(pk.Connect.Username) == "ann" && string(pk.Connect.Password) == "right"
}

func (r *rules) OnACLCheck(_ *mochi.Client, topic string, _ bool) bool {
	return r.guard == Everybody || topic != "forbidden/#"
}
