//go:build tinygo && (ninafw || wioterminal || challenger_rp2040 || comboat_fw)

package board

import (
	"tinygo.org/x/drivers/netlink"
	"tinygo.org/x/drivers/netlink/probe"
)

// Join joins the Wi-Fi, on boards that have a chip of its own for that.
func Join(ssid, passphrase string) error {
	link, _ := probe.Probe()
	return link.NetConnect(&netlink.ConnectParams{Ssid: ssid, Passphrase: passphrase})
}
