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

// NetConnect fails.
func (*Esplink) NetConnect(*netlink.ConnectParams) error { return errNone }

// GetHostByName fails.
func (*Esplink) GetHostByName(string) (netip.Addr, error) { return netip.Addr{}, errNone }

// Addr fails.
func (*Esplink) Addr() (netip.Addr, error) { return netip.Addr{}, errNone }

// Socket fails.
func (*Esplink) Socket(domain, stype, protocol int) (int, error) { return 0, errNone }

// Bind fails.
func (*Esplink) Bind(int, netip.AddrPort) error { return errNone }

// Connect fails.
func (*Esplink) Connect(int, string, netip.AddrPort) error { return errNone }

// Listen fails.
func (*Esplink) Listen(sockfd, backlog int) error { return errNone }

// Accept fails.
func (*Esplink) Accept(int) (int, netip.AddrPort, error) { return 0, netip.AddrPort{}, errNone }

// Send fails.
func (*Esplink) Send(int, []byte, int, time.Time) (int, error) { return 0, errNone }

// Recv fails.
func (*Esplink) Recv(int, []byte, int, time.Time) (int, error) { return 0, errNone }

// Close fails.
func (*Esplink) Close(int) error { return errNone }

// SetSockOpt fails.
func (*Esplink) SetSockOpt(sockfd, level, opt int, value any) error { return errNone }
