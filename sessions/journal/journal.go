package journal

import (
	"context"
	"os"
	"sync"
	"time"

	"iotplot/sessions/header"
)

// Position counts what was appended to the journal since it was opened, in
// bytes.
type Position int64

// Progress tells how many rows of a run are durable.
type Progress struct {
	Run  RunID
	Rows int64 // rows 0 … Rows-1, lost ones included
}

// State tells whether the journal can write.
type State struct {
	Err     error // why it can't, an *[Error]; nil: it can again
	Backlog int64 // bytes that wait in memory
}

// Options are what [Open] may be told; the zero value is a good choice.
type Options struct {
	Holder   string        // who opens, told to a second opener; the process and the computer
	Interval time.Duration // between group commits, 20 ms
	NoSync   bool          // durable means handed to the operating system
	Segment  int64         // bytes of a file at which the next one begins, 64 MiB

	// Durable is told after each group commit up to which position everything is
	// durable, and of which runs more rows are; the slice is valid until it
	// returns. It runs in the journal's goroutine, which it must not hold up.
	Durable func(Position, []Progress)

	// State is told when writing fails, when it fails for another reason, and
	// when it goes on. It runs in the journal's goroutine as well.
	State func(State)

	disk   disk          // tests put theirs in
	retry  time.Duration // the first pause after a failure, 50 ms
	manual bool          // compact only when told
}

// Journal is the journal of one session, open for appending. Its methods may be
// called from several goroutines; those that append do no input or output and
// never wait for the disk.
type Journal struct {
	session string
	o       Options
	disk    disk
	root    *folder
	locked  *os.File

	mu       sync.Mutex
	runs     map[RunID]*appendState
	last     *appendState // that of the rows before
	nextRun  RunID
	chunks   []*chunk // what the writer has not taken yet
	tail     *chunk   // the last of them
	open     *appendState
	openAt   int // where the record of rows that is still growing begins
	appended Position
	taken    Position
	durable  Position
	flush    Position // what must not wait for the interval
	closing  bool
	free     []*chunk
	commits  chan struct{} // closed at the next commit or failure; nil: nobody waits
	err      error         // why the writer can't write

	wake   chan struct{}
	done   chan struct{}
	closed sync.Once

	segMu      sync.Mutex
	segments   []segment
	dropped    map[RunID]bool
	size       int64 // of the segment that is appended to
	compactNow chan struct{}
	compactEnd chan struct{}
}

// Open opens the journal of a session below dir for appending, and makes it if
// there is none. Everything it holds is told to replay first, which may be nil;
// an error of replay ends the opening and is returned as it is. What an ended
// program left unfinished is cut off; the report says so, and what damage took.
// A [LockedError] says that somebody else has the journal open.
func Open(dir, session string, replay func(*Event) error, o Options) (*Journal, *Report, error) {
	fail := func(err error) (*Journal, *Report, error) {
		return nil, nil, &Error{"open", session, err}
	}
	if o.Holder == "" {
		o.Holder = defaultHolder()
	}
	if o.Interval <= 0 {
		o.Interval = 20 * time.Millisecond
	}
	if o.Segment <= 0 {
		o.Segment = 64 << 20
	}
	if o.retry <= 0 {
		o.retry = 50 * time.Millisecond
	}
	j := &Journal{
		session:    session,
		o:          o,
		disk:       o.disk,
		wake:       make(chan struct{}, 1),
		done:       make(chan struct{}),
		compactNow: make(chan struct{}, 1),
		compactEnd: make(chan struct{}),
		runs:       map[RunID]*appendState{},
	}
	if j.disk == nil {
		f, err := openFolder(dir, session, true)
		if err != nil {
			return fail(err)
		}
		j.root, j.disk = f, f
		if j.locked, err = f.lock(session, o.Holder); err != nil {
			j.release()
			if _, ok := err.(*LockedError); ok {
				return nil, nil, err
			}
			return fail(err)
		}
	}
	w, report, told, err := j.restore(replay)
	if told != nil || err != nil {
		j.release()
		if told != nil {
			return nil, nil, told
		}
		return fail(err)
	}
	go w.loop()
	if o.manual {
		close(j.compactEnd)
	} else {
		go j.compactLoop()
	}
	return j, report, nil
}

