package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"iotplot/plotclient/wire"
)

// fakeServer is a broker with as much of a plot server as the tests need. What it
// is sent is in its fields.
type fakeServer struct {
	address string

	mu       sync.Mutex
	broker   *mqtt.Server
	messages []string // commands, not rows: topic and payload
	series   map[string][][]float64
	ids      map[string]int // how often each id came

	// Behaviour.
	silent    bool                // answers nothing
	deaf      int                 // so many commands are not answered
	lose      int                 // so many rows are not stored
	refuse    func(string) string // what is wrong with a command on a topic, "" is nothing
	warning   string
	missing   int64
	offline   bool
	noSession bool // says nothing about itself
}

// allow lets everybody do everything.
type allow struct{ mqtt.HookBase }

func (*allow) ID() string { return "allow" }
func (*allow) Provides(event byte) bool {
	return event == mqtt.OnConnectAuthenticate || event == mqtt.OnACLCheck
}
func (*allow) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (*allow) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }

func startServer(t *testing.T, s *fakeServer) *fakeServer {
	t.Helper()
	s.series, s.ids = map[string][][]float64{}, map[string]int{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	s.serve(t, l)
	t.Cleanup(func() { s.stop() })
	return s
}

func (s *fakeServer) serve(t *testing.T, l net.Listener) {
	t.Helper()
	b := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := b.AddHook(new(allow), nil); err != nil {
		t.Fatal(err)
	}
	if err := b.AddListener(listeners.NewNet("tests", l)); err != nil {
		t.Fatal(err)
	}
	if err := b.Subscribe("hopla/+", 1, s.receive); err != nil {
		t.Fatal(err)
	}
	if err := b.Serve(); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.broker = b
	s.mu.Unlock()
	if s.noSession {
		return
	}
	state := wire.StateOnline
	if s.offline {
		state = wire.StateOffline
	}
	if err := b.Publish("hopla/server", wire.AppendServerState(nil, wire.ServerState{State: state, Instance: "x"}), true, 0); err != nil {
		t.Fatal(err)
	}
}

// stop ends the broker, and with it its connections.
func (s *fakeServer) stop() {
	s.mu.Lock()
	b := s.broker
	s.mu.Unlock()
	b.Close()
}

func (s *fakeServer) receive(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
	t, ok := wire.ParseTopic("hopla", p.TopicName)
	if !ok || t == wire.TopicReply || t == wire.TopicServer {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := wire.Reply{Command: t.String(), OK: true, Warning: s.warning, Missing: s.missing}
	switch t {
	case wire.TopicData:
		var row wire.Row
		if err := wire.ParseData(p.Payload, &row); err != nil {
			panic(err)
		}
		r.Series = string(row.Series)
		if s.lose > 0 {
			s.lose--
			return
		}
		_, known := s.series[r.Series]
		s.series[r.Series] = append(s.series[r.Series], slices.Clone(row.Values))
		if known {
			return
		}
		r.Warning = "series was not opened"
	case wire.TopicNewSeries:
		o, err := wire.ParseOpening(p.Payload)
		if err != nil {
			panic(err)
		}
		r.Series = o.Series
		s.series[r.Series] = nil
	default:
		q, err := wire.ParseRequest(t, p.Payload)
		if err != nil {
			panic(err)
		}
		r.ID, r.Series = q.ID, q.Series
		if q.ID != "" {
			s.ids[q.ID]++
		}
		r.Rows = int64(len(s.series[r.Series]))
		switch {
		case q.File != "":
			r.Files = []string{q.File}
		case t == wire.TopicSaveSeries:
			r.Files = []string{r.Series + ".pkl", r.Series + ".csv"}
		default:
			r.Files = []string{r.Series + ".pdf"}
		}
	}
	if t != wire.TopicData {
		s.messages = append(s.messages, t.String()+" "+string(p.Payload))
	}
	if s.silent {
		return
	}
	if s.deaf > 0 {
		s.deaf--
		return
	}
	if s.refuse != nil {
		if wrong := s.refuse(t.String()); wrong != "" {
			r = wire.Reply{ID: r.ID, Command: r.Command, Series: r.Series, Code: wire.CodeFailed, Error: wrong}
		}
	}
	// Somebody else's answers are around, too.
	for _, other := range []wire.Reply{
		{ID: "other-1", Command: r.Command, Series: r.Series, Code: wire.CodeFailed, Error: "somebody else's"},
		{Command: r.Command, Series: "other", Code: wire.CodeFailed, Error: "another series"},
		r,
	} {
		if err := s.broker.Publish("hopla/reply", wire.AppendReply(nil, other), false, 0); err != nil {
			panic(err)
		}
	}
}

// rows is what the server holds of a series, printed.
func (s *fakeServer) rows(series string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, row := range s.series[series] {
		lines = append(lines, fmt.Sprint(row))
	}
	return strings.Join(lines, " ")
}

func (s *fakeServer) count(series string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.series[series])
}

func (s *fakeServer) sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.messages, "\n")
}

// outcome is how a call of the program ended.
type outcome struct {
	stdout, stderr string
	err            error
}

func (o outcome) String() string {
	return fmt.Sprintf("stdout:\n%s\nstderr:\n%s\nerror: %v", o.stdout, o.stderr, o.err)
}

// call runs the program with a session and a broker.
func (s *fakeServer) call(ctx context.Context, stdin io.Reader, args ...string) outcome {
	return call1(ctx, stdin, append(args, "-session", "hopla", "-broker", s.address)...)
}

func call1(ctx context.Context, stdin io.Reader, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	err := run(ctx, args, stdin, &stdout, &stderr)
	return outcome{stdout.String(), stderr.String(), err}
}
