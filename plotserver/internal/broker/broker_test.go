package broker_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/broker"
)

func TestWhatClientsMayPublish(t *testing.T) {
	allowed := []string{"new_series", "data", "rows", "save_series", "plot_series", "load_series"}
	denied := []string{"hopla/ack", "hopla/reply", "hopla/server", "hopla/other", "hopla/data/x", "hopla", "hopla/", "other/data", "hoplaX/data", "x"}
	for qos := range byte(3) {
		t.Run(fmt.Sprint("QoS ", qos), func(t *testing.T) {
			r := start(t, broker.Config{})
			var heard inbox
			r.dial(t, pahomqtt.Options{Subscribe: []string{"hopla/#"}, OnMessage: heard.put})
			c := r.dial(t, pahomqtt.Options{ClientID: "c", QoS: qos})
			var got, told, out []string
			for range 2 { // denied twice, said once
				for _, topic := range denied {
					if err := c.Publish(topic, []byte("x")); err != nil {
						t.Fatalf("%s: %v", topic, err)
					}
				}
			}
			for _, topic := range denied {
				told = append(told, "c publish "+topic)
			}
			for _, name := range allowed {
				if err := c.Publish("hopla/"+name, []byte("y")); err != nil {
					t.Fatal(err)
				}
				got = append(got, name+" y")
				out = append(out, "hopla/"+name+" y")
			}
			// Only one connection: a refusal did not end it.
			await(t, "what is allowed", func() bool { return slices.Equal(r.read(&r.got), got) })
			await(t, "the other subscriber", heard.has(out...))
			if d := r.read(&r.denied); !slices.Equal(d, told) {
				t.Errorf("denied: %q", d)
			}
			if !c.Up() {
				t.Error("the connection is down")
			}
		})
	}
}

// mochi itself drops what is for its own topics, and would answer nothing.
func TestPublishingToTheBrokersOwnTopics(t *testing.T) {
	for qos := range byte(3) {
		t.Run(fmt.Sprint("QoS ", qos), func(t *testing.T) {
			r := start(t, broker.Config{})
			c := r.dial(t, pahomqtt.Options{ClientID: "c", QoS: qos})
			for _, topic := range []string{"$SYS/broker/version", "$share", "$sys/x"} {
				if err := c.Publish(topic, []byte("x")); err != nil {
					t.Error(err)
				}
			}
			if err := c.Publish("hopla/data", []byte("y")); err != nil {
				t.Error(err)
			}
			await(t, "the row", func() bool { return slices.Equal(r.read(&r.got), []string{"data y"}) })
			if got, want := r.read(&r.denied), []string{"c publish $SYS/broker/version", "c publish $share", "c publish $sys/x"}; !slices.Equal(got, want) {
				t.Errorf("denied %q, want %q", got, want)
			}
		})
	}
}

func TestARefusalUnderMQTT5HasAReason(t *testing.T) {
	r := start(t, broker.Config{})
	c := r.raw(t, "127.0.0.1", "five", 5)
	for _, x := range []struct {
		topic       string
		qos, answer byte
		code        byte
	}{
		{"hopla/reply", 1, 0x40, 0x87}, {"hopla/reply", 2, 0x50, 0x87}, // not authorized (MQTT 5, 3.4.2.1)
		{"hopla/data", 1, 0x40, 0},
	} {
		c.Write(packet(0x30|x.qos<<1, str(x.topic), []byte{0, 7, 0}, []byte("x")))
		head, body := readPacket(t, c)
		code := byte(0)
		if len(body) > 2 {
			code = body[2]
		}
		if head != x.answer || code != x.code {
			t.Errorf("%s at QoS %d: answer %x % x", x.topic, x.qos, head, body)
		}
	}
	if got := r.read(&r.got); !slices.Equal(got, []string{"data x"}) {
		t.Errorf("got %q", got)
	}
}

