package app

import (
	"strings"
	"testing"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// A run of which the journal has lost a part is an error and not a shorter run.
func TestStoredRunIsWhole(t *testing.T) {
	dir := t.TempDir()
	j, _, err := journal.Open(dir, "hopla", nil, journal.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	key, err := j.OpenRun(sessions.Header{Name: "solar", Run: "r1", Columns: []string{"t", "V"}})
	if err != nil {
		t.Fatal(err)
	}
	j.Rows(key, []float64{0, 1, 1, 2, 2, 3})
	j.Gap(key, 2)
	from := &stored{dir, "hopla", j}

	for _, rows := range []int64{1, 3, 4, 5} {
		s, err := from.series(engine.Snapshot{Name: "solar", Run: "r1", Key: key, Rows: rows})
		if err != nil {
			t.Fatalf("%d rows: %v", rows, err)
		}
		if s.Len() != int(rows) || s.Missing() != max(int(rows)-3, 0) {
			t.Errorf("%d rows: there are %d, %d of them missing", rows, s.Len(), s.Missing())
		}
	}
	_, err = from.series(engine.Snapshot{Name: "solar", Run: "r1", Key: key, Rows: 6})
	if err == nil || !strings.Contains(err.Error(), `run "r1" of series "solar"`) || !strings.Contains(err.Error(), "only 5") {
		t.Errorf("6 rows where there are 5: %v", err)
	}
}
