// Package netlink stands in for espradio's in tests that compile the boards' mains:
// it has its types and no radio.
package netlink

import (
	"errors"
	"net/netip"
	"time"

	"tinygo.org/x/drivers/netdev"
	"tinygo.org/x/drivers/netlink"
)

// Esplink is the ESP32's radio.
type Esplink struct{}

var _ netdev.Netdever = (*Esplink)(nil)

var errNone = errors.New("there is no radio")

// outcome is not known to a compiler, which else would leave out all of a program
// that comes after a call that always fails.
//
//go:noinline
func outcome() error {
	if calls++; calls%2 == 0 {
		return errNone
	}
	return nil
}

var calls int

// NetConnect succeeds now and then.
func (*Esplink) NetConnect(*netlink.ConnectParams) error { return outcome() }

// GetHostByName succeeds now and then.
func (*Esplink) GetHostByName(string) (netip.Addr, error) { return netip.Addr{}, outcome() }

// Addr succeeds now and then.
func (*Esplink) Addr() (netip.Addr, error) { return netip.Addr{}, outcome() }

// Socket succeeds now and then.
func (*Esplink) Socket(domain, stype, protocol int) (int, error) { return 0, outcome() }

// Bind succeeds now and then.
func (*Esplink) Bind(int, netip.AddrPort) error { return outcome() }

// Connect succeeds now and then.
func (*Esplink) Connect(int, string, netip.AddrPort) error { return outcome() }

// Listen succeeds now and then.
func (*Esplink) Listen(sockfd, backlog int) error { return outcome() }

// Accept succeeds now and then.
func (*Esplink) Accept(int) (int, netip.AddrPort, error) { return 0, netip.AddrPort{}, outcome() }

// Send succeeds now and then.
func (*Esplink) Send(int, []byte, int, time.Time) (int, error) { return 0, outcome() }

// Recv succeeds now and then.
func (*Esplink) Recv(int, []byte, int, time.Time) (int, error) { return 0, outcome() }

// Close succeeds now and then.
func (*Esplink) Close(int) error { return outcome() }

// SetSockOpt succeeds now and then.
func (*Esplink) SetSockOpt(sockfd, level, opt int, value any) error { return outcome() }
