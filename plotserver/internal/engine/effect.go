package engine

import "iotplot/plotclient/wire"

// Effect is something for the caller to carry out: one of Reply, Ack, Say, Save,
// Plot, Load, Fill and Archive.
type Effect interface{ effect() }

// Reply is to be published on the session's reply topic.
type Reply struct{ wire.Reply }

// Ack is to be published on the session's ack topic.
type Ack struct{ wire.Ack }

// Say is one line for the server's terminal, without a newline.
type Say struct{ Text string }

// Save asks for a series to be written to a file; File "" means the default
// files. The caller calls Finish with Job when it is done.
type Save struct {
	Job  uint64
	File string
	Snapshot
}

// Plot asks for series to be drawn to a file, whose ending chooses the format.
// The caller calls Finish with Job when it is done.
type Plot struct {
	Job     uint64
	File    string
	Series  []Snapshot
	Options map[string]any
}

func (Reply) effect() {}
func (Ack) effect()   {}
func (Say) effect()   {}
func (Save) effect()  {}
func (Plot) effect()  {}

func (e *Engine) emit(f Effect)   { e.effects = append(e.effects, f) }
func (e *Engine) say(text string) { e.emit(Say{text}) }

// answer sends the one reply that a command gets and remembers it.
func (e *Engine) answer(r wire.Reply) {
	if r.ID != "" {
		e.memory.put(r.ID, r)
	}
	e.emit(Reply{r})
}
