// Package uplink is a board's way to the plot server: a [plotclient.Stream], whose
// rows are never lost, over an [mqtt.Client], over a connection that the program
// dials.
//
// Begin with [New], open a measurement with Link.Stream().Open, give rows with
// Link.Stream().Row, and call [Link.Poll] over and over. Poll does everything
// else: it dials, with pauses that grow and vary, logs in, subscribes to what the
// server answers, sends rows, and sends them again where need be. At the end
// [Link.Close] waits, for a bounded time, until all rows are safe.
//
//	link, err := uplink.New("hopla", uplink.Options{
//		Dial: dial, Random: random, ClientID: "esp32-1",
//		In: make([]byte, 640), Out: make([]byte, 256),
//		Stream: plotclient.StreamOptions{Ring: make([]byte, 24<<10), Buffer: make([]byte, 1024)},
//	})
//	…
//	link.Stream().Open(now(), "solar", "t", "V", "I")
//	for {
//		link.Stream().Row(now(), t, v, i)
//		link.Poll(now())
//	}
//
// # What it promises
//
// A row that Stream.Row took waits in the ring until the server has it for good:
// no failed dial, lost connection, restarted broker or restarted server loses or
// doubles it. Nothing that arrives panics or makes it wait for ever. There is no
// goroutine and no clock in it: times are milliseconds of the caller's, from any
// moment, and a clock that is set back only delays. Once the server has accepted
// the measurement, rows and their acknowledgements cost no allocation.
//
// # Waiting
//
// Poll waits as long as Options.Dial and the connection's Read and Write wait, and
// no longer. So Dial needs a bound (shorter than a watchdog's), and so does Read:
// see package mqtt. While a measurement must not be held up, call [Link.Tend],
// which does the same but dials not.
//
// At most half of the time goes into dialling: after a dial that failed, the pause
// is at least as long as the dial took.
//
// A Link is for one goroutine at a time.
package uplink
