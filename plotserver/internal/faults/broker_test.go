package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// TestBrokerRestarted has a broker between clients and server, and ends or kills
// it again and again while rows are streamed. It keeps nothing on disk, so the
// server's retained state is gone each time too.
func TestBrokerRestarted(t *testing.T) {
	t.Parallel()
	b := newMosquitto(t)
	r := random(t)
	s := joinServer(t, b.port)
	var all []*measurement
	for i, k := range kinds {
		m := newMeasurement(t, i+1, "solar")
		k.connect(m, b.addr())
		all = append(all, m)
	}
	n := int64(0)
	restarts := either(3, 20)
	for i := range restarts {
		n += 1 + r.Int64N(3_000)
		for _, m := range all {
			m.allow(n + 1_500)
		}
		if i%3 == 2 {
			all[i%2].awaitDurable(n + 1_500) // mosquitto does not hear a signal right after its start
			b.signal(os.Interrupt)
		} else {
			all[i%2].awaitMeasured(n)
			b.kill()
		}
		b.start()
	}
	for i, m := range all {
		file := strconv.Itoa(i) + ".csv"
		m.awaitMeasured(n + 1_500)
		m.save(file)
		m.finish()
		s.holds(t, m)
		s.saved(t, m, file, n+1_500)
	}
	t.Logf("%d restarts, %d rows", restarts, n+1_500)
}

// joinServer starts a server at another broker.
func joinServer(t testing.TB, port int) *plotserver {
	t.Helper()
	s := &plotserver{dir: t.TempDir(), session: "hopla"}
	s.program = program{t: t, path: built(t), ready: ready}
	s.args = []string{"--session", s.session, "--dir", s.dir, "--broker", fmt.Sprintf("127.0.0.1:%d", port)}
	s.start()
	t.Cleanup(s.over)
	return s
}

// mosquitto is a broker that a laboratory may have already.
type mosquitto struct {
	program
	port int
}

func newMosquitto(t testing.TB) *mosquitto {
	t.Helper()
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs mosquitto: apt-get install mosquitto")
	}
	b := &mosquitto{port: freePort(t)}
	config := filepath.Join(t.TempDir(), "mosquitto.conf")
	text := fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\nlog_type all\n", b.port)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	b.program = program{t: t, path: path, args: []string{"-c", config}, ready: regexp.MustCompile(`mosquitto version .* running`)}
	b.start()
	t.Cleanup(b.kill)
	return b
}

func (b *mosquitto) addr() string { return fmt.Sprintf("127.0.0.1:%d", b.port) }
