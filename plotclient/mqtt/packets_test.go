package mqtt

import (
	"encoding/hex"
	"strings"
	"testing"
)

// packetCase is one packet in both directions: the call that makes the client
// send it (nil if clients don't), and what it does when a broker sends it. Then
// the client is up, without KeepSession; a subscription is in flight with id 1
// and a message with id 2.
type packetCase struct {
	name, clause string
	bytes        string
	send         func(c *Client) error
	received     string // log of messages, packets sent and the end
}

const malformed = "end: the broker sent a packet that MQTT 3.1.1 does not allow"
const isQoS2 = "end: the broker sent a packet of QoS 2, which was not asked for"

func publishing(m Message) func(*Client) error {
	return func(c *Client) error { _, err := c.Send(m); return err }
}

func packetCases() []packetCase {
	return []packetCase{
		{"publish", "3.3", "30 08 0003 'a/b' 'row'",
			func(c *Client) error { return c.Publish("a/b", []byte("row")) }, `message a/b "row"`},
		{"publish, nothing", "3.3.3: a payload of zero length is valid", "30 03 0001 'a'",
			func(c *Client) error { return c.Publish("a", nil) }, `message a ""`},
		{"publish, retained", "3.3.1.3", "31 04 0001 'a' 'x'",
			publishing(Message{Topic: "a", Payload: []byte("x"), Retain: true}), `message a "x" retained`},
		{"publish, QoS 1", "3.3.2.2", "32 06 0001 'a' 0003 'x'",
			publishing(Message{Topic: "a", Payload: []byte("x"), QoS: 1}), `message a "x", sent 40020003`},
		{"publish, QoS 1 repeated", "[MQTT-3.3.1-1]", "3b 06 0001 'a' 0002 'x'",
			publishing(Message{Topic: "a", Payload: []byte("x"), QoS: 1, Retain: true, ID: 2}), `message a "x" retained, sent 40020002`},
		{"publish, length of two bytes", "2.2.3", "30 8301 0001 'a' '" + strings.Repeat("y", 128) + "'",
			func(c *Client) error { return c.Publish("a", []byte(strings.Repeat("y", 128))) }, "skipped"},
		{"publish, length not the shortest", "2.2.3 does not forbid it", "30 838000 0001 'a'", nil, `message a ""`},
		{"publish, topic of two-byte characters", "1.5.3", "30 05 0002 c2b5 'x'",
			func(c *Client) error { return c.Publish("µ", []byte("x")) }, `message µ "x"`},
		{"publish, QoS 2", "never asked for", "34 06 0001 'a' 0003 'x'", nil, isQoS2},
		{"publish, QoS 3", "[MQTT-3.3.1-4]", "36 06 0001 'a' 0003 'x'", nil, malformed},
		{"publish, QoS 0 repeated", "[MQTT-3.3.1-2]", "38 04 0001 'a' 'x'", nil, malformed},
		{"publish, packet id 0", "[MQTT-2.3.1-1]", "32 06 0001 'a' 0000 'x'", nil, malformed},
		{"publish, no topic", "[MQTT-4.7.3-1]", "30 03 0000 'x'", nil, malformed},
		{"publish, topic beyond the packet", "3.3.2.1", "30 04 0003 'a' 'x'", nil, malformed},
		{"publish, packet id beyond the packet", "3.3.2.2", "32 05 0003 'a' 0001", nil, malformed},
		{"publish, shorter than a topic", "3.3.2.1", "30 02 0000", nil, malformed},
		{"publish, wildcard", "[MQTT-3.3.2-2]", "30 05 0003 'a/#'", nil, malformed},
		{"publish, wildcard", "[MQTT-3.3.2-2]", "30 05 0003 'a/+'", nil, malformed},
		{"publish, NUL in the topic", "[MQTT-1.5.3-2]", "30 05 0003 'a' 00 'b'", nil, malformed},
		{"publish, surrogate in the topic", "[MQTT-1.5.3-1]", "30 05 0003 eda080", nil, malformed},
		{"publish, length of five bytes", "2.2.3", "30 ffffffff 01", nil, malformed},
		{"publish, too long, no topic", "[MQTT-4.7.3-1]", "30 8301 0000", nil, malformed},
		{"publish, too long, topic beyond it", "3.3.2.1", "30 8301 0082", nil, malformed},
		{"publish, too long, packet id beyond it", "3.3.2.2", "32 8301 0080", nil, malformed},
		{"publish, too long, QoS 2", "never asked for", "34 8301 0001", nil, isQoS2},
		{"publish, too long, packet id 0", "[MQTT-2.3.1-1]", "32 8301 0001 'a' 0000 '" + strings.Repeat("y", 126) + "'", nil, malformed},

		{"acknowledgement", "3.4", "40 02 0002", nil, "answered"},
		{"acknowledgement, nobody waits", "forgotten", "40 02 0009", nil, ""},
		{"acknowledgement of a subscription", "another packet's", "40 02 0001", nil, ""},
		{"acknowledgement, packet id 0", "[MQTT-2.3.1-1]", "40 02 0000", nil, malformed},
		{"acknowledgement, flags", "[MQTT-2.2.2-2]", "41 02 0002", nil, malformed},
		{"acknowledgement, length", "3.4.1", "40 03 0002 00", nil, malformed},

		{"subscribe, QoS 0", "3.8", "82 08 0003 0003 'a/#' 00",
			func(c *Client) error { _, err := c.Subscribe("a/#", 0); return err }, malformed},
		{"subscribe, QoS 1", "3.8", "82 06 0003 0001 '+' 01",
			func(c *Client) error { _, err := c.Subscribe("+", 1); return err }, malformed},
		{"granted, QoS 0", "3.9.3", "90 03 0001 00", nil, "answered"},
		{"granted, QoS 1", "3.9.3", "90 03 0001 01", nil, "answered"},
		{"granted, QoS 2", "more than asked for", "90 03 0001 02", nil, isQoS2},
		{"refused", "3.9.3", "90 03 0001 80", nil, "the broker refused a subscription, answered"},
		{"granted, reserved code", "[MQTT-3.9.3-2]", "90 03 0001 03", nil, malformed},
		{"granted, two answers to one filter", "[MQTT-3.8.4-5]", "90 04 0001 0000", nil, malformed},
		{"granted, flags", "[MQTT-2.2.2-2]", "92 03 0001 00", nil, malformed},
		{"granted, nobody waits", "forgotten", "90 03 0002 00", nil, ""},

		{"unsubscribe", "3.10", "a2 07 0003 0003 'a/b'",
			func(c *Client) error { _, err := c.Unsubscribe("a/b"); return err }, malformed},
		{"unsubscribed, nobody waits", "forgotten", "b0 02 0001", nil, ""},
		{"unsubscribed, length", "3.11.1", "b0 03 0001 00", nil, malformed},
		{"unsubscribed, flags", "[MQTT-2.2.2-2]", "b2 02 0001", nil, malformed},

		{"ping", "3.12", "c0 00",
			func(c *Client) error { return c.Poll(30_000) }, malformed},
		{"ping answered", "3.13", "d0 00", nil, ""},
		{"ping answered, length", "3.13.1", "d0 01 00", nil, malformed},
		{"ping answered, flags", "[MQTT-2.2.2-2]", "d1 00", nil, malformed},
		{"goodbye", "3.14", "e0 00", (*Client).Disconnect, "end: the broker ended the connection"},

		{"accepted again", "3.2: once", "20 02 0000", nil, malformed},
		{"received, QoS 2", "3.5", "50 02 0002", nil, isQoS2},
		{"release, QoS 2", "3.6", "62 02 0002", nil, isQoS2},
		{"complete, QoS 2", "3.7", "70 02 0002", nil, isQoS2},
		{"type 0", "table 2.1", "00 00", nil, malformed},
		{"type 15", "table 2.1", "f0 00", nil, malformed},
	}
}

