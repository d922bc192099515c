package journal

import (
	"errors"
	"slices"
	"time"
)

// earlyWrite is how much is written before the interval is over, so that a
// commit finds little left to do.
const earlyWrite = 1 << 20

// writer owns the file that is appended to. Records stay in its queue until they
// are durable: a failed write or sync is repeated from the last durable byte on,
// since after a failed sync nobody knows what of it is on the disk.
type writer struct {
	j        *Journal
	sequence uint64 // of the last segment made
	file     file   // nil: the next write makes one
	off      int64  // end of what was written
	synced   int64  // end of what is durable
	start    int64  // end of the file's own head
	rotate   bool   // the file is to be ended though it is not full

	queue  []*chunk
	from   int // place in queue[0] after the last durable record
	ci, cp int // place in the queue after the last written record

	// As of the last durable record.
	runs    map[RunID]*runState
	nextRun RunID
	stats   map[RunID]int64
	dead    int64 // bytes of stats that belong to dropped runs

	failed   error
	failures int
	retryAt  time.Time
	last     time.Time // of the last commit
	touched  map[RunID]bool
	progress []Progress
}

func (w *writer) loop() {
	j := w.j
	defer close(j.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		j.mu.Lock()
		waiting := int64(j.appended - j.durable)
		untaken := int64(j.appended - j.taken)
		closing, urgent := j.closing, j.flush > j.durable
		j.mu.Unlock()
		if waiting == 0 {
			w.recovered() // what failed may have been done in part, and that was all
		}
		var wait time.Duration
		switch now := time.Now(); {
		case closing:
			if waiting > 0 {
				w.attempt()
			}
			if w.file != nil {
				w.file.Close()
			}
			return
		case waiting == 0:
			wait = time.Hour
		case w.failed != nil && now.Before(w.retryAt):
			wait = w.retryAt.Sub(now)
		case w.failed != nil, urgent, now.Sub(w.last) >= j.o.Interval:
			w.attempt()
			continue
		case untaken >= earlyWrite:
			w.queue = j.take(w.queue)
			if err := w.write(); err != nil {
				w.fail(err)
			}
			continue
		default:
			wait = j.o.Interval - now.Sub(w.last)
		}
		timer.Reset(wait)
		select {
		case <-j.wake:
		case <-timer.C:
		}
	}
}

// attempt writes and syncs all there is.
func (w *writer) attempt() {
	w.queue = w.j.take(w.queue)
	err := w.write()
	if err == nil {
		err = w.commit()
	}
	w.last = time.Now()
	if err != nil {
		w.fail(err)
		return
	}
	w.recovered()
}

// recovered tells that it goes on, if it did not.
func (w *writer) recovered() {
	if w.failed != nil {
		w.failed, w.failures = nil, 0
		w.tell(nil)
	}
}

// write puts the queue on the disk.
func (w *writer) write() error {
	for w.ci < len(w.queue) {
		c := w.queue[w.ci]
		for w.cp < len(c.buf) {
			if w.file == nil || w.rotate && w.off == w.synced {
				if err := w.next(); err != nil {
					return err
				}
				c = w.queue[w.ci] // the queue moved up
			}
			from, at := w.cp, w.off
			to, full := from, false
			for to < len(c.buf) {
				n := fields(c.buf[to:]).size()
				if full = at+int64(n) > w.j.o.Segment && at > w.start; full {
					break
				}
				seal(c.buf[to:to+n], w.sequence, at)
				to, at = to+n, at+int64(n)
			}
			if to > from {
				if _, err := w.file.WriteAt(c.buf[from:to], w.off); err != nil {
					return err
				}
				w.off, w.cp = at, to
			}
			if full {
				if err := w.next(); err != nil {
					return err
				}
				c = w.queue[w.ci]
			}
		}
		w.ci, w.cp = w.ci+1, 0
	}
	return nil
}

