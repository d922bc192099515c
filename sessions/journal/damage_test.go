package journal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"iotplot/sessions/header"
)

// small writes a journal of a few segments and gives its disk.
func small(t testing.TB) *memDisk {
	d := newMemDisk()
	j, _, err := Open("", "hopla", nil, Options{disk: d, Segment: 512, NoSync: true, manual: true})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := j.OpenRun(header.Header{Name: "a", Columns: []string{"x", "y"}})
	b, _ := j.OpenRun(header.Header{Name: "b", Columns: []string{"x", "y"}, Meta: map[string]any{"k": []any{1.5, "s"}}})
	for i := range 8 {
		j.Rows(a, []float64{float64(2 * i), 0, float64(2*i + 1), 0})
		j.AppendRow(b, []float64{float64(i), 0})
	}
	j.Gap(b, 3)
	j.Rename(a, []string{"t", "y"})
	j.End(b)
	j.Note(a, "file", []byte("a.csv"))
	j.AppendRow(a, []float64{16, 0})
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return d
}

// placed is a row that is where it belongs: its values tell.
func readPlaced(t testing.TB, d *memDisk, write bool) (rows map[RunID]map[int64]bool, report *Report) {
	t.Helper()
	rows = map[RunID]map[int64]bool{}
	counts := map[RunID]int64{}
	fn := func(e *Event) error {
		if e.Kind != Rows && e.Kind != Gap {
			return nil
		}
		if e.First != counts[e.Run] {
			return fmt.Errorf("run %d goes on at %d after %d", e.Run, e.First, counts[e.Run])
		}
		counts[e.Run] += e.Count
		if rows[e.Run] == nil {
			rows[e.Run] = map[int64]bool{}
		}
		for i := range e.Count {
			if e.Kind == Rows {
				if e.Values[2*i] != float64(e.First+i) {
					return fmt.Errorf("row %d of run %d holds %v", e.First+i, e.Run, e.Values[2*i])
				}
				rows[e.Run][e.First+i] = true
			}
		}
		return nil
	}
	j, report, err := Open("", "hopla", fn, Options{disk: d, NoSync: true, manual: true})
	if errors.Is(err, ErrVersion) {
		return nil, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	if write {
		// It goes on after whatever it found.
		for id, n := range counts {
			if _, ok := j.Count(id); ok {
				j.AppendRow(id, []float64{float64(n), 0})
			}
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return rows, report
}

// intact lists the rows whose records do not touch the bytes from … to-1 of a file.
func intact(d *memDisk, file string, from, to int64) map[RunID]map[int64]bool {
	rows := map[RunID]map[int64]bool{}
	for name, f := range d.names {
		first, _, _ := parseSegmentName(name)
		s := newScanner(f, int64(len(f.data)), first)
		for {
			it, ok := s.next()
			if !ok {
				break
			}
			if it.head.kind != Rows || name == file && it.to > from && it.from < to {
				continue
			}
			for i := range it.head.count {
				if rows[it.head.run] == nil {
					rows[it.head.run] = map[int64]bool{}
				}
				rows[it.head.run][it.head.first+i] = true
			}
		}
	}
	return rows
}

func names(d *memDisk) []string {
	var all []string
	for name := range d.names {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func TestEverySingleByteFlipped(t *testing.T) {
	d := small(t)
	all := names(d)
	if len(all) < 3 {
		t.Fatalf("%d files", len(all))
	}
	for n, name := range all {
		for at := range int64(len(d.names[name].data)) {
			for _, bits := range []byte{1, 0xFF} {
				want := intact(d, name, at, at+1)
				e := d.clone()
				e.names[name].data[at] ^= bits
				rows, report := readPlaced(t, e, true)
				if rows == nil {
					t.Fatalf("%s byte %d: taken for a later version", name, at)
				}
				// A run whose only opening so far is spoiled is unknown until the next file.
				for run := range want {
					for row := range want[run] {
						if !rows[run][row] && !(n == 0 && told(report, run, row)) {
							t.Fatalf("%s byte %d: row %d of run %d is gone; %+v", name, at, row, run, report)
						}
					}
				}
				if report.Cut == 0 && report.DamagedBytes == 0 {
					// The zeros that fill a record mean nothing.
					if got := count(rows); got != 16+1+8 {
						t.Fatalf("%s byte %d: nothing is said, %d rows are there", name, at, got)
					}
				}
				again, report2 := readPlaced(t, e, false)
				for run := range rows {
					for row := range rows[run] {
						if !again[run][row] {
							t.Fatalf("%s byte %d: row %d of run %d is gone at the second start: %+v", name, at, row, run, report2)
						}
					}
				}
			}
		}
	}
}

// told tells whether a report has a row among the missing.
func told(r *Report, run RunID, row int64) bool {
	return slices.ContainsFunc(r.Missing, func(m Missing) bool { return m.Run == run && row >= m.First && row < m.First+m.Rows })
}

func count(rows map[RunID]map[int64]bool) (n int) {
	for _, r := range rows {
		n += len(r)
	}
	return n
}

func TestEveryLengthCut(t *testing.T) {
	d := small(t)
	for n, name := range names(d) {
		data := d.names[name].data
		for size := range int64(len(data)) {
			want := intact(d, name, size, int64(len(data)))
			e := d.clone()
			e.names[name].data = slices.Clone(data[:size])
			rows, report := readPlaced(t, e, true)
			for run := range want {
				for row := range want[run] {
					if !rows[run][row] && !(n == 0 && told(report, run, row)) {
						t.Fatalf("%s cut to %d: row %d of run %d is gone; %+v", name, size, row, run, report)
					}
				}
			}
			if again, report := readPlaced(t, e, false); count(again) < count(rows) {
				t.Fatalf("%s cut to %d: %d rows, then %d; %+v", name, size, count(rows), count(again), report)
			}
		}
	}
}

func TestEveryFileLost(t *testing.T) {
	d := small(t)
	for n, name := range names(d) {
		want := intact(d, name, 0, 1<<40)
		e := d.clone()
		delete(e.names, name)
		rows, report := readPlaced(t, e, false)
		if n < len(d.names)-1 && (len(report.Damage) != 1 || report.Damage[0].File != name) {
			t.Errorf("%s is lost: %+v", name, report.Damage)
		}
		for run := range want {
			for row := range want[run] {
				if !rows[run][row] {
					t.Errorf("%s is lost: row %d of run %d is gone as well", name, row, run)
				}
			}
		}
	}
}

func TestOverwrittenSector(t *testing.T) {
	d := newMemDisk()
	j, _, err := Open("", "hopla", nil, Options{disk: d, NoSync: true, manual: true})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := j.OpenRun(header.Header{Name: "a", Columns: []string{"x", "y"}})
	for i := range 100_000 {
		j.AppendRow(a, []float64{float64(i), 0})
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	copy(d.names[names(d)[0]].data[512_000:], bytes.Repeat([]byte{0xF1, 0x4A, 0x52, 0xC0}, 1024))
	rows, report := readPlaced(t, d, false)
	if report.Rows != 100_000 || report.Lost == 0 || report.Lost > 3*512 || count(rows) != int(report.Rows-report.Lost) ||
		len(report.Missing) != 1 || report.Missing[0].Series != "a" || report.Missing[0].Rows != report.Lost {
		t.Errorf("%+v, %d rows", report, count(rows))
	}
}

func TestALaterVersionIsLeftAlone(t *testing.T) {
	d := newMemDisk()
	b := appendRecord([]byte(preamble), head{kind: segmentHead}, appendSegmentInfo(nil, segmentInfo{version: version + 1}))
	seal(b[preambleSize:], 1, preambleSize)
	d.put(segmentName(1, 1), append(b, "what only that version knows"...))
	_, _, err := Open("", "hopla", nil, Options{disk: d})
	if !errors.Is(err, ErrVersion) || len(d.names[segmentName(1, 1)].data) != len(b)+28 {
		t.Errorf("%v", err)
	}
}

// FuzzRead's law: whatever a file holds, reading ends without a panic, goes over
// each byte once, and after an opening the journal works.
func FuzzRead(f *testing.F) {
	d := small(f)
	for _, name := range names(d) {
		f.Add(d.names[name].data, uint16(0))
		f.Add(d.names[name].data, uint16(77))
	}
	f.Fuzz(func(t *testing.T, data []byte, reseal uint16) {
		data = slices.Clone(data)
		// With good checksums, what is behind them is reached too.
		if at := int(reseal) / 8 * 8; reseal > 0 && at+headSize <= len(data) {
			if size := fields(data[at:]).size(); fields(data[at:]).payload <= maxPayload && at+size <= len(data) {
				seal(data[at:at+size], 1, int64(at))
			}
		}
		d := newMemDisk()
		d.put(segmentName(1, 1), data)
		j, _, err := Open("", "hopla", func(*Event) error { return nil }, Options{disk: d, NoSync: true, manual: true})
		if errors.Is(err, ErrVersion) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		s := newScanner(d.names[names(d)[0]], int64(len(d.names[names(d)[0]].data)), 1)
		for at := int64(0); ; {
			it, ok := s.next()
			if !ok {
				break
			}
			if at == 0 && it.from == preambleSize {
				at = preambleSize
			}
			if it.from != at || it.to <= at {
				t.Fatalf("from %d to %d after %d", it.from, it.to, at)
			}
			at = it.to
		}
		if j.nextRun == 0 || j.nextRun > 1<<31 {
			j.Close()
			return
		}
		run, err := j.OpenRun(header.Header{Name: "new", Columns: []string{"x"}})
		if err != nil {
			t.Fatal(err)
		}
		j.AppendRow(run, []float64{5})
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		found := false
		j, _, err = Open("", "hopla", func(e *Event) error {
			found = found || e.Kind == Rows && e.Run == run && e.Count == 1 && e.Values[0] == 5
			return nil
		}, Options{disk: d, manual: true})
		if err != nil || !found {
			t.Fatalf("the new row did not come back: %v", err)
		}
		j.Close()
	})
}