func TestPackets(t *testing.T) {
	for _, p := range packetCases() {
		bytes := unhex(t, p.bytes)
		t.Run(p.name, func(t *testing.T) {
			if p.send != nil {
				c, m := inFlightClient(t, options(func(string) {}))
				if err := p.send(c); err != nil {
					t.Fatal(err)
				}
				want(t, "sent ("+p.clause+")", m.takeOut(), hex.EncodeToString(bytes))
			}
			for _, most := range []int{0, 1, 2, 3} {
				log := receive(t, bytes, most)
				want(t, "received ("+p.clause+")", strings.Join(log, ", "), p.received)
			}
		})
	}
}

// inFlightClient waits for a subscription with id 1 and a message with id 2.
func inFlightClient(t testing.TB, o Options) (*Client, *memory) {
	t.Helper()
	c, m := up(t, o)
	if id, err := c.Subscribe("s", 1); id != 1 || err != nil {
		t.Fatal(id, err)
	}
	if id, err := c.Send(Message{Topic: "m", QoS: 1}); id != 2 || err != nil {
		t.Fatal(id, err)
	}
	m.out = nil
	return c, m
}

// receive logs what a client does with bytes from a broker, of which a Read
// gives at most so many.
func receive(t testing.TB, bytes []byte, most int) []string {
	t.Helper()
	var log []string
	c, m := inFlightClient(t, options(func(s string) { log = append(log, s) }))
	m.in, m.readMost = bytes, most
	for c.State() == Up && len(m.in) > 0 {
		err := c.Poll(0)
		if sent := m.takeOut(); sent != "" {
			log = append(log, "sent "+sent)
		}
		if err == ErrRefused {
			want(t, "refused id", c.Refused(), uint16(1))
			log = append(log, err.Error())
		} else if err != nil {
			log = append(log, "end: "+err.Error())
			want(t, "closed", m.closed, 1)
		}
	}
	if c.State() == Up {
		if c.Skipped() > 0 {
			log = append(log, "skipped")
		}
		if c.InFlight() != 2 {
			log = append(log, "answered")
		}
	}
	return log
}