func TestWhatClientsMaySubscribeTo(t *testing.T) {
	r := start(t, broker.Config{})
	for filter, allowed := range map[string]bool{
		"hopla/#": true, "hopla/+": true, "hopla/reply": true, "hopla/ack": true, "hopla/server": true, "hopla/data": true,
		"#": false, "+": false, "+/#": false, "+/data": false, "+/+": false, "$SYS/#": false, "$share/g/hopla/data": false,
		"$share/g/#": false, "$SHARE/g/hopla/#": false, "other/#": false, "other/data": false, "hopla": false, "hopla/+/x": false, "hopla/a/b": false, "hoplaX/#": false,
	} {
		c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: r.addr, ClientID: "c", Subscribe: []string{filter}})
		if err == nil {
			c.Close()
		}
		if allowed != (err == nil) {
			t.Errorf("%s: %v", filter, err)
		}
		if said := slices.Contains(r.read(&r.denied), "c subscribe "+filter); said == allowed {
			t.Errorf("%s: said %v", filter, said)
		}
	}
}

func TestOnlyTheServersMessagesAreKept(t *testing.T) {
	for _, listening := range []bool{false, true} {
		t.Run(fmt.Sprint("listening ", listening), func(t *testing.T) {
			r := start(t, broker.Config{})
			if listening { // takes another way through the broker
				r.dial(t, pahomqtt.Options{Subscribe: []string{"hopla/#"}})
			}
			c := r.dial(t, pahomqtt.Options{QoS: 1})
			for _, topic := range []string{"hopla/new_series", "hopla/data", "hopla/server", "hopla/reply"} {
				if err := c.PublishRetained(topic, []byte("old")); err != nil {
					t.Fatal(err)
				}
			}
			if got := r.read(&r.got); !slices.Equal(got, []string{"new_series old retained", "data old retained"}) {
				t.Errorf("the server got %q", got)
			}
			if err := r.Publish("hopla/server", []byte("online"), true); err != nil {
				t.Fatal(err)
			}
			if err := r.Publish("hopla/reply", []byte("no"), false); err != nil {
				t.Fatal(err)
			}
			var heard inbox
			late := func() bool {
				heard = inbox{}
				c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: r.addr, Subscribe: []string{"hopla/#"}, OnMessage: heard.put})
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				r.Publish("hopla/reply", []byte("end"), false)
				await(t, "the last message", func() bool {
					heard.mu.Lock()
					defer heard.mu.Unlock()
					return len(heard.got) > 0 && slices.Contains(heard.got, "hopla/reply end")
				})
				return heard.has("hopla/server online retained", "hopla/reply end")()
			}
			await(t, "only the server's message to be kept", late)
		})
	}
}

func TestLastWills(t *testing.T) {
	r := start(t, broker.Config{})
	var heard inbox
	r.dial(t, pahomqtt.Options{Subscribe: []string{"hopla/#"}, OnMessage: heard.put})
	dieWith := func(id, topic, payload string, flags byte) {
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.Write(packet(0x10, str("MQTT"), []byte{4, 2 | flags, 0, 60}, str(id), str(topic), str(payload)))
		readPacket(t, c)
	}
	const will, retain = 4, 32
	dieWith("a", "hopla/server", `{"state":"offline"}`, will|retain)
	dieWith("b", "other/data", "x", will)
	dieWith("c", "hopla/save_series", `["s", null]`, will)
	dieWith("d", "hopla/data", `["s", 1]`, will|retain)
	await(t, "the wills that are allowed", func() bool {
		got := r.read(&r.got)
		slices.Sort(got)
		return slices.Equal(got, []string{`data ["s", 1] retained`, `save_series ["s", null]`})
	})
	r.Publish("hopla/reply", []byte("end"), false)
	await(t, "the end", func() bool {
		heard.mu.Lock()
		defer heard.mu.Unlock()
		return slices.Contains(heard.got, "hopla/reply end")
	})
	if len(heard.got) != 3 {
		t.Errorf("heard %q", heard.got)
	}
	if d := r.read(&r.denied); !slices.Equal(d, []string{"a last will hopla/server", "b last will other/data"}) {
		t.Errorf("denied %q", d)
	}
	var late inbox
	r.dial(t, pahomqtt.Options{Subscribe: []string{"hopla/#"}, OnMessage: late.put})
	r.Publish("hopla/reply", []byte("end"), false)
	await(t, "nothing kept", late.has("hopla/reply end"))
}

