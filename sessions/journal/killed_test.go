package journal_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// The test binary plays the process that is killed when this names a folder.
const killedFolder = "IOTPLOT_TEST_KILLED_IN"

func TestAKilledProcessKeepsWhatWasDurable(t *testing.T) {
	if dir := os.Getenv(killedFolder); dir != "" {
		appendForEver(t, dir)
		return
	}
	dir := t.TempDir()
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	last := int64(0)
	for round := range rounds {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAKilledProcessKeepsWhatWasDurable$")
		cmd.Env = append(os.Environ(), killedFolder+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		durable := int64(0)
		told := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n, err := strconv.ParseInt(strings.TrimPrefix(lines.Text(), "durable "), 10, 64)
			if err != nil {
				t.Fatalf("the process said %q", lines.Text())
			}
			durable = n
			if told++; told == 5+3*round {
				cmd.Process.Kill() // what it still said is read as well
			}
		}
		cmd.Wait() // it tells that the process was killed
		var c sessions.Collector
		j, report, err := journal.Open(dir, "hopla", c.Add, journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Damage) > 0 || len(report.Missing) > 0 || report.Rows < durable || durable <= last {
			t.Fatalf("round %d: %+v, %d rows were durable, %d before", round, report, durable, last)
		}
		s := c.Runs()[0].Rows.Series()
		for i, v := range s.Column(0).AppendTo(nil) {
			if v != float64(i) {
				t.Fatalf("round %d: row %d holds %v", round, i, v)
			}
		}
		last = report.Rows
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// appendForEver goes on where the journal ends, and says what is durable.
func appendForEver(t *testing.T, dir string) {
	var run journal.RunID
	j, _, err := journal.Open(dir, "hopla", func(e *journal.Event) error {
		run = e.Run
		return nil
	}, journal.Options{Interval: time.Millisecond, Segment: 1 << 20, Durable: func(_ journal.Position, runs []journal.Progress) {
		for _, r := range runs {
			fmt.Printf("durable %d\n", r.Rows)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if run == 0 {
		run, _ = j.OpenRun(header("a", "x", "y"))
	}
	n, _ := j.Count(run)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); n++ { // ended by the test that started the process
		j.AppendRow(run, []float64{float64(n), 1})
		if n%20_000 == 0 {
			j.WaitBelow(t.Context(), 1<<20)
		}
	}
}
