//go:build !tinygo

package uplink_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/uplink"
	"iotplot/plotclient/uplink/uplinktest"
	"iotplot/plotclient/wire"
)

// A measurement of three rows, its plot, and the end.
func Example() {
	broker := &uplinktest.Broker{Server: &uplinktest.Server{Session: "hopla"}}
	start := time.Now()
	now := func() int64 { return time.Since(start).Milliseconds() }

	link, err := uplink.New("hopla", uplink.Options{
		Dial:   broker.Dial, // on a board: net.Dial, with deadlines around it as in package mqtt
		Random: rand.Uint64,
		In:     make([]byte, 640),
		Out:    make([]byte, 256),
		Stream: plotclient.StreamOptions{
			Ring: make([]byte, 8<<10), Buffer: make([]byte, 1024),
			Units:   []string{"s", "V"},
			OnReply: func(_ int, r wire.Reply) { fmt.Println(r.Command, r.OK, r.Rows, r.Files) },
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := link.Stream().Open(now(), "solar", "t", "V"); err != nil {
		fmt.Println(err)
		return
	}
	for i := range 3 {
		link.Stream().Row(now(), float64(i), 0.5) // ErrFull if the ring is full: poll and try again
		link.Poll(now())
	}
	link.Stream().Plot(now(), plotclient.Filename("solar.pdf"))
	for !link.Close(now()) { // feed the watchdog here
	}
	fmt.Println(link.Stream().Pending(), "rows are not safe")
	// Output:
	// plot_series true 3 [solar.pdf]
	// 0 rows are not safe
}