func TestLogins(t *testing.T) {
	open := start(t, broker.Config{})
	open.dial(t, pahomqtt.Options{User: "anybody", Password: "anything"})
	open.dial(t, pahomqtt.Options{})

	r := start(t, broker.Config{User: "ann", Password: "right"})
	r.dial(t, pahomqtt.Options{User: "ann", Password: "right"})
	for _, o := range []pahomqtt.Options{
		{ClientID: "none"},
		{ClientID: "wrong", User: "ann", Password: "wrong"},
		{ClientID: "bob", User: "bob", Password: "right"},
		{ClientID: "empty", User: "ann"},
	} {
		o.Broker = r.addr
		c, err := pahomqtt.Dial(t.Context(), o)
		if err == nil {
			c.Close()
			t.Fatalf("%s was let in", o.ClientID)
		}
		want := "does not accept user"
		if o.User == "" {
			want = "asks for a user name and a password"
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", o.ClientID, err)
		}
	}
	await(t, "the denials", func() bool {
		return slices.Equal(r.read(&r.denied), []string{"none login ", "wrong login ann", "bob login bob", "empty login ann"})
	})
}

func TestAPacketThatIsTooLong(t *testing.T) {
	r := start(t, broker.Config{MaxPacket: 64 << 10})
	bystander := r.dial(t, pahomqtt.Options{QoS: 1})
	down := make(chan error, 1)
	c := r.dial(t, pahomqtt.Options{OnDown: func(err error) {
		select {
		case down <- err:
		default:
		}
	}})
	if err := c.Publish("hopla/data", bytes.Repeat([]byte("x"), 60<<10)); err != nil {
		t.Fatal(err)
	}
	await(t, "the long message", func() bool { return len(r.read(&r.got)) == 1 })
	c.Publish("hopla/data", make([]byte, 64<<10))
	select {
	case <-down:
	case <-time.After(10 * time.Second):
		t.Fatal("the connection was not ended")
	}
	r.awaitNotice(t, "longer than 65536 bytes")
	await(t, "the client to come back", func() bool { return c.Publish("hopla/data", []byte("again")) == nil })
	await(t, "its row", func() bool { return slices.Contains(r.read(&r.got), "data again") })
	if err := bystander.Publish("hopla/data", nil); err != nil {
		t.Errorf("another client: %v", err)
	}
}

func TestThoseWhoDoNotSpeakMQTT(t *testing.T) {
	r := start(t, broker.Config{})
	for _, text := range []string{"GET / HTTP/1.1\r\nHost: pi\r\n\r\n", "\x10\xff\xff\xff\xff\xff", "\x10\x02\x00\x00", "\x16\x03\x01\x02\x00\x01\x00"} {
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(c, text)
		c.(*net.TCPConn).CloseWrite()
		if _, err := io.ReadAll(c); errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		c.Close()
	}
	r.awaitNotice(t, "does not keep to MQTT's rules")
	r.dial(t, pahomqtt.Options{QoS: 1}).Publish("hopla/data", []byte("x"))
	if got := r.read(&r.got); !slices.Equal(got, []string{"data x"}) {
		t.Errorf("got %q", got)
	}
}

func TestAPanicEndsOneConnection(t *testing.T) {
	r := listen(t, broker.Config{})
	r.Subscribe("hopla", func(_ wire.Topic, payload []byte, _ bool) bool {
		if string(payload) == "bad" {
			panic("ouch")
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, string(payload))
		return true
	})
	if err := r.Serve(); err != nil {
		t.Fatal(err)
	}
	r.raw(t, "127.0.0.1", "a", 4).Write(packet(0x30, str("hopla/data"), []byte("bad")))
	r.awaitNotice(t, "ouch")
	r.dial(t, pahomqtt.Options{QoS: 1}).Publish("hopla/data", []byte("good"))
	if got := r.read(&r.got); !slices.Equal(got, []string{"good"}) {
		t.Errorf("got %q", got)
	}
}

