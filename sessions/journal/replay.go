package journal

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"iotplot/sessions/header"
)

// version of the format that this package writes.
const version = 1

// runState is what is known of a run at some place in the journal.
type runState struct {
	header   header.Header // Columns as they are now
	rows     int64
	lost     int64
	expected int64 // rows that a damaged record tells of
	ended    bool
}

// segment is a file of the journal that is no longer appended to.
type segment struct {
	first, last uint64
	size        int64
	runs        map[RunID]int64 // bytes by run; 0 is what belongs to none
	nextRun     RunID
	unsure      bool // a failed write may have left records that runs does not count
}

func (s *segment) name() string { return segmentName(s.first, s.last) }

// replay goes through the segments in order and tells what they hold.
type replay struct {
	fn      func(*Event) error
	runs    map[RunID]*runState
	dropped map[RunID]bool
	nextRun RunID
	report  Report
	event   Event
	values  []float64
}

func newReplay(fn func(*Event) error) *replay {
	return &replay{fn: fn, runs: map[RunID]*runState{}, dropped: map[RunID]bool{}, nextRun: 1}
}

func (p *replay) tell(e Event) error {
	if p.fn == nil {
		return nil
	}
	p.event = e
	return p.fn(&p.event)
}

func (p *replay) damage(file string, from, to int64) {
	p.report.DamagedBytes += to - from
	d := p.report.Damage
	switch n := len(d); {
	case n > 0 && d[n-1].File == file && d[n-1].To == from && to > 0:
		d[n-1].To = to
	case n < maxDamage:
		p.report.Damage = append(d, Damage{file, from, to})
	}
}

// scanned is what reading a segment came to.
type scanned struct {
	segment
	end   int64 // of the last intact record
	torn  bool  // what follows end is an unfinished write
	clean bool  // no damage before end, nothing that could not be read, its head is there
}

// read goes through one segment. In the last one, what stands after the last
// intact record is an unfinished write.
func (p *replay) read(r file, seg segment, last bool) (scanned, error) {
	size, err := r.Size()
	if err != nil {
		return scanned{}, err
	}
	out := scanned{segment: seg, clean: true}
	out.size, out.runs = size, map[RunID]int64{}
	s := newScanner(r, size, seg.first)
	headed := false
	var bad []item // a stretch of damage whose end is not known yet
	for {
		it, ok := s.next()
		if !ok {
			break
		}
		if it.record == nil {
			// Only the heads of a run of damaged items matter one by one.
			if n := len(bad); n > 0 && !it.headOK && !bad[n-1].headOK {
				bad[n-1].to = it.to
			} else {
				bad = append(bad, it)
			}
			if len(bad) == 1024 {
				p.spoiled(seg.name(), bad)
				bad, out.clean = bad[:0], false
			}
			continue
		}
		if len(bad) > 0 {
			p.spoiled(seg.name(), bad)
			bad, out.clean = bad[:0], false
		}
		out.end = it.to
		if it.head.kind == segmentHead {
			info, err := parseSegmentInfo(it.payload)
			if err == nil && info.version > version {
				return out, ErrVersion
			}
			if err == nil {
				headed = true
				p.nextRun = max(p.nextRun, info.nextRun)
			}
			out.runs[0] += it.to - it.from
			continue
		}
		run := it.head.run
		if it.head.kind == Dropped {
			run = 0
		}
		out.runs[run] += it.to - it.from
		if err := p.record(it); err != nil {
			return out, err
		}
	}
	switch {
	case len(bad) == 0:
	case last && s.readErr == nil:
		p.report.Cut += size - out.end
		out.torn = true
	default:
		p.spoiled(seg.name(), bad)
		out.clean = false
	}
	if !headed || s.readErr != nil {
		out.clean = false
	}
	out.nextRun = p.nextRun
	return out, nil
}

// spoiled notes damage and the rows that its heads tell of.
func (p *replay) spoiled(file string, bad []item) {
	for _, it := range bad {
		p.damage(file, it.from, it.to)
		if h := it.head; it.headOK && (h.kind == Rows || h.kind == Gap) {
			if s := p.runs[h.run]; s != nil {
				s.expected = max(s.expected, h.first+h.count)
			}
		}
	}
}

// missing tells that the rows up to end can't be read.
func (p *replay) missing(run RunID, s *runState, end int64) error {
	n := end - s.rows
	if n <= 0 {
		return nil
	}
	m := Missing{Run: run, Series: s.header.Name, Name: s.header.Run, First: s.rows, Rows: n}
	p.report.Missing = append(p.report.Missing, m)
	s.rows, s.lost = end, s.lost+n
	return p.tell(Event{Kind: Gap, Run: run, First: m.First, Count: n, Damaged: true})
}

