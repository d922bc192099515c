// Package uplinktest is a broker with a plot server behind it, in memory: what
// programs for boards are tested against where there is no network, on a board's
// simulator too.
//
// Begin with a [Broker], whose Dial goes into uplink.Options, and look at its
// Server for what arrived. A [Server] alone answers the messages of any broker.
package uplinktest
