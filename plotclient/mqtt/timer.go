package mqtt

// timer measures what Poll's callers say of the time. It counts only steps
// forward, so a clock that is set back delays and never confuses.
type timer struct {
	last int64 // what the caller said last
	set  bool

	elapsed int64 // ms since the first call
	waited  int64 // the same with each step bounded: patience with the broker

	sent, heard int64 // elapsed, when the last packet went out and bytes came in
	asked       int64 // waited, when CONNECT or the last PINGREQ was due
	pinging     bool  // PINGRESP is owed
	unsent      bool  // PINGREQ is due but found no room in Out
}

// advance takes the caller's time. One step counts for at most a quarter of the
// timeout in waited.
func (t *timer) advance(now int64, timeout int) {
	step := now - t.last
	if !t.set || step < 0 {
		step = 0
	}
	t.last, t.set = now, true
	t.elapsed += step
	t.waited += min(step, int64(timeout)/4+1)
}

// connecting starts the measuring of a new connection.
func (t *timer) connecting() {
	t.sent, t.heard, t.asked = t.elapsed, t.elapsed, t.waited
	t.pinging, t.unsent = false, false
}

// pingDue reports whether three quarters of keepAlive seconds have passed
// without a packet sent, or without a byte received: a client that only sends
// would otherwise never learn that nobody listens.
func (t *timer) pingDue(keepAlive int) bool {
	every := int64(keepAlive) * 750
	return keepAlive > 0 && !t.pinging && (t.elapsed-t.sent >= every || t.elapsed-t.heard >= every)
}

// late reports whether an answer asked for at the time since is overdue.
func (t *timer) late(since int64, timeout int) bool { return t.waited-since >= int64(timeout) }
