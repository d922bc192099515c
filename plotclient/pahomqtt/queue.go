package pahomqtt

import "sync"

// queue hands messages from the goroutine that reads to the one that runs OnMessage,
// so that a handler may take its time, and may publish and wait for it, while
// acknowledgements and pings go on being read.
type queue struct {
	mu     sync.Mutex
	items  []incoming
	bytes  int
	closed bool
	more   *sync.Cond
	less   *sync.Cond
}

type incoming struct {
	topic    string
	payload  []byte
	retained bool

	session *session // to be told that it was handled; nil at QoS 0
	id      uint16
	qos     byte
}

func (m incoming) size() int { return len(m.topic) + len(m.payload) + 64 }

const queueBytes = 16 << 20

func newQueue() *queue {
	q := new(queue)
	q.more, q.less = sync.NewCond(&q.mu), sync.NewCond(&q.mu)
	return q
}

// put waits while the queue is full; the broker then keeps what follows.
func (q *queue) put(m incoming) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) > 0 && q.bytes+m.size() > queueBytes && !q.closed {
		q.less.Wait()
	}
	if q.closed {
		return
	}
	q.items = append(q.items, m)
	q.bytes += m.size()
	q.more.Signal()
}

// run gives the messages to handle until the queue is closed.
func (q *queue) run(handle func(topic string, payload []byte, retained bool)) {
	var batch []incoming
	for {
		q.mu.Lock()
		for len(q.items) == 0 && !q.closed {
			q.more.Wait()
		}
		if q.closed {
			q.mu.Unlock()
			return
		}
		batch, q.items = q.items, batch[:0]
		q.bytes = 0
		q.less.Broadcast()
		q.mu.Unlock()
		for i, m := range batch {
			batch[i] = incoming{} // the payload is the handler's now
			handle(m.topic, m.payload, m.retained)
			if m.session != nil {
				m.session.done(m.id, m.qos)
			}
		}
	}
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.items = nil
	q.more.Broadcast()
	q.less.Broadcast()
}
