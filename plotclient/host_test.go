//go:build !tinygo

package plotclient_test

import (
	"bufio"
	"bytes"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/demo"
)

func TestARowDoesNotAllocate(t *testing.T) {
	c := plotclient.New(&nowhere{}, "hopla")
	x := 0.0
	row := func() {
		if err := c.Data("solar", x, math.Sin(x), -1.0/3*x, math.NaN()); err != nil {
			t.Fatal(err)
		}
		x += 0.025
	}
	if err := c.PlotSeries("solar", plotclient.Title(strings.Repeat("grow ", 100))); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1000, row); n != 0 {
		t.Errorf("a row allocates %v times, want 0", n)
	}
}

// pythonClient does what iot-plot's lib/plotclient.py does, version 0.6.7: the
// topic is the session and the command, the payload json.dumps of the arguments.
const pythonClient = `
import sys
from json import dumps, loads

def publish(session, topic, data):
    topic = '/'.join([session, topic])
    print(topic, dumps(data))

for line in sys.stdin:
    session, topic, kind, args = line.rstrip('\n').split('\t', 3)
    args = loads(args)
    if kind == 'floats':
        args = (args[0],) + tuple(float(a) for a in args[1:])
    publish(session, topic, tuple(args))
`

// TestSameAsPython compares, byte for byte, with what Python's client sends.
func TestSameAsPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("needs Python: apt-get install python3")
	}
	var p paper
	var script strings.Builder
	// The arguments go to Python as JSON, the floats among them as texts, for
	// Python's float to read.
	say := func(topic, kind, args string) {
		script.WriteString("alice/solar\t" + topic + "\t" + kind + "\t" + args + "\n")
	}
	c := plotclient.New(&p, "alice/solar")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	const name = "solär \"1\"\\\n\u2028😀\x7f"
	const nameJSON = `"sol\u00e4r \"1\"\\\n\u2028\ud83d\ude00\u007f"`
	check(c.NewSeries(name, "t [s]", "V·I", ""))
	say("new_series", "", `[`+nameJSON+`, "t [s]", "V\u00b7I", ""]`)
	check(c.SaveSeries(name, ""))
	say("save_series", "", `[`+nameJSON+`, null]`)
	check(c.SaveSeries(name, "läuft/1.pkl"))
	say("save_series", "", `[`+nameJSON+`, "l\u00e4uft/1.pkl"]`)
	check(c.PlotSeries("s"))
	say("plot_series", "", `["s", {}]`)
	check(c.PlotSeries("s", plotclient.Title(`$e^{-t} \cos(2\pi t)$`), plotclient.XLog(), plotclient.Grid(false), plotclient.Format("r--", "bs"),
		plotclient.FigSize(5.5, 3), plotclient.Set("dpi", 300), plotclient.Set("alpha", 0.25)))
	say("plot_series", "", `["s", {"title": "$e^{-t} \\cos(2\\pi t)$", "xlog": true, "grid": false, "format": ["r--", "bs"], "figsize": [5.5, 3.0], "dpi": 300, "alpha": 0.25}]`)
	check(c.PlotSeries("s", demo.PlotOptions()...))
	say("plot_series", "", `["s", {"filename": "mqtt_plotter_example.pdf", "title": "Damped exponential decay $e^{-t} \\cos(2\\pi t)$", "xlabel": "Time [s]", "ylabel": "Voltage [mV]"}]`)

	row := func(values ...float64) {
		check(c.Data("s", values...))
		args := `["s"`
		for _, v := range values {
			args += `, "` + strconv.FormatFloat(v, 'g', -1, 64) + `"`
		}
		say("data", "floats", args+"]")
	}
	row(0, math.Copysign(0, -1), 1, -1, 0.1, 100, 1e15, 1e16, 123456789012345680, 1e22, 1e23, 0.0001, 0.00001, 1.5e-5)
	row(math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, -1e-300)
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		// Any bits but NaN's, which all print alike; and numbers of a sensor.
		v := math.Float64frombits(random.Uint64())
		row(v, math.Round(random.Float64()*1e5)/1e4, random.NormFloat64(), float64(random.Int64N(1e18)))
	}
	for i := range demo.Rows {
		values := demo.Row(i)
		row(values[:]...)
	}

	cmd := exec.Command(python, "-c", pythonClient)
	cmd.Stdin = strings.NewReader(script.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python: %v\n%s", err, &stderr)
	}
	scanner := bufio.NewScanner(bytes.NewReader(out))
	n := 0
	for ; scanner.Scan(); n++ {
		if n < len(p.lines) && scanner.Text() != p.lines[n] {
			t.Errorf("message %d:\nGo     %s\nPython %s", n, p.lines[n], scanner.Text())
		}
	}
	if n != len(p.lines) {
		t.Errorf("Python sent %d messages, Go %d", n, len(p.lines))
	}
}
