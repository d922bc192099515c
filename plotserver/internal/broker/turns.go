package broker

import (
	"net"
	"sync"
)

// turns has clients of one id come and go one after the other. mochi removes a
// client that went from its list, and from its subscriptions, by its id: were
// that in the middle of another's coming, it would be the successor that is
// removed, and gets no message for as long as it stays connected.
type turns struct {
	mu   sync.Mutex
	over *sync.Cond
	now  map[string]net.Conn // whose turn it is, by id
	ids  map[net.Conn]string
}

func newTurns() *turns {
	t := &turns{now: map[string]net.Conn{}, ids: map[net.Conn]string{}}
	t.over = sync.NewCond(&t.mu)
	return t
}

// begin waits for a connection's turn.
func (t *turns) begin(id string, c net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.now[id] != nil && t.now[id] != c {
		t.over.Wait()
	}
	t.now[id], t.ids[c] = c, id
}

// end ends it, if it is its turn.
func (t *turns) end(c net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	id, has := t.ids[c]
	if !has {
		return
	}
	delete(t.now, id)
	delete(t.ids, c)
	t.over.Broadcast()
}
