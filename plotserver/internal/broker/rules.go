package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"iotplot/plotclient/wire"
)

// rules is the hook that says who may say and hear what, and that gives the
// server what clients publish.
type rules struct {
	mqtt.HookBase

	session string
	prefix  string // session and slash
	login   bool
	user    [sha256.Size]byte // digests, so that comparing them tells no length
	pass    [sha256.Size]byte

	server  *mqtt.Server
	handler func(t wire.Topic, payload []byte, retained bool) bool
	denied  func(client, what, topic string)
	tell    func(text string)
	limit   int

	said  once
	turns *turns
	// heard has the bit of each topic that some client is subscribed to: rows
	// that nobody but the server wants are not looked up in mochi's tree.
	heard   atomic.Uint32
	hearing sync.Mutex // one computes heard at a time
	// owed counts the server's own messages that wait in mochi's queues, which
	// can't be asked themselves. It stays too high when a client goes while
	// some wait for it.
	owed atomic.Int64
}

func newRules(c Config) *rules {
	r := &rules{
		session: c.Session,
		prefix:  c.Session + "/",
		login:   c.User != "",
		user:    sha256.Sum256([]byte(c.User)),
		pass:    sha256.Sum256([]byte(c.Password)),
		handler: func(wire.Topic, []byte, bool) bool { return true },
		denied:  c.Denied,
		tell:    c.Notice,
		limit:   c.MaxPacket,
		turns:   newTurns(),
	}
	if r.denied == nil {
		r.denied = func(string, string, string) {}
	}
	if r.tell == nil {
		r.tell = func(string) {}
	}
	r.said.full = func() {
		r.tell(fmt.Sprintf("there were %d different complaints about clients; further ones are not shown", maxSaid))
	}
	return r
}

func (r *rules) ID() string { return "session" }

func (r *rules) Provides(b byte) bool {
	switch b {
	case mqtt.OnConnect, mqtt.OnConnectAuthenticate, mqtt.OnSessionEstablish, mqtt.OnSessionEstablished, mqtt.OnDisconnect,
		mqtt.OnACLCheck, mqtt.OnPublish, mqtt.OnWill,
		mqtt.OnSubscribed, mqtt.OnUnsubscribed, mqtt.OnClientExpired,
		mqtt.OnPublishDropped, mqtt.OnRetainPublished, mqtt.OnPacketSent,
		mqtt.OnPacketRead, mqtt.OnPacketEncode:
		return true
	}
	return false
}

// longestKeepalive is the longest one, in seconds, whose half as much again
// mochi can hold in 16 bits.
const longestKeepalive = 43690

func (r *rules) OnConnect(cl *mqtt.Client, pk packets.Packet) error {
	cl.State.Keepalive = min(cl.State.Keepalive, longestKeepalive)
	return nil
}

func (r *rules) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	if r.login {
		user := sha256.Sum256(pk.Connect.Username)
		pass := sha256.Sum256(pk.Connect.Password)
		if subtle.ConstantTimeCompare(user[:], r.user[:])&subtle.ConstantTimeCompare(pass[:], r.pass[:]) == 0 {
			r.deny(cl, "login", string(pk.Connect.Username))
			return false
		}
	}
	return true
}

// OnSessionEstablish looks at what mochi does not check: the last will, and
// whether the client id is in use.
func (r *rules) OnSessionEstablish(cl *mqtt.Client, pk packets.Packet) {
	r.turns.begin(cl.ID, cl.Net.Conn)
	if will := &cl.Properties.Will; will.Flag != 0 {
		if _, ok := r.command(will.TopicName); !ok {
			r.deny(cl, "last will", will.TopicName)
			*will = mqtt.Will{}
		}
		// OnWill hands the will over when the connection ends, not later.
		will.WillDelayInterval = 0
	}
	if other, ok := r.server.Clients.Get(cl.ID); ok && !other.Closed() {
		if here, there := host(cl.Net.Remote), host(other.Net.Remote); here != there {
			r.notice("same id "+clip(cl.ID), fmt.Sprintf("two devices call themselves %s, one at %s and one at %s: each throws the other out, so give each a client id of its own", show(cl.ID), there, here))
		} else if r.said.count("same id from "+here+" "+clip(cl.ID)) == 3 {
			r.tell(fmt.Sprintf("client %s keeps connecting from %s while it is connected: if these are two programs, give each a client id of its own", show(cl.ID), here))
		}
	}
}

// OnSessionEstablished is called when a client has come.
func (r *rules) OnSessionEstablished(cl *mqtt.Client, pk packets.Packet) { r.turns.end(cl.Net.Conn) }

// OnDisconnect is called before a client that went is removed; when that is done
// connectionEnded is. Another one that comes meanwhile waits.
func (r *rules) OnDisconnect(cl *mqtt.Client, err error, expire bool) {
	r.turns.begin(cl.ID, cl.Net.Conn)
}

// command finds the topic among those that clients may publish to.
func (r *rules) command(topic string) (wire.Topic, bool) {
	t, ok := wire.ParseTopic(r.session, topic)
	return t, ok && t.Command()
}

