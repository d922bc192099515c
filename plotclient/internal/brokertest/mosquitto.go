package brokertest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Mosquitto is the broker that most people run.
type Mosquitto struct {
	address, program, config string
	cmd                      *exec.Cmd
}

// NewMosquitto makes a broker at a port that is free now. It skips the test where
// mosquitto is not installed.
func NewMosquitto(t *testing.T, g Guard) *Mosquitto {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/mosquitto"); err != nil { // where Debian puts it
			t.Skip("mosquitto is not installed: apt-get install mosquitto")
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	m := &Mosquitto{address: l.Addr().String(), program: program, config: filepath.Join(dir, "mosquitto.conf")}
	_, port, _ := net.SplitHostPort(m.address)
	// "user" counts only when root runs the tests: else mosquitto would become
	// another user, who cannot read these files.
	text := "user root\nlistener " + port + " 127.0.0.1\npersistence false\n"
	if g == Everybody {
		text += "allow_anonymous true\n"
	} else {
		text += "allow_anonymous false\n" + annOnly(t, dir)
	}
	write(t, m.config, text)
	return m
}

// annOnly writes the files of a guard, and returns the lines that name them.
func annOnly(t *testing.T, dir string) string {
	t.Helper()
	hash, err := exec.LookPath("mosquitto_passwd")
	if err != nil {
		t.Skip("mosquitto_passwd is not installed: apt-get install mosquitto")
	}
	passwords, rules := filepath.Join(dir, "passwords"), filepath.Join(dir, "rules")
	if out, err := exec.Command(hash, "-b", "-c", passwords, "ann", "right").CombinedOutput(); err != nil {
		t.Fatalf("mosquitto_passwd: %v: %s", err, out)
	}
	write(t, rules, "user ann\ntopic readwrite #\ntopic deny forbidden/#\n")
	return "password_file " + passwords + "\nacl_file " + rules + "\n"
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Address is the host and port.
func (m *Mosquitto) Address() string { return m.address }

// Start starts it and returns when it takes connections.
func (m *Mosquitto) Start() error {
	m.cmd = exec.Command(m.program, "-c", m.config)
	if err := m.cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		conn, err := net.Dial("tcp", m.address)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			return err
		}
	}
}

// Kill ends it, if it runs, as a lost supply would.
func (m *Mosquitto) Kill() {
	if m.cmd != nil {
		m.cmd.Process.Kill()
		m.cmd.Wait()
		m.cmd = nil
	}
}
