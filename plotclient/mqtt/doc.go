// Package mqtt is an MQTT 3.1.1 client for microcontrollers. It speaks over any
// [io.ReadWriteCloser] that the program dials, starts no goroutine, reads no
// clock, and allocates nothing once [New] has returned: both buffers are the
// caller's.
//
// Begin with [New], hand it a connection with [Client.Reset], say
// [Client.Connect], and then call [Client.Poll] over and over, with the time in
// milliseconds. Poll does all the receiving: it calls [Options.OnMessage], sends
// acknowledgements and pings, and tells with an error when the connection has
// ended. The program then dials again, at its own pace, and calls Reset with the
// new connection; subscriptions are the connection's, so it subscribes again.
//
//	c.Reset(conn)
//	err := c.Connect(now())
//	for err == nil {
//		err = c.Poll(now())
//		if c.State() == mqtt.Up {
//			… subscribe once, then c.Publish(topic, row)
//		}
//	}
//
// # What it promises
//
// Nothing that arrives panics, and nothing makes it wait for ever: a broker that
// breaks the rules ends the connection, and so does one that owes an answer for
// [Options.Timeout]. A message longer than the buffer is read past, acknowledged
// and counted ([Client.Skipped]). Every error is an [Error], a constant.
//
// QoS 0 and 1 go both ways. QoS 2 is neither sent nor subscribed to. At QoS 1
// the client keeps the packet ids of at most [MaxInFlight] packets and no
// payload: whoever needs a message repeated still has it (see [Client.Send]).
//
// # What the connection must do
//
// Poll calls Read once, and waits as long as that Read waits. So Read must not
// wait for ever: it may return few bytes, none with a nil error, or an error that
// means "nothing now". The last is recognised by a method Timeout() bool that
// says true, as the errors of Go's net have it, or by [Options.Idle]. A program
// with net.Conn sets a deadline before each Read and each Write (the example
// shows the dozen lines). Write may take fewer bytes than given, with a nil error
// or a timeout: what is left stays in the output buffer for the next call. A
// Write that times out must tell how many bytes it took.
//
// A Client is for one goroutine at a time.
//
// Numbers such as 3.3.1 in the comments are the sections, and [MQTT-3.3.1-2] the
// statements, of the OASIS standard MQTT Version 3.1.1 of 29 October 2014.
package mqtt