func TestTwoClientsWithOneID(t *testing.T) {
	r := start(t, broker.Config{})
	var last net.Conn
	for range 50 {
		last = r.raw(t, "127.0.0.1", "esp", 4)
		last.Write(packet(0x82, []byte{0, 1}, str("hopla/reply"), []byte{0}))
		if head, body := readPacket(t, last); head != 0x90 || body[2] != 0 {
			t.Fatalf("SUBACK %x % x", head, body)
		}
	}
	// The one who came last is heard and hears.
	r.Publish("hopla/reply", []byte("x"), false)
	if head, body := readPacket(t, last); head != 0x30 || !bytes.HasSuffix(body, []byte("x")) {
		t.Errorf("%x %q", head, body)
	}
	last.Write(packet(0x30, str("hopla/data"), []byte("y")))
	await(t, "its row", func() bool { return slices.Equal(r.read(&r.got), []string{"data y"}) })
	r.awaitNotice(t, `client "esp" keeps connecting from 127.0.0.1`)
}

// A board that lost its connection comes back in the moment in which the broker
// notices. It hears what it subscribes to, whichever of the two is first.
func TestAClientComesBackAtOnce(t *testing.T) {
	r := start(t, broker.Config{})
	for i := range 300 {
		c := r.raw(t, "127.0.0.1", "board", 4)
		subscribe := packet(0x82, []byte{0, 1}, str("hopla/reply"), []byte{0})
		c.Write(subscribe)
		readPacket(t, c)
		text := fmt.Sprintf(`{"id":"%d"}`, i)
		r.Publish("hopla/reply", []byte(text), false)
		if _, body, err := nextPacket(c); err != nil || !strings.HasSuffix(string(body), text) {
			t.Fatalf("connection %d hears nothing: %q, %v", i, body, err)
		}
		c.Close()
	}
}

func TestTwoDevicesWithOneID(t *testing.T) {
	if l, err := net.Listen("tcp", "127.0.0.2:0"); err != nil {
		t.Skip("127.0.0.2 is no address of this machine, only Linux has all of 127.0.0.0/8")
	} else {
		l.Close()
	}
	r := start(t, broker.Config{})
	r.raw(t, "127.0.0.1", "esp", 4)
	r.raw(t, "127.0.0.2", "esp", 4)
	r.awaitNotice(t, `two devices call themselves "esp", one at 127.0.0.1 and one at 127.0.0.2`)
}

