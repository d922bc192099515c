package render

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
)

// matplotlib draws what BenchmarkMatplotlib draws, warm: the first line of a
// request names format, dots an inch and rows, the answer is the seconds that
// it took. The data is made before the clock starts, and the legend is spared the
// search for a place that this package makes. Without TeX, which would
// take longer.
const matplotlib = `
import io, sys, time
import numpy as np
import matplotlib
matplotlib.use("Agg")
from matplotlib.figure import Figure
matplotlib.rcParams.update({"font.family": "serif", "mathtext.fontset": "stix"})
made = {}
def data(rows):
    if rows not in made:
        t = np.arange(rows) / rows * 10
        r = np.random.default_rng(1)
        made[rows] = t, [np.sin(t) + 0.3*(r.random(rows)-0.5), np.cos(t) + 0.1*(r.random(rows)-0.5), 2 + r.random(rows)-0.5]
    return made[rows]
for line in sys.stdin:
    form, dpi, rows = line.split()
    t, columns = data(int(rows))
    begin = time.perf_counter()
    fig = Figure(figsize=(5, 3), layout="tight")
    ax = fig.subplots()
    for i, c in enumerate(columns):
        ax.plot(t, c, label="abc"[i])
    ax.set_title(r"Damped exponential decay $e^{-t} \cos(2\pi t)$")
    ax.set_xlabel("Time [s]")
    ax.set_ylabel("Voltage [mV]")
    ax.grid(True)
    ax.legend(loc="upper right")  # "best" takes seconds with many rows
    out = io.BytesIO()
    fig.savefig(out, format=form, dpi=int(dpi))
    print(time.perf_counter() - begin, len(out.getvalue()), flush=True)
`

// BenchmarkMatplotlib draws the same plot with this package and with
// matplotlib, in turns, so that both meet the same machine. The times of
// matplotlib are those that it measures itself, when it is warm.
func BenchmarkMatplotlib(b *testing.B) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import matplotlib").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		b.Skip("matplotlib is not installed: apt-get install python3-matplotlib")
	}
	cmd := exec.Command(python, "-c", matplotlib)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	answers := bufio.NewScanner(pipe)
	ask := func(f Format, dpi, rows int) (seconds float64, size int) {
		fmt.Fprintln(in, f, dpi, rows)
		if !answers.Scan() {
			b.Fatal("matplotlib ended")
		}
		words := strings.Fields(answers.Text())
		seconds, _ = strconv.ParseFloat(words[0], 64)
		size, _ = strconv.Atoi(words[1])
		return seconds, size
	}
	for _, rows := range []int{200, 1_000_000} {
		series := []*sessions.Series{noisy(rows)}
		for _, c := range []struct {
			f   Format
			dpi int
		}{{PDF, 200}, {PNG, 100}, {PNG, 200}} {
			b.Run(fmt.Sprintf("%v/dpi=%d/rows=%d", c.f, c.dpi, rows), func(b *testing.B) {
				options := map[string]any{"title": `Damped exponential decay $e^{-t} \cos(2\pi t)$`, "xlabel": "Time [s]", "ylabel": "Voltage [mV]", "dpi": float64(c.dpi)}
				draw := func(w io.Writer) {
					if _, err := Draw(w, c.f, series, options); err != nil {
						b.Fatal(err)
					}
				}
				draw(io.Discard)
				ask(c.f, c.dpi, 200) // both are warm
				ours, theirs := 0.0, 0.0
				var size counting
				their := 0
				n, asked := 0, 0
				for b.Loop() {
					begin := time.Now()
					size = 0
					draw(&size)
					ours += time.Since(begin).Seconds()
					n++
					if theirs < 5 { // seconds are enough of matplotlib
						b.StopTimer()
						var s float64
						s, their = ask(c.f, c.dpi, rows)
						theirs += s
						asked++
						b.StartTimer()
					}
				}
				b.ReportMetric(ours/float64(n)*1e3, "ms/plot")
				b.ReportMetric(float64(size)/1000, "kB/file")
				b.ReportMetric(theirs/float64(asked)*1e3, "matplotlib-ms/plot")
				b.ReportMetric(float64(their)/1000, "matplotlib-kB/file")
			})
		}
	}
}
