package broker

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// PortTakenError is returned by Listen when something else has the port.
type PortTakenError struct {
	Port int
	Err  error
}

func (e *PortTakenError) Error() string {
	join := "localhost"
	if e.Port != 1883 {
		join += ":" + strconv.Itoa(e.Port)
	}
	return fmt.Sprintf("port %d is taken: a plotserver or another broker is running there: end it, join it with -broker %s, or choose another port with -port", e.Port, join)
}

func (e *PortTakenError) Unwrap() error { return e.Err }

// Windows has numbers of its own for what POSIX calls EADDRINUSE and the like
// (Winsock error codes), and package syscall does not translate them.
const (
	wsaAccess       = syscall.Errno(10013)
	wsaAddrInUse    = syscall.Errno(10048)
	wsaAddrNotAvail = syscall.Errno(10049)
)

// bind listens on an address, "" for all of IPv4 and IPv6.
func bind(address string, port int) (net.Listener, error) {
	if port < 0 || port > 65535 {
		return nil, fmt.Errorf("cannot listen on port %d: ports are 1 to 65535, and 0 takes a free one", port)
	}
	number := strconv.Itoa(port)
	if address == "" && port != 0 {
		// macOS and Windows let one program have all addresses and another the
		// loopback one; local clients would then reach the other broker.
		for _, local := range [...]string{"127.0.0.1", "::1"} {
			l, err := net.Listen("tcp", net.JoinHostPort(local, number))
			if isTaken(err) {
				return nil, &PortTakenError{Port: port, Err: err}
			}
			if err == nil {
				l.Close()
			}
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(address, number))
	switch {
	case err == nil:
		return l, nil
	case isTaken(err):
		return nil, &PortTakenError{Port: port, Err: err}
	case errors.Is(err, syscall.EACCES) || errors.Is(err, wsaAccess):
		return nil, fmt.Errorf("cannot listen on port %d: this user has no right to, choose one above 1023 with -port (%w)", port, err)
	case errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, wsaAddrNotAvail):
		return nil, fmt.Errorf("cannot listen on %s: no network interface of this machine has that address (%w)", address, err)
	}
	return nil, fmt.Errorf("cannot listen on port %d: %w", port, err)
}

func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaAddrInUse)
}
