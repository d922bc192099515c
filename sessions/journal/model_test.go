package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"iotplot/sessions/header"
)

// model is what a journal should hold.
type model struct {
	runs map[RunID]*modelRun
}

type modelRun struct {
	name, column string
	rows         []float64 // -1 is a gap
}

func (m *model) fingerprint() string {
	ids := []RunID{}
	for id := range m.runs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var b strings.Builder
	for _, id := range ids {
		r := m.runs[id]
		fmt.Fprintln(&b, id, r.name, r.column, r.rows)
	}
	return b.String()
}

func (m *model) add(e *Event) error {
	r := m.runs[e.Run]
	switch e.Kind {
	case Opened:
		m.runs[e.Run] = &modelRun{name: e.Header.Name, column: e.Header.Columns[0]}
	case Rows:
		if int64(len(r.rows)) != e.First || int64(len(e.Values)) != 2*e.Count {
			return fmt.Errorf("%d values for %d rows from %d on, there are %d", len(e.Values), e.Count, e.First, len(r.rows))
		}
		for i := range e.Count {
			r.rows = append(r.rows, e.Values[2*i])
		}
	case Gap:
		if int64(len(r.rows)) != e.First {
			return fmt.Errorf("gap from %d on, there are %d", e.First, len(r.rows))
		}
		for range e.Count {
			r.rows = append(r.rows, -1)
		}
	case Renamed:
		r.column = e.Columns[0]
	case Dropped:
		delete(m.runs, e.Run)
	}
	return nil
}

// history is a journal under test, with the model after each elementary step.
type history struct {
	t      *testing.T
	j      *Journal
	m      *model
	next   float64
	states []string
	at     []Position

	mu      sync.Mutex
	durable Position
}

func (h *history) open(o Options) *Report {
	h.t.Helper()
	h.m = &model{runs: map[RunID]*modelRun{}}
	h.durable = 0
	o.Durable = func(p Position, _ []Progress) {
		h.mu.Lock()
		h.durable = p
		h.mu.Unlock()
	}
	j, report, err := Open("", "hopla", h.m.add, o)
	if err != nil {
		h.t.Fatal(err)
	}
	h.j = j
	h.states, h.at = []string{h.m.fingerprint()}, []Position{0}
	return report
}

func (h *history) note(p Position) {
	h.states = append(h.states, h.m.fingerprint())
	h.at = append(h.at, p)
}

func (h *history) do(r *rand.Rand) {
	ids := []RunID{}
	for id := range h.m.runs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if len(ids) == 0 || r.IntN(12) == 0 {
		name := fmt.Sprint("s", r.IntN(3))
		id, err := h.j.OpenRun(header.Header{Name: name, Columns: []string{"x", "y"}})
		if err != nil {
			h.t.Fatal(err)
		}
		h.m.runs[id] = &modelRun{name: name, column: "x"}
		h.j.mu.Lock()
		h.note(h.j.appended)
		h.j.mu.Unlock()
		return
	}
	id := ids[r.IntN(len(ids))]
	run := h.m.runs[id]
	switch r.IntN(16) {
	case 0:
		p := h.j.Gap(id, 2)
		run.rows = append(run.rows, -1, -1)
		h.note(p)
	case 1:
		run.column = fmt.Sprint("c", r.IntN(9))
		h.note(h.j.Rename(id, []string{run.column, "z"}))
	case 2:
		h.j.End(id)
	case 3:
		if r.IntN(3) == 0 {
			p := h.j.Drop(id)
			delete(h.m.runs, id)
			h.note(p)
		}
	case 4:
		if _, err := h.j.Note(id, "file", []byte("x.csv")); err != nil {
			h.t.Fatal(err)
		}
	case 5:
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
		h.j.Sync(ctx) // on a failing disk it ends by the context
		cancel()
	default:
		var rows []float64
		n := 1 + r.IntN(8)
		for range n {
			rows = append(rows, h.next, 0)
			run.rows = append(run.rows, h.next)
			h.next++
		}
		for i := range n {
			h.note(h.j.AppendRow(id, rows[2*i:2*i+2]))
			// The model has all of them already: only the last state is exact.
			if i < n-1 {
				h.states[len(h.states)-1] = ""
			}
		}
		// Exact states in between, since a record may end at any of them.
		full := run.rows
		for i := range n {
			run.rows = full[:len(full)-n+i+1]
			h.states[len(h.states)-n+i] = h.m.fingerprint()
		}
		run.rows = full
	}
}

