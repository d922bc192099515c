// Package pahomqtt is the MQTT connection of hosts: laptops, servers, anything
// that runs Go's own network stack. It wraps eclipse/paho and promises what
// paho alone does not: a publish is never lost silently while the broker is
// away, subscriptions come back after every reconnect, a broker that starts
// later is found, and every error is a sentence that says what to do.
//
// Begin with [Dial]. A [Conn] is a plotclient.Publisher.
package pahomqtt
