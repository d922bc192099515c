package engine

import "iotplot/plotclient/wire"

// remembered is how many answered commands are kept, so that a command that is
// repeated because its reply was lost is answered without doing the work again.
const remembered = 256

// memory holds the last replies by id, and the ids of commands under way.
type memory struct {
	replies map[string]*wire.Reply // nil: under way
	ring    [remembered]string
	next    int
}

// begin notes that the command id is under way.
func (m *memory) begin(id string) { m.set(id, nil) }

// put notes the reply to the command id.
func (m *memory) put(id string, r wire.Reply) { m.set(id, &r) }

func (m *memory) set(id string, r *wire.Reply) {
	if m.replies == nil {
		m.replies = make(map[string]*wire.Reply, remembered)
	}
	if _, known := m.replies[id]; !known {
		delete(m.replies, m.ring[m.next])
		m.ring[m.next] = id
		m.next = (m.next + 1) % remembered
	}
	m.replies[id] = r
}

// remembered answers a repeated id from memory. It is false for an id that was
// not seen among the last ones.
func (e *Engine) remembered(id string) bool {
	r, known := e.memory.replies[id]
	if r != nil {
		e.emit(Reply{*r})
	}
	return known
}