// check holds what came back against the model: a state that was once, and none
// that is older than what was told durable.
func (h *history) check(d *memDisk) {
	h.t.Helper()
	got := &model{runs: map[RunID]*modelRun{}}
	j, report, err := Open("", "hopla", got.add, Options{disk: d, manual: true})
	if err != nil {
		h.t.Fatal(err)
	}
	defer j.Close()
	if len(report.Damage) > 0 || len(report.Missing) > 0 || report.Unknown > 0 {
		h.t.Fatalf("damage without a reason: %+v", report)
	}
	first := 0
	for i, p := range h.at {
		if p <= h.durable {
			first = i
		}
	}
	// States that share a position with the durable one are as good.
	for first > 0 && h.at[first-1] == h.at[first] {
		first--
	}
	have := got.fingerprint()
	for _, want := range h.states[first:] {
		if want == have {
			return
		}
	}
	h.t.Fatalf("what came back was never there since position %d of %d:\n%swant at least:\n%sat most:\n%s",
		h.durable, h.at[len(h.at)-1], have, h.states[first], h.states[len(h.states)-1])
}

func TestWhatWasDurableSurvivesAnyEnd(t *testing.T) {
	rounds := 80
	if testing.Short() {
		rounds = 20
	}
	for seed := range uint64(rounds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			d := newMemDisk()
			h := &history{t: t}
			for range 1 + r.IntN(4) {
				o := Options{disk: d, Segment: 1 << (9 + r.IntN(4)), Interval: time.Duration(1 + r.IntN(300_000)), NoSync: r.IntN(4) == 0, retry: time.Millisecond}
				h.open(o)
				d.mu.Lock()
				if r.IntN(4) > 0 {
					d.dieAt = d.steps + 1 + r.IntN(60)
				}
				cut := r.Float64()
				d.partial = func(n int) int { return int(cut * float64(n)) }
				d.mu.Unlock()
				for range r.IntN(150) {
					h.do(r)
				}
				err := h.j.Close()
				d.mu.Lock()
				dead := d.dieAt > 0 && d.steps >= d.dieAt
				d.mu.Unlock()
				if err != nil && !dead {
					t.Fatal(err)
				}
				if err == nil {
					h.durable = h.at[len(h.at)-1]
				}
				h.check(d.killed())
				if !o.NoSync {
					h.check(d.cutOff(r))
				}
				d = d.killed()
			}
		})
	}
}

func TestAFailingDiskLosesNothing(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			faults := rand.New(rand.NewPCG(seed, 3))
			reasons := []error{syscall.ENOSPC, syscall.EIO, errors.New("strange")}
			d := newMemDisk()
			d.fault = func(op, name string) error {
				if faults.IntN(3) == 0 {
					return reasons[faults.IntN(len(reasons))]
				}
				return nil
			}
			d.partial = func(n int) int { return faults.IntN(n + 1) }
			var states []State
			h := &history{t: t}
			h.open(Options{disk: d, Segment: 2048, Interval: time.Microsecond, retry: time.Microsecond, State: func(s State) { states = append(states, s) }})
			for range 200 {
				h.do(r)
			}
			d.mu.Lock()
			d.fault = nil
			d.mu.Unlock()
			if err := h.j.Sync(context.Background()); err != nil {
				t.Fatal(err)
			}
			if err := h.j.Close(); err != nil {
				t.Fatal(err)
			}
			if n := len(states); n > 0 && states[n-1].Err != nil {
				t.Errorf("the last state told is %v", states[n-1].Err)
			}
			got := &model{runs: map[RunID]*modelRun{}}
			j, report, err := Open("", "hopla", got.add, Options{disk: d.killed(), manual: true})
			if err != nil {
				t.Fatal(err)
			}
			defer j.Close()
			if len(report.Missing) > 0 || got.fingerprint() != h.m.fingerprint() {
				t.Fatalf("%+v\n%swant\n%s", report, got.fingerprint(), h.m.fingerprint())
			}
		})
	}
}

// What a server tells when it starts must not be lost with the power later, though
// the one before it was killed or never synced.
func TestWhatIsReadIsMadeDurable(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 4))
		d := newMemDisk()
		h := &history{t: t}
		h.open(Options{disk: d, Segment: 2048, NoSync: true})
		for range 100 {
			h.do(r)
		}
		if err := h.j.Close(); err != nil {
			t.Fatal(err)
		}
		j, _, err := Open("", "hopla", nil, Options{disk: d, manual: true})
		if err != nil {
			t.Fatal(err)
		}
		h.durable = h.at[len(h.at)-1]
		h.check(d.cutOff(r))
		j.Close()
	}
}
