package pahomqtt

import (
	"net"
	"strconv"
	"strings"
	"testing"
)

func TestParseBroker(t *testing.T) {
	for _, c := range []struct {
		broker string
		port   int
		want   string // URL, or "error: " and a part of its text
	}{
		{"", 0, "tcp://localhost:1883"},
		{"", 1884, "tcp://localhost:1884"},
		{"pi", 0, "tcp://pi:1883"},
		{" pi ", 0, "tcp://pi:1883"},
		{"pi", 1884, "tcp://pi:1884"},
		{"pi:1885", 1884, "tcp://pi:1885"},
		{"pi.local:1885", 0, "tcp://pi.local:1885"},
		{"192.168.1.7", 0, "tcp://192.168.1.7:1883"},
		{"::1", 0, "tcp://[::1]:1883"},
		{"[::1]", 0, "tcp://[::1]:1883"},
		{"[::1]:1885", 0, "tcp://[::1]:1885"},
		{"fe80::1", 1884, "tcp://[fe80::1]:1884"},
		{"mqtt://pi", 0, "tcp://pi:1883"},
		{"MQTT://pi/", 0, "tcp://pi:1883"},
		{"tcp://pi:1", 0, "tcp://pi:1"},
		{"mqtts://pi", 0, "ssl://pi:8883"},
		{"ssl://pi", 0, "ssl://pi:8883"},
		{"tls://pi", 1883, "ssl://pi:1883"},
		{"ws://pi", 0, "ws://pi:80/mqtt"},
		{"ws://pi/", 0, "ws://pi:80/"},
		{"wss://pi/socket?a=b", 0, "wss://pi:443/socket?a=b"},
		{"ws://pi:9001/mqtt", 1883, "ws://pi:9001/mqtt"},
		{"http://pi", 0, "error: only mqtt://, tcp://, mqtts://"},
		{"pi:", 0, "tcp://pi:1883"},
		{"pi:0", 0, "error: ports are 1 to 65535"},
		{"pi:65536", 0, "error: ports are 1 to 65535"},
		{"pi:mqtt", 0, "error: neither a host, host:port nor a URL"},
		{"pi", -1, "error: ports are 1 to 65535"},
		{"pi", 65536, "error: ports are 1 to 65535"},
		{"mqtt://", 0, "error: names no host"},
		{":1883", 0, "error: names no host"},
		{"mqtt://pi/plots", 0, "error: only ws:// and wss:// may have one"},
		{"mqtt://ann:secret@pi", 0, "error: --password-file"},
		{"mqtt://ann:sec ret@pi:x", 0, "error: neither a host"},
		{"ann@pi", 0, "error: --user"},
		{"a b", 0, "error: neither a host"},
	} {
		u, err := ParseBroker(c.broker, c.port)
		if part, wrong := strings.CutPrefix(c.want, "error: "); wrong {
			if err == nil {
				t.Errorf("%q, %d: got %v, want an error", c.broker, c.port, u)
			} else if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "sec") {
				t.Errorf("%q, %d: %v", c.broker, c.port, err)
			}
			continue
		}
		if err != nil || u.String() != c.want {
			t.Errorf("%q, %d: got %v, %v, want %s", c.broker, c.port, u, err, c.want)
		}
	}
}

// What ParseBroker gives can be dialled, and parsing it again changes nothing.
func FuzzParseBroker(f *testing.F) {
	for _, s := range []string{"", "pi:1", "[::1%25eth0]:1", "fe80::1%eth0", "wss://x/y?z#a", "ws://x%20y", "mqtt://a@b", "//x", "tls://[", "x:y:z"} {
		f.Add(s, 1883)
	}
	f.Fuzz(func(t *testing.T, broker string, port int) {
		u, err := ParseBroker(broker, port)
		if err != nil {
			if u != nil {
				t.Fatalf("%v together with an error", u)
			}
			return
		}
		host, p, err := net.SplitHostPort(u.Host)
		if err != nil || host == "" {
			t.Fatalf("%q: host %q, %v", broker, u.Host, err)
		}
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			t.Fatalf("%q: port %q", broker, p)
		}
		again, err := ParseBroker(u.String(), 0)
		if err != nil || again.String() != u.String() {
			t.Fatalf("%q: %v became %v, %v", broker, u, again, err)
		}
	})
}