// record acts on one intact record. Records may come twice: a write that seemed
// to fail is repeated elsewhere.
func (p *replay) record(it item) error {
	h := it.head
	p.nextRun = max(p.nextRun, h.run+1)
	if p.dropped[h.run] {
		return nil // numbers are not used twice
	}
	s := p.runs[h.run]
	switch h.kind {
	case Opened:
		header, err := parseHeader(it.payload)
		if err != nil || len(header.Columns) != h.columns {
			p.report.Unknown++
			return nil
		}
		if s == nil {
			s = &runState{header: header}
			p.runs[h.run] = s
			if err := p.tell(Event{Kind: Opened, Run: h.run, Header: header}); err != nil {
				return err
			}
		} else if len(header.Columns) == len(s.header.Columns) && !slices.Equal(header.Columns, s.header.Columns) && h.first >= s.rows {
			s.header.Columns = header.Columns // the renaming itself was lost
			if err := p.tell(Event{Kind: Renamed, Run: h.run, Columns: header.Columns}); err != nil {
				return err
			}
		}
		s.ended = false
		return p.missing(h.run, s, h.first)
	case Rows, Gap:
		switch {
		case s == nil && h.run == 0:
			return nil
		case s == nil:
			m := Missing{Run: h.run, First: h.first, Rows: h.count}
			if k := len(p.report.Missing) - 1; k >= 0 && p.report.Missing[k].Run == h.run && p.report.Missing[k].First+p.report.Missing[k].Rows == h.first {
				p.report.Missing[k].Rows += h.count
				return nil
			}
			p.report.Missing = append(p.report.Missing, m)
			return nil
		case h.kind == Rows && h.columns != len(s.header.Columns):
			p.report.Unknown++
			return nil
		}
		if err := p.missing(h.run, s, h.first); err != nil {
			return err
		}
		skip := s.rows - h.first
		if skip >= h.count {
			return nil
		}
		e := Event{Kind: h.kind, Run: h.run, First: s.rows, Count: h.count - skip}
		s.rows += e.Count
		if h.kind == Gap {
			s.lost += e.Count
		} else if p.fn != nil {
			p.values = appendValues(p.values[:0], it.payload[skip*int64(h.columns)*8:])
			e.Values = p.values
		}
		return p.tell(e)
	case Renamed:
		columns, err := parseTexts(it.payload)
		if s == nil || err != nil || len(columns) != len(s.header.Columns) {
			return nil
		}
		s.header.Columns = columns
		return p.tell(Event{Kind: Renamed, Run: h.run, Columns: columns})
	case Ended:
		if s == nil || s.ended {
			return nil
		}
		s.ended = true
		if err := p.missing(h.run, s, h.first); err != nil {
			return err
		}
		return p.tell(Event{Kind: Ended, Run: h.run})
	case Dropped:
		p.dropped[h.run] = true
		p.report.Missing = slices.DeleteFunc(p.report.Missing, func(m Missing) bool { return m.Run == h.run })
		if s == nil {
			return nil
		}
		delete(p.runs, h.run)
		return p.tell(Event{Kind: Dropped, Run: h.run})
	case Noted:
		note, payload, err := parseNote(it.payload)
		if err != nil || h.run != 0 && s == nil {
			return nil
		}
		return p.tell(Event{Kind: Noted, Run: h.run, Note: note, Payload: payload})
	}
	p.report.Unknown++
	return nil
}

// finish tells of the rows that nothing came after.
func (p *replay) finish() error {
	ids := make([]RunID, 0, len(p.runs))
	for id, s := range p.runs {
		ids = append(ids, id)
		p.report.Rows += max(s.rows, s.expected)
	}
	slices.Sort(ids)
	p.report.Runs = len(ids)
	for _, id := range ids {
		s := p.runs[id]
		if err := p.missing(id, s, s.expected); err != nil {
			return err
		}
		p.report.Lost += s.lost
	}
	return nil
}

// all reads every segment in order. The last of them may end in the middle of a
// write.
func (p *replay) all(d disk, segments []segment) ([]scanned, error) {
	files := make([]file, 0, len(segments))
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	// All are opened first, so that a compaction meanwhile changes nothing.
	for _, seg := range segments {
		f, err := d.open(seg.name(), false)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	out := make([]scanned, 0, len(segments))
	next := uint64(1)
	for i, seg := range segments {
		if seg.first > next {
			p.damage(segmentName(next, seg.first-1), 0, 0)
		}
		next = seg.last + 1
		s, err := p.read(files[i], seg, i == len(segments)-1)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, p.finish()
}

// listSegments gives the journal's files in order, and those that a compaction
// or an ended program left over.
func listSegments(d disk) (segments []segment, stale []string, err error) {
	names, err := d.list()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if first, last, ok := parseSegmentName(name); ok {
			segments = append(segments, segment{first: first, last: last})
		} else if strings.HasSuffix(name, tempEnding) {
			stale = append(stale, name)
		}
	}
	slices.SortFunc(segments, func(a, b segment) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last))
	})
	// A file whose numbers another one covers was replaced by that one.
	covered := uint64(0)
	segments = slices.DeleteFunc(segments, func(s segment) bool {
		if s.last <= covered {
			stale = append(stale, s.name())
			return true
		}
		covered = s.last
		return false
	})
	return segments, stale, nil
}

// Read goes through a session's journal below dir without holding up, or being
// held up by, a server that has it open: it tells what was written when it
// began. It is for tools; an unfinished write at the end is left alone. An error
// of fn ends it and is returned as it is.
func Read(dir, session string, fn func(*Event) error) (*Report, error) {
	d, err := openFolder(dir, session, false)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = ErrNone
		}
		return nil, &Error{"read", session, err}
	}
	defer d.root.Close()
	var told error
	keep := func(e *Event) error {
		if fn == nil {
			return nil
		}
		told = fn(e)
		return told
	}
	for try := 0; ; try++ {
		segments, _, err := listSegments(d)
		p := newReplay(keep)
		if err == nil {
			_, err = p.all(d, segments)
		}
		switch {
		case told != nil:
			return &p.report, told
		case err == nil:
			return &p.report, nil
		case errors.Is(err, fs.ErrNotExist) && try < 100:
			continue // a compaction replaced a file between listing and opening
		}
		return nil, &Error{"read", session, err}
	}
}
