package journal_test

import (
	"context"
	"fmt"
	"os"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

func Example() {
	dir, err := os.MkdirTemp("", "journal")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	// A server keeps its rows …
	j, _, err := journal.Open(dir, "hopla", nil, journal.Options{})
	if err != nil {
		panic(err)
	}
	run, err := j.OpenRun(sessions.Header{Name: "solar", Run: "k3f9", Columns: []string{"V", "I"}})
	if err != nil {
		panic(err)
	}
	j.AppendRow(run, []float64{0.51, 0.031})
	j.Gap(run, 2)
	j.AppendRow(run, []float64{0.52, 0.030})
	if err := j.Sync(context.Background()); err != nil {
		panic(err)
	}
	j.Close()

	// … and the next one builds its series from them.
	var c sessions.Collector
	j, report, err := journal.Open(dir, "hopla", c.Add, journal.Options{})
	if err != nil {
		panic(err)
	}
	defer j.Close()
	for _, r := range c.Runs() {
		fmt.Printf("%s: %d rows, %d missing\n", r.Rows.Header().Name, r.Rows.Rows(), r.Rows.Missing())
	}
	fmt.Printf("%d bytes cut off\n", report.Cut)
	// Output:
	// solar: 4 rows, 2 missing
	// 0 bytes cut off
}
