package pahomqtt

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// testBroker is a broker on a loopback port that can be stopped and started
// again at the same address. It takes user "ann" with password "right", or
// nobody's name, and refuses subscriptions to forbidden/#.
type testBroker struct {
	t      testing.TB
	addr   string
	kind   string // "tcp", "tls" or "ws"
	tls    *tls.Config
	server *mochi.Server

	mu  sync.Mutex
	got []mochiMessage
}

type mochiMessage struct {
	topic, payload string
	retain         bool
	qos            byte
}

type testHook struct{ mochi.HookBase }

func (*testHook) ID() string { return "test" }
func (*testHook) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}
func (*testHook) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	return !pk.Connect.UsernameFlag || string(pk.Connect.Username) == "ann" && string(pk.Connect.Password) == "right"
}
func (*testHook) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	return write || topic != "forbidden/#"
}

func startBroker(t testing.TB, kind string, config *tls.Config) *testBroker {
	t.Helper()
	b := &testBroker{t: t, kind: kind, tls: config, addr: "127.0.0.1:0"}
	b.start()
	t.Cleanup(b.stop)
	return b
}

func (b *testBroker) start() {
	b.t.Helper()
	s := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	s.AddHook(new(testHook), nil)
	var l listeners.Listener
	config := listeners.Config{ID: "x", Address: b.addr, TLSConfig: b.tls}
	if b.kind == "ws" {
		// mochi's WebSocket listener does not tell which free port it took.
		if b.addr == "127.0.0.1:0" {
			config.Address = freeAddress(b.t)
		}
		l = listeners.NewWebsocket(config)
	} else {
		l = listeners.NewTCP(config)
	}
	if err := s.AddListener(l); err != nil {
		b.t.Fatal(err)
	}
	s.Subscribe("#", 1, func(_ *mochi.Client, _ packets.Subscription, pk packets.Packet) {
		if strings.HasPrefix(pk.TopicName, "$") {
			return // what mochi says about itself
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.got = append(b.got, mochiMessage{pk.TopicName, string(pk.Payload), pk.FixedHeader.Retain, pk.FixedHeader.Qos})
	})
	if err := s.Serve(); err != nil {
		b.t.Fatal(err)
	}
	b.server, b.addr = s, l.Address()
	if b.kind == "ws" {
		await(b.t, "the WebSocket to listen", func() bool {
			c, err := net.Dial("tcp", b.addr)
			if err == nil {
				c.Close()
			}
			return err == nil
		})
	}
}

func (b *testBroker) stop() {
	if b.server != nil {
		b.server.Close()
		b.server = nil
	}
}

func (b *testBroker) messages() []mochiMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]mochiMessage(nil), b.got...)
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// await waits for something to become true; it is for what the other side of
// a connection does.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

// authority makes a certificate authority and a certificate of its for
// 127.0.0.1 and localhost. It returns the server's configuration and a file
// with the authority's certificate.
func authority(t testing.TB, expires time.Time) (*tls.Config, string) {
	t.Helper()
	make := func(serial int64, parent *x509.Certificate, by *ecdsa.PrivateKey, isCA bool, until time.Time) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: fmt.Sprint("test ", serial)},
			NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until,
			IsCA: isCA, BasicConstraintsValid: true,
		}
		if isCA {
			c.KeyUsage = x509.KeyUsageCertSign
		} else {
			c.DNSNames, c.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
		}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return cert, key
	}
	ca, caKey := make(1, nil, nil, true, time.Now().Add(time.Hour))
	cert, key := make(2, ca, caKey, false, expires)
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}, file
}
