package app

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// address is one at which a board may find this computer.
type address struct {
	ip   netip.Addr
	link string // the interface's name
}

// addresses returns the addresses of this computer on its networks, those that
// a board in a home or laboratory most likely uses first.
func addresses() []address {
	var all []address
	links, err := net.Interfaces()
	if err != nil {
		return nil
	}
	for _, l := range links {
		if l.Flags&net.FlagUp == 0 || l.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := l.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err != nil || !p.Addr().Is4() || p.Addr().IsLinkLocalUnicast() {
				continue // boards speak IPv4
			}
			all = append(all, address{p.Addr(), l.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b address) int { return rank(a) - rank(b) })
	return all
}

// rank puts bridges of containers and virtual machines and tunnels last: no
// board is behind them.
func rank(a address) int {
	for _, virtual := range []string{"docker", "br-", "veth", "virbr", "vmnet", "vEthernet", "utun", "tun", "tailscale", "wg", "zt"} {
		if strings.HasPrefix(a.link, virtual) {
			return 2
		}
	}
	if a.ip.IsPrivate() {
		return 0
	}
	return 1
}

// banner is what a person sees once the server is ready.
func banner(version, session, folder string, port int, boards []address, login bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "plotserver %s\n", version)
	fmt.Fprintf(&b, "  session   %s\n", session)
	fmt.Fprintf(&b, "  folder    %s\n", folder)
	fmt.Fprintf(&b, "  broker    built in, port %d", port)
	if login {
		b.WriteString(", with a login")
	}
	b.WriteString("\n")
	if len(boards) == 0 {
		b.WriteString("  boards    this computer has no network now; programs on it use localhost\n")
	}
	for i, a := range boards {
		if i == 0 {
			fmt.Fprintf(&b, "  boards    use %s (%s)", a.ip, a.link)
		} else {
			fmt.Fprintf(&b, "            or  %s (%s)", a.ip, a.link)
		}
		if port != 1883 {
			fmt.Fprintf(&b, " port %d", port)
		}
		b.WriteString("\n")
	}
	b.WriteString("A board gets no connection? Then look at these:\n" +
		"  - its broker is an address above: localhost is the board itself\n" +
		fmt.Sprintf("  - the firewall of this computer lets TCP port %d in\n", port) +
		"  - both are in the same network, and its Wi-Fi lets devices talk to each other\n" +
		"    (guest and campus networks often do not: client isolation; a phone's hotspot does)\n")
	return b.String()
}

// remoteBanner is the banner where the broker is another program.
func remoteBanner(version, session, folder, broker string) string {
	return fmt.Sprintf("plotserver %s\n  session   %s\n  folder    %s\n  broker    %s\n", version, session, folder, broker)
}
