//go:build tinygo

package board

import (
	"machine"
	"time"

	"iotplot/firmware/internal/station"
	"iotplot/firmware/secrets"
)

// Now is the time in ms, from some moment before.
func Now() int64 { return time.Now().UnixMilli() }

// Pause is what a program does between two turns of its loop: it lets the radio's
// driver work.
func Pause() { time.Sleep(time.Millisecond) }

// LED is a light at a pin.
type LED struct {
	Pin      machine.Pin
	Inverted bool // it shines when the pin is low
}

// NewLED makes the pin an output.
func NewLED(pin machine.Pin, inverted bool) LED {
	pin.Configure(machine.PinConfig{Mode: machine.PinOutput})
	return LED{pin, inverted}
}

// Set switches the light.
func (l LED) Set(on bool) { l.Pin.Set(on != l.Inverted) }

// Button is a push button from a pin to ground.
type Button struct{ Pin machine.Pin }

// NewButton makes the pin an input that is high unless the button is pushed.
func NewButton(pin machine.Pin) Button {
	pin.Configure(machine.PinConfig{Mode: machine.PinInputPullup})
	return Button{pin}
}

// Pressed reports whether the button is held.
func (b Button) Pressed() bool { return !b.Pin.Get() }

// Station gives the options that lead to the broker of the secrets, with the memory
// and the light of the program. What goes wrong is printed on the serial port.
func Station(m *station.Memory, led LED, client string) station.Options {
	o := station.Options{
		Session: secrets.Session, LED: led, Watchdog: newWatchdog(),
		OnTrouble: func(err error) { println(err.Error()) },
	}
	o.Uplink.Dial = Dialer(secrets.Broker)
	o.Uplink.Random = random
	o.Uplink.User, o.Uplink.Password = secrets.User, secrets.Password
	o.Uplink.Stream.Client = client
	o.Uplink.Stream.Meta = map[string]any{"device": client}
	m.Use(&o.Uplink)
	return o
}

// Stop is for a program that cannot begin: it says why on the serial port, again and
// again, and lights the lamp for good.
func Stop(led LED, err error) {
	for {
		led.Set(true)
		println("cannot begin:", err.Error())
		time.Sleep(5 * time.Second)
	}
}

// longestNap is short enough for the watchdog and for a push of the button.
const longestNap = 100 // ms

// Run runs a program for ever, or says why it cannot begin. A program that knows for
// how long nothing is due has a method Rest, which says so in ms.
func Run(led LED, loop interface{ Step(now int64) }, err error) {
	if err != nil {
		Stop(led, err)
	}
	sleeper, _ := loop.(interface{ Rest() int64 })
	for {
		loop.Step(Now())
		if sleeper == nil {
			Pause()
			continue
		}
		time.Sleep(time.Duration(max(1, min(sleeper.Rest(), longestNap))) * time.Millisecond)
	}
}
