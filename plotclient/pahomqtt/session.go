package pahomqtt

import (
	"net"
	"sync"
)

// session is what both sides remember of messages on their way to us (MQTT
// 3.1.1, 4.1). It outlives the connection if the broker kept it too.
//
// A message is acknowledged after it was handled. One that comes a second time
// is dropped where it is certainly the same: at QoS 2 until the broker has
// released its id; at QoS 1 when it was not acknowledged before. Once a QoS 1
// message was acknowledged, its id may stand for another message, whatever the
// DUP flag says (4.3.2): then it is handled, since a row twice is better than a
// row lost, and both are what QoS 1 promises.
type session struct {
	mu     sync.Mutex
	stream *stream // the connection it is on; one that is over while there is none
	open   map[uint16]delivery
}

// delivery is a message that came and whose id is not free again.
type delivery struct {
	on      *stream // the connection that it came on last
	handled bool
}

// known reports whether a message is one that came before.
func (ss *session) known(s *stream, m *publication) bool {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	d, known := ss.open[m.id]
	if known && (m.qos == 2 || m.dup && d.on != s) {
		d.on = s
		ss.open[m.id] = d
		if d.handled {
			ss.acknowledge(m.id, m.qos)
		} // else done does it
		return true
	}
	ss.open[m.id] = delivery{on: s}
	return false
}

// done is called when a message was handled.
func (ss *session) done(id uint16, qos byte) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if d, known := ss.open[id]; known {
		d.handled = true
		ss.open[id] = d
		if d.on == ss.stream {
			ss.acknowledge(id, qos)
		} // else the broker sends it again, and known does it
	}
}

// acknowledge tells the broker, if there is a connection.
func (ss *session) acknowledge(id uint16, qos byte) {
	if qos == 2 {
		ss.stream.answer(packetPubrec, id)
	} else if ss.stream.answer(packetPuback, id) == nil {
		delete(ss.open, id)
	}
}

// release ends a message of QoS 2.
func (ss *session) release(id uint16) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	delete(ss.open, id)
	ss.stream.answer(packetPubcomp, id)
}

// inlet is where the messages of all connections of a Conn come in.
type inlet struct {
	queue *queue
	keep  bool // sessions outlive connections

	// order is held while a message is put in the queue, so that the last one
	// of a connection that is lost comes before the first one of the next.
	order   sync.Mutex
	session *session
}

// begin is called when the broker has accepted a connection; present says that
// it still has the session.
func (in *inlet) begin(s *stream, present bool) {
	in.order.Lock()
	defer in.order.Unlock()
	if in.session == nil || !present || !in.keep {
		in.session = &session{open: make(map[uint16]delivery)}
	}
	in.session.mu.Lock()
	in.session.stream = s
	in.session.mu.Unlock()
}

// message takes a message, or fails if another connection has taken the place
// of the one that it came on.
func (in *inlet) message(s *stream, m *publication) error {
	in.order.Lock()
	defer in.order.Unlock()
	ss := in.session
	if ss == nil || ss.stream != s { // stream changes only under order
		return net.ErrClosed
	}
	if m.qos == 0 {
		ss = nil
	} else if ss.known(s, m) {
		return nil
	}
	in.queue.put(incoming{m.topic, m.payload, m.retain, ss, m.id, m.qos})
	return nil
}

func (in *inlet) release(s *stream, id uint16) error {
	in.order.Lock()
	defer in.order.Unlock()
	if in.session == nil || in.session.stream != s {
		return net.ErrClosed
	}
	in.session.release(id)
	return nil
}
