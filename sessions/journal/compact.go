package journal

import (
	"errors"
	"slices"
	"time"
)

func (j *Journal) compactSoon() {
	select {
	case j.compactNow <- struct{}{}:
	default:
	}
}

// compactLoop gives the room of dropped runs back. What fails, because the disk
// is full or a reader on Windows has a file open, is tried again later.
func (j *Journal) compactLoop() {
	defer close(j.compactEnd)
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for {
		select {
		case _, ok := <-j.compactNow:
			if !ok {
				return
			}
		case <-again.C:
		}
		for {
			more, err := j.compact()
			if err != nil {
				again.Reset(10 * time.Second)
			}
			if !more || err != nil {
				break
			}
			select {
			case <-j.done:
				return
			default:
			}
		}
	}
}

// compact rewrites one stretch of segments of which half or more is not wanted
// any more, and tells whether there was one. A new file is written and synced
// under a temporary name; the renaming makes it count, since it stands for the
// numbers of those it replaces; then they are removed. A program that ends
// between any two steps leaves either the old files or the new one in charge.
func (j *Journal) compact() (bool, error) {
	j.segMu.Lock()
	dead := func(s *segment) (n int64) {
		for id, b := range s.runs {
			if j.dropped[id] {
				n += b
			}
		}
		return n
	}
	at := slices.IndexFunc(j.segments, func(s segment) bool { d := dead(&s); return d > 0 && 2*d >= s.size })
	if at < 0 {
		j.segMu.Unlock()
		return false, nil
	}
	// Small neighbours join, so that the number of files stays bounded as well.
	from, to := at, at+1
	live := j.segments[at].size - dead(&j.segments[at])
	for {
		room := j.o.Segment/2 - live
		if from > 0 && j.segments[from-1].size <= room {
			from--
			live += j.segments[from].size
		} else if to < len(j.segments) && j.segments[to].size <= room {
			live += j.segments[to].size
			to++
		} else {
			break
		}
	}
	group := slices.Clone(j.segments[from:to])
	// Where a run still has records in an older file, its dropping must stay.
	before, unsure := map[RunID]bool{}, false
	for i := range j.segments[:from] {
		unsure = unsure || j.segments[i].unsure
		for id := range j.segments[i].runs {
			before[id] = true
		}
	}
	dropped := make(map[RunID]bool, len(j.dropped))
	for id := range j.dropped {
		dropped[id] = true
	}
	j.segMu.Unlock()

	merged, err := j.merge(group, func(h head) bool {
		if h.kind == Dropped {
			return unsure || before[h.run]
		}
		return h.run == 0 || !dropped[h.run]
	})
	if err != nil {
		return true, err
	}
	j.segMu.Lock()
	at = slices.IndexFunc(j.segments, func(s segment) bool { return s.first == group[0].first })
	j.segments = slices.Replace(j.segments, at, at+len(group), merged)
	j.segMu.Unlock()
	for _, s := range group {
		if s.name() != merged.name() {
			err = errors.Join(err, j.disk.remove(s.name()))
		}
	}
	return true, err
}

// merge writes what is kept of a group into one file in its place.
func (j *Journal) merge(group []segment, keep func(head) bool) (segment, error) {
	last := group[len(group)-1]
	out := segment{first: group[0].first, last: last.last, runs: map[RunID]int64{}, nextRun: last.nextRun}
	temp := out.name() + tempEnding
	f, err := j.disk.create(temp)
	if err != nil {
		return out, err
	}
	fail := func(err error) (segment, error) {
		f.Close()
		j.disk.remove(temp)
		return out, err
	}
	buf := make([]byte, 0, 1<<20)
	add := func(record []byte) error {
		if len(buf)+len(record) > cap(buf) && len(buf) > 0 {
			if _, err := f.WriteAt(buf, out.size-int64(len(buf))); err != nil {
				return err
			}
			buf = buf[:0]
		}
		from := len(buf)
		buf = append(buf, record...)
		h := fields(record)
		seal(buf[from:], out.first, out.size)
		out.size += int64(len(record))
		if h.kind == Dropped {
			h.run = 0
		}
		out.runs[h.run] += int64(len(record))
		return nil
	}
	buf = append(buf, preamble...)
	out.size = preambleSize
	info := segmentInfo{version: version, first: out.first, last: out.last, nextRun: out.nextRun, session: j.session}
	add(appendRecord(nil, head{kind: segmentHead}, appendSegmentInfo(nil, info)))
	for _, seg := range group {
		g, err := j.disk.open(seg.name(), false)
		if err != nil {
			return fail(err)
		}
		size, err := g.Size()
		if err == nil {
			s := newScanner(g, size, seg.first)
			for err == nil {
				it, ok := s.next()
				if !ok {
					break
				}
				if it.record != nil && it.head.kind != segmentHead && keep(it.head) {
					err = add(it.record[:it.head.size()])
				}
			}
			if err == nil {
				err = s.readErr // what can't be read now may be readable later
			}
		}
		g.Close()
		if err != nil {
			return fail(err)
		}
	}
	if _, err := f.WriteAt(buf, out.size-int64(len(buf))); err != nil {
		return fail(err)
	}
	if err := f.Sync(); err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	if err := j.disk.rename(temp, out.name()); err != nil {
		return fail(err)
	}
	return out, j.disk.syncDir()
}