// TestConnectPackets has the packets that only an opening connection knows.
func TestConnectPackets(t *testing.T) {
	cases := []struct {
		name, clause, bytes string
		change              func(o *Options)
	}{
		{"plain", "3.1", "10 0d 0004 'MQTT' 04 02 001e 0001 'b'", func(o *Options) {}},
		{"session kept", "3.1.2.4", "10 0d 0004 'MQTT' 04 00 001e 0001 'b'", func(o *Options) { o.KeepSession = true }},
		{"no keepalive", "3.1.2.10", "10 0d 0004 'MQTT' 04 02 0000 0001 'b'", func(o *Options) { o.KeepAlive = -1 }},
		{"long keepalive", "3.1.2.10", "10 0d 0004 'MQTT' 04 02 ffff 0001 'b'", func(o *Options) { o.KeepAlive = 65535 }},
		{"no id", "[MQTT-3.1.3-6]", "10 0c 0004 'MQTT' 04 02 001e 0000", func(o *Options) { o.ClientID = "" }},
		{"user", "3.1.2.8", "10 12 0004 'MQTT' 04 82 001e 0001 'b' 0003 'ann'", func(o *Options) { o.User = "ann" }},
		{"password of any bytes", "3.1.3.5", "10 16 0004 'MQTT' 04 c2 001e 0001 'b' 0003 'ann' 0002 00ff",
			func(o *Options) { o.User, o.Password = "ann", "\x00\xff" }},
		{"will", "3.1.2.5", "10 14 0004 'MQTT' 04 06 001e 0001 'b' 0001 'w' 0002 'no'",
			func(o *Options) { o.Will = Will{Topic: "w", Payload: "no"} }},
		{"will, QoS 1, retained, user, password", "3.1.3", "10 1a 0004 'MQTT' 04 ee 001e 0001 'b' 0001 'w' 0002 'no' 0001 'u' 0001 'p'",
			func(o *Options) {
				o.Will, o.User, o.Password = Will{Topic: "w", Payload: "no", QoS: 1, Retain: true}, "u", "p"
			}},
		{"longer than Out", "2.2.3", "10 8f02 0004 'MQTT' 04 06 001e 0001 'b' 0078 '" + strings.Repeat("w", 120) + "' 0086 '" + strings.Repeat("p", 134) + "'",
			func(o *Options) {
				o.Will = Will{Topic: strings.Repeat("w", 120), Payload: strings.Repeat("p", 134)}
			}},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			o := options(func(string) {})
			k.change(&o)
			c, m := mustNew(t, o), &memory{}
			c.Reset(m)
			if err := c.Connect(0); err != nil {
				t.Fatal(err)
			}
			want(t, "sent ("+k.clause+")", m.takeOut(), hex.EncodeToString(unhex(t, k.bytes)))
		})
	}
}

func TestAnswersToConnect(t *testing.T) {
	cases := []struct {
		clause, bytes string
		keep          bool
		want          error
	}{
		{"3.2.2.3", "20 02 00 00", false, nil},
		{"3.2.2.2", "20 02 01 00", true, nil},
		{"3.2.2.2", "20 02 00 00", true, nil},
		{"[MQTT-3.2.2-1]", "20 02 01 00", false, ErrMalformed},
		{"[MQTT-3.2.2-4]", "20 02 01 05", true, ErrMalformed},
		{"3.2.2.1", "20 02 02 00", true, ErrMalformed},
		{"table 3.1", "20 02 00 01", false, ErrVersion},
		{"table 3.1", "20 02 00 02", false, ErrIdentifier},
		{"table 3.1", "20 02 00 03", false, ErrUnavailable},
		{"table 3.1", "20 02 00 04", false, ErrLogin},
		{"table 3.1", "20 02 00 05", false, ErrNotAuthorized},
		{"table 3.1", "20 02 00 06", false, ErrMalformed},
		{"3.2.1", "20 03 00 00 00", false, ErrMalformed},
		{"[MQTT-2.2.2-2]", "21 02 00 00", false, ErrMalformed},
		{"[MQTT-3.2.0-1]", "30 04 0001 'a' 'x'", false, ErrMalformed},
		{"[MQTT-3.2.0-1]", "d0 00", false, ErrMalformed},
	}
	for _, k := range cases {
		o := options(func(s string) { t.Error(s) })
		o.KeepSession = k.keep
		c, m := mustNew(t, o), &memory{in: unhex(t, k.bytes)}
		present := len(m.in) > 2 && m.in[2] == 1
		c.Reset(m)
		if err := c.Connect(0); err != nil {
			t.Fatal(err)
		}
		err := c.Poll(0)
		want(t, k.clause+": "+k.bytes, err, k.want)
		if err == nil {
			want(t, "state", c.State(), Up)
			want(t, "session present", c.SessionPresent(), present)
		} else {
			want(t, "state", c.State(), Closed)
			want(t, "closed", m.closed, 1)
			want(t, "next poll", c.Poll(1), k.want)
			want(t, "publish", c.Publish("a", nil), error(ErrNotUp))
		}
	}
}
