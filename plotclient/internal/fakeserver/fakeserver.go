// Package fakeserver is a broker on the loopback interface with as much of a plot
// server behind it as the tests of the client's commands need. Begin with Start.
package fakeserver

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"

	"iotplot/plotclient/wire"
)

// Server is a fake plot server with its broker. Its fields are set before Start.
type Server struct {
	Silent    bool                      // answers nothing
	Deaf      int                       // so many commands are not answered
	Lose      int                       // so many rows are not stored
	Refuse    func(topic string) string // what is wrong with a command, "" is nothing
	Code      wire.Code                 // why; CodeFailed if nobody says
	Spoil     int                       // so many batches of rows are not heard
	Forget    bool                      // counts rows of version 2, and does not keep them
	Stuck     bool                      // acknowledges no row
	Warning   string                    // in all replies
	Missing   int64                     // in all replies
	Offline   bool                      // says that it has ended
	NoSession bool                      // says nothing about itself

	Address string // host:port, known after Start

	mu       sync.Mutex
	broker   *mqtt.Server
	listener net.Listener
	stopped  bool
	messages []string // commands, not rows: topic and payload
	series   map[string][][]float64
	runs     map[string]*run // of version 2
	newest   map[string]*run // of each series
	ids      map[string]int  // how often each id came
	batch    wire.Rows
	life     int
}

// run is one of version 2.
type run struct {
	count   int64
	rows    [][]float64 // nil is a lost row
	missing int64
}

// allow lets everybody do everything.
type allow struct{ mqtt.HookBase }

func (*allow) ID() string { return "allow" }
func (*allow) Provides(event byte) bool {
	return event == mqtt.OnConnectAuthenticate || event == mqtt.OnACLCheck
}
func (*allow) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }
func (*allow) OnACLCheck(*mqtt.Client, string, bool) bool              { return true }

// Start has s listen, for the session hopla, until the test is over.
func Start(t testing.TB, s *Server) *Server {
	t.Helper()
	s.series, s.ids = map[string][][]float64{}, map[string]int{}
	s.runs, s.newest = map[string]*run{}, map[string]*run{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	s.Serve(t, l)
	t.Cleanup(func() { s.Stop() })
	return s
}

// Serve has s, when it was stopped, go on at a listener.
func (s *Server) Serve(t testing.TB, l net.Listener) {
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
	s.broker, s.listener, s.stopped = b, l, false
	s.life++
	instance := fmt.Sprint("life ", s.life)
	s.mu.Unlock()
	if s.NoSession {
		return
	}
	state := wire.StateOnline
	if s.Offline {
		state = wire.StateOffline
	}
	if err := b.Publish("hopla/server", wire.AppendServerState(nil, wire.ServerState{State: state, Instance: instance}), true, 0); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the broker, and with it its connections.
func (s *Server) Stop() {
	s.mu.Lock()
	b, l, stopped := s.broker, s.listener, s.stopped
	s.stopped = true
	s.mu.Unlock()
	if stopped {
		return
	}
	// mochi takes a lock twice where it ends its clients, and hangs if one comes or
	// goes in between. So they are ended first, and nobody is let in any more.
	l.Close()
	for end := time.Now().Add(5 * time.Second); b.Clients.Len() > 1 && time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, c := range b.Clients.GetAll() {
			if !c.Net.Inline {
				c.Stop(packets.ErrServerShuttingDown)
			}
		}
	}
	b.Close()
}

func (s *Server) receive(_ *mqtt.Client, _ packets.Subscription, p packets.Packet) {
	t, ok := wire.ParseTopic("hopla", p.TopicName)
	if !ok || t == wire.TopicReply || t == wire.TopicServer || t == wire.TopicAck {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t == wire.TopicRows {
		s.rows(p.Payload)
		return
	}
	r := wire.Reply{Command: t.String(), OK: true, Warning: s.Warning, Missing: s.Missing}
	switch t {
	case wire.TopicData:
		var row wire.Row
		if err := wire.ParseData(p.Payload, &row); err != nil {
			panic(err)
		}
		r.Series = string(row.Series)
		if s.Lose > 0 {
			s.Lose--
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
		r.ID, r.Series = o.ID, o.Series
		if o.ID != "" {
			s.ids[o.ID]++
		}
		if o.Run == "" {
			s.series[r.Series] = nil
			delete(s.newest, r.Series)
			break
		}
		if s.runs[o.Run] == nil {
			s.runs[o.Run] = &run{}
			s.newest[o.Series] = s.runs[o.Run]
		}
		if (s.Refuse == nil || s.Refuse(t.String()) == "") && !s.Silent {
			defer s.ack(o.Series, o.Run)
		}
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
		n := s.newest[q.Series]
		if q.Run != "" {
			n = s.runs[q.Run]
		}
		if n != nil {
			r.Rows, r.Missing = n.count, r.Missing+n.missing
		}
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
	if s.Silent {
		return
	}
	if s.Deaf > 0 {
		s.Deaf--
		return
	}
	if s.Refuse != nil {
		if wrong := s.Refuse(t.String()); wrong != "" {
			r = wire.Reply{ID: r.ID, Command: r.Command, Series: r.Series, Code: cmp.Or(s.Code, wire.CodeFailed), Error: wrong}
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

// rows takes rows of version 2.
func (s *Server) rows(payload []byte) {
	if err := wire.ParseRows(payload, &s.batch); err != nil {
		panic(err)
	}
	b := &s.batch
	n := s.runs[string(b.Run)]
	if s.Silent || n == nil {
		return
	}
	if s.Spoil > 0 {
		s.Spoil--
		return
	}
	if b.First <= n.count {
		b.Skip(n.count - b.First)
		n.count += b.Count()
		for !s.Forget && b.Next() {
			n.missing += b.Lost
			for range b.Lost {
				n.rows = append(n.rows, nil)
			}
			if b.Lost == 0 {
				n.rows = append(n.rows, slices.Clone(b.Values))
			}
		}
	}
	if !s.Stuck {
		s.ack(string(b.Series), string(b.Run))
	}
}

func (s *Server) ack(series, run string) {
	a := wire.Ack{Series: series, Run: run, Durable: s.runs[run].count}
	if err := s.broker.Publish("hopla/ack", wire.AppendAck(nil, a), false, 0); err != nil {
		panic(err)
	}
}

// held is the rows of a series, of its newest run. s.mu is held.
func (s *Server) held(series string) [][]float64 {
	if n := s.newest[series]; n != nil {
		return n.rows
	}
	return s.series[series]
}

// Rows is what the server holds of a series, printed.
func (s *Server) Rows(series string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, row := range s.held(series) {
		lines = append(lines, fmt.Sprint(row))
	}
	return strings.Join(lines, " ")
}

// Count is how many rows the server holds of a series.
func (s *Server) Count(series string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held(series))
}

// Sent is all commands that came, rows left out: a line each, topic and payload.
func (s *Server) Sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.messages, "\n")
}

// Times is how often commands with each id came.
func (s *Server) Times() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.ids)
}
