package pahomqtt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// dialer opens a network connection, TLS and WebSocket included.
type dialer func(ctx context.Context) (net.Conn, error)

func newDialer(u *url.URL, o Options) (dialer, error) {
	secure := u.Scheme == "ssl" || u.Scheme == "wss"
	if o.CAFile != "" && !secure {
		return nil, fmt.Errorf("cannot use an authority's certificate with %s: the connection is not encrypted; use mqtts:// or wss://", u.Host)
	}
	var config *tls.Config
	if secure {
		config = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.Hostname()}
		if o.CAFile != "" {
			pool, err := authorities(o.CAFile)
			if err != nil {
				return nil, err
			}
			config.RootCAs = pool
		}
	}
	network := &net.Dialer{Timeout: o.Timeout}
	switch u.Scheme {
	case "ws", "wss":
		return func(context.Context) (net.Conn, error) {
			return mqtt.NewWebsocket(u.String(), config, o.Timeout, nil, nil)
		}, nil
	case "ssl":
		d := &tls.Dialer{NetDialer: network, Config: config}
		return func(ctx context.Context) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, o.Timeout) // of the handshake too
			defer cancel()
			return d.DialContext(ctx, "tcp", u.Host)
		}, nil
	}
	return func(ctx context.Context) (net.Conn, error) { return network.DialContext(ctx, "tcp", u.Host) }, nil
}

// authorities reads the certificates of a PEM file.
func authorities(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, fmt.Errorf("cannot read the authority's certificate %q: %w", file, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("cannot use %q as an authority's certificate: it holds none in PEM form, which begins with -----BEGIN CERTIFICATE-----", file)
	}
	return pool, nil
}
