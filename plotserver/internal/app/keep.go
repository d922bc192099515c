package app

import (
	"fmt"
	"time"

	"iotplot/plotserver/internal/engine"
)

// trimEvery is how often the journal's size is held against --keep: what was
// dropped last is given back by the disk meanwhile.
const trimEvery = 3 * time.Second

// The journal's files are no larger than this, and small beside --keep, since
// room is given back by whole files.
const (
	largestSegment  = 64 << 20
	smallestSegment = 128 << 10
)

func segmentSize(keep int64) int64 {
	if keep == 0 {
		return largestSegment
	}
	return min(max(keep/16, smallestSegment), largestSegment)
}

// trim keeps the journal within --keep as far as that loses nothing.
func (s *server) trim(now time.Time) {
	if s.keep == 0 || now.Sub(s.trimmed) < trimEvery {
		return
	}
	s.trimmed = now
	size := s.journal.Size()
	if size <= s.keep {
		s.tooMuch = false
		return
	}
	runs, freed := s.engine.Trim(now, size-s.keep)
	if runs > 0 {
		s.terminal.say(fmt.Sprintf("dropped %s from the journal, the oldest (%s, --keep %s): all rows of theirs are in files", engine.Count(runs, "run"), sizeText(freed), s.keepText))
		return
	}
	if !s.tooMuch {
		s.tooMuch = true
		s.terminal.say(fmt.Sprintf("the journal takes %s, more than --keep %s: what is left are the newest runs of their series, and rows that are in no other file yet", sizeText(size), s.keepText))
	}
}
