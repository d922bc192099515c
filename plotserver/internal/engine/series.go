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
	runs []*run // open runs, oldest first
	v1   *run   // the run that version 1's rows and commands mean, nil if none
}

// run is one measurement. Version 1 has at most one open run a series; runs of
// version 2 stand beside it and beside each other.
type run struct {
	series *series
	id     string
	v2     bool
	rows   *sessions.Builder
	width  int // columns
	// byRows is when the run was opened by a row instead of new_series, zero
	// otherwise: a new_series shortly after names its columns.
	byRows time.Time
	used   time.Time
	saved  int // rows that a finished save has written
	told   int // rows at the last progress line
	toldAt time.Time
}

func (s *series) find(id string) *run {
	for _, r := range s.runs {
		if r.id == id {
			return r
		}
	}
	return nil
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
	s := &series{name: strings.Clone(name)}
	e.series[s.name] = s
	e.order = append(e.order, s)
	return s, nil
}

// begin opens a run. The run of version 1 before it, if any, has been put away.
func (e *Engine) begin(now time.Time, s *series, id string, v2 bool, columns, units []string, meta map[string]any) *run {
	h := sessions.Header{Name: s.name, Run: id, Columns: columns, Units: units, Meta: meta, Started: now}
	r := &run{series: s, id: id, v2: v2, width: len(columns), rows: sessions.NewBuilder(h), used: now, toldAt: now}
	if v2 {
		e.makeRoom()
	} else {
		s.v1 = r
	}
	s.runs = append(s.runs, r)
	return r
}

// end puts a run away: its rows are written to the history, and it is no longer
// among the open ones.
func (e *Engine) end(r *run) {
	if r.rows.Rows() > 0 {
		e.emit(Archive{Series: r.rows.Series()})
	}
	s := r.series
	s.runs = slices.DeleteFunc(s.runs, func(o *run) bool { return o == r })
	if s.v1 == r {
		s.v1 = nil
	}
}

// makeRoom puts the longest idle run of version 2 away when no further one may
// be open.
func (e *Engine) makeRoom() {
	var oldest *run
	n := 0
	for _, s := range e.order {
		for _, r := range s.runs {
			if r.v2 {
				n++
				if oldest == nil || r.used.Before(oldest.used) {
					oldest = r
				}
			}
		}
	}
	if n >= e.limits.Runs {
		e.end(oldest)
	}
}

// names lists series for a person; those with a run of version 1 only, if v1.
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
