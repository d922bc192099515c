package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
)

// series is everything the session holds under one name.
type series struct {
	name string
	runs []*run          // oldest first
	byID map[string]*run // by what clients call them
	v1   *run            // the run that version 1's rows and commands mean, nil if none
}

func (s *series) newest() *run {
	if len(s.runs) == 0 {
		return nil
	}
	return s.runs[len(s.runs)-1]
}

// runNames names runs by their local time of opening, so that a folder sorts by
// time, and by a count that tells runs of the same second apart.
func runNames() func(time.Time) string {
	var last string
	var same int
	return func(now time.Time) string {
		name := now.Format("20060102-150405")
		if name != last {
			last, same = name, 0
			return name
		}
		same++
		return fmt.Sprintf("%s-%d", name, same+1)
	}
}

// freeName names a run of version 1; runs from before a restart may have the
// same second.
func (e *Engine) freeName(now time.Time, s *series) string {
	for {
		if name := e.newRun(now); s.byID[name] == nil {
			return name
		}
	}
}

// named returns the series of that name, made if there is none yet.
func (e *Engine) named(name string) (*series, error) {
	if s := e.series[name]; s != nil {
		return s, nil
	}
	if len(name) > e.limits.Name {
		return nil, tooLarge("cannot open series %s: its name has %d bytes, at most %d are allowed",
			quote(name), len(name), e.limits.Name)
	}
	if len(e.series) >= e.limits.Series {
		return nil, tooLarge("cannot open series %s: the session holds %d series already, no more are allowed",
			quote(name), len(e.series))
	}
	return e.addSeries(name), nil
}

func (e *Engine) addSeries(name string) *series {
	s := &series{name: strings.Clone(name), byID: map[string]*run{}}
	e.series[s.name] = s
	e.order = append(e.order, s)
	return s
}

// begin opens a run. The run of version 1 before it, if any, is put away by the
// caller.
func (e *Engine) begin(now time.Time, s *series, id string, v2 bool, columns, units []string, meta map[string]any) (*run, error) {
	rows := sessions.NewBuilder(sessions.Header{Name: s.name, Run: id, Columns: columns, Units: units, Meta: meta, Started: now})
	if err := e.makeRoomFor(s, described(rows.Header())); err != nil {
		return nil, err
	}
	key, err := e.journal.OpenRun(rows.Header())
	if err != nil {
		return nil, tooLarge("%v", err)
	}
	if !v2 {
		e.journal.Note(key, noteVersion, []byte("1"))
	}
	r := &run{series: s, id: id, v2: v2, key: key, header: rows.Header(), width: len(columns), rows: rows, used: now, toldAt: now}
	e.enter(r)
	return r, nil
}

// enter lists a run that is new, and looks after the one that it follows.
func (e *Engine) enter(r *run) {
	before := r.series.newest()
	e.hold(r)
	e.add(r)
	if r.count == 0 {
		e.empty = append(e.empty, r)
	}
	if before != nil {
		e.watch(before)
	}
	e.makeRoom(r)
}

// add lists a run where it is looked for.
func (e *Engine) add(r *run) {
	s := r.series
	s.runs = append(s.runs, r)
	s.byID[r.id] = r
	e.runs[r.key] = r
	r.size = described(r.header)
	e.room -= r.size
	if !r.v2 {
		s.v1 = r
	}
}

// forget lists a run nowhere any more.
func (e *Engine) forget(r *run) {
	s := r.series
	if i := slices.Index(s.runs, r); i >= 0 {
		s.runs = slices.Delete(s.runs, i, i+1)
	}
	delete(e.runs, r.key)
	e.room += r.size
	if s.byID[r.id] == r {
		delete(s.byID, r.id)
	}
	if s.v1 == r {
		s.v1 = nil
	}
	if r.owed {
		r.owed = false
		e.owed = slices.DeleteFunc(e.owed, func(o *run) bool { return o == r })
	}
	e.leave(r)
}

// end puts a run of version 1 away, which another one follows.
func (e *Engine) end(now time.Time, r *run) {
	if r.count == 0 && !e.inUse(r) {
		e.drop(r)
		return
	}
	e.journal.End(r.key)
	e.watch(r)
	e.keep(now, r)
}

// names lists series for a person; those with an open run of version 1 only, if v1.
func (e *Engine) names(v1 bool) string {
	var names []string
	more := 0
	for _, s := range e.order {
		if len(s.runs) == 0 || v1 && s.v1 == nil {
			continue
		}
		if len(names) == 12 {
			more++
			continue
		}
		names = append(names, quote(s.name))
	}
	return enumerate(names, more)
}

// runNames lists the runs of a series for a person, the newest first.
func (s *series) runNames() string {
	const most = 6
	var names []string
	for i := len(s.runs) - 1; i >= 0 && len(names) < most; i-- {
		names = append(names, quote(s.runs[i].id))
	}
	return enumerate(names, len(s.runs)-len(names))
}

func enumerate(names []string, more int) string {
	switch {
	case len(names) == 0:
		return "there are none yet"
	case more > 0:
		return fmt.Sprintf("there are %s and %d more", strings.Join(names, ", "), more)
	case len(names) == 1:
		return "there is " + names[0]
	}
	return "there are " + strings.Join(names, ", ")
}

func tooLarge(format string, args ...any) *wire.Error {
	return &wire.Error{Code: wire.CodeTooLarge, Text: fmt.Sprintf(format, args...)}
}
