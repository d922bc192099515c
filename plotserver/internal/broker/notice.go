package broker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"sync"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

var shuttingDown = packets.ErrServerShuttingDown

// once remembers what was said, so that it is said once. Its memory is
// bounded: after maxSaid different things nothing new is said any more, and that
// is said.
type once struct {
	full func() // called once, when there is no room for something new

	mu    sync.Mutex
	times map[string]int
	told  bool
}

const (
	maxSaid = 1000
	maxText = 160 // bytes of a client's id or topic that are kept and shown
)

// count says how often key came up, this time included; 0 when there is no
// room to count it.
func (o *once) count(key string) int {
	o.mu.Lock()
	n, known := o.times[key]
	if !known && len(o.times) >= maxSaid {
		first := !o.told
		o.told = true
		o.mu.Unlock()
		if first && o.full != nil {
			o.full()
		}
		return 0
	}
	defer o.mu.Unlock()
	if o.times == nil {
		o.times = make(map[string]int)
	}
	o.times[key] = n + 1
	return n + 1
}

// clip bounds a text that a client chose.
func clip(s string) string {
	if len(s) > maxText {
		return s[:maxText] + "…"
	}
	return s
}

// show quotes a text that a client chose, so that it can't play with the
// terminal.
func show(s string) string { return strconv.Quote(clip(s)) }

// deny says once what a client was not allowed.
func (r *rules) deny(cl *mqtt.Client, what, topic string) {
	id, topic := clip(cl.ID), clip(topic)
	if r.said.count("deny "+what+"\x00"+id+"\x00"+topic) == 1 {
		r.denied(id, what, topic)
	}
}

// notice says a sentence once for each key.
func (r *rules) notice(key, text string) {
	if r.said.count(key) == 1 {
		r.tell(text)
	}
}

// panicked is what a connection's goroutine died of.
type panicked struct{ what any }

func (p panicked) Error() string { return fmt.Sprint(p.what) }

// connectionEnded says why a connection was ended, where the client is to
// blame or should know.
func (r *rules) connectionEnded(c net.Conn, err error) {
	r.turns.end(c)
	from := host(c.RemoteAddr().String())
	code, isCode := errorAs[packets.Code](err)
	_, isPanic := errorAs[panicked](err)
	_, isNetwork := errorAs[*net.OpError](err)
	switch {
	case err == nil, isNetwork, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, mqtt.ErrConnectionClosed):
		// The client went, its network did, or nothing came for longer than it
		// said, as when a board loses its power.
	case isPanic:
		r.notice("panic "+err.Error(), fmt.Sprintf("a packet from %s could not be handled and its connection was ended: %v", from, err))
	case isCode && (code == packets.ErrSessionTakenOver || code == packets.ErrServerShuttingDown || code == packets.ErrBadUsernameOrPassword):
		// said elsewhere, or wanted
	case isCode && code == packets.ErrPacketTooLarge:
		r.notice("long "+from, fmt.Sprintf("the connection from %s was ended: it sent a packet that is longer than %d bytes", from, r.limit))
	case isCode && code == packets.ErrServerBusy:
		r.notice("busy", fmt.Sprintf("the connection from %s was refused: there are %d clients already", from, maxClients))
	default:
		r.notice("rules "+from+err.Error(), fmt.Sprintf("the connection from %s was ended: it does not keep to MQTT's rules (%v)", from, err))
	}
}

func errorAs[E error](err error) (e E, ok bool) { ok = errors.As(err, &e); return }

// log passes on what mochi says about itself, once for each text.
func (r *rules) log(text string) { r.notice("log "+text, "the broker says: "+text) }

// logHandler forwards mochi's warnings and errors, except those that are about
// one client and said by connectionEnded, or worth nobody's time.
type logHandler struct{ say func(string) }

var _ slog.Handler = logHandler{}

func (h logHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

func (h logHandler) Handle(_ context.Context, rec slog.Record) error {
	switch rec.Message {
	case "error processing packet", mqtt.ErrMinimumKeepalive.Error(), "publish packet error", "":
		return nil
	}
	text := rec.Message
	rec.Attrs(func(a slog.Attr) bool {
		if a.Key == "client" || a.Key == "error" {
			text += ", " + a.Key + " " + show(a.Value.String())
		}
		return true
	})
	h.say(text)
	return nil
}

func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h logHandler) WithGroup(string) slog.Handler      { return h }