// readable reports whether clients may subscribe to a filter: a topic of the
// session, or all of them. It gets the literal filter, so $share is refused.
func (r *rules) readable(filter string) bool {
	rest, ok := strings.CutPrefix(filter, r.prefix)
	if !ok || rest == "" {
		return false
	}
	return rest == "#" || rest == "+" || !strings.ContainsAny(rest, "/+#")
}

// unspeakable stands for topics that mochi drops without asking anybody and
// without an acknowledgement, for which a client would wait for ever.
const unspeakable = "\x00"

// OnPacketRead has messages to such topics treated as forbidden ones, and an
// empty password, which mochi takes for a breach of the rules, as none (MQTT
// 3.1.1, 3.1.3.5 allows it).
func (r *rules) OnPacketRead(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Type == packets.Connect && len(pk.Connect.Password) == 0 {
		pk.Connect.PasswordFlag = false
	}
	if pk.FixedHeader.Type == packets.Publish && strings.HasPrefix(pk.TopicName, "$") && !mqtt.IsValidFilter(pk.TopicName, true) {
		r.deny(cl, "publish", pk.TopicName)
		pk.TopicName = unspeakable
	}
	return pk, nil
}

// OnPacketEncode translates refusals for clients of MQTT 3: mochi does so for
// some of MQTT 5's codes only, and clients don't know the others.
func (r *rules) OnPacketEncode(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type == packets.Connack && cl.Properties.ProtocolVersion < 5 && pk.ReasonCode > packets.Err3NotAuthorized.Code {
		pk.ReasonCode = packets.Err3NotAuthorized.Code
	}
	return pk
}

// OnACLCheck is asked about a topic to publish to, a filter to subscribe to,
// and a topic on its way to a subscriber.
func (r *rules) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	if !write {
		if r.readable(topic) {
			return true
		}
		r.deny(cl, "subscribe", topic)
		return false
	}
	if _, ok := r.command(topic); ok {
		return true
	}
	if topic != unspeakable {
		r.deny(cl, "publish", topic)
	}
	// MQTT 5 has an answer that says no. Before that a refusal would make
	// mochi end the connection, and the client would come back with the same
	// message; it is acknowledged and dropped in OnPublish instead.
	return cl.Properties.ProtocolVersion < 5
}

// OnPublish gives the server what a client said. "Ignore" has mochi
// acknowledge the message and go no further with it.
func (r *rules) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if cl.Net.Inline {
		for id := range r.server.Topics.Subscribers(pk.TopicName).Subscriptions {
			if to, ok := r.server.Clients.Get(id); ok && !to.Closed() {
				r.owed.Add(1)
			}
		}
		return pk, nil
	}
	t, ok := r.command(pk.TopicName)
	if !ok {
		return pk, packets.CodeSuccessIgnore
	}
	if !r.handler(t, pk.Payload, pk.FixedHeader.Retain) {
		// The server is ending. Without an acknowledgement the client knows
		// that it still has the message.
		return pk, packets.ErrRejectPacket
	}
	if r.heard.Load()&(1<<t) == 0 {
		return pk, packets.CodeSuccessIgnore
	}
	pk.FixedHeader.Retain = false // only the server's own are kept
	return pk, nil
}

// OnWill gives the server the last will of a client whose connection broke.
func (r *rules) OnWill(cl *mqtt.Client, will mqtt.Will) (mqtt.Will, error) {
	t, ok := r.command(will.TopicName)
	if !ok {
		return mqtt.Will{}, nil // to the empty topic, which nobody can hear
	}
	r.handler(t, will.Payload, will.Retain)
	will.Retain = false
	return will, nil
}

func (r *rules) OnSubscribed(*mqtt.Client, packets.Packet, []byte) { r.listen() }
func (r *rules) OnUnsubscribed(*mqtt.Client, packets.Packet)       { r.listen() }

// OnClientExpired forgets what an absent client was subscribed to; mochi only
// forgets the client.
func (r *rules) OnClientExpired(cl *mqtt.Client) {
	cl.ClearInflights()
	r.server.UnsubscribeClient(cl)
}

// listen finds out anew which commands somebody is subscribed to.
func (r *rules) listen() {
	r.hearing.Lock()
	defer r.hearing.Unlock()
	var heard uint32
	for t := wire.NoTopic + 1; t.Command(); t++ {
		if len(r.server.Topics.Subscribers(r.prefix+t.String()).Subscriptions) > 0 {
			heard |= 1 << t
		}
	}
	r.heard.Store(heard)
}

func (r *rules) OnPublishDropped(cl *mqtt.Client, pk packets.Packet) {
	r.paid(pk)
	r.notice("slow "+clip(cl.ID), fmt.Sprintf("client %s at %s does not keep up with what it is subscribed to: messages to it are dropped, and the server's own copy is complete", show(cl.ID), cl.Net.Remote))
}

func (r *rules) OnRetainPublished(*mqtt.Client, packets.Packet)           { r.owed.Add(1) }
func (r *rules) OnPacketSent(_ *mqtt.Client, pk packets.Packet, _ []byte) { r.paid(pk) }

// paid counts a message of the server's that left a queue.
func (r *rules) paid(pk packets.Packet) {
	if pk.FixedHeader.Type == packets.Publish && pk.Origin == mqtt.InlineClientId {
		r.owed.Add(-1)
	}
}

func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return h
}
