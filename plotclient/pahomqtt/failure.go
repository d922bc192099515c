package pahomqtt

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Windows has numbers of its own (Winsock error codes), and package syscall
// does not translate them.
const (
	wsaConnAborted = syscall.Errno(10053)
	wsaConnReset   = syscall.Errno(10054)
	wsaNetUnreach  = syscall.Errno(10051)
	wsaTimedOut    = syscall.Errno(10060)
	wsaConnRefused = syscall.Errno(10061)
	wsaHostUnreach = syscall.Errno(10065)
)

// ConnectError says why a broker could not be reached or did not let us in.
type ConnectError struct {
	Broker string // host and port
	Text   string // one sentence, Broker included
	Err    error  // the cause, for programs
}

func (e *ConnectError) Error() string { return e.Text }
func (e *ConnectError) Unwrap() error { return e.Err }

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT) || errors.Is(err, wsaTimedOut) ||
		errors.As(err, &n) && n.Timeout()
}

// ended reports whether the other side ended the connection.
func ended(err error) bool {
	for _, target := range [...]error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, wsaConnReset, wsaConnAborted} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// dialFailure explains why the network connection, TLS included, did not come
// about.
func dialFailure(u *url.URL, err error) error {
	at := u.Host
	e := &ConnectError{Broker: at, Err: err}
	say := func(format string, args ...any) error {
		e.Text = fmt.Sprintf(format, args...)
		return e
	}
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &dns):
		if dns.IsTimeout || dns.IsTemporary {
			return say("cannot look up the broker %q: the name server does not answer, so check the network or give the broker's IP address", u.Hostname())
		}
		return say("cannot find the broker %q: there is no host of that name, so check the spelling or give its IP address", u.Hostname())
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, wsaConnRefused):
		return say("cannot reach a broker at %s: nothing listens there; start it (`plotserver` brings one along), or name another with --broker", at)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, wsaHostUnreach), errors.Is(err, wsaNetUnreach):
		return say("cannot reach a broker at %s: there is no way to that address from this network", at)
	case errors.As(err, &authority):
		return say("cannot trust the broker at %s: no authority that is known here has signed its certificate; give the authority's file with --ca", at)
	case errors.As(err, &name):
		return say("cannot trust the broker at %s: its certificate is for another name (%v)", at, name)
	case errors.As(err, &invalid):
		return say("cannot trust the broker at %s: its certificate is not valid (%v)", at, invalid)
	case errors.As(err, &record):
		return say("cannot use TLS with %s: what listens there does not speak it; use mqtt:// or ws://, or another port", at)
	case errors.As(err, &alert):
		return say("cannot use TLS with %s: the broker ended the handshake (%v)", at, alert)
	case timedOut(err):
		return say("%s", unreached(at))
	case strings.Contains(err.Error(), "websocket: bad handshake"): // gorilla/websocket's, which paho uses
		return say("cannot open a WebSocket at %s: what listens there does not offer one on %s; check port and path", at, u.Path)
	case ended(err):
		return say("cannot connect to %s: what listens there ended the connection; it may speak another protocol than %s", at, spoken(u))
	}
	return say("cannot reach a broker at %s: %v", at, err)
}

// unreached is said when no connection came about in time.
func unreached(at string) string {
	return fmt.Sprintf("cannot reach a broker at %s: no answer; check the address, whether both are on the same network, and whether a firewall is between them", at)
}

// handshakeFailure explains why MQTT did not come about over a connection that
// did. code is CONNACK's; s tells what came in its place.
func handshakeFailure(u *url.URL, o *Options, s *stream, code byte, err error) error {
	at := u.Host
	e := &ConnectError{Broker: at, Err: err}
	say := func(format string, args ...any) error {
		e.Text = fmt.Sprintf(format, args...)
		return e
	}
	switch code {
	case packets.ErrRefusedBadProtocolVersion:
		return say("cannot use the broker at %s: it does not speak MQTT 3.1.1", at)
	case packets.ErrRefusedIDRejected:
		return say("cannot use the broker at %s: it refuses the client id %q", at, o.ClientID)
	case packets.ErrRefusedServerUnavailable:
		return say("cannot use the broker at %s: it says that it is not available now", at)
	case packets.ErrRefusedBadUsernameOrPassword, packets.ErrRefusedNotAuthorised:
		if o.User == "" {
			return say("cannot use the broker at %s: it asks for a user name and a password; give --user, and the password with --password-file or IOTPLOT_PASSWORD", at)
		}
		return say("cannot use the broker at %s: it does not accept user %q with this password", at, o.User)
	}
	const tlsAlert = 0x15
	var rules *rulesError
	switch {
	case s != nil && s.heard && s.first == tlsAlert:
		return say("cannot use the broker at %s without TLS: use mqtts:// or wss://", at)
	case s != nil && s.heard && s.first != packetConnack:
		return say("cannot use %s as a broker: what listens there does not speak MQTT; check the port", at)
	case errors.As(err, &rules):
		return say("cannot use the broker at %s: it does not keep to MQTT 3.1.1 (%v)", at, rules)
	case timedOut(err):
		return say("%s", unanswered(at))
	case ended(err):
		return say("cannot use %s as a broker: what listens there ended the connection; check the port, and use mqtts:// if it wants TLS", at)
	}
	return say("cannot use %s as a broker: %v", at, err)
}

// unanswered is said when a connection came about, and no CONNACK over it.
func unanswered(at string) string {
	return fmt.Sprintf("cannot use %s as a broker: what listens there does not answer; check the port, and use mqtts:// if it wants TLS", at)
}

// lostFailure explains why a connection that was up is gone.
func lostFailure(u *url.URL, err error) error {
	e := &ConnectError{Broker: u.Host, Err: err}
	var rules *rulesError
	switch {
	case errors.As(err, &rules):
		e.Text = fmt.Sprintf("the connection to the broker at %s was ended: it does not keep to MQTT 3.1.1 (%v)", u.Host, rules)
	case err == nil:
		e.Text = fmt.Sprintf("the connection to the broker at %s is lost", u.Host)
	case ended(err):
		e.Text = fmt.Sprintf("the connection to the broker at %s is lost: the broker ended it", u.Host)
	case timedOut(err) || strings.Contains(err.Error(), "pingresp"):
		e.Text = fmt.Sprintf("the connection to the broker at %s is lost: it no longer answers", u.Host)
	default:
		e.Text = fmt.Sprintf("the connection to the broker at %s is lost: %v", u.Host, err)
	}
	return e
}

// spoken is what a URL's scheme expects of the other side.
func spoken(u *url.URL) string {
	switch u.Scheme {
	case "ssl":
		return "MQTT over TLS"
	case "ws":
		return "MQTT over WebSocket"
	case "wss":
		return "MQTT over WebSocket and TLS"
	}
	return "MQTT"
}
