//go:build !tinygo

package mqtt

import (
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// broker is a real one at a loopback address, which can be killed and started
// again there. It lets in user "ann" with password "right", and nobody else. She
// must not publish to or read forbidden/#.
type broker interface {
	address() string
	start() error
	kill()
}

// mochiBroker runs within the test.
type mochiBroker struct {
	addr   string
	server *mochi.Server
}

type annOnly struct{ mochi.HookBase }

func (*annOnly) ID() string { return "ann only" }
func (*annOnly) Provides(b byte) bool {
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}
func (*annOnly) OnConnectAuthenticate(cl *mochi.Client, pk packets.Packet) bool {
	return string(pk.Connect.Username) == "ann" && string(pk.Connect.Password) == "right"
}
func (*annOnly) OnACLCheck(cl *mochi.Client, topic string, write bool) bool {
	return topic != "forbidden/#"
}

func newMochi() *mochiBroker { return &mochiBroker{addr: "127.0.0.1:0"} }

func (b *mochiBroker) address() string { return b.addr }

func (b *mochiBroker) start() error {
	b.server = mochi.New(&mochi.Options{Logger: slog.New(slog.DiscardHandler)})
	if err := b.server.AddHook(new(annOnly), nil); err != nil {
		return err
	}
	l := listeners.NewTCP(listeners.Config{ID: "tcp", Address: b.addr})
	if err := b.server.AddListener(l); err != nil {
		return err
	}
	b.addr = l.Address()
	return b.server.Serve()
}

func (b *mochiBroker) kill() {
	if b.server != nil {
		b.server.Close()
		b.server = nil
	}
}

// mosquitto is the broker that most people run.
type mosquitto struct {
	t       *testing.T
	addr    string
	program string
	config  string
	cmd     *exec.Cmd
}

func newMosquitto(t *testing.T) *mosquitto {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil { // where Debian puts it
			t.Skip("mosquitto is not installed: apt-get install mosquitto")
		}
	}
	hash, err := exec.LookPath("mosquitto_passwd")
	if err != nil {
		t.Skip("mosquitto_passwd is not installed: apt-get install mosquitto")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	m := &mosquitto{t: t, addr: l.Addr().String(), program: program, config: filepath.Join(dir, "mosquitto.conf")}
	passwords, rules := filepath.Join(dir, "passwords"), filepath.Join(dir, "rules")
	if out, err := exec.Command(hash, "-b", "-c", passwords, "ann", "right").CombinedOutput(); err != nil {
		t.Fatalf("mosquitto_passwd: %v: %s", err, out)
	}
	_, port, _ := net.SplitHostPort(m.addr)
	// "user" counts only when root runs the tests: else mosquitto would become
	// another user, who cannot read these files.
	for file, text := range map[string]string{
		m.config: "user root\nlistener " + port + " 127.0.0.1\nallow_anonymous false\npersistence false\npassword_file " + passwords + "\nacl_file " + rules + "\n",
		rules:    "user ann\ntopic readwrite #\ntopic deny forbidden/#\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (m *mosquitto) address() string { return m.addr }

func (m *mosquitto) start() error {
	m.cmd = exec.Command(m.program, "-c", m.config)
	if err := m.cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		conn, err := net.Dial("tcp", m.addr)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			return err
		}
	}
}

func (m *mosquitto) kill() {
	if m.cmd != nil {
		m.cmd.Process.Kill()
		m.cmd.Wait()
		m.cmd = nil
	}
}

// deadlines is what a program puts around a net.Conn: no call waits long.
type deadlines struct{ net.Conn }

func (d deadlines) Read(p []byte) (int, error) {
	if err := d.SetReadDeadline(time.Now().Add(5 * time.Millisecond)); err != nil {
		return 0, err
	}
	return d.Conn.Read(p)
}

func (d deadlines) Write(p []byte) (int, error) {
	if err := d.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return 0, err
	}
	return d.Conn.Write(p)
}

// byteReads delivers one byte at a time.
type byteReads struct{ io.ReadWriteCloser }

func (b byteReads) Read(p []byte) (int, error) { return b.ReadWriteCloser.Read(p[:min(1, len(p))]) }

// shortWrites takes three bytes at a time, and at every other call none.
type shortWrites struct {
	io.ReadWriteCloser
	n int
}

func (s *shortWrites) Write(p []byte) (int, error) {
	if s.n++; s.n%2 == 0 {
		return 0, timeout{}
	}
	return s.ReadWriteCloser.Write(p[:min(3, len(p))])
}

// byteWrites takes one byte at a time and has no complaint.
type byteWrites struct{ io.ReadWriteCloser }

func (b byteWrites) Write(p []byte) (int, error) { return b.ReadWriteCloser.Write(p[:min(1, len(p))]) }

// lines are kinds of connections; stalls tells that only messages that fit into
// Out can be sent.
func lines() []line {
	return []line{
		{"plain", func(c io.ReadWriteCloser) io.ReadWriteCloser { return c }, false},
		{"one byte a read", func(c io.ReadWriteCloser) io.ReadWriteCloser { return byteReads{c} }, false},
		{"one byte a write", func(c io.ReadWriteCloser) io.ReadWriteCloser { return byteWrites{c} }, false},
		{"stalling writes", func(c io.ReadWriteCloser) io.ReadWriteCloser { return &shortWrites{ReadWriteCloser: c} }, true},
		{"both", func(c io.ReadWriteCloser) io.ReadWriteCloser {
			return &shortWrites{ReadWriteCloser: byteReads{c}}
		}, true},
	}
}

type line struct {
	name   string
	wrap   func(io.ReadWriteCloser) io.ReadWriteCloser
	stalls bool
}

// withBrokers runs a test against each broker.
func withBrokers(t *testing.T, f func(t *testing.T, b broker)) {
	t.Run("mochi", func(t *testing.T) { runWith(t, newMochi(), f) })
	t.Run("mosquitto", func(t *testing.T) { runWith(t, newMosquitto(t), f) })
}

func runWith(t *testing.T, b broker, f func(t *testing.T, b broker)) {
	t.Helper()
	if err := b.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.kill)
	f(t, b)
}
