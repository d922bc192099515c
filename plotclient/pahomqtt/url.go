package pahomqtt

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// schemes are the ones a broker's URL may have, in paho's spelling, with the
// port that is meant when none is named (IANA: mqtt 1883, secure-mqtt 8883).
var schemes = map[string]struct {
	paho string
	port int
}{
	"mqtt":  {"tcp", 1883},
	"tcp":   {"tcp", 1883},
	"mqtts": {"ssl", 8883},
	"ssl":   {"ssl", 8883},
	"tls":   {"ssl", 8883},
	"ws":    {"ws", 80},
	"wss":   {"wss", 443},
}

// ParseBroker turns what a person types for a broker into a URL with the
// scheme tcp, ssl, ws or wss and a host that always has a port. A port within
// broker wins over the argument; port 0 means the scheme's own. An empty
// broker is localhost. WebSocket URLs without a path get /mqtt.
func ParseBroker(broker string, port int) (*url.URL, error) {
	refuse := func(why string) (*url.URL, error) {
		return nil, fmt.Errorf("cannot use %q as a broker: %s", broker, why)
	}
	if port < 0 || port > 65535 {
		return nil, fmt.Errorf("cannot use port %d: ports are 1 to 65535", port)
	}
	text := strings.TrimSpace(broker)
	if text == "" {
		text = "localhost"
	}
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = "mqtt", text
	}
	kind, ok := schemes[strings.ToLower(scheme)]
	if !ok {
		return refuse("it begins with " + scheme + "://, and only mqtt://, tcp://, mqtts://, ssl://, tls://, ws:// and wss:// are known")
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	// A bare IPv6 address has colons of its own.
	if a, err := netip.ParseAddr(authority); err == nil && a.Is6() {
		authority = "[" + strings.ReplaceAll(authority, "%", "%25") + "]"
	}
	u, err := url.Parse(kind.paho + "://" + authority + path)
	if err != nil {
		if strings.Contains(authority, "@") {
			// The text may hold a password, so it is not repeated.
			return nil, fmt.Errorf("cannot use what was given as a broker: it is neither a host, host:port nor a URL")
		}
		return refuse("it is neither a host, host:port nor a URL")
	}
	if u.User != nil {
		if _, has := u.User.Password(); has {
			return nil, fmt.Errorf("cannot use a broker URL with a password in it: give the user with --user and the password with --password-file or IOTPLOT_PASSWORD")
		}
		return nil, fmt.Errorf("cannot use a broker URL with a user in it: give the user with --user")
	}
	host := u.Hostname()
	if host == "" {
		return refuse("it names no host")
	}
	if !isHost(host) {
		return refuse("its host is not a name or an address")
	}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 {
			return refuse("ports are 1 to 65535")
		}
		port = n
	}
	if port == 0 {
		port = kind.port
	}
	websocket := kind.paho == "ws" || kind.paho == "wss"
	if !websocket && (u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "") {
		return refuse("it has a path, and only ws:// and wss:// may have one")
	}
	if !websocket {
		u.Path, u.RawPath, u.RawQuery, u.ForceQuery = "", "", "", false
	} else if u.Path == "" {
		u.Path = "/mqtt"
	}
	u.Fragment, u.RawFragment = "", ""
	u.Host = net.JoinHostPort(host, strconv.Itoa(port))
	return u, nil
}

// isHost reports whether a host is an IPv6 address, with a zone or without,
// or could be a name or an IPv4 address.
func isHost(host string) bool {
	address, zone, zoned := strings.Cut(host, "%")
	if zoned && (zone == "" || strings.Trim(zone, zoneCharacters) != "") {
		return false
	}
	if zoned || strings.Contains(host, ":") {
		a, err := netip.ParseAddr(address)
		return err == nil && a.Is6()
	}
	for _, r := range host {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r) {
			return false
		}
	}
	return true
}

// zoneCharacters are those of interface names that a URL need not escape.
const zoneCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
