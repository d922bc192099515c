package uplink

import (
	"iotplot/plotclient"
	"iotplot/plotclient/mqtt"
)

// State is how far a Link has come, for a lamp or a line on a display.
type State uint8

// The states, from bad to good.
const (
	Resting State = iota // told to be without a connection
	Offline              // no connection: no network, or no broker at that address
	Denied               // the broker is there and refuses the login, the client id or the topics
	Joining              // connected; the broker has not accepted everything yet
	Waiting              // the broker is there and the plot server does not answer
	Refused              // the plot server does not take the series: Stream().Reason() says why
	Online               // all is well
)

// String is one word for people.
func (s State) String() string {
	switch s {
	case Offline:
		return "offline"
	case Denied:
		return "denied"
	case Joining:
		return "joining"
	case Waiting:
		return "waiting"
	case Refused:
		return "refused"
	case Online:
		return "online"
	}
	return "resting"
}

// State is how far the Link has come.
func (l *Link) State() State {
	switch {
	case l.resting:
		return Resting
	case l.denied:
		return Denied
	case l.client.State() == mqtt.Closed:
		return Offline
	case !l.joined:
		return Joining
	}
	switch l.stream.State() {
	case plotclient.Opening, plotclient.Stalled:
		return Waiting
	case plotclient.Refused:
		return Refused
	}
	return Online
}

// Failure is why there is no connection: what happened, and what the network said
// of it, if anything.
type Failure struct {
	What error // an mqtt.Error, ErrNoBroker or ErrDeaf
	Err  error // may be nil
}

// Error is both in one sentence.
func (f *Failure) Error() string {
	if f.Err == nil {
		return f.What.Error()
	}
	return f.What.Error() + ": " + f.Err.Error()
}

// Unwrap gives errors.Is both.
func (f *Failure) Unwrap() []error {
	if f.Err == nil {
		return []error{f.What}
	}
	return []error{f.What, f.Err}
}
