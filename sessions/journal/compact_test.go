package journal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"iotplot/sessions/header"
)

// dropping writes runs, drops most of them and compacts. It gives what is to be
// there at the end.
func dropping(t *testing.T, d *memDisk) (*model, *Journal, error) {
	j, _, err := Open("", "hopla", nil, Options{disk: d, Segment: 4096, manual: true})
	if err != nil {
		return nil, nil, err
	}
	m := &model{runs: map[RunID]*modelRun{}}
	sync := func() error { return j.Sync(context.Background()) }
	long, _ := j.OpenRun(header.Header{Name: "long", Columns: []string{"x", "y"}})
	m.runs[long] = &modelRun{name: "long", column: "x"}
	var ids []RunID
	for k := range 12 {
		id, _ := j.OpenRun(header.Header{Name: fmt.Sprint(k), Columns: []string{"x", "y"}})
		m.runs[id] = &modelRun{name: fmt.Sprint(k), column: "x"}
		for i := range 150 {
			j.AppendRow(id, []float64{float64(i), 1})
			m.runs[id].rows = append(m.runs[id].rows, float64(i))
		}
		j.End(id)
		j.AppendRow(long, []float64{float64(k), 1})
		m.runs[long].rows = append(m.runs[long].rows, float64(k))
		ids = append(ids, id)
	}
	return m, j, dropSome(j, m, ids, sync)
}

func dropSome(j *Journal, m *model, ids []RunID, sync func() error) error {
	for k, id := range ids {
		if k%5 != 4 {
			j.Drop(id)
			delete(m.runs, id)
		}
	}
	if err := sync(); err != nil {
		return err
	}
	for {
		more, err := j.compact()
		if err != nil || !more {
			return err
		}
	}
}

func TestDroppedRunsGiveTheirRoomBack(t *testing.T) {
	d := newMemDisk()
	m, j, err := dropping(t, d)
	if err != nil {
		t.Fatal(err)
	}
	if n := j.Size(); n > 16<<10 {
		t.Errorf("%d bytes are left of 12 runs of which 2 are wanted", n)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	got := &model{runs: map[RunID]*modelRun{}}
	j, report, err := Open("", "hopla", got.add, Options{disk: d, manual: true})
	if err != nil || len(report.Damage) > 0 || len(report.Missing) > 0 || got.fingerprint() != m.fingerprint() {
		t.Fatalf("%v, %+v\n%swant\n%s", err, report, got.fingerprint(), m.fingerprint())
	}
	j.Close()
}

// Each step of dropping and compacting is once the one that the program ends in.
func TestCompactionEndsAtEveryStep(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	base := writtenOnly(t)
	for step := 1; ; step++ {
		d := base.disk.clone()
		d.dieAt = step
		// A new life that drops and compacts until it dies.
		m := base.model()
		j, _, err := Open("", "hopla", nil, Options{disk: d, Segment: 4096, manual: true})
		if err != nil {
			continue // it died opening
		}
		before := base.model().fingerprint()
		err = dropSome(j, m, base.ids, func() error {
			for {
				d.mu.Lock()
				dead := d.steps >= d.dieAt
				d.mu.Unlock()
				if dead {
					return errDead
				}
				if j.Backlog() == 0 {
					return nil
				}
				runtime.Gosched()
			}
		})
		j.Close()
		for k, after := range []*memDisk{d.killed(), d.cutOff(r)} {
			got := &model{runs: map[RunID]*modelRun{}}
			j, report, err2 := Open("", "hopla", got.add, Options{disk: after, manual: true})
			if err2 != nil {
				t.Fatal(err2)
			}
			if len(report.Damage) > 0 || len(report.Missing) > 0 {
				t.Fatalf("step %d, %d: %+v", step, k, report)
			}
			for id, run := range got.runs {
				if want := base.model().runs[id]; want == nil || fmt.Sprint(want.rows) != fmt.Sprint(run.rows) {
					t.Fatalf("step %d, %d: run %d has %d rows", step, k, id, len(run.rows))
				}
			}
			for id := range m.runs {
				if got.runs[id] == nil {
					t.Fatalf("step %d, %d: run %d, never dropped, is gone", step, k, id)
				}
			}
			if f := got.fingerprint(); err == nil && f != m.fingerprint() && f == before {
				t.Fatalf("step %d, %d: nothing was dropped", step, k)
			}
			// What the ended program left over is tidied up, and it can be finished.
			for {
				more, err := j.compact()
				if err != nil {
					t.Fatal(err)
				}
				if !more {
					break
				}
			}
			j.Close()
		}
		if err == nil {
			if step < 10 {
				t.Fatalf("it took %d steps only", step)
			}
			return
		}
	}
}

type written struct {
	disk  *memDisk
	model func() *model
	ids   []RunID
}

func writtenOnly(t *testing.T) written {
	d := newMemDisk()
	j, _, err := Open("", "hopla", nil, Options{disk: d, Segment: 4096, manual: true})
	if err != nil {
		t.Fatal(err)
	}
	var ids []RunID
	for k := range 12 {
		id, _ := j.OpenRun(header.Header{Name: fmt.Sprint(k), Columns: []string{"x", "y"}})
		for i := range 150 {
			j.AppendRow(id, []float64{float64(i), 1})
		}
		ids = append(ids, id)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return written{d, func() *model {
		m := &model{runs: map[RunID]*modelRun{}}
		for k, id := range ids {
			r := &modelRun{name: fmt.Sprint(k), column: "x"}
			for i := range 150 {
				r.rows = append(r.rows, float64(i))
			}
			m.runs[id] = r
		}
		return m
	}, ids}
}