func TestThePortIsTaken(t *testing.T) {
	for _, address := range []string{"127.0.0.1", ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		port := l.Addr().(*net.TCPAddr).Port
		_, err = broker.Listen(broker.Config{Session: "hopla", Port: port})
		var taken *broker.PortTakenError
		if !errors.As(err, &taken) || taken.Port != port {
			t.Fatalf("address %q: %v", address, err)
		}
		want := fmt.Sprintf("port %d is taken: a plotserver or another broker is running there: end it, join it with -broker localhost:%d, or choose another port with -port", port, port)
		if err.Error() != want {
			t.Errorf("%v", err)
		}
	}
	text := (&broker.PortTakenError{Port: 1883}).Error()
	if text != "port 1883 is taken: a plotserver or another broker is running there: end it, join it with -broker localhost, or choose another port with -port" {
		t.Error(text)
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []broker.Config{
		{Session: "hopla", Port: -1}, {Session: "hopla", Port: 65536}, {Session: "+"}, {Session: "hopla", Address: "192.0.2.1"},
	} {
		if b, err := broker.Listen(c); err == nil {
			b.Close()
			t.Errorf("%+v was accepted", c)
		}
	}
	b, err := broker.Listen(broker.Config{Session: "hopla"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	b.Serve()
	port := b.Addr().(*net.TCPAddr).Port
	for _, host := range []string{"127.0.0.1", "::1"} {
		if l, err := net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
			continue // this machine has no IPv6
		} else {
			l.Close()
		}
		c, err := pahomqtt.Dial(t.Context(), pahomqtt.Options{Broker: host, Port: port})
		if err != nil {
			t.Error(err)
			continue
		}
		c.Close()
	}
}

func TestNobodyIsServedBeforeServe(t *testing.T) {
	r := listen(t, broker.Config{})
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Write(packet(0x10, str("MQTT"), []byte{4, 2, 0, 60}, str("early")))
	c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Error("it was answered")
	}
	if err := r.Serve(); err != nil {
		t.Fatal(err)
	}
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if head, _ := readPacket(t, c); head != 0x20 {
		t.Errorf("packet %x", head)
	}
}

func TestAnotherSession(t *testing.T) {
	r := listen(t, broker.Config{})
	if err := r.Subscribe("other", func(wire.Topic, []byte, bool) bool { return true }); err == nil {
		t.Error("another session was accepted")
	}
}

// Nobody can make Close wait: not a client that does not read, not one whose
// rows nobody takes.
func TestCloseIsQuick(t *testing.T) {
	r := listen(t, broker.Config{})
	release := make(chan bool)
	defer close(release)
	r.Subscribe("hopla", func(_ wire.Topic, payload []byte, _ bool) bool {
		if string(payload) == "stuck" {
			<-release
		}
		return true
	})
	r.Serve()
	deaf := r.raw(t, "127.0.0.1", "deaf", 4)
	deaf.Write(packet(0x82, []byte{0, 1}, str("hopla/reply"), []byte{1}))
	readPacket(t, deaf)
	stuck := r.raw(t, "127.0.0.1", "stuck", 4)
	stuck.Write(packet(0x30, str("hopla/data"), []byte("stuck")))
	block := make([]byte, 200<<10)
	for range 100 {
		r.Publish("hopla/reply", block, false)
	}
	begin := time.Now()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if d := time.Since(begin); d > time.Second {
		t.Errorf("Close took %v", d)
	}
	for _, c := range []net.Conn{deaf, stuck} {
		if _, err := io.Copy(io.Discard, c); errors.Is(err, net.ErrClosed) || isTimeout(err) {
			t.Errorf("a connection is still open: %v", err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error("closed twice:", err)
	}
	if err := r.Publish("hopla/reply", nil, false); !errors.Is(err, broker.ErrClosed) {
		t.Error(err)
	}
	// The port is free again.
	b, err := broker.Listen(broker.Config{Session: "hopla", Address: "127.0.0.1", Port: r.Addr().(*net.TCPAddr).Port})
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func TestTheGoodbyeArrives(t *testing.T) {
	r := start(t, broker.Config{})
	var heard inbox
	r.dial(t, pahomqtt.Options{QoS: 1, Subscribe: []string{"hopla/server"}, OnMessage: heard.put})
	r.Publish("hopla/server", []byte("offline"), false)
	r.Close()
	await(t, "the goodbye", heard.has("hopla/server offline"))
}

func TestASlowSubscriberLosesOnlyItsOwn(t *testing.T) {
	r := start(t, broker.Config{})
	deaf := r.raw(t, "127.0.0.1", "deaf", 4)
	deaf.Write(packet(0x82, []byte{0, 1}, str("hopla/#"), []byte{0}))
	readPacket(t, deaf)
	c := r.dial(t, pahomqtt.Options{})
	const n = 5000
	block := make([]byte, 20<<10)
	for range n {
		if err := c.Publish("hopla/data", block); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "all rows", func() bool { return len(r.read(&r.got)) == n })
	r.awaitNotice(t, `client "deaf"`)
	if notices := r.read(&r.notices); len(notices) != 1 {
		t.Errorf("said %q", notices)
	}
}

// The answer to a login is a code that the client's MQTT version has, whatever
// it lacks.
func TestRefusedLoginsHaveACodeOfTheClientsVersion(t *testing.T) {
	r := start(t, broker.Config{User: "ann", Password: "right"})
	for _, login := range []struct {
		name  string
		flags byte
		texts [][]byte
	}{
		{"none", 0, nil},
		{"no password", 0x80, [][]byte{str("ann")}},
		{"an empty password", 0xc0, [][]byte{str("ann"), str("")}},
		{"a wrong password", 0xc0, [][]byte{str("ann"), str("wrong")}},
		{"a password alone", 0x40, [][]byte{str("right")}},
	} {
		for _, version := range []byte{3, 4, 5} {
			c, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(20 * time.Second))
			name, properties := "MQTT", []byte(nil)
			switch version {
			case 3:
				name = "MQIsdp"
			case 5:
				properties = []byte{0}
			}
			parts := [][]byte{str(name), {version, 2 | login.flags, 0, 60}, properties, str("c")}
			c.Write(packet(0x10, append(parts, login.texts...)...))
			head, body := readPacket(t, c)
			if ok := body[1] == 4 || body[1] == 5; head != 0x20 || version < 5 && !ok || version == 5 && body[1] < 0x80 {
				t.Errorf("%s, version %d: %x % x", login.name, version, head, body)
			}
		}
	}
}

func TestALoginTakesUserAndPassword(t *testing.T) {
	for _, c := range []broker.Config{{User: "ann"}, {Password: "right"}} {
		c.Session, c.Address = "hopla", "127.0.0.1"
		if b, err := broker.Listen(c); err == nil {
			b.Close()
			t.Errorf("%+v was accepted", c)
		}
	}
}

func TestComplaintsAreBounded(t *testing.T) {
	r := start(t, broker.Config{})
	c := r.dial(t, pahomqtt.Options{ClientID: strings.Repeat("x", 1000)})
	for i := range 5000 {
		c.Publish(fmt.Sprint(i, strings.Repeat("y", 1000)), nil)
	}
	c.Publish("hopla/data", nil)
	await(t, "the row", func() bool { return len(r.read(&r.got)) == 1 })
	denied := r.read(&r.denied)
	if len(denied) == 0 || len(denied) > 1000 || len(denied[0]) > 400 {
		t.Errorf("%d denials, the first of %d bytes", len(denied), len(denied[0]))
	}
	if got, want := r.read(&r.notices), []string{"there were 1000 different complaints about clients; further ones are not shown"}; !slices.Equal(got, want) {
		t.Errorf("notices %q, want %q", got, want)
	}
}

// A keepalive as long as MQTT has them: one and a half times as much is more
// than fits into 16 bits.
func TestTheLongestKeepalive(t *testing.T) {
	r := start(t, broker.Config{})
	var all []net.Conn
	for _, seconds := range []uint16{0, 43690, 43691, 65535} {
		c, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.Write(packet(0x10, str("MQTT"), []byte{4, 2, byte(seconds >> 8), byte(seconds)}, str(fmt.Sprint(seconds))))
		readPacket(t, c)
		all = append(all, c)
	}
	time.Sleep(1500 * time.Millisecond) // the broker gives a second more than it says
	for _, c := range all {
		c.Write([]byte{0xc0, 0}) // PINGREQ, PINGRESP
		if head, _, err := nextPacket(c); err != nil || head != 0xd0 {
			t.Errorf("%x, %v", head, err)
		}
	}
}

func TestASilentClientIsLetGo(t *testing.T) {
	r := start(t, broker.Config{})
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Write(packet(0x10, str("MQTT"), []byte{4, 2 | 4, 0, 1}, str("silent"), str("hopla/save_series"), str("will"))) // keepalive 1 s
	readPacket(t, c)
	await(t, "its last will", func() bool { return slices.Equal(r.read(&r.got), []string{"save_series will"}) })
}
