// Package broker is the MQTT broker inside the server: mochi-mqtt with one
// session's rules of who may say what, and with bounds on everything that a
// client could make grow. [Listen] binds the port, [Broker.Serve] lets clients
// in.
package broker
