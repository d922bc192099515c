// Package brokertest runs real brokers for tests of MQTT clients: mochi-mqtt within
// the test, and mosquitto, which has to be installed. Begin with [Each].
package brokertest

import "testing"

// Broker is a real one at a loopback address, which can be killed and started again
// there.
type Broker interface {
	Address() string
	Start() error
	Kill()
}

// Guard says whom a broker lets in.
type Guard uint8

const (
	Everybody Guard = iota // may do everything
	// AnnOnly lets in user "ann" with password "right", and nobody else. She must not
	// publish to or read forbidden/#.
	AnnOnly
)

// Each runs a test against each kind of broker, which is started before and killed
// afterwards. One that is not installed is skipped.
func Each(t *testing.T, g Guard, f func(t *testing.T, b Broker)) {
	t.Helper()
	run := func(t *testing.T, b Broker) {
		t.Helper()
		if err := b.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Kill)
		f(t, b)
	}
	t.Run("mochi", func(t *testing.T) { run(t, NewMochi(g)) })
	t.Run("mosquitto", func(t *testing.T) { run(t, NewMosquitto(t, g)) })
}