// restore reads what there is and gives the writer that goes on after it. told
// is replay's own error.
func (j *Journal) restore(fn func(*Event) error) (w *writer, report *Report, told, err error) {
	segments, stale, err := listSegments(j.disk)
	if err != nil {
		return nil, nil, nil, err
	}
	p := newReplay(nil)
	if fn != nil {
		p.fn = func(e *Event) error {
			told = fn(e)
			return told
		}
	}
	all, err := p.all(j.disk, segments)
	if told != nil || err != nil {
		return nil, nil, told, err
	}
	for _, name := range stale {
		j.disk.remove(name) // else the next start does it
	}
	w = &writer{j: j, runs: p.runs, stats: map[RunID]int64{}, nextRun: p.nextRun}
	if n := len(all); n > 0 {
		last := all[n-1]
		w.sequence = last.last
		if last.torn {
			if err := j.cut(last); err != nil {
				return nil, nil, nil, err
			}
			all[n-1].size = last.end
		}
		switch {
		case last.torn && last.end == 0:
			// Its very beginning is unfinished: it is made again.
			all, w.sequence = all[:n-1], last.first-1
		case last.clean && last.first == last.last:
			if w.file, err = j.disk.open(last.name(), true); err != nil {
				return nil, nil, nil, err
			}
			all = all[:n-1]
			w.off, w.synced, w.stats, j.size = last.end, last.end, last.runs, last.end
		}
	}
	if !j.o.NoSync {
		if err := j.syncAll(segments); err != nil {
			return nil, nil, nil, err
		}
	}
	for _, s := range all {
		j.segments = append(j.segments, s.segment)
	}
	j.dropped = p.dropped
	for id, n := range w.stats {
		if j.dropped[id] {
			w.dead += n
		}
	}
	j.nextRun = p.nextRun
	for id, s := range p.runs {
		j.runs[id] = &appendState{id: id, header: s.header, columns: len(s.header.Columns), rows: s.rows, ended: s.ended}
	}
	return w, &p.report, nil, nil
}

// syncAll makes durable what was read: the program before may have been killed
// between writing and syncing, or did not sync, and what is told of now must not
// be lost with the power.
func (j *Journal) syncAll(segments []segment) error {
	for _, s := range segments {
		f, err := j.disk.open(s.name(), true)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil {
			return err
		}
	}
	if len(segments) == 0 {
		return nil
	}
	return j.disk.syncDir()
}

// cut removes an unfinished write.
func (j *Journal) cut(s scanned) error {
	f, err := j.disk.open(s.name(), true)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(s.end); err != nil {
		return err
	}
	if j.o.NoSync {
		return nil
	}
	return f.Sync()
}

func (j *Journal) release() {
	if j.locked != nil {
		j.locked.Close()
	}
	if j.root != nil {
		j.root.root.Close()
	}
}

// Close writes what is left and lets go of the journal. When that fails, the
// error says why and what was not durable is lost with the process; a caller
// that wants to wait for room on the disk calls Sync first. Nothing may be
// appended after it.
func (j *Journal) Close() error {
	j.closed.Do(func() {
		j.mu.Lock()
		j.closing = true
		j.mu.Unlock()
		j.signal()
		<-j.done
		if !j.o.manual {
			close(j.compactNow)
		}
		<-j.compactEnd
		j.release()
	})
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.durable < j.appended {
		err := j.err
		if err == nil {
			err = ErrClosed // appended too late
		}
		return &Error{"close", j.session, err}
	}
	return nil
}

// Backlog gives how many bytes wait in memory to become durable. A caller
// that takes rows faster than the disk does watches it, and takes fewer: the
// journal refuses none.
func (j *Journal) Backlog() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return int64(j.appended - j.durable)
}

// Sync waits until all that was appended before it is durable, through full
// disks, until the context ends.
func (j *Journal) Sync(ctx context.Context) error {
	j.mu.Lock()
	want := j.appended
	j.flush = max(j.flush, want)
	j.mu.Unlock()
	j.signal()
	return j.wait(ctx, func() bool { return j.durable >= want })
}

// WaitBelow waits until at most that many bytes wait in memory, or the context
// ends.
func (j *Journal) WaitBelow(ctx context.Context, bytes int64) error {
	return j.wait(ctx, func() bool { return int64(j.appended-j.durable) <= bytes })
}

func (j *Journal) wait(ctx context.Context, enough func() bool) error {
	for {
		j.mu.Lock()
		if enough() {
			j.mu.Unlock()
			return nil
		}
		if j.commits == nil {
			j.commits = make(chan struct{})
		}
		commits, err := j.commits, j.err
		j.mu.Unlock()
		select {
		case <-commits:
		case <-j.done:
			j.mu.Lock()
			defer j.mu.Unlock()
			if enough() {
				return nil
			}
			return &Error{"write", j.session, ErrClosed}
		case <-ctx.Done():
			if err == nil {
				err = ctx.Err()
			}
			return &Error{"write", j.session, err}
		}
	}
}

// Size gives how many bytes the journal takes on the disk.
func (j *Journal) Size() int64 {
	j.segMu.Lock()
	defer j.segMu.Unlock()
	n := j.size
	for i := range j.segments {
		n += j.segments[i].size
	}
	return n
}

func (j *Journal) signal() {
	select {
	case j.wake <- struct{}{}:
	default: // it is awake already
	}
}

// appendState is a run as those who append see it.
type appendState struct {
	id      RunID
	header  header.Header
	columns int
	rows    int64
	ended   bool
}
