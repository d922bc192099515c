package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// TestMeasure makes the example and one sweep, as the command makes all, and finds the
// like of what is committed. The day, which takes longer, is left out.
func TestMeasure(t *testing.T) {
	var some []measurement
	for _, m := range measurements() {
		if m.folder == "quickstart" || slices.Contains(m.files, "G1000.csv") {
			some = append(some, m)
		}
	}
	if len(some) != 2 {
		t.Fatalf("there are %d of the two measurements", len(some))
	}
	out := t.TempDir()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := run(out, log, some); err != nil {
		said, _ := os.ReadFile(log.Name())
		t.Fatalf("%v\n%s", err, said)
	}
	for _, m := range some {
		for _, file := range m.files {
			if filepath.Ext(file) == ".json" {
				continue // is read with the file it belongs to
			}
			made, err := sessions.Load(filepath.Join(out, m.folder, file))
			if err != nil {
				t.Fatal(err)
			}
			kept, err := sessions.Load(filepath.Join("..", "..", "data", m.folder, file))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(made.Columns, kept.Columns) || !slices.Equal(made.Units, kept.Units) || len(made.Meta) != len(kept.Meta) {
				t.Errorf("%s has now %q %q %v, and had %q %q %v", file, made.Columns, made.Units, made.Meta, kept.Columns, kept.Units, kept.Meta)
			}
			for name, v := range kept.Meta {
				if made.Meta[name] != v {
					t.Errorf("%s has now %s %v, and had %v", file, name, made.Meta[name], v)
				}
			}
			if m.folder == "solar" {
				a, b := power(t, made), power(t, kept)
				if d := a.Value/b.Value - 1; d > 0.005 || d < -0.005 {
					t.Errorf("%s has now a Pmax of %g W, and had %g W", file, a.Value, b.Value)
				}
				continue
			}
			for i := range kept.Columns {
				if !slices.Equal(made.Column(i).AppendTo(nil), kept.Column(i).AppendTo(nil)) {
					t.Errorf("%s has now other values in %s", file, kept.Columns[i])
				}
			}
		}
	}
}

func power(t *testing.T, s *sessions.Series) ivcurve.Quantity {
	t.Helper()
	r, err := ivcurve.Analyze(s.Column(s.Lookup("V")).AppendTo(nil), s.Column(s.Lookup("I")).AppendTo(nil), ivcurve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Pmax
}
