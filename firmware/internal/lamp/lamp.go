// Package lamp tells people how a board is doing with its one light. Begin with
// [New], and call [Lamp.Show] at every turn of the program's loop.
//
// Troubles are counted: so many flashes, then a pause. A lamp that neither flashes
// nor changes for two seconds belongs to a program that hangs.
package lamp

// LED is the light itself, at the hardware's edge.
type LED interface{ Set(on bool) }

// Pattern is what the light does.
type Pattern uint8

// The patterns. The numbers of the troubles are the numbers of their flashes.
const (
	Ready     Pattern = iota // a short flash every two seconds: all is well, waiting for the button
	_                        // one flash could be taken for Ready
	NoNetwork                // no Wi-Fi, or nobody answers at the broker's address
	Denied                   // the broker refuses user, password or session
	NoServer                 // the broker is there, the plot server does not answer
	Refused                  // the plot server refuses the series or a command
	NoSensor                 // the sensor does not answer
	Reversed                 // the current has the wrong sign: the shunt's wires are swapped
	Saturated                // the current is beyond the sensor's range
	Measuring                // on, with a short gap every second
	Sending                  // fast flicker: rows are on their way, don't switch off
)

// String is the pattern in a word or two.
func (p Pattern) String() string {
	switch p {
	case NoNetwork:
		return "no network"
	case Denied:
		return "denied"
	case NoServer:
		return "no server"
	case Refused:
		return "refused"
	case NoSensor:
		return "no sensor"
	case Reversed:
		return "reversed"
	case Saturated:
		return "saturated"
	case Measuring:
		return "measuring"
	case Sending:
		return "sending"
	}
	return "ready"
}

// Times in ms.
const (
	readyEvery   = 2_000
	readyOn      = 60
	measureEvery = 1_000
	measureOff   = 60
	flicker      = 50
	flash        = 200 // on, and as long off
	pause        = 1_400
)

// Lamp drives an LED. Make it with New.
type Lamp struct {
	led   LED
	shown Pattern
	since int64
	begun bool
	on    bool
}

// New makes a lamp; led may be nil, for boards without one.
func New(led LED) *Lamp { return &Lamp{led: led} }

// Show sets the light as the pattern wants it now (ms, from any moment). A new
// pattern begins at its beginning.
func (l *Lamp) Show(now int64, p Pattern) {
	if l.led == nil {
		return
	}
	if !l.begun || p != l.shown || now < l.since {
		l.shown, l.since = p, now
	}
	on := lit(p, now-l.since)
	if on != l.on || !l.begun {
		l.on = on
		l.led.Set(on)
	}
	l.begun = true
}

// lit says whether the light is on so many ms after a pattern began.
func lit(p Pattern, ms int64) bool {
	switch p {
	case Ready:
		return ms%readyEvery < readyOn
	case Measuring:
		return ms%measureEvery >= measureOff
	case Sending:
		return ms/flicker%2 == 0
	}
	ms %= int64(p)*2*flash + pause
	return ms < int64(p)*2*flash && ms/flash%2 == 0
}
