//go:build tinygo

// Package wifi joins a Wi-Fi with the ESP32's own radio, through espradio. It needs
// TinyGo 0.42 or newer for the original ESP32.
package wifi

import (
	// TinyGo 0.42 initialises packages in the order of imports, and once it has come
	// to net/netip it can work out no more maps at compile time. So all that net brings
	// along has to come before netdev: else it costs 74 KB of memory and 92 KB of flash.
	_ "net"

	"tinygo.org/x/drivers/netdev"
	"tinygo.org/x/drivers/netlink"
	radio "tinygo.org/x/espradio/netlink"
)

// Join joins a Wi-Fi and gets an address from it. It is called once: a second
// NetConnect fails, so after an error, or when the radio is lost for good, the chip
// has to be reset. A lost connection to the broker needs nothing but another dial.
func Join(ssid, passphrase string) error {
	link := &radio.Esplink{}
	netdev.UseNetdev(link)
	return link.NetConnect(&netlink.ConnectParams{Ssid: ssid, Passphrase: passphrase})
}
