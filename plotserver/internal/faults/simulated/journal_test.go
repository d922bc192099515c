package simulated

import (
	"maps"
	"slices"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// disk is a journal that becomes durable when the world wants it to. Each row is
// a record of its own, since a journal may be torn between any two.
type disk struct {
	w       *world
	events  []journal.Event
	durable int // of these survive the server
	runs    map[journal.RunID]*stored
	last    journal.RunID
	lossy   bool      // it has forgotten something that was durable
	dropped []*stored // runs that were given up, since all their rows are in files
}

// stored is a run in the journal.
type stored struct {
	header  sessions.Header
	tags    []int64 // gap where a row is lost
	durable int64   // rows
	told    int64   // the highest ack of it
	old     bool    // of version 1
}

const gap = -1

func newStored(h sessions.Header) *stored {
	return &stored{header: h, old: len(h.Columns) != len(columns)}
}

func newDisk(w *world) *disk { return &disk{w: w, runs: map[journal.RunID]*stored{}} }

func (d *disk) append(e journal.Event) journal.Position {
	d.events = append(d.events, e)
	return journal.Position(len(d.events))
}

func (d *disk) OpenRun(h sessions.Header) (journal.RunID, error) {
	d.last++
	d.append(journal.Event{Kind: journal.Opened, Run: d.last, Header: h})
	d.runs[d.last] = newStored(h)
	d.w.log("journal: run %d is %s", d.last, h.Run)
	return d.last, nil
}

func (d *disk) Rows(run journal.RunID, values []float64) (p journal.Position) {
	width := len(d.runs[run].header.Columns)
	for ; len(values) > 0; values = values[width:] {
		p = d.AppendRow(run, values[:width])
	}
	return p
}

func (d *disk) AppendRow(run journal.RunID, row []float64) journal.Position {
	r := d.runs[run]
	e := journal.Event{Kind: journal.Rows, Run: run, First: int64(len(r.tags)), Count: 1, Values: slices.Clone(row)}
	t := int64(row[0])
	if !r.old {
		d.law(r, t, row)
	}
	r.tags = append(r.tags, t)
	return d.append(e)
}

// law holds a row that is stored: it is what was measured, where it belongs, and
// among rows of the same board and boot only.
func (d *disk) law(r *stored, t int64, row []float64) {
	if got, want := row[1], sensor(t); len(row) != len(columns) || got != want && !(got != got && want != want) {
		d.w.fail("%s has %v, want %v", tagText(t), row, want)
	}
	if t&(1<<32-1) != int64(len(r.tags)) {
		d.w.fail("%s is stored at %d", tagText(t), len(r.tags))
	}
	for _, other := range slices.Backward(r.tags) {
		if other != gap {
			if other>>32 != t>>32 {
				d.w.fail("%s is in a run with %s", tagText(t), tagText(other))
			}
			return
		}
	}
}

func (d *disk) Gap(run journal.RunID, n int64) journal.Position {
	r := d.runs[run]
	e := journal.Event{Kind: journal.Gap, Run: run, First: int64(len(r.tags)), Count: n}
	for range n {
		r.tags = append(r.tags, gap)
	}
	return d.append(e)
}

func (d *disk) Rename(run journal.RunID, columns []string) journal.Position {
	return d.append(journal.Event{Kind: journal.Renamed, Run: run, Columns: slices.Clone(columns)})
}

func (d *disk) End(run journal.RunID) journal.Position {
	d.w.outcome.putAway++
	return d.append(journal.Event{Kind: journal.Ended, Run: run})
}

func (d *disk) Drop(run journal.RunID) journal.Position {
	d.dropped = append(d.dropped, d.runs[run])
	delete(d.runs, run)
	return d.append(journal.Event{Kind: journal.Dropped, Run: run})
}

// filed says whether a row is in the file of a run that was given up.
func (d *disk) filed(run string, i int, tag int64) bool {
	return slices.ContainsFunc(d.dropped, func(r *stored) bool {
		return r.header.Run == run && i < len(r.tags) && r.tags[i] == tag
	})
}

func (d *disk) Note(run journal.RunID, note string, payload []byte) (journal.Position, error) {
	return d.append(journal.Event{Kind: journal.Noted, Run: run, Note: note, Payload: slices.Clone(payload)}), nil
}

// commit makes the first events durable, and says which runs have more durable
// rows than before.
func (d *disk) commit(upTo int) (journal.Position, []journal.Progress) {
	more := map[journal.RunID]int64{}
	for _, e := range d.events[d.durable:upTo] {
		if r := d.runs[e.Run]; r != nil && (e.Kind == journal.Rows || e.Kind == journal.Gap) {
			r.durable = e.First + e.Count
			more[e.Run] = r.durable
		}
	}
	d.durable = upTo
	var all []journal.Progress
	for _, run := range slices.Sorted(maps.Keys(more)) {
		all = append(all, journal.Progress{Run: run, Rows: more[run]})
	}
	return journal.Position(upTo), all
}

// crash leaves what was durable, and perhaps some of what came after it.
func (d *disk) crash() {
	left := d.durable + d.w.rnd.IntN(len(d.events)-d.durable+1)
	if d.w.may(forgetting, 2) && d.durable > 0 {
		left = d.w.rnd.IntN(d.durable)
		d.lossy = true
	}
	events, before := d.events[:left], d.runs
	*d = disk{w: d.w, runs: map[journal.RunID]*stored{}, lossy: d.lossy, dropped: d.dropped}
	for _, e := range events {
		switch e.Kind {
		case journal.Opened:
			d.last = max(d.last, e.Run)
			d.runs[e.Run] = newStored(e.Header)
		case journal.Dropped:
			delete(d.runs, e.Run)
		case journal.Rows:
			d.runs[e.Run].tags = append(d.runs[e.Run].tags, int64(e.Values[0]))
		case journal.Gap:
			for range e.Count {
				d.runs[e.Run].tags = append(d.runs[e.Run].tags, gap)
			}
		}
	}
	d.events, d.durable = slices.Clone(events), len(events)
	for id, r := range d.runs {
		r.durable = int64(len(r.tags))
		if old := before[id]; old != nil && !d.lossy {
			r.told = old.told
		}
	}
}

// replay tells a server that starts what there is.
func (d *disk) replay(fn func(*journal.Event) error) {
	for i := range d.events {
		e := d.events[i]
		if err := fn(&e); err != nil {
			d.w.fail("restoring: %v", err)
		}
	}
}
