package faults

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// stored are the runs of a session as its journal has them, by their names.
func stored(t testing.TB, dir, session string) map[string]*sessions.Series {
	t.Helper()
	var all sessions.Collector
	report, err := journal.Read(dir, session, all.Add)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Damage) > 0 || len(report.Missing) > 0 || report.Unknown > 0 {
		t.Errorf("the journal is damaged: %+v", report)
	}
	runs := map[string]*sessions.Series{}
	for _, r := range all.Runs() {
		s := r.Rows.Series()
		if runs[s.Run] != nil {
			t.Errorf("run %s is twice in the journal", s.Run)
		}
		runs[s.Run] = s
	}
	return runs
}

// holds wants exactly the rows of a measurement in the journal: each once, in
// order, with its values to the bit, none marked as lost.
func (s *plotserver) holds(t testing.TB, m *measurement) {
	t.Helper()
	hold(t, stored(t, s.dir, s.session)[m.run], m)
}

func hold(t testing.TB, s *sessions.Series, m *measurement) {
	t.Helper()
	if s == nil {
		t.Errorf("measurement %d: there is no run %s", m.number, m.run)
		return
	}
	if s.Name != m.series || int64(s.Len()) != m.measured || s.Missing() != 0 {
		t.Errorf("measurement %d: series %q has %d rows, %d of them missing, %d were given", m.number, s.Name, s.Len(), s.Missing(), m.measured)
	}
	for c := range columns {
		column := s.Column(c)
		for i := range s.Len() {
			if got, want := column.At(i), value(m.number, int64(i), c); !same(got, want) {
				t.Errorf("measurement %d: row %d of %d has %v in column %s, want %v", m.number, i, s.Len(), got, s.Columns[c], want)
				return
			}
		}
	}
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// saved reads a CSV file that the server wrote, and wants the first n rows of a
// measurement in it, or more.
func (s *plotserver) saved(t testing.TB, m *measurement, file string, n int64) {
	t.Helper()
	f, err := os.Open(filepath.Join(s.dir, file))
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || int64(len(lines)) < 1+n {
		t.Errorf("measurement %d: %s has %d lines, there are %d rows (%v)", m.number, file, len(lines), n, err)
		return
	}
	for i, line := range lines[1:] {
		for c, text := range line {
			got := math.NaN()
			if text != "" {
				if got, err = strconv.ParseFloat(text, 64); err != nil {
					t.Error(err)
				}
			}
			if want := value(m.number, int64(i), c); !same(got, want) {
				t.Errorf("measurement %d: row %d of %s has %v in column %s, want %v", m.number, i, file, got, columns[c], want)
				return
			}
		}
	}
}