// next ends the segment and begins another, which starts with what is known of
// the open runs: a segment can be read whatever became of those before it.
func (w *writer) next() error {
	if err := w.commit(); err != nil {
		return err
	}
	w.leave()
	j := w.j
	n := w.sequence + 1
	info := segmentInfo{version: version, first: n, last: n, nextRun: w.nextRun, session: j.session}
	b := appendRecord([]byte(preamble), head{kind: segmentHead}, appendSegmentInfo(nil, info))
	stats := map[RunID]int64{0: int64(len(b))}
	ids := make([]RunID, 0, len(w.runs))
	for id, s := range w.runs {
		if !s.ended {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		s, from := w.runs[id], len(b)
		b = appendRecord(b, head{run: id, kind: Opened, columns: len(s.header.Columns), first: s.rows}, appendHeader(nil, s.header))
		stats[id] = int64(len(b) - from)
	}
	for at := int(preambleSize); at < len(b); {
		size := fields(b[at:]).size()
		seal(b[at:at+size], n, int64(at))
		at += size
	}
	name := segmentName(n, n)
	f, err := j.disk.create(name)
	if err != nil {
		return err
	}
	if _, err = f.WriteAt(b, 0); err == nil && !j.o.NoSync {
		if err = f.Sync(); err == nil {
			err = j.disk.syncDir()
		}
	}
	if err != nil {
		f.Close()
		j.disk.remove(name) // the next attempt makes it anew
		return err
	}
	w.file, w.sequence, w.stats, w.dead, w.rotate = f, n, stats, 0, false
	w.off = int64(len(b))
	w.synced, w.start = w.off, w.off
	j.segMu.Lock()
	j.size = w.off
	j.segMu.Unlock()
	return nil
}

// leave closes the segment, which takes nothing more.
func (w *writer) leave() {
	if w.file == nil {
		return
	}
	w.file.Close()
	w.file = nil
	j := w.j
	j.segMu.Lock()
	j.segments = append(j.segments, segment{first: w.sequence, last: w.sequence, size: w.synced, runs: w.stats, nextRun: w.nextRun, unsure: w.failed != nil})
	j.size = 0
	j.segMu.Unlock()
	w.stats, w.dead = map[RunID]int64{}, 0
	j.compactSoon()
}

// commit makes what was written durable and tells of it.
func (w *writer) commit() error {
	if w.ci == 0 && w.cp == w.from {
		return nil
	}
	j := w.j
	if !j.o.NoSync {
		if err := w.file.Sync(); err != nil {
			return err
		}
	}
	if !j.disk.holds(segmentName(w.sequence, w.sequence), w.file) {
		return ErrGone
	}
	var bytes Position
	if w.touched == nil {
		w.touched = map[RunID]bool{}
	}
	for i := 0; i <= w.ci && i < len(w.queue); i++ {
		from, to := 0, len(w.queue[i].buf)
		if i == 0 {
			from = w.from
		}
		if i == w.ci {
			to = w.cp
		}
		if to > from {
			w.apply(w.queue[i].buf[from:to])
			bytes += Position(to - from)
		}
	}
	done := w.queue[:w.ci]
	w.synced = w.off
	j.segMu.Lock()
	j.size = w.off
	j.segMu.Unlock()

	j.mu.Lock()
	for _, c := range done {
		if cap(c.buf) == chunkSize && len(j.free) < freeChunks {
			c.buf = c.buf[:0]
			j.free = append(j.free, c)
		}
	}
	at := j.durable + bytes
	j.mu.Unlock()
	n := copy(w.queue, w.queue[w.ci:])
	clear(w.queue[n:])
	w.queue, w.ci, w.from = w.queue[:n], 0, w.cp

	w.progress = w.progress[:0]
	for id := range w.touched {
		if s := w.runs[id]; s != nil {
			w.progress = append(w.progress, Progress{id, s.rows})
		}
	}
	clear(w.touched)
	if j.o.Durable != nil {
		j.o.Durable(at, w.progress)
	}
	// Who waits for a commit finds it told already.
	j.mu.Lock()
	j.durable = at
	if j.commits != nil {
		close(j.commits)
		j.commits = nil
	}
	j.mu.Unlock()
	return nil
}

// apply takes durable records into what is known.
func (w *writer) apply(b []byte) {
	for len(b) > 0 {
		h := fields(b)
		size := h.size()
		payload := b[headSize : headSize+h.payload]
		b = b[size:]
		s := w.runs[h.run]
		switch h.kind {
		case Opened:
			// What was appended can be read.
			header, _ := parseHeader(payload)
			if s == nil {
				s = &runState{}
				w.runs[h.run] = s
			}
			s.header, s.ended = header, false
			w.nextRun = max(w.nextRun, h.run+1)
			w.touched[h.run] = true
		case Rows, Gap:
			s.rows = h.first + h.count
			w.touched[h.run] = true
		case Renamed:
			s.header.Columns, _ = parseTexts(payload)
		case Ended:
			s.ended = true
		case Dropped:
			delete(w.runs, h.run)
			w.drop(h.run)
			h.run = 0
		}
		w.stats[h.run] += int64(size)
	}
}

// drop lets the compaction know of a run that is not wanted any more.
func (w *writer) drop(run RunID) {
	j := w.j
	j.segMu.Lock()
	j.dropped[run] = true
	j.segMu.Unlock()
	w.dead += w.stats[run] // it takes no more
	// Only segments that are not appended to any more are compacted.
	w.rotate = w.rotate || w.dead > w.off/2 && w.dead >= min(1<<20, j.o.Segment/4)
	j.compactSoon()
}

// fail keeps what could be written of the queue and sees to it that the rest is
// written again.
func (w *writer) fail(err error) {
	j := w.j
	if w.file != nil {
		if w.off > w.synced {
			w.commit() // what went well before the failure, if it can be synced
		}
		w.ci, w.cp, w.off = 0, w.from, w.synced
		w.file.Truncate(w.synced) // else it is written over
	}
	w.failures++
	w.last = time.Now()
	w.retryAt = w.last.Add(min(j.o.retry<<min(w.failures-1, 10), 2*time.Second))
	if w.failed == nil || w.failed.Error() != err.Error() {
		w.tell(err)
	}
	w.failed = err
	if w.failures%3 == 0 && !IsDiskFull(err) && !errors.Is(err, ErrGone) {
		w.leave() // it may be this file alone that can't be written
	}
	j.mu.Lock()
	j.err = err
	j.mu.Unlock()
}

// tell reports the state.
func (w *writer) tell(err error) {
	j := w.j
	j.mu.Lock()
	j.err = err
	backlog := int64(j.appended - j.durable)
	j.mu.Unlock()
	if j.o.State == nil {
		return
	}
	if err != nil {
		err = &Error{"write", j.session, err}
	}
	j.o.State(State{Err: err, Backlog: backlog})
}
